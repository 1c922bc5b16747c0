"""What Stripe tells of orders: each thing counts once, in whatever order it comes. Nothing here commits or calls."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app import transitions
from app.database import Lock, db, raw, statement, take_turn
from app.errors import Conflict
from app.ledger.told import Back, Told
from app.orders import booking, holding, letters, refunding, reservations, stock, waiting
from app.orders.models import CAME, OPEN, OrderRefund, Purchase, PurchaseStatus, RefundReason, RefundStatus
from app.streams import notices
from app.streams.models import Selling


def paid(purchase: UUID, told: Told, *, happened_at: datetime, at: datetime) -> bool:
    """The money has come: the sale stands, or, where there is no piece left for it, all money goes back by itself.
    False when we know of no such purchase. Conflict when something else was paid than was asked for: a person has to
    look."""
    row = _locked(purchase)
    if row is None or row.status in CAME:
        return row is not None
    if (told.amount, told.currency, told.reference) != (row.total, row.currency, row.reference):
        raise Conflict(gettext("Something else was paid than order %(order)s asked for.", order=row.reference))
    there = _there(row, at)
    sale_id = booking.sell(row, at=at) if there else None
    row.session, row.payment, row.paid_at, row.sale_id = told.session, told.payment, happened_at, sale_id
    row.ended_at = row.look_at = None
    row.note = None if there else str(gettext("There was no piece left when it was paid."))
    transitions.move(row, PurchaseStatus.PAID if there else PurchaseStatus.SHORT)
    db.session.flush()
    booking.money_came(row, at=at)
    if there:
        waiting.bought(row)
        _end_others(row, at)
        letters.confirm(row, at=at)
    else:
        refunding.refund_all(row, at=at)
        letters.tell_short(row, at=at)
    notices.announce(raw(), row.show_id, notices.ORDER)
    notices.announce(raw(), row.show_id, notices.OFFER)
    return True


def begun(purchase: UUID, told: Told, *, at: datetime) -> bool:
    """The payer has done their part, and the money comes later: its pieces stay held. False as `paid`."""
    row = _locked(purchase)
    if row is not None and row.status == PurchaseStatus.PAYING:
        transitions.move(row, PurchaseStatus.ON_ITS_WAY)
        row.session, row.payment, row.look_at = told.session, told.payment, None
        db.session.flush()
    return row is not None


def ended(purchase: UUID, *, at: datetime) -> bool:
    """Nobody will pay: its pieces go to whoever comes next. False as `paid`."""
    row = _locked(purchase)
    if row is not None and row.status in OPEN:
        given_back = row.selling == Selling.RESERVE and row.holds_until < row.held_at + holding.HOLD
        waiting.give_up(row, PurchaseStatus.LET_GO if given_back else PurchaseStatus.EXPIRED, at=at)
    return row is not None


def refunded(purchase: UUID, back: Back, *, at: datetime) -> bool:
    """Of a payment this much has gone back until now. False as `paid`, and while the payment is not booked."""
    row = _locked(purchase)
    if row is None or row.status not in CAME:
        return False
    for refund in refunding.note_outside(row, back, at=at):
        letters.tell_refunded(refund, at=at)
    return True


def refund_failed(refund: UUID, reference: str, why: str, *, happened_at: datetime, at: datetime) -> bool:
    """The payer's bank has not taken the money of Stripe's refund `reference`: it stands at Stripe again, and a person
    has to look. One that was sent again since is another of Stripe's, of which this says nothing. False when we know of
    no such refund, and while it is being sent."""
    brand_id = db.session.scalar(select(OrderRefund.brand_id).where(OrderRefund.public_id == refund))
    if brand_id is None:
        return False
    take_turn(raw(), Lock.ORDERS, brand_id)
    query = select(OrderRefund).where(OrderRefund.public_id == refund).with_for_update(of=OrderRefund)
    row = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if row.status == RefundStatus.ASKED:
        return False
    if row.status == RefundStatus.DONE and row.provider_ref == reference:
        transitions.move(row, RefundStatus.REFUSED)
        row.why, row.ended_at = why or "failed", happened_at
        db.session.flush()
        booking.money_went(row, at=at, again=True)
        letters.tell_refused(row, at=at)
    return True


def disputed(back: Back, *, won: bool, at: datetime) -> bool:
    """The payer's bank has taken a payment back; when we have `won`, it has given it again. False when it is of no
    order."""
    public_id = db.session.scalar(select(Purchase.public_id).where(Purchase.payment == back.payment))
    row = _locked(public_id) if public_id else None
    if row is None:
        return False
    refunding.note_dispute(row, back.amount, back.reference, RefundReason.DISPUTE, at=at)
    if won:
        refunding.note_dispute(row, back.amount, back.reference, RefundReason.DISPUTE_WON, at=at)
    return True


def _locked(purchase: UUID) -> Purchase | None:
    """The purchase, under its brand's turn: a worker books several orders in one transaction, and two of them would
    wait for each other's products and balances. None when we know of no such purchase."""
    brand_id = db.session.scalar(select(Purchase.brand_id).where(Purchase.public_id == purchase))
    if brand_id is None:
        return None
    take_turn(raw(), Lock.ORDERS, brand_id)
    return reservations.find_locked(purchase)


def _end_others(row: Purchase, at: datetime) -> None:
    """Where whoever pays first is served and this was the last piece, nobody else is left to pay for nothing: their
    pages at Stripe are ended (closing.py)."""
    if row.selling == Selling.FIRST_PAID and stock.pieces(row.brand_id, row.product_id, at).left == 0:
        values = {"brand": row.brand_id, "product": row.product_id, "at": at}
        raw().execute(statement("app.orders", "end_others"), values)
        raw().execute("notify due")


def _there(row: Purchase, at: datetime) -> bool:
    """Whether there are pieces for what was paid: those that it holds, or free ones."""
    held = row.status in OPEN and row.selling == Selling.RESERVE
    own = held and (row.status != PurchaseStatus.RESERVED or row.holds_until > at)
    return stock.pieces(row.brand_id, row.product_id, at).covers(row.quantity, own_hold=own)
