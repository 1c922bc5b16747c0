"""The calendar of exclusivity: who may do what when; waivers and cases of breach, for both sides."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.catalog.assortment import categories_of, declare, declared
from app.catalog.forms import SellsForm
from app.catalog.taxonomy import CATEGORY, ROOTS, tree
from app.contracts.exclusivity import breaches, waivers
from app.contracts.forms.waivers import WaiverForm
from app.contracts.models import Breach, Contract, Waiver
from app.database import db
from app.desks import calendar
from app.desks.blueprint import blueprint
from app.errors import BadInput, Conflict, NotFound
from app.security import BRAND, CREATOR, PLATFORM, Role, identity, require
from app.users.models import Brand, Creator
from app.users.scope import brand_for, creator_for
from app.web import query_args
from app.web.filters import BadFilter
from app.web.versions import hold

OWNER = frozenset({Role.BRAND_OWNER})
HOLDER = frozenset({Role.BRAND_OWNER, Role.BRAND_MEMBER})


@blueprint.get("/creators/<uuid:creator>/calendar")
@require(CREATOR | PLATFORM)
def creator_calendar(creator: UUID) -> ResponseReturnValue:
    """Who closes what and when, the waivers the creator asked for, and the cases to answer."""
    who = creator_for(identity(), creator, read=True)
    return _creator_page(who, WaiverForm.of(calendar.closing_contracts(who, clock.now())))


@blueprint.post("/creators/<uuid:creator>/calendar")
@require(CREATOR)
def waiver_create(creator: UUID) -> ResponseReturnValue:
    """Asks the holder of an exclusivity to let a brand pass."""
    who, at = creator_for(identity(), creator), clock.now()
    form = WaiverForm.of(calendar.closing_contracts(who, at))
    if not form.validate_on_submit():
        return _creator_page(who, form), 422
    try:
        waivers.request_waiver(
            _holder(who, form.contract.data), _brand(form.brand.data), form.waiver(), by=identity(), at=at
        )
    except (BadInput, Conflict) as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _creator_page(creator_for(identity(), creator), form), error.status
    db.session.commit()
    flash(gettext("Asked. The holder's answer appears here."), "success")
    return redirect(url_for("desks.creator_calendar", creator=creator), 303)


@blueprint.post("/creators/<uuid:creator>/waivers/<uuid:waiver>/withdraw")
@require(CREATOR)
def waiver_withdraw(creator: UUID, waiver: UUID) -> ResponseReturnValue:
    """Takes the question back."""
    who = creator_for(identity(), creator)
    waivers.withdraw(_waiver(waiver, Contract.creator_id == who.id), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Withdrawn."), "success")
    return redirect(url_for("desks.creator_calendar", creator=creator), 303)


@blueprint.post("/creators/<uuid:creator>/breaches/<uuid:breach>/answer")
@require(CREATOR)
def breach_answer(creator: UUID, breach: UUID) -> ResponseReturnValue:
    """The creator's side of a case."""
    who = creator_for(identity(), creator)
    case = _breach(breach, Contract.creator_id == who.id)
    breaches.answer(case, request.form.get("answer", ""), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Answered. Now the brand decides."), "success")
    return redirect(url_for("desks.creator_calendar", creator=creator), 303)


@blueprint.get("/brands/<uuid:brand>/calendar")
@require(BRAND | PLATFORM)
def brand_calendar(brand: UUID) -> ResponseReturnValue:
    """Which creators are free for the brand and when; what creators ask of it, and what was found."""
    return _brand_page(brand_for(identity(), brand, read=True))


def _brand_page(owner: Brand, sells: SellsForm | None = None) -> str:
    at = clock.now()
    pagination = db.paginate(calendar.creators_of(owner, query_args.text(request.args, "q")))
    months, known = _months(owner), [word.code for word in categories_of(owner.id)]
    category = query_args.choice(request.args, "category", tree(CATEGORY).by_code)
    categories = [category] if category else known or [ROOTS[CATEGORY]]
    roles = {role for role, of, _creator in identity().memberships if of == owner.id}
    return render_template(
        "desks/brand_calendar.html",
        brand=owner,
        pagination=pagination,
        cells=calendar.free(owner, pagination.items, months, categories),
        months=calendar.heads(months),
        categories=[tree(CATEGORY).word(code).name for code in categories],
        known=bool(known),
        choices=_category_choices(gettext("What the brand sells")),
        waivers=calendar.waivers_of(brand=owner),
        cases=calendar.cases_of(brand=owner),
        follows=breaches.consequence_of,
        sells=(sells or _stored_sells(owner)) if roles & OWNER else None,
        may_decide=bool(roles & HOLDER),
        at=at,
    )


@blueprint.post("/brands/<uuid:brand>/waivers/<uuid:waiver>")
@require(HOLDER)
def waiver_decide(brand: UUID, waiver: UUID) -> ResponseReturnValue:
    """Grants or refuses what a creator asked for."""
    owner = brand_for(identity(), brand, HOLDER)
    grant = _decision("granted", "refused") == "granted"
    waivers.decide(_waiver(waiver, Contract.brand_id == owner.id), grant=grant, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Granted: it is open now.") if grant else gettext("Refused: it stays closed."), "success")
    return redirect(url_for("desks.brand_calendar", brand=brand), 303)


@blueprint.post("/brands/<uuid:brand>/breaches/<uuid:breach>")
@require(HOLDER)
def breach_decide(brand: UUID, breach: UUID) -> ResponseReturnValue:
    """Upholds or dismisses a case, with a note."""
    owner = brand_for(identity(), brand, HOLDER)
    upheld = _decision("upheld", "dismissed") == "upheld"
    case = _breach(breach, Contract.brand_id == owner.id)
    breaches.decide(case, upheld=upheld, note=request.form.get("note", ""), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Decided. The creator reads your note."), "success")
    return redirect(url_for("desks.brand_calendar", brand=brand), 303)


@blueprint.post("/brands/<uuid:brand>/categories")
@require(OWNER)
def brand_categories_update(brand: UUID) -> ResponseReturnValue:
    """Says in which categories the brand sells; none leaves it to its products."""
    owner, form = brand_for(identity(), brand, OWNER), SellsForm()
    if not form.validate_on_submit():
        raise BadInput(gettext("Choose categories from the list."))
    owner = hold(owner)
    if form.outdated(_stored_sells(owner)):
        return _brand_page(owner, form), 409
    declare(owner, form.categories.data or [], by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Noted: this is what the brand sells."), "success")
    return redirect(url_for("desks.brand_calendar", brand=brand), 303)


def _stored_sells(owner: Brand) -> SellsForm:
    return SellsForm(formdata=None, data={"categories": declared(owner.id)}).seal()


def _creator_page(who: Creator, form: WaiverForm) -> str:
    months = _months(who)
    category = query_args.choice(request.args, "category", tree(CATEGORY).by_code)
    return render_template(
        "desks/creator_calendar.html",
        creator=who,
        lines=calendar.lines(who, months, category),
        months=calendar.heads(months),
        choices=_category_choices(gettext("Any")),
        waivers=calendar.waivers_of(creator=who),
        cases=calendar.cases_of(creator=who),
        follows=breaches.consequence_of,
        form=form,
        own=who.id in identity().creator_ids(),
        at=clock.now(),
    )


def _months(of: Brand | Creator) -> list[date]:
    text = request.args.get("from", "")
    first = query_args.day({"from": f"{text[:7]}-01" if text else ""}, "from") or clock.today(of.timezone)
    if not 1970 <= first.year <= 2200:
        raise BadFilter(gettext("That day is too far away: choose one between 1970 and 2200."), field="from")
    return calendar.months_from(first)


def _category_choices(first: str) -> list[tuple[str, str]]:
    return [("", first), *((word.code, "\N{EM SPACE}" * word.depth + word.name) for word in tree(CATEGORY).words)]


def _decision(*allowed: str) -> str:
    decision = request.form.get("decision", "")
    if decision not in allowed:
        raise BadInput(gettext("Choose one of the buttons."))
    return decision


def _waiver(public_id: UUID, ownership: Any) -> Waiver:
    waiver = db.session.scalar(select(Waiver).join(Waiver.contract).where(Waiver.public_id == public_id, ownership))
    if waiver is None:
        raise NotFound(gettext("There is no such waiver, or it is not yours."))
    return waiver


def _breach(public_id: UUID, ownership: Any) -> Breach:
    breach = db.session.scalar(select(Breach).join(Breach.contract).where(Breach.public_id == public_id, ownership))
    if breach is None:
        raise NotFound(gettext("There is no such case, or it is not yours."))
    return breach


def _holder(who: Creator, public_id: str) -> Contract:
    query = select(Contract).where(Contract.creator_id == who.id, Contract.public_id == UUID(public_id))
    return db.session.scalars(query).one()  # the form lets choose among these only


def _brand(handle: str) -> Brand:
    brand = db.session.scalar(select(Brand).where(Brand.handle == handle.strip()))
    if brand is None:
        raise BadInput(gettext("There is no brand “%(handle)s” here: write its handle.", handle=handle.strip()[:60]))
    return brand
