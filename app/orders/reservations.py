"""Reserving: a click holds pieces for ten minutes. The row is committed before Stripe is called (paying.py)."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select

from app.database import Lock, db, raw, take_turn
from app.errors import BadInput, Conflict, NotFound
from app.orders import holding, stock, waiting
from app.orders.holding import NotOnSale
from app.orders.models import OPEN, Purchase, PurchaseStatus
from app.orders.offers import BUYABLE, Offer, offer_of
from app.orders.visitors import take_viewers_turn
from app.streams.models import Selling, Show

MOST_AT_ONCE = 1000
SHORTEST = timedelta(milliseconds=1)  # of a hold that is let go at once


class SoldOut(Conflict):
    """Nobody new can have so many; `about["left"]` says how many there are, `about["may_wait"]` whether the show keeps
    a line."""


class TooManyPieces(BadInput):
    """More than one buyer may have; the sentence says how many."""


def reserve(show: Show, item_id: int, quantity: int, visitor: bytes, at: datetime) -> Purchase:
    """Holds `quantity` pieces of an item for a visitor, at the price in force. Who holds some of it already gets that
    reservation again, as it is: a second click reserves nothing more. The caller commits.

    Raises NotOnSale while the show sells nothing (in a rehearsal, say), SoldOut, TooManyPieces, and NotFound for what
    is not on the run sheet.
    """
    db.session.refresh(show)
    if show.status not in BUYABLE:
        raise NotOnSale(gettext("Nothing can be bought in this show now."))
    if not 1 <= quantity <= MOST_AT_ONCE:
        raise TooManyPieces(gettext("Choose at least one piece."))
    take_viewers_turn(visitor)
    offer = _offer(show, item_id, at)
    if stock.lock(offer.brand_id, offer.product_id):
        waiting.serve(offer.brand_id, offer.product_id, at=at)
    if offer.flash_id:
        take_turn(raw(), Lock.FLASH, item_id % 2**31)
    if (held := _held(item_id, visitor, at)) is not None:
        return held
    offer = _offer(show, item_id, at)  # as it is now that nobody else can take any
    _refuse_too_many(offer, quantity, visitor, at)
    if offer.left is not None and offer.left < quantity:
        may_wait = offer.selling == Selling.RESERVE
        raise SoldOut(_sold_out(offer), left=offer.left, may_wait=may_wait)
    return holding.hold(offer, show, quantity, visitor, language=holding.readers_language(), at=at)


def find(public_id: object, *, locked: bool = False) -> Purchase:
    """One purchase as it is now. NotFound where there is none."""
    query = select(Purchase).where(Purchase.public_id == public_id)
    if locked:
        query = query.with_for_update(of=Purchase)
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(gettext("There is no such order."))
    return row


def find_locked(public_id: object) -> Purchase:
    """One purchase, under the lock of its product's stock and its own."""
    row = find(public_id)
    stock.lock(row.brand_id, row.product_id)
    return find(public_id, locked=True)


def holds(row: Purchase, at: datetime) -> bool:
    """Whether its buyer can go on to pay."""
    return row.status in (PurchaseStatus.RESERVED, PurchaseStatus.PAYING) and at < row.holds_until


def let_go(row: Purchase, *, at: datetime) -> str:
    """The buyer does not want it: its pieces go to whoever comes next. One for which Stripe may still take money ends
    once Stripe has said that nobody pays any more (closing.py). The caller commits. Returns its status then; what is
    over or paid stays as it is."""
    row = find_locked(row.public_id)
    if row.status == PurchaseStatus.RESERVED:
        waiting.give_up(row, PurchaseStatus.LET_GO, at=at)
    elif row.status == PurchaseStatus.PAYING:
        row.holds_until = row.look_at = max(at, row.held_at + SHORTEST)
        db.session.flush()
        raw().execute("notify due")
    return row.status


def _offer(show: Show, item_id: int, at: datetime) -> Offer:
    offer = offer_of(show, item_id, at)
    if offer is None:
        raise NotFound(gettext("This is not on offer in this show."))
    return offer


def _held(item_id: int, visitor: bytes, at: datetime) -> Purchase | None:
    """What the visitor holds of the item; one whose time is over ends here."""
    query = select(Purchase).where(Purchase.item_id == item_id, Purchase.visitor == visitor, Purchase.status.in_(OPEN))
    row = db.session.scalar(query.with_for_update(of=Purchase).execution_options(populate_existing=True))
    if row is not None and row.status == PurchaseStatus.RESERVED and row.holds_until <= at:
        waiting.give_up(row, PurchaseStatus.EXPIRED, at=at)
        return None
    return row


def _refuse_too_many(offer: Offer, quantity: int, visitor: bytes, at: datetime) -> None:
    taken = stock.taken_by(visitor, offer.item_id, offer.flash_id, at)
    if taken.pieces + quantity > offer.max_per_buyer:
        raise TooManyPieces(gettext("One buyer can have at most %(most)s of this.", most=offer.max_per_buyer))
    if offer.flash_max is not None and taken.at_flash + quantity > offer.flash_max:
        raise TooManyPieces(gettext("At this price one buyer can have at most %(most)s.", most=offer.flash_max))
    if offer.flash_left is not None and quantity > offer.flash_left and offer.left != 0:
        raise TooManyPieces(gettext("Pieces left at this price: %(left)s.", left=offer.flash_left))


def _sold_out(offer: Offer) -> str:
    if offer.left:
        return str(gettext("Pieces left: %(left)s.", left=offer.left))
    if offer.held and offer.selling == Selling.RESERVE:
        return str(gettext("All pieces are reserved at this moment."))
    return str(gettext("This is sold out."))
