"""Who may approve a batch. The database decides (`approval_bar`) and refuses all others itself; here it is said why."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.database import db
from app.payouts.models import BatchApproval, BatchStatus, PayoutBatch
from app.security import CHECKER, Identity
from app.users.memberships import LIVE
from app.users.models import Membership, Person

# What `approval_bar` of migrations/versions/0037_approvals.py answers, to the person it is about.
BARS = {
    "role": _("Only a finance checker approves a batch."),
    "approved": _("You have approved this batch already: now someone else must."),
    "made": _("You made or submitted this batch, so someone else must approve it."),
    "edited": _("You took a payout out of this batch, so someone else must approve it."),
    "bank": _("You entered bank details that this batch pays to, or confirmed them, so someone else must approve it."),
    "payee": _("You or a creator you act for is paid by this batch, so someone else must approve it."),
    "account": _(
        "A creator you act for has the same bank account as one this batch pays, so someone else must approve."
    ),
    "twin": _(
        "Another account of yours made this batch, is paid by it or has approved it: someone else must approve it."
    ),
}


def why_not(batch: PayoutBatch, by: Identity) -> str:
    """Why this person can't approve this submitted batch, as a sentence; empty when they can (rules.md B22)."""
    bar = db.session.scalar(select(func.approval_bar(batch.id, by.person_id)))
    return str(BARS[bar]) if bar else ""


def eligible(batch: PayoutBatch) -> Sequence[Person]:
    """Everybody who can approve a submitted batch now, by name."""
    holding = select(Membership.person_id).where(LIVE, Membership.role.in_(CHECKER))
    query = select(Person).where(Person.id.in_(holding), Person.disabled_at.is_(None))
    return db.session.scalars(query.where(func.approval_bar(batch.id, Person.id).is_(None)).order_by(Person.name)).all()


def approvals(batch: PayoutBatch) -> Sequence[BatchApproval]:
    """The approvals of what is submitted now, the first one first; those of earlier submissions are void."""
    if batch.fingerprint is None:
        return []
    given = select(BatchApproval).where(
        BatchApproval.batch_id == batch.id, BatchApproval.fingerprint == batch.fingerprint
    )
    return db.session.scalars(given.order_by(BatchApproval.id)).all()


def blocked(batch: PayoutBatch, given: int) -> str:
    """Why a submitted batch can't be approved by anybody, as a sentence; empty while enough people are left for it."""
    if batch.status != BatchStatus.SUBMITTED or batch.approvers is None:
        return ""
    able, lacking = len(eligible(batch)), batch.approvers - given
    if able >= lacking:
        return ""
    return str(
        gettext(
            "Blocked: %(lacking)s more must approve this batch and only %(able)s of the finance checkers may. Ask an "
            "admin to make another person a finance checker.",
            lacking=lacking,
            able=able,
        )
    )
