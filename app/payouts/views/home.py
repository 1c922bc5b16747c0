"""Finance's first page: what is due, what waits for whom, and what stands in the way."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from app import clock
from app.database import db, raw
from app.ledger import funding
from app.ledger.models import FundingState, TopUp, TopUpStatus
from app.payouts import onboarding, overview
from app.payouts.blueprint import blueprint
from app.payouts.models import BatchStatus, Payout, PayoutBatch, PayoutHold, PayoutStatus
from app.security import MAKER, PLATFORM, identity, require

OPEN = (BatchStatus.DRAFT, BatchStatus.SUBMITTED, BatchStatus.APPROVED)


@blueprint.get("/finance")
@require(PLATFORM)
def home() -> ResponseReturnValue:
    """What is due by currency, open batches, waiting top-ups, holds, brands without money."""
    today = clock.today()
    batches = select(PayoutBatch, func.count(Payout.id), func.coalesce(func.sum(Payout.amount), 0))
    batches = batches.outerjoin(Payout, (Payout.batch_id == PayoutBatch.id) & (Payout.status != PayoutStatus.DROPPED))
    batches = batches.where(PayoutBatch.status.in_(OPEN)).group_by(PayoutBatch.id).order_by(PayoutBatch.id)
    funds = funding.funds(raw(), on=today)
    return render_template(
        "payouts/home.html",
        dues=overview.dues(raw(), on=today),
        batches=db.session.execute(batches).all(),
        top_ups=db.session.scalar(select(func.count()).where(TopUp.status == TopUpStatus.RECORDED)),
        holds=db.session.scalar(select(func.count()).where(PayoutHold.released_at.is_(None))),
        unfunded=[each for each in funds if each.state != FundingState.FUNDED and each.payable + each.pending > 0],
        has_account=bool(onboarding.versions(None)),
        may_make=identity().has(MAKER),
    )
