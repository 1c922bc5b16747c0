"""An agreement: its text, its seal, who has signed, and what is needed to sign it (rules.md B17)."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.contracts.blueprint import blueprint
from app.contracts.forms.changes import SignForm, VoidForm
from app.contracts.models import Agreement, AgreementStatus, Offer, OfferRound
from app.contracts.signing import document, signature
from app.database import db
from app.errors import NotFound, StreamcutError
from app.users.party_pages import BINDERS, Party, party_page
from app.users.sides import Side


@party_page(blueprint, "GET", "offers/agreements/<uuid:agreement>")
def agreement(party: Party, agreement: UUID) -> ResponseReturnValue:
    """The text that is or was signed, and by whom."""
    return _page(party, _agreement(party, agreement))


@party_page(blueprint, "GET", "offers/agreements/<uuid:agreement>/contract.pdf")
def agreement_file(party: Party, agreement: UUID) -> ResponseReturnValue:
    """The same as a file to keep."""
    found = _agreement(party, agreement)
    answer = Response(document.pdf(found), mimetype="application/pdf")
    name = f"{found.brand.handle}-{found.creator.handle}-{found.id}.pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@party_page(blueprint, "POST", "offers/agreements/<uuid:agreement>/code", BINDERS)
def agreement_code_create(party: Party, agreement: UUID) -> ResponseReturnValue:
    """Mails the person a code to sign with."""
    found = _agreement(party, agreement)
    try:
        signature.send_code(found, by=party.person, at=clock.now())
    except StreamcutError as error:
        return _refused(party, agreement, error)
    db.session.commit()
    flash(gettext("We mailed a code to %(email)s. It is good for 10 minutes.", email=party.person.email), "success")
    return redirect(party.url("agreement", agreement=agreement, _anchor="sign"), 303)


@party_page(blueprint, "POST", "offers/agreements/<uuid:agreement>/sign", BINDERS)
def agreement_sign(party: Party, agreement: UUID) -> ResponseReturnValue:
    """Signs for the side; the second signature makes the contract."""
    found, form = _agreement(party, agreement), SignForm()
    if not form.validate_on_submit():
        return _page(party, found, sign=form), 422
    about = {"address": request.remote_addr or "", "browser": request.user_agent.string}
    try:
        signature.sign(
            found, side=party.side, name=form.name.data, code=form.code.data, by=party.person, at=clock.now(), **about
        )
    except StreamcutError as error:
        return _refused(party, agreement, error, form)
    db.session.commit()
    done = found.status == AgreementStatus.SIGNED
    flash(
        gettext("Signed by both sides.") if done else gettext("Signed. Waiting for the other side to sign."), "success"
    )
    return redirect(party.url("agreement", agreement=agreement), 303)


@party_page(blueprint, "POST", "offers/agreements/<uuid:agreement>/give-up", BINDERS)
def agreement_void(party: Party, agreement: UUID) -> ResponseReturnValue:
    """Gives up what not both have signed."""
    found, form = _agreement(party, agreement), VoidForm()
    if not form.validate_on_submit():
        return _page(party, found, void=form), 422
    try:
        signature.void(found, reason=form.reason.data, by=party.person, at=clock.now())
    except StreamcutError as error:
        return _refused(party, agreement, error)
    db.session.commit()
    flash(gettext("Cancelled: nobody can sign it any more."), "success")
    return redirect(party.url("agreement", agreement=agreement), 303)


def _agreement(party: Party, public_id: UUID) -> Agreement:
    mine = Agreement.brand_id if party.side == Side.BRAND else Agreement.creator_id
    found = db.session.scalar(select(Agreement).where(Agreement.public_id == public_id, mine == party.owner.id))
    if found is None:
        raise NotFound(gettext("There is no such agreement, or it is not yours."))
    return found


def _refused(party: Party, public_id: UUID, error: StreamcutError, form: SignForm | None = None) -> ResponseReturnValue:
    """The agreement as it is now, with the sentence that says why it could not be done."""
    db.session.rollback()
    return _page(party, _agreement(party, public_id), sign=form, refusal=error.sentence), error.status


def _page(
    party: Party, found: Agreement, *, sign: SignForm | None = None, void: VoidForm | None = None, refusal: str = ""
) -> str:
    signed = signature.signatures(found)
    return render_template(
        "contracts/agreement.html",
        party=party,
        agreement=found,
        offer=db.session.scalar(select(Offer).join(OfferRound).where(OfferRound.id == found.offer_round_id)),
        signatures=signed,
        intact=signature.intact(found),
        to_sign=found.status == AgreementStatus.TO_SIGN
        and party.may_bind
        and party.side not in {each.side for each in signed},
        sign=sign or SignForm(formdata=None),
        void=void or VoidForm(formdata=None),
        refusal=refusal,
    )
