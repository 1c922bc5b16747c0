"""What is done with a running contract: a change is proposed, better terms told, a pause, its end (rules.md B16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.clock import first_of_next_month
from app.contracts.blueprint import blueprint
from app.contracts.changes import lifecycle
from app.contracts.forms.changes import EndForm, PauseForm
from app.contracts.forms.offers import TermsForm
from app.contracts.models import Contract, Pause
from app.contracts.overview import contract_of
from app.contracts.terms.sheet import Sheet
from app.contracts.views.offer_drafts import (
    create_draft,
    draft_form,
    fixed,
    new_page,
    read,
    with_errors,
)
from app.database import db
from app.errors import BadInput, Conflict, NotFound
from app.users.party_pages import (
    BINDERS,
    DEALERS,
    Party,
    party_page,
)
from app.users.sides import Side

DAY = timedelta(days=1)


@party_page(blueprint, "GET", "contracts/<uuid:contract>/change", DEALERS)
def contract_change_new(party: Party, contract: UUID) -> ResponseReturnValue:
    """The running terms, to propose others to the other side."""
    agreed = contract_of(party, contract)
    base = _from_next_month(agreed)
    form = draft_form(party, agreed, base)
    form.fill(base)
    form.title.data = gettext("Change of contract %(ref)s", ref=agreed.ref)
    return new_page(party, form, agreed)


@party_page(blueprint, "POST", "contracts/<uuid:contract>/change", DEALERS)
def contract_change_create(party: Party, contract: UUID) -> ResponseReturnValue:
    """Stores the proposal as a draft."""
    agreed = contract_of(party, contract)
    return create_draft(party, draft_form(party, agreed, _from_next_month(agreed)), agreed)


@party_page(blueprint, "GET", "contracts/<uuid:contract>/pause", BINDERS)
def pause_new(party: Party, contract: UUID) -> ResponseReturnValue:
    """Asks for which days the contract is to rest."""
    return _pause_page(party, contract_of(party, contract), PauseForm())


@party_page(blueprint, "POST", "contracts/<uuid:contract>/pause", BINDERS)
def pause_create(party: Party, contract: UUID) -> ResponseReturnValue:
    """Asks the other side to let the contract rest."""
    agreed, form = contract_of(party, contract), PauseForm()
    if not form.validate_on_submit():
        return _pause_page(party, agreed, form), 422
    first_on, last_on, reason = form.first_on.data, form.last_on.data, form.reason.data
    try:
        lifecycle.ask_pause(agreed, first_on, last_on, reason, side=party.side, by=party.person, at=clock.now())
    except (BadInput, Conflict) as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _pause_page(party, contract_of(party, contract), form), error.status
    db.session.commit()
    flash(gettext("Requested. The contract is paused on these days once the other side agrees."), "success")
    return redirect(party.url("contract", contract=contract), 303)


@party_page(blueprint, "POST", "contracts/<uuid:contract>/pauses/<uuid:pause>/answer", BINDERS)
def pause_answer(party: Party, contract: UUID, pause: UUID) -> ResponseReturnValue:
    """Agrees to a pause the other side asked for, or refuses it."""
    agreed = contract_of(party, contract)
    request_ = db.session.scalar(select(Pause).where(Pause.public_id == pause, Pause.contract_id == agreed.id))
    if request_ is None:
        raise NotFound(gettext("There is no such pause, or it is not yours."))
    agree = request.form.get("answer") == "agree"
    lifecycle.answer_pause(request_, agree, side=party.side, by=party.person, at=clock.now())
    db.session.commit()
    flash(gettext("Agreed: the contract is paused on these days.") if agree else gettext("Refused."), "success")
    return redirect(party.url("contract", contract=contract), 303)


@party_page(blueprint, "GET", "contracts/<uuid:contract>/end", BINDERS)
def contract_end_new(party: Party, contract: UUID) -> ResponseReturnValue:
    """Asks how and when the contract is to end."""
    agreed, form = contract_of(party, contract), EndForm()
    form.last_day.data = lifecycle.earliest_end(agreed, party.side, clock.now())
    return _end_page(party, agreed, form)


@party_page(blueprint, "POST", "contracts/<uuid:contract>/end", BINDERS)
def contract_end_create(party: Party, contract: UUID) -> ResponseReturnValue:
    """First asks whether that is meant; with `confirmed` it is done."""
    agreed, form = contract_of(party, contract), EndForm()
    if not form.validate_on_submit():
        return _end_page(party, agreed, form), 422
    if not request.form.get("confirmed"):
        return render_template("contracts/contract_end_confirm.html", party=party, contract=agreed, form=form)
    try:
        ending = lifecycle.end(agreed, form.termination(), side=party.side, by=party.person, at=clock.now())
    except (BadInput, Conflict) as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _end_page(party, contract_of(party, contract), form), error.status
    db.session.commit()
    flash(
        gettext("The contract ends on %(day)s. The other side is notified.", day=ending.last_day.isoformat()), "success"
    )
    return redirect(party.url("contract", contract=contract), 303)


@party_page(blueprint, "GET", "contracts/<uuid:contract>/better", BINDERS, sides=(Side.BRAND,))
def contract_improve_new(party: Party, contract: UUID) -> ResponseReturnValue:
    """The running terms, to be made better for the creator."""
    agreed = contract_of(party, contract)
    form = _better_form(agreed)
    form.fill(_from_next_month(agreed))
    return _better_page(party, agreed, form)


@party_page(blueprint, "POST", "contracts/<uuid:contract>/better", BINDERS, sides=(Side.BRAND,))
def contract_improve_create(party: Party, contract: UUID) -> ResponseReturnValue:
    """Changes the terms by notice alone; refused where a field is not better for the creator."""
    agreed, at = contract_of(party, contract), clock.now()
    form = _better_form(agreed)
    sheet = read(form, at)
    if sheet is None:
        return _better_page(party, agreed, form), 422
    try:
        lifecycle.amend_by_notice(agreed, sheet, by=party.person, at=at)
    except (BadInput, Conflict) as error:
        db.session.rollback()
        return _better_page(party, contract_of(party, contract), with_errors(form, error, sheet)), error.status
    db.session.commit()
    flash(gettext("Changed. The creator is notified by mail."), "success")
    return redirect(party.url("contract", contract=contract), 303)


def _from_next_month(contract: Contract) -> Sheet:
    """What the contract says now, to hold from the next of its months on: that is when monthly money can change."""
    day = max(clock.today(contract.timezone), contract.starts_on)
    return replace(lifecycle.current_sheet(contract), effective_on=first_of_next_month(day))


def _better_form(contract: Contract) -> TermsForm:
    base = lifecycle.current_sheet(contract)
    form = TermsForm(base.currency, base.timezone, base=base, locked=("starts_on",), amends=True)
    del form.message
    return form


def _pause_page(party: Party, contract: Contract, form: PauseForm) -> str:
    return render_template("contracts/contract_pause.html", party=party, contract=contract, form=form)


def _end_page(party: Party, contract: Contract, form: EndForm) -> str:
    earliest = lifecycle.earliest_end(contract, party.side, clock.now())
    return render_template("contracts/contract_end.html", party=party, contract=contract, form=form, earliest=earliest)


def _better_page(party: Party, contract: Contract, form: TermsForm) -> str:
    return render_template(
        "contracts/contract_improve.html", party=party, contract=contract, form=form, fixed=fixed(form)
    )
