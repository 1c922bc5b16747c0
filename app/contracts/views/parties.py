"""The legal details of a side, which stand in its contracts."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.contracts import parties
from app.contracts.blueprint import blueprint
from app.contracts.forms.parties import LegalDetailsForm
from app.database import db
from app.errors import BadInput
from app.users.party_pages import BINDERS, Party, party_page
from app.web.versions import hold


@party_page(blueprint, "GET", "offers/legal-details", BINDERS)
def legal_details(party: Party) -> ResponseReturnValue:
    """What the side has filled in, to be changed; the country it is established in, before it has."""
    return _page(party, _stored(party))


@party_page(blueprint, "POST", "offers/legal-details", BINDERS)
def legal_details_update(party: Party) -> ResponseReturnValue:
    """Keeps them for the contracts to come."""
    form = LegalDetailsForm()
    if not form.validate_on_submit():
        return _page(party, form), 422
    hold(party.owner)
    if form.outdated(_stored(party)):
        return _page(party, form), 409
    try:
        parties.save_details(party.owner, form.details(), by=party.person, at=clock.now())
    except BadInput as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _page(party, form), 422
    db.session.commit()
    flash(gettext("Saved. They stand in the contract of every offer that is accepted from now on."), "success")
    return redirect(party.url("offers"), 303)


def _stored(party: Party) -> LegalDetailsForm:
    details, form = parties.details_of(party.owner), LegalDetailsForm(formdata=None)
    if details is None:
        form.country.data = party.owner.country
    else:
        form.process(formdata=None, obj=details)
    return form.seal()


def _page(party: Party, form: LegalDetailsForm) -> str:
    return render_template("contracts/legal_details.html", party=party, form=form)
