"""What the page of a batch says about its approval: who has given it, who may, how many are needed and why."""

from __future__ import annotations

from typing import Any

from app.database import raw
from app.payouts import overview
from app.payouts.batches import approval, bands, eligibility, risks
from app.payouts.forms import ApprovalForm
from app.payouts.models import BatchStatus, PayoutBatch
from app.security import CHECKER, Identity

SHOWN = 20  # HIGH risks named above the button, and brands in the table of funds


def about(batch: PayoutBatch, notes: list[risks.Note], who: Identity) -> dict[str, Any]:
    """The values for the template, all as of now."""
    submitted, draft = batch.status == BatchStatus.SUBMITTED, batch.status == BatchStatus.DRAFT
    given = eligibility.approvals(batch)
    needs = bands.needs(raw(), batch.id) if draft else []
    most = max((need.approvers for need in needs), default=None)
    high = risks.high(notes)
    return {
        "given": given,
        "needed": batch.approvers or most,
        "reasons": [bands.reason(need) for need in needs if need.approvers == most][:3],
        "why_not": eligibility.why_not(batch, who) if submitted and who.has(CHECKER) else "",
        "blocked": eligibility.blocked(batch, len(given)),
        "high": high[:SHOWN] if submitted else [],
        "more_high": max(0, len(high) - SHOWN),
        "form": ApprovalForm(),
        "purpose": approval.purpose(batch),
        "funds": overview.against_funds(raw(), batch.id) if draft or submitted else [],
        "shown": SHOWN,
    }
