"""Taking one payout out of a batch: of a draft, or of one that is submitted or approved and has not left.

The others stay what they were: each line has the fingerprint with which it was approved, so nobody approves it again.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import func, select

from app.database import db
from app.errors import WrongStatus
from app.payouts import transfers
from app.payouts.batches import handover
from app.payouts.batches.leaving import has_left
from app.payouts.models import BatchStatus, Payout, PayoutBatch, PayoutStatus
from app.security import Identity
from config import Config

OPEN = (PayoutStatus.RESERVED, PayoutStatus.SENT)


def take_out(payout_id: UUID, reason: str, *, by: Identity, at: datetime, config: Config) -> Payout:
    """Takes the payout out of its batch: its money is payable again, and who took it out may not approve the batch.

    Raises NotFound, and WrongStatus for what has left, for a batch submitted before payouts had fingerprints of their
    own, and for the last payout (recall or cancel the batch instead).
    """
    batch, payout = transfers.locked(payout_id)
    if batch.status == BatchStatus.DRAFT:
        return transfers.mark(payout_id, PayoutStatus.DROPPED, reason=reason, by=by, at=at)
    if reason_not := why_not(batch, payout):
        raise WrongStatus(reason_not)
    transfers.take_out(batch, payout, reason, by=by, at=at)
    if batch.status == BatchStatus.APPROVED:
        handover.remake(batch, by, at, config)
    return payout


def why_not(batch: PayoutBatch, payout: Payout) -> str:
    """Why this payout can't be taken out any more, as a sentence; empty when it can."""
    if batch.status not in (BatchStatus.DRAFT, BatchStatus.SUBMITTED, BatchStatus.APPROVED) or has_left(batch):
        return str(gettext("Payouts of this batch have left: nothing can be taken out of it any more."))
    if payout.status not in OPEN:
        return str(gettext("This payout is out of the batch already."))
    if batch.status == BatchStatus.DRAFT:
        return ""
    if payout.fingerprint is None:
        return str(
            gettext("This batch was submitted by an earlier version: recall it first, then take the payout out.")
        )
    left = select(func.count()).where(Payout.batch_id == batch.id, Payout.status.in_(OPEN))
    if db.session.scalar(left) == 1:
        return str(gettext("It is the only payout left in this batch: recall the batch instead."))
    return ""
