"""Sending refunds to Stripe: intent, effect, result. Each attempt is claimed and that committed, then Stripe is asked,
then what came of it is noted. What nobody can tell is sent again with the same key, and asked about once that is old.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select

from app import transitions
from app.database import Lock, db, raw, take_turn
from app.errors import WrongStatus
from app.orders import booking, letters
from app.orders.models import OrderRefund, RefundStatus
from app.security import Identity
from app.streams import notices
from app.stripe_answers import GivenBack
from app.stripe_gateway import Refused, Stripe
from app.users.trail import record

CLAIM = timedelta(minutes=1)
KEY_LASTS = timedelta(hours=23)  # Stripe knows a key for 24 hours
GIVEN = frozenset({"succeeded", "pending", "requires_action"})


def claim(*, at: datetime) -> OrderRefund | None:
    """The refund that waits the longest and that nobody else sends; None when there is none. The caller commits."""
    query = select(OrderRefund).where(OrderRefund.status == RefundStatus.ASKED, OrderRefund.look_at <= at)
    query = query.order_by(OrderRefund.look_at).limit(1).with_for_update(skip_locked=True, of=OrderRefund)
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is not None:
        row.look_at, row.first_sent_at = at + CLAIM, row.first_sent_at or at
        db.session.flush()
    return row


def send(row: OrderRefund, stripe: Stripe, *, at: datetime) -> None:
    """Gives a claimed refund's money back. Stripe is asked in no transaction; the caller commits. What Stripe's gateway
    raises but a refusal leaves it to a later attempt."""
    payment, public_id = str(row.purchase.payment), str(row.public_id)
    old = row.first_sent_at is not None and at - row.first_sent_at > KEY_LASTS
    key, amount, number = row.key, row.amount, row.id
    db.session.commit()
    try:
        made = _found(stripe, payment, public_id) if old else None
        made = made or stripe.refund(payment, key=key, amount=amount, metadata={"refund": public_id})
    except Refused as refusal:
        _note(number, None, refusal.sentence, at)
    else:
        _note(number, made, "" if made.status in GIVEN else made.status, at)


def again(row: OrderRefund, *, by: Identity, at: datetime) -> None:
    """Sends a refused refund again, as a new request. The caller commits. Raises WrongStatus for another one."""
    db.session.refresh(row, with_for_update=True)
    if row.status != RefundStatus.REFUSED:
        raise WrongStatus(gettext("Only a refund that was refused can be sent again."))
    transitions.move(row, RefundStatus.ASKED)
    row.key, row.why, row.ended_at, row.first_sent_at, row.look_at = str(uuid.uuid4()), None, None, None, at
    row.provider_ref = None
    db.session.flush()
    record("send again", "order_refund", row.id, by=by, at=at, amount=row.amount, currency=row.currency)
    raw().execute("notify due")


def _found(stripe: Stripe, payment: str, public_id: str) -> GivenBack | None:
    """What became of a request whose key Stripe may have forgotten."""
    return next((each for each in stripe.refunds(payment) if each.metadata.get("refund") == public_id), None)


def _note(number: int, made: GivenBack | None, why: str, at: datetime) -> None:
    brand_id = db.session.scalars(select(OrderRefund.brand_id).where(OrderRefund.id == number)).one()
    take_turn(raw(), Lock.ORDERS, brand_id)
    row = db.session.get_one(OrderRefund, number, with_for_update={"of": OrderRefund}, populate_existing=True)
    if row.status != RefundStatus.ASKED:
        return
    transitions.move(row, RefundStatus.REFUSED if why else RefundStatus.DONE)
    row.why, row.ended_at, row.look_at = why or None, at, None
    row.provider_ref = made.id if made else None
    db.session.flush()
    if why:
        letters.tell_refused(row, at=at)
    else:
        booking.money_went(row, at=at)
        letters.tell_refunded(row, at=at)
    notices.announce(raw(), row.purchase.show_id, notices.ORDER)
