"""What a brand and the platform do about one commission, what its creator answers, and the list of holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy import Select, select

from app import clock
from app.database import db, raw
from app.errors import BadInput, NotFound
from app.sales.blueprint import blueprint
from app.sales.commissions import dates, holding, rejecting
from app.sales.commissions.forms import AppealForm, ExtendForm, HoldForm, RejectForm, WhyForm
from app.sales.commissions.lines import commission_of, commissions
from app.sales.commissions.models import DECIDERS, CommissionHold, HoldReason
from app.sales.correction_record import State
from app.sales.models import Reason
from app.security import BRAND, CREATOR, PLATFORM, Role, identity, require
from app.users.models import Brand, Creator
from app.users.scope import brand_for
from app.web import choices

OVERSEERS = frozenset({Role.ADMIN, Role.AUDITOR})


@blueprint.get("/sales/<uuid:brand>/<int:sale>/commission")
@require(DECIDERS)
def commission(brand: UUID, sale: int) -> ResponseReturnValue:
    """What can be done about the commission of one line as it stands."""
    return _page(_brand(brand), sale)


@blueprint.post("/sales/<uuid:brand>/<int:sale>/hold")
@require(DECIDERS)
def commission_hold(brand: UUID, sale: int) -> ResponseReturnValue:
    """Holds it."""
    form = HoldForm()

    def deed(of: Brand) -> object:
        reason = HoldReason(form.reason.data)
        holding.place(of.id, sale, reason, form.why.data or "", by=identity(), at=clock.now())
        return gettext("The commission is on hold, and its creator is told.")

    return _do(brand, sale, form, deed)


@blueprint.post("/sales/<uuid:brand>/<int:sale>/release")
@require(DECIDERS)
def commission_release(brand: UUID, sale: int) -> ResponseReturnValue:
    """Ends its hold."""
    form = WhyForm()

    def deed(of: Brand) -> object:
        holding.release(of.id, sale, form.why.data or "", by=identity(), at=clock.now())
        return gettext("The hold has ended: the commission is paid as if there had been none.")

    return _do(brand, sale, form, deed)


@blueprint.post("/sales/<uuid:brand>/<int:sale>/reject")
@require(DECIDERS)
def commission_reject(brand: UUID, sale: int) -> ResponseReturnValue:
    """Takes it back, or asks a second person where it is large."""
    form = RejectForm()

    def deed(of: Brand) -> object:
        code = Reason(form.code.data)
        state, _record = rejecting.reject(of.id, sale, code, form.why.data or "", by=identity(), at=clock.now())
        if state == State.SUBMITTED:
            return gettext("This moves a large sum, so it waits for a second person.")
        return gettext("The commission is rejected, and its creator is told.")

    return _do(brand, sale, form, deed)


@blueprint.post("/sales/<uuid:brand>/<int:sale>/approve")
@require(DECIDERS)
def commission_approve(brand: UUID, sale: int) -> ResponseReturnValue:
    """Makes it payable today."""
    form = WhyForm()

    def deed(of: Brand) -> object:
        dates.approve_early(of, sale, form.why.data or "", by=identity(), at=clock.now())
        return gettext("The commission is payable from today.")

    return _do(brand, sale, form, deed)


@blueprint.post("/sales/<uuid:brand>/<int:sale>/extend")
@require(DECIDERS)
def commission_extend(brand: UUID, sale: int) -> ResponseReturnValue:
    """Postpones it, once."""
    form = ExtendForm()

    def deed(of: Brand) -> object:
        until = form.until.data or date.min
        dates.extend(of, sale, until, form.why.data or "", by=identity(), at=clock.now())
        return gettext("The commission is postponed, and its creator is told.")

    return _do(brand, sale, form, deed)


@blueprint.post("/sales/<uuid:brand>/<int:sale>/appeal")
@require(CREATOR)
def commission_appeal(brand: UUID, sale: int) -> ResponseReturnValue:
    """The creator appeals against the hold of a commission of theirs."""
    of, form = _owner(brand), AppealForm()
    hold = holding.live(of.id, sale)
    if hold is None or hold.creator_id not in identity().creator_ids():
        raise NotFound(gettext("There is no such hold, or it is not yours."))
    if not form.validate_on_submit():
        raise BadInput(gettext("Say what speaks for this sale."))
    holding.appeal(of.id, sale, form.text.data or "", by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Your appeal was sent to those who decide."), "success")
    return redirect(url_for("desks.why", brand=brand, sale=sale), 303)


@blueprint.get("/brands/<uuid:brand>/holds")
@require(BRAND | PLATFORM)
def brand_holds(brand: UUID) -> ResponseReturnValue:
    """The commissions of a brand that are held, those that need an answer first."""
    of = brand_for(identity(), brand, read=True)
    may_decide = identity().has({Role.ADMIN}) or of.id in identity().brand_ids(DECIDERS)
    return _listing(select(CommissionHold).where(CommissionHold.brand_id == of.id), of, may_decide=may_decide)


@blueprint.get("/admin/holds")
@require(OVERSEERS)
def held_commissions() -> ResponseReturnValue:
    """The same of all brands."""
    return _listing(select(CommissionHold), None, may_decide=identity().has({Role.ADMIN}))


def _listing(query: Select[CommissionHold], brand: Brand | None, *, may_decide: bool) -> str:
    status, reason = request.args.get("status", "open"), request.args.get("reason", "")
    ended = CommissionHold.released_at
    if status == "ended":
        query = query.where(ended.is_not(None)).order_by(ended.desc(), CommissionHold.id.desc())
    else:
        query = query.where(ended.is_(None)).order_by(CommissionHold.deadline, CommissionHold.id)
    if status == "appealed":
        query = query.where(CommissionHold.appealed_at.is_not(None))
    if reason:
        query = query.where(CommissionHold.reason == reason)
    if whose := request.args.get("creator", "").strip():
        query = query.where(CommissionHold.creator.has(Creator.handle == whose))
    page, today = db.paginate(query), clock.now().astimezone(UTC).date()
    found = commissions([(hold.brand_id, hold.sale_id) for hold in page.items], today=today)
    lines = {hold.id: found.get((hold.brand_id, hold.sale_id)) for hold in page.items}
    return render_template(
        "sales/holds.html",
        page=page,
        lines=lines,
        brand=brand,
        reasons=choices.options(HoldReason),
        may_decide=may_decide,
    )


def _do(brand: UUID, sale: int, form: FlaskForm, deed: Callable[[Brand], object]) -> ResponseReturnValue:
    """Does it when the form is filled in, and says so on the page of the line."""
    of = _brand(brand)
    if not form.validate_on_submit():
        return _page(of, sale, form), 422
    said = deed(of)
    db.session.commit()
    flash(str(said), "success")
    return redirect(url_for("desks.why", brand=brand, sale=sale), 303)


def _page(of: Brand, sale: int, refused: FlaskForm | None = None) -> str:
    found = commission_of(of.id, sale, today=clock.now().astimezone(UTC).date())
    if found is None:
        raise NotFound(gettext("There is no such commission, or it is not yours."))
    forms = {name: kind(formdata=None) for name, kind in FORMS.items()}
    if refused is not None:
        forms[(request.endpoint or "").removeprefix("sales.commission_")] = refused
    hold = holding.live(of.id, sale)
    return render_template(
        "sales/commission.html",
        line=found,
        brand=of,
        forms=forms,
        hold=hold,
        may_release=hold is not None and holding.may_release(hold, identity()),
        is_ruled=rejecting.is_ruled(raw(), of.id, sale),
        latest=dates.latest_day(of, found),
        may_hold=holding.may_hold(found, identity()),
        postponed=dates.was_postponed(found),
    )


FORMS: dict[str, type[FlaskForm]] = {
    "hold": HoldForm,
    "release": WhyForm,
    "reject": RejectForm,
    "approve": WhyForm,
    "extend": ExtendForm,
}


def _brand(public_id: UUID) -> Brand:
    """The brand of whose sales somebody may decide."""
    of = _owner(public_id)
    if not (of.id in identity().brand_ids(DECIDERS) or identity().has({Role.ADMIN})):
        raise NotFound(gettext("There is no such commission, or it is not yours."))
    return of


def _owner(public_id: UUID) -> Brand:
    of = db.session.scalar(select(Brand).where(Brand.public_id == public_id))
    if of is None:
        raise NotFound(gettext("There is no such commission, or it is not yours."))
    return of
