"""Self-billing agreements: with whom, the text, signing and ending."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import StreamcutError
from app.invoicing import agreements
from app.invoicing.agreements import AgreementState, Stamp
from app.invoicing.blueprint import blueprint
from app.invoicing.forms import SignForm, WhyForm
from app.invoicing.models import SelfBillingAgreement
from app.users.party_pages import BINDERS, READERS, Party, party_page


@party_page(blueprint, "GET", "self-billing", READERS)
def self_billing(party: Party) -> ResponseReturnValue:
    """Everybody the side works with, and how far self-billing with them is."""
    return render_template("invoicing/self_billing.html", party=party, pairs=agreements.pairs(party.owner))


@party_page(blueprint, "POST", "self-billing/with/<uuid:other>", BINDERS)
def self_billing_create(party: Party, other: UUID) -> ResponseReturnValue:
    """Freezes a text for both to sign."""
    brand, creator = agreements.other_of(party.owner, other)
    made = agreements.propose(brand, creator, side=party.side, by=party.person, at=clock.now())
    db.session.commit()
    return redirect(party.url("self_billing_agreement", agreement=made.public_id), 303)


@party_page(blueprint, "GET", "self-billing/<uuid:agreement>", READERS)
def self_billing_agreement(party: Party, agreement: UUID) -> ResponseReturnValue:
    """The text, who has signed, and what can be done."""
    return _page(party, agreements.agreement_with(agreement, party.owner), SignForm())


@party_page(blueprint, "POST", "self-billing/<uuid:agreement>/sign", BINDERS)
def self_billing_sign(party: Party, agreement: UUID) -> ResponseReturnValue:
    """Signs for the side."""
    row, form = agreements.agreement_with(agreement, party.owner), SignForm()
    if not form.validate_on_submit():
        return _page(party, row, form), 422
    stamp = Stamp(request.remote_addr or "", request.user_agent.string)
    try:
        agreements.sign(row, form.name.data, side=party.side, by=party.person, at=clock.now(), stamp=stamp)
    except StreamcutError as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _page(party, agreements.agreement_with(agreement, party.owner), form), error.status
    db.session.commit()
    flash(gettext("Signed."), "success")
    return redirect(party.url("self_billing_agreement", agreement=agreement), 303)


@party_page(blueprint, "POST", "self-billing/<uuid:agreement>/end", BINDERS)
def self_billing_end(party: Party, agreement: UUID) -> ResponseReturnValue:
    """Ends it for the invoices to come."""
    row, form = agreements.agreement_with(agreement, party.owner), WhyForm()
    agreements.end(row, form.reason.data or "", side=party.side, by=party.person, at=clock.now())
    db.session.commit()
    flash(gettext("Ended. Invoices that were issued stay as they are."), "success")
    return redirect(party.url("self_billing"), 303)


def _page(party: Party, row: SelfBillingAgreement, form: SignForm) -> str:
    signed, state = agreements.signatures(row), agreements.state_of(row)
    open_ = state == AgreementState.UNSIGNED and party.side not in {each.side for each in signed}
    return render_template(
        "invoicing/self_billing_agreement.html",
        party=party,
        agreement=row,
        signatures=signed,
        state=state,
        ending=agreements.ending_of(row),
        form=form,
        why=WhyForm(formdata=None),
        may_sign=party.may_bind and open_,
        may_end=party.may_bind and state in (AgreementState.UNSIGNED, AgreementState.IN_FORCE),
    )
