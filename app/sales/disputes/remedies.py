"""What may follow from a decision in the books, of a first one and of one on appeal."""

from __future__ import annotations

from sqlalchemy import select

from app.database import db
from app.sales.disputes.models import Dispute, DisputeOutcome, DisputeRemedy, DisputeRuling
from app.sales.models import CorrectionRecord, CorrectionStatus
from app.users.sides import Side


def possible_remedies(dispute: Dispute, outcome: str) -> tuple[DisputeRemedy, ...]:
    """What may follow: who opened it and wins gets something, who is asked and wins keeps what is. An appeal that is
    lost changes nothing, and one that is won takes back what was ruled."""
    won = (outcome == DisputeOutcome.FOR_CREATOR) == (dispute.opened_by == Side.CREATOR)
    stands = (DisputeRemedy.NO_CHANGE,) if dispute.appealed_at and outcome == dispute.outcome else ()
    change = DisputeRemedy.AWARD if outcome == DisputeOutcome.FOR_CREATOR else DisputeRemedy.TAKE_AWAY
    if won:
        return change, DisputeRemedy.RECALCULATE, *stands
    if not _is_booked(dispute):
        return (DisputeRemedy.NO_CHANGE,)
    # An appeal has turned what was booked by the first ruling: it does not stay. Of a missing order only what the
    # ruling itself brought is undone, for its lines may be others'.
    return (DisputeRemedy.RECALCULATE,) if dispute.sale_id is None else (change, DisputeRemedy.RECALCULATE)


def _is_booked(dispute: Dispute) -> bool:
    """Whether a ruling of the dispute has changed the books."""
    of_dispute = select(DisputeRuling.id).where(DisputeRuling.dispute_id == dispute.id)
    done = CorrectionRecord.status == CorrectionStatus.DONE
    return (
        db.session.scalar(select(CorrectionRecord.id).where(CorrectionRecord.ruling_id.in_(of_dispute), done).limit(1))
        is not None
    )
