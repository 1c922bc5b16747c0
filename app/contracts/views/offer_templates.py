"""Terms that a brand keeps under a name, to begin offers with."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.contracts.blueprint import blueprint
from app.contracts.forms.changes import TemplateForm
from app.contracts.offers import rounds, templates
from app.contracts.terms.phrases import terms_sentences
from app.contracts.terms.sheet import Sheet
from app.database import db
from app.errors import BadInput
from app.users.party_pages import DEALERS, Party, party_page
from app.users.sides import Side


@party_page(blueprint, "GET", "offers/templates", sides=(Side.BRAND,))
def offer_templates(party: Party) -> ResponseReturnValue:
    """The brand's templates, each with what it pays."""
    return render_template(
        "contracts/offer_templates.html",
        party=party,
        templates=[(each, terms_sentences(Sheet.of(each.terms))) for each in templates.templates_of(party.brand)],
    )


@party_page(blueprint, "POST", "offers/<uuid:offer>/template", DEALERS, sides=(Side.BRAND,))
def offer_template_create(party: Party, offer: UUID) -> ResponseReturnValue:
    """Keeps the terms of an offer's newest version as a template."""
    negotiated, form, at = rounds.get_offer(party.owner, offer), TemplateForm(), clock.now()
    newest = rounds.rounds(negotiated, party.side)[-1]
    sheet = replace(newest.sheet, effective_on=None)
    if not form.validate_on_submit():
        raise BadInput(gettext("Give the template a name of 1 to %(count)s characters.", count=templates.LONGEST_NAME))
    templates.save(party.brand, form.name.data, sheet, negotiated.locked_fields, by=party.person, at=at)
    db.session.commit()
    flash(gettext("Saved as a template for new offers."), "success")
    return redirect(party.url("offer_templates"), 303)


@party_page(blueprint, "POST", "offers/templates/<uuid:template>/remove", DEALERS, sides=(Side.BRAND,))
def offer_template_delete(party: Party, template: UUID) -> ResponseReturnValue:
    """Throws a template away."""
    templates.remove(templates.get_template(party.brand, template), by=party.person, at=clock.now())
    db.session.commit()
    flash(gettext("Removed. Offers made from it stay as they are."), "success")
    return redirect(party.url("offer_templates"), 303)
