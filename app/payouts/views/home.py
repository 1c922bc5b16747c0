"""Finance's first page: what is due, what waits for whom, and what stands in the way."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy import func, select

from app import clock
from app.database import db, raw
from app.ledger import funding
from app.ledger.models import FundingState, TopUp, TopUpStatus
from app.payouts import overview, stages, unclaimed
from app.payouts.bank import confirmation, onboarding
from app.payouts.batches import eligibility, expiry
from app.payouts.blueprint import blueprint
from app.payouts.models import BY_STRIPE, BatchStatus, Payout, PayoutBatch, PayoutHold, PayoutStatus
from app.payouts.provider import positions
from app.payouts.reports import reconciliation
from app.payouts.reports.models import BankReport, ReportStatus
from app.security import CHECKER, FINANCE, MAKER, PLATFORM, identity, require
from config import settings

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
    open_batches = db.session.execute(batches).all()
    promised = stages.promises([batch for batch, *_ in open_batches], settings())
    return render_template(
        "payouts/home.html",
        dues=overview.dues(raw(), on=today),
        batches=open_batches,
        unsent=expiry.unsent(at=clock.now()),
        to_do=_to_do([batch for batch, _number, _amount in open_batches]),
        refused=len(confirmation.refused_accounts()),
        top_ups=db.session.scalar(select(func.count()).where(TopUp.status == TopUpStatus.RECORDED)),
        bank_tasks=_bank_tasks(),
        holds=db.session.scalar(select(func.count()).where(PayoutHold.released_at.is_(None))),
        unfunded=[each for each in funds if each.state != FundingState.FUNDED and each.payable + each.pending > 0],
        has_account=bool(onboarding.versions(None)),
        may_make=identity().has(MAKER),
        unclaimed=len(unclaimed.waits(unclaimed=True)),
        late=sum(stages.is_late(batch, promised[batch.id], settings(), at=clock.now()) for batch, *_ in open_batches),
    )


def _bank_tasks() -> list[tuple[str, str]]:
    """Files of the bank that nobody has decided on, lines of others that fit nothing, and what differs at Stripe, each
    with its page."""
    tasks = []
    files = db.session.scalar(select(func.count()).where(BankReport.status == ReportStatus.UNCHECKED))
    if files:
        task = ngettext(
            "%(num)d file of the bank is to be looked at", "%(num)d files of the bank are to be looked at", files
        )
        tasks.append((task, url_for("payouts.bank_reports", status=ReportStatus.UNCHECKED)))
    lines = db.session.scalar(select(func.count()).select_from(reconciliation.unmatched().order_by(None).subquery()))
    if lines:
        task = ngettext("%(num)d line of the bank fits nothing", "%(num)d lines of the bank fit nothing", lines)
        tasks.append((task, url_for("payouts.reconciliation")))
    if settings().has_stripe and (differences := positions.positions("open")):
        task = gettext("Differences at Stripe: %(number)s", number=differences[0].total)
        tasks.append((task, url_for("payouts.provider")))
    return tasks


def _to_do(batches: list[PayoutBatch]) -> list[tuple[str, str]]:
    """What the person can do about open batches, each with its page."""
    who, tasks = identity(), []
    open_ = overview.open_by_rail([batch.id for batch in batches])
    for batch in batches:
        page = url_for("payouts.batch", batch=batch.public_id)
        task = ""
        if batch.status == BatchStatus.DRAFT and who.has(MAKER):
            task = gettext("Look through batch %(number)s and ask for approval", number=batch.number)
        elif batch.status == BatchStatus.SUBMITTED and who.has(CHECKER) and not eligibility.why_not(batch, who):
            task = gettext("Approve or reject batch %(number)s", number=batch.number)
        elif batch.status == BatchStatus.APPROVED and who.has(FINANCE):
            rails = {rail for of, rail in open_ if of == batch.id}
            if rails & BY_STRIPE and batch.sending_at is None:
                tasks.append((gettext("Send the payouts of batch %(number)s by Stripe", number=batch.number), page))
            if rails - BY_STRIPE and batch.downloaded_at is None:
                task = gettext("Download batch %(number)s for the bank", number=batch.number)
            elif rails - BY_STRIPE:
                task = gettext("Mark what became of batch %(number)s", number=batch.number)
        if task:
            tasks.append((task, page))
    return tasks
