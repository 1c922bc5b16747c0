"""What people do with a batch: one POST each, and back to its page."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app import clock
from app.database import db
from app.errors import BadInput
from app.payouts import stages, transfers
from app.payouts.batches import approval, eligibility, handover
from app.payouts.blueprint import blueprint
from app.payouts.models import BatchStatus, Rail
from app.payouts.views.payout import value_date
from app.security import CHECKER, FINANCE, MAKER, identity, require
from app.web import query_args
from app.web.downloads import CSV, download
from config import settings

TYPES: dict[str, str] = {Rail.SEPA: "application/xml", Rail.LIST: CSV}


@blueprint.post("/finance/batches/<uuid:batch>/submit")
@require(MAKER)
def batch_submit(batch: UUID) -> ResponseReturnValue:
    """Freezes what the batch pays and asks for approval."""
    approval.submit(batch, by=identity(), at=clock.now(), bank_hold=settings().bank_hold)
    return _done(batch, gettext("Submitted. Someone else must approve it."))


@blueprint.post("/finance/batches/<uuid:batch>/approve")
@require(CHECKER)
def batch_approve(batch: UUID) -> ResponseReturnValue:
    """Approves what was on the screen, or throws it back to draft when something has changed since."""
    said = {name: request.form.get(name, "") for name in ("seen", "comment", "answer")}
    if changes := approval.approve(batch, by=identity(), at=clock.now(), config=settings(), **said):
        return thrown_back(
            batch, gettext("Not approved: %(changes)s It is a draft again.", changes=approval.few(changes))
        )
    row = approval.locked(batch)
    if row.status == BatchStatus.APPROVED:
        return _done(batch, gettext("Approved: the files for the bank are ready."))
    given = len(eligibility.approvals(row))
    message = gettext("Your approval counts: %(given)s of %(needed)s.", given=given, needed=row.approvers)
    return _done(batch, message)


@blueprint.post("/finance/batches/<uuid:batch>/recall")
@require(FINANCE)
def batch_recall(batch: UUID) -> ResponseReturnValue:
    """Takes a batch back: a submitted one, or an approved one whose files nobody has taken yet."""
    approval.recall(batch, reason=request.form.get("reason", ""), by=identity(), at=clock.now())
    return _done(batch, gettext("It is a draft again."))


@blueprint.post("/finance/batches/<uuid:batch>/reject")
@require(CHECKER)
def batch_reject(batch: UUID) -> ResponseReturnValue:
    """Sends a submitted batch back."""
    approval.reject(batch, reason=request.form.get("reason", ""), by=identity(), at=clock.now())
    return _done(batch, gettext("Rejected: it is a draft again."))


@blueprint.post("/finance/batches/<uuid:batch>/cancel")
@require(MAKER)
def batch_cancel(batch: UUID) -> ResponseReturnValue:
    """Gives a draft up."""
    approval.cancel(batch, by=identity(), at=clock.now())
    return _done(batch, gettext("Cancelled: its money is payable again."))


@blueprint.post("/finance/batches/<uuid:batch>/promise")
@require(FINANCE)
def batch_promise(batch: UUID) -> ResponseReturnValue:
    """Promises another day and tells the creators why."""
    due_on, reason = query_args.day(request.form, "due_on"), request.form.get("reason", "")
    if due_on is None:
        raise BadInput(gettext("Fill in the day on which the money is to be there."))
    stages.move(batch, due_on, reason, settings(), by=identity(), at=clock.now())
    return _done(batch, gettext("The creators are told of the new day."))


@blueprint.post("/finance/batches/<uuid:batch>/paid")
@require(FINANCE)
def batch_mark_paid(batch: UUID) -> ResponseReturnValue:
    """Marks everything that is still open as paid on the day that the form says."""
    value_on = value_date()
    number = transfers.mark_rest_paid(approval.locked(batch), value_on=value_on, by=identity(), at=clock.now())
    return _done(batch, ngettext("%(num)d payout is marked as paid.", "%(num)d payouts are marked as paid.", number))


@blueprint.post("/finance/batches/<uuid:batch>/download")
@require(FINANCE)
def batch_download(batch: UUID) -> ResponseReturnValue:
    """The file for the bank. A POST, because the trail notes who took it. What is not what was approved becomes a draft
    again instead; what else has happened since approval is asked."""
    rail, aware = request.form.get("rail", ""), request.form.get("aware", "")
    if changes := approval.throw_back_changed(approval.locked(batch), by=identity(), at=clock.now()):
        sentence = gettext(
            "Not downloaded: %(changes)s The approvals are void and it is a draft again.", changes=approval.few(changes)
        )
        return thrown_back(batch, sentence)
    file = handover.download(batch, rail, aware=aware, by=identity(), at=clock.now(), config=settings())
    content, name = file.content, file.name
    db.session.commit()
    return download(content, name, TYPES[rail])


def _done(batch: UUID, message: str, category: str = "success") -> ResponseReturnValue:
    db.session.commit()
    flash(message, category)
    return redirect(url_for("payouts.batch", batch=batch))


def thrown_back(batch: UUID, message: str) -> ResponseReturnValue:
    """Back to the page of a batch that is a draft again, and why."""
    return _done(batch, message, "danger")
