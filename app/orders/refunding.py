"""Money back to a buyer: the row first, under the lock of the product's stock, then the call (sending.py), after the
commit.

What is asked for takes its part of the sale back at once; the books follow when the money has gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from app import transitions
from app.database import db, raw
from app.errors import BadInput, WrongStatus
from app.ledger.told import Back
from app.orders import booking, waiting
from app.orders.models import OrderRefund, Purchase, PurchaseStatus, RefundReason, RefundStatus
from app.security import Identity
from app.streams import notices

LIVE = (PurchaseStatus.PAID, PurchaseStatus.SHIPPED)
DISPUTES = (RefundReason.DISPUTE, RefundReason.DISPUTE_WON)


def refund_pieces(
    row: Purchase,
    pieces: int,
    reason: RefundReason,
    *,
    at: datetime,
    by: Identity | None = None,
    words: str = "",
) -> OrderRefund:
    """Asks for the money of so many pieces; the caller holds both locks and commits. Raises WrongStatus for what is not
    paid or has gone back already, BadInput for more pieces than there are."""
    if row.status not in LIVE:
        raise WrongStatus(gettext("There is nothing to give back of this order."))
    if not 1 <= pieces <= row.pieces_left:
        raise BadInput(gettext("Choose from 1 to %(most)s pieces.", most=row.pieces_left))
    amount = money_of(row, pieces)
    if amount < 1:
        raise WrongStatus(gettext("The money of this order has gone back already."))
    refund = _ask(row, amount, reason, pieces=pieces, words=words, by=by, at=at)
    booking.sell_back(row, refund, at=at)
    _free(row, pieces, at)
    return refund


def refund_all(row: Purchase, *, at: datetime) -> OrderRefund:
    """Asks for the whole money of what was paid without stock. There is no sale of it."""
    return _ask(row, row.total, RefundReason.NO_STOCK, pieces=row.quantity, words="", by=None, at=at)


def note_outside(row: Purchase, back: Back, *, at: datetime) -> list[OrderRefund]:
    """Of the payment so much had gone back by Stripe's books when it told of it: what we had not asked for somebody has
    given back there, in the place of refunds of ours that had been refused as far as it goes. Returns what has gone
    now; nothing when we know all of it."""
    more, reference, given = back.amount - _asked(row, back.happened_at), f"{back.reference}:{back.amount}", []
    for refund in _refused(row, more, back.happened_at):
        if refund.amount <= more:
            more -= refund.amount
            _settle(refund, f"{reference}:{refund.id}", at)
            given.append(refund)
    if more <= 0:
        return given
    refund = _ask(row, more, RefundReason.OUTSIDE, pieces=None, words="", by=None, at=at)
    _settle(refund, reference, at)
    if row.status in LIVE:
        booking.sell_back(row, refund, at=at)
        if not money_left(row):
            _free(row, row.pieces_left, at)
    return [*given, refund]


def note_dispute(row: Purchase, amount: int, reference: str, reason: RefundReason, *, at: datetime) -> bool:
    """The payer's bank has taken money, or given it again. False when that is known."""
    query = select(OrderRefund.id).where(OrderRefund.provider_ref == reference, OrderRefund.reason == reason)
    if db.session.scalar(query) is not None:
        return False
    refund = _ask(row, amount, reason, pieces=None, words="", by=None, at=at)
    _settle(refund, reference, at)
    return True


def money_of(row: Purchase, pieces: int) -> int:
    """What goes back for so many pieces: their price, as far as it has not gone back already."""
    return min(pieces * row.unit_price, money_left(row))


def money_left(row: Purchase) -> int:
    """What of the payment has not gone back, and is not asked for."""
    return row.total - _asked(row)


def _asked(row: Purchase, told_at: datetime | None = None) -> int:
    """What is asked for or has gone; with `told_at` also what had gone then and has come back since."""
    kept = OrderRefund.status != RefundStatus.REFUSED
    if told_at:
        kept = or_(kept, _came_back_since(told_at))
    query = select(func.coalesce(func.sum(OrderRefund.amount), 0)).where(
        OrderRefund.purchase_id == row.id, OrderRefund.reason.not_in(DISPUTES), kept
    )
    return int(db.session.scalar(query) or 0)


def _refused(row: Purchase, amount: int, told_at: datetime) -> Sequence[OrderRefund]:
    """The refunds that had not gone when Stripe told of it, first one of this amount, then in order."""
    query = select(OrderRefund).where(
        OrderRefund.purchase_id == row.id,
        OrderRefund.status == RefundStatus.REFUSED,
        not_(_came_back_since(told_at)),
    )
    query = query.order_by(OrderRefund.amount != amount, OrderRefund.id).with_for_update(of=OrderRefund)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _came_back_since(instant: datetime) -> ColumnElement[bool]:
    """Of a refused refund: whether Stripe had given it, and heard from the payer's bank only later that it can't."""
    return and_(OrderRefund.provider_ref.is_not(None), OrderRefund.ended_at >= instant)


def _ask(
    row: Purchase,
    amount: int,
    reason: RefundReason,
    *,
    pieces: int | None,
    words: str,
    by: Identity | None,
    at: datetime,
) -> OrderRefund:
    refund = OrderRefund(
        purchase_id=row.id,
        brand_id=row.brand_id,
        reason=reason,
        pieces=pieces,
        amount=amount,
        currency=row.currency,
        words=words or None,
        status=RefundStatus.ASKED,
        asked_by=by.person_id if by else None,
        asked_at=at,
        look_at=at,
    )
    db.session.add(refund)
    db.session.flush()
    db.session.refresh(refund)
    raw().execute("notify due")
    notices.announce(raw(), row.show_id, notices.ORDER)
    return refund


def _settle(refund: OrderRefund, reference: str, at: datetime) -> None:
    """It has happened already."""
    transitions.move(refund, RefundStatus.DONE)
    refund.provider_ref, refund.ended_at, refund.look_at, refund.why = reference, at, None, None
    db.session.flush()
    booking.money_went(refund, at=at, again=refund.reason == RefundReason.DISPUTE_WON)


def _free(row: Purchase, pieces: int, at: datetime) -> None:
    """These pieces are not the buyer's any more; those on the shelf go to who waits."""
    before = row.status
    row.refunded_pieces += pieces
    if row.refunded_pieces == row.quantity:
        transitions.move(row, PurchaseStatus.REFUNDED)
    db.session.flush()
    if before == PurchaseStatus.PAID:
        waiting.serve(row.brand_id, row.product_id, at=at)
        notices.announce(raw(), row.show_id, notices.OFFER)
