"""A brand's programmes: rates for many creators at once, and what a change will mean for those who follow."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app import clock
from app.contracts.blueprint import blueprint
from app.contracts.forms.programmes import NewProgrammeForm, RatesForm
from app.contracts.models import Programme
from app.contracts.overview import contract_of
from app.contracts.terms import programmes
from app.database import db
from app.errors import BadInput, Conflict
from app.security import BRAND, PLATFORM, Role, identity, require
from app.users.models import Brand
from app.users.party_pages import Party
from app.users.scope import brand_for
from app.users.sides import Side
from app.web import query_args
from app.web.versions import hold

OWNER = frozenset({Role.BRAND_OWNER})


@blueprint.get("/brands/<uuid:brand>/programmes")
@require(BRAND | PLATFORM)
def brand_programmes(brand: UUID) -> ResponseReturnValue:
    """The brand's programmes with their rates and how many contracts follow each; the form for another."""
    return _list(brand_for(identity(), brand, read=True), NewProgrammeForm()), 200


@blueprint.post("/brands/<uuid:brand>/programmes")
@require(OWNER)
def brand_programme_create(brand: UUID) -> ResponseReturnValue:
    """Makes a programme. Sent twice, the second is refused: the brand has one of that name."""
    owner, form = brand_for(identity(), brand, OWNER), NewProgrammeForm()
    if form.validate_on_submit():
        try:
            created = programmes.create(owner, form.name.data, form.rates(), by=identity(), at=clock.now())
        except (BadInput, Conflict) as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            return redirect(url_for("contracts.brand_programme", brand=brand, programme=created.public_id))
    return _list(owner, form), 422


@blueprint.get("/brands/<uuid:brand>/programmes/<uuid:programme>")
@require(BRAND | PLATFORM)
def brand_programme(brand: UUID, programme: UUID) -> ResponseReturnValue:
    """What was announced, and the form to announce other rates."""
    owner = brand_for(identity(), brand, read=True)
    announced = programmes.get_programme(owner.id, programme)
    return _page(owner, announced, _stored_rates(announced)), 200


@blueprint.post("/brands/<uuid:brand>/programmes/<uuid:programme>")
@require(OWNER)
def brand_programme_announce(brand: UUID, programme: UUID) -> ResponseReturnValue:
    """Announces other rates: rises count at once, cuts when protection ends."""
    owner = brand_for(identity(), brand, OWNER)
    announced, form = programmes.get_programme(owner.id, programme), RatesForm()
    if form.validate_on_submit():
        announced = hold(announced)
        if form.outdated(_stored_rates(announced)):
            return _page(owner, announced, form), 409
        try:
            reached = programmes.announce(announced, form.rates(), by=identity(), at=clock.now())
        except BadInput as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            message = ngettext("Announced to %(num)d contract.", "Announced to %(num)d contracts.", reached)
            flash(message, "success")
            return redirect(url_for("contracts.brand_programme", brand=brand, programme=programme))
    return _page(owner, announced, form), 422


@blueprint.post("/brands/<uuid:brand>/contracts/<uuid:contract>/programme")
@require(OWNER)
def contract_programme_update(brand: UUID, contract: UUID) -> ResponseReturnValue:
    """Lets a contract follow the programme whose public id is sent, or none any more when none is sent."""
    owner = brand_for(identity(), brand, OWNER)
    agreed = contract_of(Party(Side.BRAND, owner, identity()), contract)
    if chosen := query_args.identifier(request.form, "programme"):
        programmes.join(agreed, programmes.get_programme(owner.id, chosen), by=identity(), at=clock.now())
        message = gettext("The contract now follows the programme.")
    else:
        programmes.leave(agreed, by=identity(), at=clock.now())
        message = gettext("The contract no longer follows the programme and keeps its current rates.")
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("contracts.brand_contract", brand=brand, contract=contract))


def _list(owner: Brand, form: NewProgrammeForm) -> str:
    at = clock.now()
    rows = [
        (each, programmes.current_rates(each), programmes.followers(each, at=at))
        for each in programmes.programmes_of(owner.id)
    ]
    return render_template("contracts/programmes.html", brand=owner, rows=rows, form=form, may_write=_may_write(owner))


def _stored_rates(programme: Programme) -> RatesForm:
    return RatesForm(rates=programmes.current_rates(programme), formdata=None).seal()


def _page(owner: Brand, programme: Programme, form: RatesForm) -> str:
    return render_template(
        "contracts/programme.html",
        brand=owner,
        programme=programme,
        followers=programmes.followers(programme, at=clock.now()),
        form=form,
        may_write=_may_write(owner),
    )


def _may_write(owner: Brand) -> bool:
    return owner.id in identity().brand_ids(OWNER)
