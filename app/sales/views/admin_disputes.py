"""Disputes as the platform sees them: what waits for a decision, and the ruling with what it would change."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms.fields.choices import SelectChoice

from app import clock
from app.contracts.models import Terms
from app.database import db, raw
from app.errors import BadInput, Conflict, NotAllowed
from app.formatting import percent
from app.sales.blueprint import blueprint
from app.sales.correction_preview import shown
from app.sales.correction_record import State
from app.sales.corrections import Correction
from app.sales.disputes import exchange, rulings
from app.sales.disputes.exchange import get_dispute
from app.sales.disputes.models import Dispute, DisputeStatus
from app.sales.disputes.rulings import Wish
from app.sales.disputes.subjects import lines_of
from app.sales.forms import RulingForm
from app.sales.models import Label
from app.sales.views.disputes import hand_over
from app.security import Role, identity, require
from app.web import choices, query_args
from app.words import word

ADMIN = frozenset({Role.ADMIN})
WAITING = "waiting"  # for the platform: for a decision, or for a second person
PLATFORMS = (DisputeStatus.TO_DECIDE, DisputeStatus.TO_CONFIRM)
READERS = frozenset({Role.ADMIN, Role.AUDITOR})


@blueprint.get("/admin/disputes")
@require(READERS)
def admin_disputes() -> ResponseReturnValue:
    """All disputes: those that wait for the platform unless another status is asked for, the most pressing first."""
    status = query_args.choice(request.args, "status", [WAITING, *DisputeStatus, "any"]) or WAITING
    query = select(Dispute).options(joinedload(Dispute.brand), joinedload(Dispute.creator))
    if status != "any":
        query = query.where(Dispute.status.in_(PLATFORMS if status == WAITING else (status,)))
    if order := query_args.text(request.args, "q"):
        query = query.where(Dispute.order_ref == order)
    first = Dispute.decide_by if status in (WAITING, *PLATFORMS) else Dispute.id.desc()
    statuses = [
        (WAITING, gettext("Waiting for us")),
        *choices.options(DisputeStatus)[1:],
        ("any", gettext("Any")),
    ]
    return render_template(
        "sales/disputes/admin_disputes.html",
        pagination=db.paginate(query.order_by(first, Dispute.id.desc())),
        statuses=statuses,
        status=status,
        at=clock.now(),
    )


@blueprint.get("/admin/disputes/<uuid:dispute>")
@require(READERS)
def admin_dispute(dispute: UUID) -> ResponseReturnValue:
    """One dispute with all evidence, its lines, and what can be ruled."""
    return _page(get_dispute(dispute))


@blueprint.get("/admin/disputes/<uuid:dispute>/files/<uuid:file>")
@require(READERS)
def admin_dispute_file(dispute: UUID, file: UUID) -> ResponseReturnValue:
    """Evidence, whoever brought it."""
    return hand_over(exchange.file_of(get_dispute(dispute), file, side=None))


@blueprint.post("/admin/disputes/<uuid:dispute>")
@require(ADMIN)
def admin_dispute_rule(dispute: UUID) -> ResponseReturnValue:
    """First shows what the ruling would change in the books; with `confirmed` it is done."""
    target = get_dispute(dispute)
    form = _form(target)
    if not form.validate_on_submit():
        return _page(target, form), 422
    wish = Wish(form.outcome.data, form.remedy.data, form.reason.data or "", form.label.data, form.base.data)
    confirmed, seen = bool(request.form.get("confirmed")), request.form.get("seen")
    try:
        state, correction = rulings.rule(target, wish, confirmed=confirmed, seen=seen, by=identity(), at=clock.now())
    except (BadInput, Conflict, NotAllowed) as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _page(get_dispute(dispute), form), error.status
    if state == State.PREVIEW:
        return _page(target, form, correction)
    db.session.commit()
    waits = state == State.SUBMITTED
    flash(
        gettext("This moves a large sum, so it waits for a second person.") if waits else gettext("Decided."), "success"
    )
    return redirect(url_for("sales.admin_dispute", dispute=dispute), 303)


@blueprint.post("/admin/disputes/<uuid:dispute>/replace")
@require(ADMIN)
def admin_dispute_replace(dispute: UUID) -> ResponseReturnValue:
    """The order has come: it takes the place of the sale that was recorded for it."""
    rulings.replace_stand_in(get_dispute(dispute), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The order has taken its place."), "success")
    return redirect(url_for("sales.admin_dispute", dispute=dispute), 303)


def _form(target: Dispute) -> RulingForm:
    form = RulingForm(meta={"currency": target.brand.currency})
    terms = rulings.possible_terms(target)
    if terms is None:
        form.label.choices = [SelectChoice("", "–")]
        return form
    form.label.choices = [
        SelectChoice(label, f"{word(label)}: {percent(_rate(terms, label))}")
        for label in (Label.OFF_STREAM, Label.AFTER_STREAM, Label.REPLAY, Label.IN_STREAM)
    ]
    return form


def _rate(terms: Terms, label: str) -> int:
    own: int | None = getattr(terms, f"{label}_bps")
    return terms.commission_bps if own is None else own


def _page(target: Dispute, form: RulingForm | None = None, correction: Correction | None = None) -> str:
    waiting = rulings.waiting_correction(target)
    return render_template(
        "sales/disputes/admin_dispute.html",
        dispute=target,
        at=clock.now(),
        messages=exchange.messages_of(target),
        may_see=exchange.may_see,
        lines=lines_of(target),
        terms=rulings.possible_terms(target),
        form=form or _form(target),
        waiting=waiting,
        came=rulings.came_after_all(target),
        may_decide=identity().has(ADMIN),
        **shown(raw(), correction),
    )
