"""A brand's streams, and streams elsewhere that come by no file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload
from wtforms.fields.choices import SelectChoice

from app import clock
from app.catalog import naming
from app.contracts.models import Contract
from app.database import db
from app.errors import BadInput, Conflict
from app.security import BRAND, PLATFORM, identity, require
from app.streams import by_hand
from app.streams.blueprint import blueprint
from app.streams.forms import StreamForm
from app.streams.models import Stream
from app.users.models import Brand, Creator
from app.users.party_pages import DEALERS, Party, party_page
from app.users.scope import brand_for
from app.users.sides import Side
from app.web import query_args


@blueprint.get("/brands/<uuid:brand>/streams")
@require(BRAND | PLATFORM)
def brand_streams(brand: UUID) -> ResponseReturnValue:
    """The brand's streams: past, running and announced."""
    owner = brand_for(identity(), brand, read=True)
    query = select(Stream).options(joinedload(Stream.creator)).where(Stream.brand_id == owner.id)
    query = query.order_by(Stream.starts_at.desc(), Stream.id.desc())
    if words := query_args.text(request.args, "creator"):
        query = query.join(Creator).where(or_(Creator.handle == words, Creator.name.icontains(words, autoescape=True)))
    begin, end = query_args.period(request.args, owner.timezone)
    if begin:
        query = query.where(Stream.starts_at >= begin)
    if end:
        query = query.where(Stream.starts_at < end)
    pagination = db.paginate(query)
    return render_template(
        "streams/brand_streams.html",
        brand=owner,
        pagination=pagination,
        at=clock.now(),
        naming=naming,
        may_add=owner.id in identity().brand_ids(DEALERS[Side.BRAND]),
    )


@party_page(blueprint, "GET", "streams/new", DEALERS)
def stream_new(party: Party) -> ResponseReturnValue:
    """A stream that was elsewhere, to be recorded by hand."""
    return _adding(party, _form(party))


@party_page(blueprint, "POST", "streams/new", DEALERS)
def stream_create(party: Party) -> ResponseReturnValue:
    """Records it."""
    form = _form(party)
    if not form.validate_on_submit():
        return _adding(party, form), 422
    partner = next((each for each in _partners(party) if str(each.public_id) == form.partner.data), None)
    if partner is None:
        form.partner.errors = [gettext("Choose one.")]
        return _adding(party, form), 422
    about: dict[str, Any] = {"by": party.person, "at": clock.now()}
    try:
        if party.side == Side.BRAND:
            by_hand.add(party.brand, partner, form.broadcast(), **about)
        else:
            by_hand.add(partner, party.creator, form.broadcast(), **about)
    except (BadInput, Conflict) as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _adding(party, form), error.status
    db.session.commit()
    flash(gettext("The stream is recorded."), "success")
    return redirect(party.url("streams"), 303)


def _partners(party: Party) -> Sequence[Any]:
    """Whom the side has, or had, a contract with, by name."""
    kind, own, theirs = (
        (Creator, Contract.brand_id, Contract.creator_id)
        if party.side == Side.BRAND
        else (Brand, Contract.creator_id, Contract.brand_id)
    )
    dealt = select(theirs).where(own == party.owner.id)
    return db.session.scalars(select(kind).where(kind.id.in_(dealt)).order_by(kind.name, kind.id)).all()


def _form(party: Party) -> StreamForm:
    form = StreamForm(party.person.timezone)
    form.partner.choices = [SelectChoice(str(each.public_id), each.name) for each in _partners(party)]
    form.partner.label.text = gettext("Creator") if party.side == Side.BRAND else gettext("Brand")
    return form


def _adding(party: Party, form: StreamForm) -> str:
    return render_template("streams/stream_form.html", party=party, form=form)
