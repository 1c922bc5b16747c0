"""Ending what nobody pays: when a hold is over, Stripe is told that nobody may pay any more, and answers whether
somebody has. Only then are the pieces free.

Each look is three steps: the row is claimed and that committed, Stripe is asked with no lock held, what it says is
noted.
A lost answer is a later look; a page that was asked for and never heard of is asked for again, with the same key.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.database import db
from app.ledger.told import Told
from app.orders import paying, reservations, told, waiting
from app.orders.models import OPEN, Purchase, PurchaseStatus
from app.stripe_gateway import Refused, Stripe

CLAIM = timedelta(seconds=30)  # longer than Stripe takes to answer three times


def claim(*, at: datetime) -> Purchase | None:
    """The reservation whose time is over the longest and that nobody else looks at; None when there is none. The caller
    commits."""
    query = select(Purchase).where(Purchase.status.in_(OPEN), Purchase.look_at <= at).order_by(Purchase.look_at)
    query = query.limit(1).with_for_update(skip_locked=True, of=Purchase)
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is not None:
        row.look_at = max(at + CLAIM, row.holds_until)
        db.session.flush()
    return row


def close(row: Purchase, stripe: Stripe, *, at: datetime) -> None:
    """Ends a claimed reservation whose time is over, or learns that it was paid. Stripe is asked in no transaction; the
    caller commits. What Stripe's gateway raises leaves everything as it is, for a later look."""
    if row.holds_until > at:
        return
    if row.status == PurchaseStatus.RESERVED:
        _expire(row, at)
        return
    public_id, reference, session = row.public_id, row.reference, row.session
    request = paying.request(row)
    db.session.commit()  # nothing is held while Stripe is asked
    if not session:
        try:
            session = stripe.create_checkout(**request).id
        except Refused:  # too late to ask for one, so there is none
            told.ended(public_id, at=at)
            return
    try:
        stripe.expire_checkout(session)
    except Refused:
        seen = stripe.checkout(session)
        about = Told(seen.id, seen.reference or reference, seen.payment, seen.amount, seen.currency)
        if seen.paid:
            told.paid(public_id, about, happened_at=at, at=at)
        elif seen.status == "complete":
            told.begun(public_id, about, at=at)
        elif seen.status == "expired":
            told.ended(public_id, at=at)
    else:
        told.ended(public_id, at=at)


def _expire(row: Purchase, at: datetime) -> None:
    row = reservations.find_locked(row.public_id)
    if row.status == PurchaseStatus.RESERVED and row.holds_until <= at:
        waiting.give_up(row, PurchaseStatus.EXPIRED, at=at)
