"""Terms that a brand keeps under a name, to begin offers with."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.contracts import rounds, templates
from app.contracts.rounds import BRAND
from app.contracts.sheet import Sheet
from app.database import db
from app.desks import sentences
from app.desks.deed_forms import TemplateForm
from app.desks.views.seats import DEALERS, Seat, seated
from app.errors import BadInput


@seated("GET", "offers/templates", sides=(BRAND,))
def offer_templates(seat: Seat) -> ResponseReturnValue:
    """The brand's templates, each with what it pays."""
    kept = templates.of_brand(seat.brand)
    return render_template(
        "desks/offer_templates.html",
        seat=seat,
        templates=[(each, sentences.terms_sentences(Sheet.of(each.terms))) for each in kept],
    )


@seated("POST", "offers/<uuid:offer>/template", DEALERS, sides=(BRAND,))
def offer_template_save(seat: Seat, offer: UUID) -> ResponseReturnValue:
    """Keeps the terms of an offer's newest version as a template."""
    found, form, at = rounds.one(seat.of, offer), TemplateForm(), clock.now()
    newest = rounds.rounds(found, seat.side)[-1]
    sheet = replace(newest.sheet, effective_on=None)
    if not form.validate_on_submit():
        raise BadInput(gettext("Give the template a name of 1 to %(count)s characters.", count=templates.LONGEST_NAME))
    templates.save(seat.brand, form.name.data, sheet, found.locked_fields, by=seat.who, at=at)
    db.session.commit()
    flash(gettext("Kept as a template: offers can begin with it."), "success")
    return redirect(seat.url("offer_templates"), 303)


@seated("POST", "offers/templates/<uuid:template>/remove", DEALERS, sides=(BRAND,))
def offer_template_remove(seat: Seat, template: UUID) -> ResponseReturnValue:
    """Throws a template away."""
    templates.remove(templates.one(seat.brand, template), by=seat.who, at=clock.now())
    db.session.commit()
    flash(gettext("Removed. Offers that began with it stay as they are."), "success")
    return redirect(seat.url("offer_templates"), 303)
