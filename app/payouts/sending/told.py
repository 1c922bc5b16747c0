"""What Stripe tells by itself about transfers and about payouts to creators' banks; the caller commits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app import outbox
from app.database import db, raw
from app.notifications import readers
from app.outbox import Event
from app.payouts import transfers
from app.payouts.models import Payout, PayoutBatch, PayoutStatus
from app.payouts.sending import codes
from app.payouts.sending.models import StripeAccount, Transfer, TransferStatus
from app.users.trail import record


def transfer(reference: UUID, provider_id: str, reversed_: int, *, at: datetime) -> bool:
    """A transfer exists, and so much of it was taken back in all. False when we know of no such attempt yet, or not
    that it has arrived: then it is told again later. What is known already changes nothing."""
    row = db.session.scalar(select(Transfer).where(Transfer.reference == reference))
    if row is None:
        return False
    batch = select(PayoutBatch.id).join(Payout, Payout.batch_id == PayoutBatch.id).where(Payout.id == row.payout_id)
    db.session.get_one(PayoutBatch, db.session.scalars(batch).one(), with_for_update=True, populate_existing=True)
    db.session.refresh(row, with_for_update=True)
    if row.status in (TransferStatus.SENDING, TransferStatus.UNKNOWN):
        row.status, row.provider_id, row.ended_at, row.next_try_at = TransferStatus.ARRIVED, provider_id, at, None
        row.code = row.sentence = None
        db.session.flush()
        transfers.paid_by_provider([row.payout_id], at=at)
    if row.status != TransferStatus.ARRIVED or row.provider_id != provider_id:
        return False
    if reversed_ > row.reversed:
        row.reversed = min(reversed_, row.amount)
        db.session.flush()
        record("reversed", "payout", row.payout_id, by=None, at=at, amount=row.reversed, currency=row.currency)
        if row.reversed == row.amount:
            reason = codes.reason(codes.REVERSED)
            transfers.ended_by_provider(row.payout_id, PayoutStatus.RETURNED, code=codes.REVERSED, reason=reason, at=at)
    return True


def to_bank(provider_id: str, *, at: datetime) -> None:
    """Something has become of a payment straight to a bank: the worker asks what. Of an attempt that has not got its
    number yet nothing needs to be told: it is asked about anyway."""
    raw().execute(
        "update transfer set next_try_at = %s where provider_id = %s and method is not null and reversed = 0"
        " and status in ('taken', 'arrived')",
        [at, provider_id],
    )
    raw().execute("notify due")


def bank_payout(
    row: StripeAccount, payout: str, *, amount: int, currency: str, failed: bool, code: str, at: datetime
) -> None:
    """Stripe has paid money of a creator's account to their bank, or could not, which it may say after it was paid. The
    money is on their account at Stripe then; they are told what to do about it."""
    action = "stripe_payout_failed" if failed else "stripe_payout_paid"
    known = raw().execute(
        "select from audit_event where action = %s and object_kind = 'stripe_account' and object_id = %s"
        " and detail->>'payout' = %s limit 1",
        [action, row.id, payout],
    )
    if known.fetchone() is not None:
        return
    about = {"payout": payout, "amount": amount, "currency": currency, "reason": code}
    record(action, "stripe_account", row.id, by=None, at=at, **about)
    if failed:
        facts = {
            "creator": row.creator.name,
            "amount": amount,
            "currency": currency,
            "reason": code,
            "path": f"/creators/{row.creator.public_id}/stripe",
        }
        whom = readers.creator_readers(row.creator_id)
        outbox.write(Event("stripe.unpaid", "stripe_account", row.id, payout), whom, facts, at=at)
