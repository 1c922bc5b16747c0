"""The list of batches, and one batch: what it pays, who is passed over, what is different, who did what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db, raw
from app.errors import NotFound
from app.payouts import debts, obstacles, overview, sentences, stages
from app.payouts.bank import accounts, verification
from app.payouts.batches import bankfiles, handover, risks
from app.payouts.batches.leaving import has_left
from app.payouts.blueprint import blueprint
from app.payouts.forms import PromiseForm, ReasonForm, ValueDateForm
from app.payouts.models import BY_STRIPE, BatchStatus, Obstacle, Payout, PayoutBatch, PayoutSkip, PayoutStatus
from app.payouts.views.approving import about
from app.security import CHECKER, FINANCE, MAKER, PLATFORM, Role, identity, require
from app.users.models import Creator, Person
from app.web import query_args
from config import settings

ARCHIVE = FINANCE | {Role.AUDITOR}  # who may take a batch home as evidence
VIEWS = ("payouts", "different", "risks", "skipped", "history")


@blueprint.get("/finance/batches")
@require(PLATFORM)
def batches() -> ResponseReturnValue:
    """All batches, the newest first."""
    query = select(PayoutBatch).order_by(PayoutBatch.id.desc())
    if status := query_args.choice(request.args, "status", list(BatchStatus)):
        query = query.where(PayoutBatch.status == status)
    if currency := query_args.text(request.args, "currency"):
        query = query.where(PayoutBatch.currency == currency.upper())
    page = db.paginate(query)
    sums = select(Payout.batch_id, func.count(), func.sum(Payout.amount)).where(Payout.status != PayoutStatus.DROPPED)
    sums = sums.where(Payout.batch_id.in_([batch.id for batch in page.items])).group_by(Payout.batch_id)
    return render_template(
        "payouts/batches.html",
        page=page,
        sums={batch: (number, amount) for batch, number, amount in db.session.execute(sums)},
        statuses=list(BatchStatus),
        may_make=identity().has(MAKER),
    )


@blueprint.get("/finance/batches/<uuid:batch>")
@require(PLATFORM)
def batch(batch: UUID) -> ResponseReturnValue:
    """One batch and what can be done with it now."""
    batch_row, who = batch_with(batch), identity()
    making, checking = who.has(MAKER), who.has(CHECKER)
    content = contents(batch_row)
    approving = about(batch_row, content["notes"], who)
    why_not = approving["why_not"]
    steps = {batch_row.made_by, batch_row.submitted_by, batch_row.approved_by, batch_row.downloaded_by}
    steps.add(batch_row.sending_by)
    people, concerns = select(Person).where(Person.id.in_(steps)), handover.concerns(batch_row)
    left, open_ = has_left(batch_row), overview.open_by_rail([batch_row.id])
    by_stripe = {open_.pop((batch_row.id, rail), None) for rail in BY_STRIPE} != {None}
    way = sentences.Way(bool(open_), by_stripe, left)
    return render_template(
        "payouts/batch.html",
        batch=batch_row,
        contents=content,
        approving=approving,
        names={person.id: person.name for person in db.session.scalars(people)},
        files=bankfiles.current_files(batch_row),
        concerns=concerns,
        void=not left and any(concern.voids for concern in concerns),
        aware=handover.digest(concerns),
        astray=handover.astray(batch_row),
        left=left,
        at_bank=overview.at_bank(batch_row.id),
        today=clock.today(settings().platform_timezone),
        form=ReasonForm(),
        value_form=ValueDateForm(),
        promise_form=PromiseForm(),
        promised_on=(promised_on := stages.promises([batch_row], settings())[batch_row.id]),
        late=stages.is_late(batch_row, promised_on, settings(), at=clock.now()),
        making=making,
        checking=checking,
        marking=who.has(FINANCE),
        may_archive=who.has(ARCHIVE),
        next_step=sentences.next_step(batch_row, way, making=making, checking=checking, why_not=why_not),
    )


def batch_with(public_id: UUID) -> PayoutBatch:
    """The batch with this public id, or NotFound."""
    batch = db.session.scalar(select(PayoutBatch).where(PayoutBatch.public_id == public_id))
    if batch is None:
        raise NotFound(gettext("There is no such batch."))
    return batch


def contents(batch: PayoutBatch) -> dict[str, Any]:
    """What the page of a batch and the preview show alike: totals, and one of four tables."""
    different, kinds = overview.differences(raw(), batch.id)
    view = request.args.get("view", "")
    view = view if view in VIEWS else "payouts"
    statuses = overview.by_status(batch.id)
    notes = risks.read(raw(), batch.id)
    risky = list(dict.fromkeys(note.payout_id for note in notes if note.level > 1))
    page = _page(view, batch, [key for key, row in different.items() if row.kinds], risky)
    return {
        "view": view,
        "statuses": statuses,
        "number": sum(count.number for count in statuses if count.name != PayoutStatus.DROPPED),
        "amount": sum(count.amount for count in statuses if count.name != PayoutStatus.DROPPED),
        "reasons": overview.by_reason(batch.id),
        "debts": debts.of_batch(batch.id),
        "kinds": kinds,
        "names": verification.counts(batch.id),
        "unsure": verification.answers(batch.id),
        "me": identity().person_id,
        "different": different,
        "compared": overview.compared(different.values()),
        "notes": notes,
        "notes_of": risks.by_payout(notes),
        "levels": risks.by_level(notes),
        "risks": risks,
        "risky": len(risky),
        "page": page,
        "current": _current_accounts(page) if view in ("payouts", "different", "risks") else {},
        "say": sentences,
        "remedies": obstacles.REMEDIES,
        "iban": accounts.spaced if identity().has(FINANCE) else accounts.masked,
    }


def _page(view: str, batch: PayoutBatch, different: list[int], risky: list[int]) -> Any:
    query: Select[Any]
    if view == "history":
        query = overview.history(batch)
    elif view == "skipped":
        query = _skips(batch)
    else:
        query = _payouts(batch, {"different": different, "risks": risky}.get(view))
        if view == "risks":  # the highest level first
            query = query.order_by(None).order_by(func.array_position(risky, Payout.id))
    return db.paginate(query)


def _payouts(batch: PayoutBatch, only: list[int] | None) -> Select[Payout]:
    query = select(Payout).options(joinedload(Payout.creator)).where(Payout.batch_id == batch.id)
    if only is not None:
        query = query.where(Payout.id.in_(only))
    if status := query_args.choice(request.args, "status", list(PayoutStatus)):
        query = query.where(Payout.status == status)
    if name := query_args.text(request.args, "q"):
        query = query.join(Payout.creator).where(
            Creator.name.icontains(name, autoescape=True) | (Creator.handle == name)
        )
    return query.order_by(Payout.amount.desc(), Payout.id)


def _skips(batch: PayoutBatch) -> Select[PayoutSkip]:
    query = select(PayoutSkip).options(joinedload(PayoutSkip.creator), joinedload(PayoutSkip.brand))
    query = query.where(PayoutSkip.batch_id == batch.id)
    if reason := query_args.choice(request.args, "reason", list(Obstacle)):
        query = query.where((PayoutSkip.reason == reason) | PayoutSkip.further.contains([reason]))
    return query.order_by(PayoutSkip.reason, PayoutSkip.amount.desc(), PayoutSkip.id)


def _current_accounts(page: Any) -> dict[int, overview.Place]:
    """Before submission nothing is frozen: where the page's payouts would go as of now, by creator."""
    unfrozen = {payout.creator_id for payout in page.items if payout.iban is None and payout.account is None}
    return overview.places(raw(), unfrozen)
