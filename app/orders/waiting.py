"""Who found an item sold out: counted, and, with an e-mail, served in line when a piece comes free.

A freed piece is held for the first in line, ten minutes as for everybody; who passes it on or lets the time run out
makes room for the next. The functions that give pieces out are called under the lock of the product's stock.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import or_, select, update

from app import outbox, transitions
from app.database import db, raw, rows
from app.errors import BadInput, Conflict, NotFound
from app.orders import holding, stock
from app.orders.models import OPEN, Purchase, PurchaseStatus, WaitingBuyer, WaitingStatus
from app.orders.offers import offer_of
from app.orders.visitors import take_viewers_turn
from app.outbox import Event, Reader
from app.streams.models import Selling, Show

AT_ONCE = 20  # offers in one transaction; a further round follows
AGAIN = frozenset({WaitingStatus.CAME_LATE, WaitingStatus.GAVE_WAY, WaitingStatus.WENT_WITHOUT})


def note_missed(show: Show, item_id: int, quantity: int, visitor: bytes, *, at: datetime) -> WaitingBuyer | None:
    """Counts that a visitor found the item sold out, once, also when they click twice at the same moment; None where
    the show has no such item."""
    offer = offer_of(show, item_id, at)
    if offer is None:
        return None
    take_viewers_turn(visitor)
    row = _of_visitor(item_id, visitor)
    if row is None:
        row = WaitingBuyer(
            show_id=show.id,
            item_id=item_id,
            brand_id=offer.brand_id,
            product_id=offer.product_id,
            visitor=visitor,
            quantity=min(quantity, offer.max_per_buyer),
            unit_price=offer.price,
            currency=offer.currency,
            language=holding.readers_language(),
            status=WaitingStatus.CAME_LATE,
            since=at,
        )
        db.session.add(row)
        db.session.flush()
    return row


def join(show: Show, item_id: int, quantity: int, visitor: bytes, email: str, *, at: datetime) -> WaitingBuyer:
    """Puts a visitor in line for the next pieces; who is in line already stays where they are. The caller commits.
    Raises NotFound for an item that is not on offer, Conflict where nobody waits: the first who pays is served."""
    offer = offer_of(show, item_id, at)
    if offer is None:
        raise NotFound(gettext("This is not on offer in this show."))
    take_viewers_turn(visitor)
    stock.lock(offer.brand_id, offer.product_id)  # before anybody's place in line, as whoever serves the line has it
    row = note_missed(show, item_id, quantity, visitor, at=at)
    if row is None:
        raise NotFound(gettext("This is not on offer in this show."))
    if offer.selling != Selling.RESERVE:
        raise Conflict(gettext("In this show whoever pays first is served: nobody waits in line."))
    if not 1 <= quantity <= offer.max_per_buyer:
        raise BadInput(gettext("One buyer can have at most %(most)s of this.", most=offer.max_per_buyer))
    if row.status in AGAIN:
        transitions.move(row, WaitingStatus.IN_LINE)
        row.quantity, row.email, row.language, row.since = quantity, email, holding.readers_language(), at
        db.session.flush()
    serve(offer.brand_id, offer.product_id, at=at)
    return row


def find(public_id: UUID) -> WaitingBuyer:
    """Somebody in line. NotFound where there is nobody."""
    query = select(WaitingBuyer).where(WaitingBuyer.public_id == public_id)
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(gettext("There is no such place in line."))
    return row


def leave(row: WaitingBuyer) -> None:
    """Somebody in line does not wait any longer. The caller commits."""
    db.session.refresh(row, with_for_update=True)
    if row.status == WaitingStatus.IN_LINE:
        transitions.move(row, WaitingStatus.GAVE_WAY)
        db.session.flush()


def place(row: WaitingBuyer) -> int:
    """The how manieth somebody is in the line of the product, from 1."""
    query = "select count(*) from waiting_buyer where brand_id = %s and product_id = %s and status = 'in_line'"
    found = raw().execute(f"{query} and (since, id) <= (%s, %s)", [row.brand_id, row.product_id, row.since, row.id])
    first = found.fetchone()
    return int(first[0]) if first else 0


def serve(brand_id: int, product_id: int, *, at: datetime) -> int:
    """Holds free pieces for the first in line and writes to them; returns how many got some."""
    query = select(WaitingBuyer).where(
        WaitingBuyer.brand_id == brand_id,
        WaitingBuyer.product_id == product_id,
        WaitingBuyer.status == WaitingStatus.IN_LINE,
    )
    query = query.order_by(WaitingBuyer.since, WaitingBuyer.id).limit(AT_ONCE)
    served = 0
    for row in db.session.scalars(query.execution_options(populate_existing=True)).all():
        left = stock.pieces(brand_id, product_id, at).left
        if left == 0:
            break
        served += _offer(row, row.quantity if left is None else min(left, row.quantity), at)
    return served


def give_up(purchase: Purchase, status: PurchaseStatus, *, at: datetime) -> None:
    """Nothing will be paid for a reservation: given back or over, as `status` says. Whoever had waited for it has
    passed it on, or let the time run out, and its pieces go to who waits now."""
    holding.finish(purchase, status, at=at)
    waited = WaitingStatus.GAVE_WAY if status == PurchaseStatus.LET_GO else WaitingStatus.WENT_WITHOUT
    theirs = (WaitingBuyer.purchase_id == purchase.id, WaitingBuyer.status == WaitingStatus.OFFERED)
    db.session.execute(update(WaitingBuyer).where(*theirs).values(status=waited))
    serve(purchase.brand_id, purchase.product_id, at=at)


def bought(purchase: Purchase) -> None:
    """Its buyer wants nothing more of the item."""
    theirs = or_(WaitingBuyer.purchase_id == purchase.id, WaitingBuyer.visitor == purchase.visitor)
    query = update(WaitingBuyer).where(WaitingBuyer.item_id == purchase.item_id, theirs)
    db.session.execute(query.values(status=WaitingStatus.SERVED, purchase_id=purchase.id))


def _of_visitor(item_id: int, visitor: bytes) -> WaitingBuyer | None:
    query = select(WaitingBuyer).where(WaitingBuyer.item_id == item_id, WaitingBuyer.visitor == visitor)
    return db.session.scalar(query.with_for_update(of=WaitingBuyer).execution_options(populate_existing=True))


def _offer(row: WaitingBuyer, quantity: int, at: datetime) -> int:
    """Holds pieces for somebody in line, and writes where they can be paid; 0 where it can't be had any more."""
    show = db.session.get_one(Show, row.show_id)
    offer = offer_of(show, row.item_id, at)
    held = Purchase.status.in_(OPEN)
    open_already = select(Purchase.id).where(Purchase.item_id == row.item_id, Purchase.visitor == row.visitor, held)
    if offer is None or db.session.scalar(open_already) is not None:
        return 0
    quantity = min(quantity, offer.max_per_buyer - stock.taken_by(row.visitor, row.item_id, None, at).pieces)
    if quantity < 1:  # they have as many as one buyer may have
        transitions.move(row, WaitingStatus.GAVE_WAY)
        db.session.flush()
        return 0
    try:
        made = holding.hold(offer, show, quantity, row.visitor, language=row.language, at=at)
    except holding.NotOnSale:
        return 0
    made.email = row.email
    transitions.move(row, WaitingStatus.OFFERED)
    row.purchase_id, row.offered_at = made.id, at
    db.session.flush()
    facts = {"product": made.name, "pieces": quantity, "amount": made.total, "currency": made.currency}
    facts |= {"until": made.holds_until}
    readers = [Reader(str(row.email), row.language)]
    event = Event("order.offered", "order", made.public_id)
    outbox.write(event, readers, facts, at=at, good_until=made.holds_until)
    return 1


def unmet(show: Show) -> list[tuple[int, str, str, int, int, int]]:
    """What was wanted and could not be had: item, name, currency, visitors, pieces, money at the price of then."""
    found = rows(raw(), "app.orders", "unmet", {"show": show.id})
    return [(row.item_id, row.name, row.currency, row.visitors, row.pieces, row.amount) for row in found]
