"""Withdrawing from a contract made here, without an account and without a reason (Directive 2011/83/EU, arts. 9 to 14,
and the function of art. 11a): until fourteen days after delivery. What is withdrawn is refunded by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext

from app import clock
from app.errors import WrongStatus
from app.orders import letters, refunding, reservations
from app.orders.models import OrderRefund, Purchase, PurchaseStatus, RefundReason
from app.users.trail import record
from config import settings

PERIOD = timedelta(days=14)


def until(row: Purchase) -> datetime | None:
    """When the right ends; None while it is not sent, for then the fourteen days have not begun. As nobody tells us
    when a parcel arrives, the days that the brand has for delivery are added."""
    return None if row.shipped_at is None else row.shipped_at + timedelta(days=row.delivery_days) + PERIOD


def may(row: Purchase, at: datetime) -> bool:
    """Whether something of the order can be withdrawn from at this instant."""
    end = until(row)
    return row.status in refunding.LIVE and row.pieces_left > 0 and (end is None or at < end)


def withdraw(row: Purchase, pieces: int, *, at: datetime) -> OrderRefund:
    """The buyer withdraws from so many pieces: the money is asked back and a receipt with day and hour goes out. The
    caller commits. Raises WrongStatus, with a sentence, when it can't be any more, BadInput for more than there are."""
    row = reservations.find_locked(row.public_id)
    end = until(row)
    if row.status == PurchaseStatus.REFUNDED or not row.pieces_left:
        raise WrongStatus(gettext("The money of this order has gone back already."))
    if not may(row, at):
        day = clock.today(settings().platform_timezone, at=end).isoformat() if end else ""
        raise WrongStatus(gettext("The time to withdraw ended on %(day)s. Write to the seller instead.", day=day))
    refund = refunding.refund_pieces(row, pieces, RefundReason.WITHDRAWAL, at=at)
    record("withdraw", "purchase", row.id, by=None, at=at, pieces=pieces, amount=refund.amount, currency=row.currency)
    letters.receipt(refund, at=at)
    return refund
