"""Shows as their creator and their brands see them: the list, the plan, and what is decided about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from wtforms.fields.choices import SelectChoice

from app import clock
from app.catalog import naming
from app.contracts.models import Contract
from app.database import db
from app.errors import BadInput, Conflict
from app.formatting import unit_price
from app.streams import pin_log, planning, run_sheet, selling, warnings
from app.streams.blueprint import blueprint
from app.streams.calendar_file import KIND, calendar_file
from app.streams.forms import (
    ProductForm,
    ReasonForm,
    ReplayForm,
    SellingForm,
    ShowForm,
)
from app.streams.models import Show, ShowStatus
from app.streams.shows import items_of
from app.users.models import Creator
from app.users.party_pages import DEALERS, Party, party_page
from app.users.sides import Side
from app.web import choices, query_args
from app.web.downloads import download
from app.web.versions import hold
from config import settings

OFFERED = 200  # products in a list to choose from


@party_page(blueprint, "GET", "shows")
def shows(party: Party) -> ResponseReturnValue:
    """The side's shows, the latest first."""
    query = planning.shows_of(party.owner).options(joinedload(Show.creator))
    if status := query_args.choice(request.args, "status", [*ShowStatus]):
        query = query.where(Show.status == status)
    return render_template(
        "streams/shows.html",
        party=party,
        pagination=db.paginate(query),
        naming=naming,
        statuses=choices.options(ShowStatus),
        filtered=bool(request.args.get("status")),
    )


@party_page(blueprint, "GET", "shows/new", DEALERS)
def show_new(party: Party) -> ResponseReturnValue:
    """A creator plans a show; a brand proposes one."""
    form = _form(party, language="nl" if party.person.language == "nl" else "en")
    return render_template("streams/show_form.html", party=party, form=form, show=None)


@party_page(blueprint, "POST", "shows/new", DEALERS)
def show_create(party: Party) -> ResponseReturnValue:
    """Keeps it."""
    form = _form(party)
    if form.validate_on_submit():
        about: dict[str, Any] = {"by": party.person, "at": clock.now()}
        try:
            if party.side == Side.BRAND:
                made = planning.propose(party.brand, _creator(party, form.creator.data), form.plan(), **about)
            else:
                made = planning.plan(party.creator, form.plan(), **about)
        except (BadInput, Conflict) as error:
            db.session.rollback()
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            flash(gettext("Saved. Now put products on the run sheet."), "success")
            return redirect(party.url("show", show=made.public_id), 303)
    return render_template("streams/show_form.html", party=party, form=form, show=None), 422


@party_page(blueprint, "GET", "shows/<uuid:show>")
def show(party: Party, show: UUID) -> ResponseReturnValue:
    """One show: its plan, its run sheet, what is to be said of its products, and afterwards what was pinned."""
    return _page(party, planning.get_show(party.owner, show))


@party_page(blueprint, "GET", "shows/<uuid:show>/edit", DEALERS)
def show_edit(party: Party, show: UUID) -> ResponseReturnValue:
    """The plan, to be changed."""
    planned, form = planning.get_show(party.owner, show), _form(party, fixed=True)
    form.fill(planned)
    return render_template("streams/show_form.html", party=party, form=form, show=planned)


@party_page(blueprint, "POST", "shows/<uuid:show>/edit", DEALERS)
def show_update(party: Party, show: UUID) -> ResponseReturnValue:
    """Changes the plan."""
    planned, form, status = planning.get_show(party.owner, show), _form(party, fixed=True), 422
    if form.validate_on_submit() and form.outdated(_form(party, fixed=True, formdata=None).fill(hold(planned))):
        db.session.rollback()
        status = 409
    elif not form.errors:
        try:
            planning.change(planned, form.plan(), by=party.person, at=clock.now(), side=party.owner)
        except (BadInput, Conflict) as error:
            db.session.rollback()
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            flash(gettext("Saved."), "success")
            return redirect(party.url("show", show=show), 303)
    planned = planning.get_show(party.owner, show)
    return render_template("streams/show_form.html", party=party, form=form, show=planned), status


@party_page(blueprint, "POST", "shows/<uuid:show>/accept", DEALERS, sides=(Side.CREATOR,))
def show_accept(party: Party, show: UUID) -> ResponseReturnValue:
    """The creator takes a brand's proposal."""
    sentence = gettext("Accepted. The brand has been told.")
    return _done(party, show, lambda target: planning.accept(target, by=party.person, at=clock.now()), sentence)


@party_page(blueprint, "POST", "shows/<uuid:show>/decline", DEALERS, sides=(Side.CREATOR,))
def show_decline(party: Party, show: UUID) -> ResponseReturnValue:
    """The creator does not want it."""
    form = ReasonForm()
    why = form.reason.data or ""

    def deed(target: Show) -> object:
        return planning.decline(target, why, by=party.person, at=clock.now())

    return _filled(party, show, form, deed, gettext("Declined. The brand can read why."))


@party_page(blueprint, "POST", "shows/<uuid:show>/cancel", DEALERS)
def show_cancel(party: Party, show: UUID) -> ResponseReturnValue:
    """The show is called off."""
    form = ReasonForm()
    why = form.reason.data or ""

    def deed(target: Show) -> object:
        return planning.cancel(target, why, by=party.person, at=clock.now(), side=party.owner)

    return _filled(party, show, form, deed, gettext("Cancelled. The other side has been told."))


@party_page(blueprint, "POST", "shows/<uuid:show>/selling", DEALERS, sides=(Side.BRAND,))
def show_selling(party: Party, show: UUID) -> ResponseReturnValue:
    """How the brand sells its products in the show."""
    form = SellingForm()

    def deed(target: Show) -> object:
        about: dict[str, Any] = {"by": party.person, "at": clock.now()}
        return selling.choose(target, party.brand, form.selling.data, form.most.data, **about)

    return _filled(party, show, form, deed, gettext("Saved."))


@party_page(blueprint, "POST", "shows/<uuid:show>/replay", DEALERS, sides=(Side.CREATOR,))
def show_replay(party: Party, show: UUID) -> ResponseReturnValue:
    """Where the show can be seen again."""
    form = ReplayForm()
    address = form.replay.data or ""

    def deed(target: Show) -> object:
        return planning.set_replay(target, address, by=party.person, at=clock.now())

    return _filled(party, show, form, deed, gettext("Saved."))


@party_page(blueprint, "GET", "shows/<uuid:show>/calendar")
def show_calendar(party: Party, show: UUID) -> ResponseReturnValue:
    """The show as a file for calendars."""
    target, base = planning.get_show(party.owner, show), settings().base_url.rstrip("/")
    host, address = urlsplit(base).hostname or "localhost", base + party.url("show", show=show)
    text = calendar_file(target, host=host, address=address, platform_name=settings().platform_name)
    response: Response = download(text, f"show-{target.planned_start:%Y-%m-%d}.ics", KIND)
    return response


def _form(party: Party, *, fixed: bool = False, **values: Any) -> ShowForm:
    form = ShowForm(party.person.timezone, **values)
    if party.side == Side.CREATOR or fixed:
        del form.creator
    else:
        form.creator.choices = [SelectChoice(str(each.public_id), each.name) for each in _creators(party)]
    return form


def _creators(party: Party) -> Sequence[Creator]:
    """The creators with whom the brand has a contract now or later."""
    query = select(Creator).join(Contract, Contract.creator_id == Creator.id)
    query = query.where(Contract.brand_id == party.owner.id, func.upper(Contract.period) > clock.now())
    return db.session.scalars(query.order_by(Creator.name, Creator.id).distinct()).all()


def _creator(party: Party, chosen: str) -> Creator:
    creator = next((each for each in _creators(party) if str(each.public_id) == chosen), None)
    if creator is None:
        raise BadInput(gettext("Choose a creator you have a contract with."))
    return creator


def _filled(
    party: Party, show: UUID, form: FlaskForm, deed: Callable[[Show], object], sentence: str
) -> ResponseReturnValue:
    """Does what a form asks for, or shows what is wrong with it."""
    if not form.validate_on_submit():
        return _page(party, planning.get_show(party.owner, show), form), 422
    return _done(party, show, deed, sentence, form)


def _done(
    party: Party, show: UUID, deed: Callable[[Show], object], sentence: str, form: FlaskForm | None = None
) -> ResponseReturnValue:
    """Does it and says so on the show's page, or why it could not be done."""
    try:
        deed(planning.get_show(party.owner, show))
    except (BadInput, Conflict) as error:
        db.session.rollback()
        return _page(party, planning.get_show(party.owner, show), form, refusal=error.sentence), error.status
    db.session.commit()
    flash(sentence, "success")
    return redirect(party.url("show", show=show), 303)


def _page(party: Party, target: Show, sent: FlaskForm | None = None, *, refusal: str = "") -> str:
    brand = party.owner if party.side == Side.BRAND else None
    items = items_of(target)
    seen = [item for item in items if brand is None or item.brand_id == brand.id]
    own = next((each for each in target.brands if brand is not None and each.brand_id == brand.id), None)
    forms: dict[str, FlaskForm] = {"no": ReasonForm(formdata=None), "replay": ReplayForm(formdata=None)}
    forms["replay"]["replay"].data = target.replay_address
    forms["product"] = _products(party, target)
    if own:
        forms["selling"] = SellingForm(formdata=None, selling=own.selling, most=own.max_per_buyer)
    for name, form in forms.items():
        if type(form) is type(sent):
            forms[name] = sent
    return render_template(
        "streams/show.html",
        party=party,
        show=target,
        items=seen,
        others=len(items) - len(seen),
        own=own,
        proposer=next((each.brand.name for each in target.brands if each.brand_id == target.proposed_by), ""),
        may_change=party.may_deal and planning.may_change(target, party.owner),
        may_edit=party.may_deal and run_sheet.may_edit(target, party.owner),
        warnings=[each for each in warnings.warnings_of(target, at=clock.now()) if each.item in seen],
        log=[each for each in pin_log.log_of(target) if each.item in seen],
        refusal=refusal,
        forms=forms,
        naming=naming,
        unit_price=unit_price,
    )


def _products(party: Party, target: Show) -> ProductForm:
    """What may be put on the run sheet, found by the words of the address."""
    form = ProductForm(formdata=None)
    form.product.choices = []
    if run_sheet.may_edit(target, party.owner):
        moment = target.on_air_at or target.planned_start
        partners = [party.owner] if party.side == Side.BRAND else planning.partners_at(party.owner, moment)
        words = query_args.text(request.args, "q")
        found = run_sheet.addable(target, [each.id for each in partners], words, OFFERED)
        names = {each.id: each.name for each in partners}
        form.product.choices = [
            SelectChoice(f"{each.brand_id}:{each.id}", f"{each.name} ({each.sku}, {names[each.brand_id]})")
            for each in found
        ]
    return form
