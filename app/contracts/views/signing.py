"""An agreement: its text, its seal, who has signed, and what is needed to sign it (rules.md B17)."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.contracts.blueprint import blueprint
from app.contracts.forms.changes import SignForm, VoidForm
from app.contracts.models import Agreement, AgreementStatus, Offer, OfferRound
from app.contracts.sides import owned_by
from app.contracts.signing import document, signature
from app.database import db
from app.errors import NotFound, StreamcutError
from app.users.party_pages import BINDERS, Party, party_page
from app.web.downloads import download


@party_page(blueprint, "GET", "offers/agreements/<uuid:agreement>")
def agreement(party: Party, agreement: UUID) -> ResponseReturnValue:
    """The text that is or was signed, and by whom."""
    return _page(party, _agreement(party, agreement))


@party_page(blueprint, "GET", "offers/agreements/<uuid:agreement>/contract.pdf")
def agreement_file(party: Party, agreement: UUID) -> ResponseReturnValue:
    """The same as a file to keep."""
    frozen = _agreement(party, agreement)
    name = f"{frozen.brand.handle}-{frozen.creator.handle}-{frozen.id}.pdf"
    return download(document.pdf(frozen), name, "application/pdf")


@party_page(blueprint, "POST", "offers/agreements/<uuid:agreement>/code", BINDERS)
def agreement_code_create(party: Party, agreement: UUID) -> ResponseReturnValue:
    """Mails the person a code to sign with."""
    frozen = _agreement(party, agreement)
    try:
        signature.send_code(frozen, by=party.person, at=clock.now())
    except StreamcutError as error:
        return _refused(party, agreement, error)
    db.session.commit()
    flash(gettext("We mailed a code to %(email)s. It is good for 10 minutes.", email=party.person.email), "success")
    return redirect(party.url("agreement", agreement=agreement, _anchor="sign"), 303)


@party_page(blueprint, "POST", "offers/agreements/<uuid:agreement>/sign", BINDERS)
def agreement_sign(party: Party, agreement: UUID) -> ResponseReturnValue:
    """Signs for the side; the second signature makes the contract."""
    frozen, form = _agreement(party, agreement), SignForm()
    if not form.validate_on_submit():
        return _page(party, frozen, sign=form), 422
    address, browser = request.remote_addr or "", request.user_agent.string
    entry = signature.SignatureEntry(form.name.data, form.code.data, address, browser)
    try:
        signature.sign(frozen, entry, side=party.side, by=party.person, at=clock.now())
    except StreamcutError as error:
        return _refused(party, agreement, error, form)
    db.session.commit()
    complete = frozen.status == AgreementStatus.SIGNED
    flash(
        gettext("Signed by both sides.") if complete else gettext("Signed. Waiting for the other side to sign."),
        "success",
    )
    return redirect(party.url("agreement", agreement=agreement), 303)


@party_page(blueprint, "POST", "offers/agreements/<uuid:agreement>/give-up", BINDERS)
def agreement_void(party: Party, agreement: UUID) -> ResponseReturnValue:
    """Gives up what not both have signed."""
    frozen, form = _agreement(party, agreement), VoidForm()
    if not form.validate_on_submit():
        return _page(party, frozen, void=form), 422
    try:
        signature.void(frozen, reason=form.reason.data, by=party.person, at=clock.now())
    except StreamcutError as error:
        return _refused(party, agreement, error)
    db.session.commit()
    flash(gettext("Cancelled: nobody can sign it any more."), "success")
    return redirect(party.url("agreement", agreement=agreement), 303)


def _agreement(party: Party, public_id: UUID) -> Agreement:
    query = select(Agreement).where(Agreement.public_id == public_id, owned_by(party.owner, Agreement))
    frozen = db.session.scalar(query)
    if frozen is None:
        raise NotFound(gettext("There is no such agreement, or it is not yours."))
    return frozen


def _refused(party: Party, public_id: UUID, error: StreamcutError, form: SignForm | None = None) -> ResponseReturnValue:
    """The agreement as it is now, with the sentence that says why it could not be done."""
    db.session.rollback()
    return _page(party, _agreement(party, public_id), sign=form, refusal=error.sentence), error.status


def _page(
    party: Party, frozen: Agreement, *, sign: SignForm | None = None, void: VoidForm | None = None, refusal: str = ""
) -> str:
    signatures = signature.signatures(frozen)
    has_signed = party.side in {each.side for each in signatures}
    return render_template(
        "contracts/agreement.html",
        party=party,
        agreement=frozen,
        offer=db.session.scalar(select(Offer).join(OfferRound).where(OfferRound.id == frozen.offer_round_id)),
        signatures=signatures,
        intact=signature.intact(frozen),
        to_sign=frozen.status == AgreementStatus.TO_SIGN and party.may_bind and not has_signed,
        sign=sign or SignForm(formdata=None),
        void=void or VoidForm(formdata=None),
        refusal=refusal,
    )
