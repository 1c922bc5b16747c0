"""Writing terms: a new offer or a change of a contract, a draft that is worked on, an answer with other terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.contracts.blueprint import blueprint
from app.contracts.forms.offers import (
    AnswerTermsForm,
    OfferForm,
    TermsForm,
)
from app.contracts.models import Contract, Offer, OfferRound, RoundStatus
from app.contracts.offers import (
    comparison,
    negotiation,
    rounds,
    templates,
)
from app.contracts.offers.rounds import OPEN
from app.contracts.terms import sheet_rules
from app.contracts.terms.sheet import Sheet, usual_terms
from app.database import db
from app.errors import BadInput, Conflict, NotAllowed, NotFound, StreamcutError
from app.users.models import Brand, Creator
from app.users.party_pages import DEALERS, Party, party_page
from app.users.sides import Side
from app.web import query_args


@party_page(blueprint, "GET", "offers/new", DEALERS, sides=(Side.BRAND,))
def offer_new(party: Party) -> ResponseReturnValue:
    """An empty form, or one that begins with a template or for a creator."""
    base, locked = _beginning(party, at=clock.now())
    form = draft_form(party, None, base, creator=not _chosen())
    form.fill(base)
    form.locked_fields.data = locked
    return new_page(party, form)


@party_page(blueprint, "POST", "offers/new", DEALERS, sides=(Side.BRAND,))
def offer_create(party: Party) -> ResponseReturnValue:
    """Stores the draft. The other side sees nothing of it until it is sent."""
    base, _locked = _beginning(party, at=clock.now())
    form = draft_form(party, None, base, creator=not _chosen())
    return create_draft(party, form, None)


def create_draft(party: Party, form: OfferForm, contract: Contract | None) -> ResponseReturnValue:
    """Begins an offer, or a change of `contract`, with what was sent; or shows what is wrong with it."""
    at = clock.now()
    sheet = read(form, at)
    brand, creator = (contract.brand, contract.creator) if contract else (party.owner, _creator(form))
    if sheet is None or creator is None or not isinstance(brand, Brand):
        return new_page(party, form, contract), 422
    draft = negotiation.OfferDraft(sheet, form.title.data, _locked_by(form) or (), form.message.data or "")
    try:
        offer = negotiation.begin(brand, creator, draft, contract=contract, side=party.side, by=party.person, at=at)
    except (BadInput, NotAllowed) as error:
        return new_page(party, with_errors(form, error, sheet), contract), error.status
    db.session.commit()
    return redirect(party.url("offer", offer=offer.public_id), 303)


@party_page(blueprint, "GET", "offers/<uuid:offer>/edit", DEALERS)
def offer_edit(party: Party, offer: UUID) -> ResponseReturnValue:
    """The draft, to be worked on."""
    negotiated = rounds.get_offer(party.owner, offer)
    draft = _draft(negotiated)
    form = draft_form(party, negotiated.contract, draft.sheet)
    form.fill(draft.sheet, draft.message)
    form.title.data = negotiated.title
    if "locked_fields" in form:
        form.locked_fields.data = negotiated.locked_fields
    return _edit_page(party, negotiated, form)


@party_page(blueprint, "POST", "offers/<uuid:offer>/edit", DEALERS)
def offer_update(party: Party, offer: UUID) -> ResponseReturnValue:
    """Stores the draft anew."""
    negotiated, at = rounds.get_offer(party.owner, offer), clock.now()
    form = draft_form(party, negotiated.contract, _draft(negotiated).sheet)
    sheet = read(form, at)
    if sheet is None:
        return _edit_page(party, negotiated, form), 422
    about = {"message": form.message.data or "", "title": form.title.data, "locked": _locked_by(form)}
    try:
        negotiation.edit(negotiated, sheet, by=party.person, at=at, **about)
    except (BadInput, NotAllowed) as error:
        return _edit_page(party, negotiated, with_errors(form, error, sheet)), error.status
    db.session.commit()
    flash(gettext("Saved. The other side sees it once you send it."), "success")
    return redirect(party.url("offer", offer=offer), 303)


@party_page(blueprint, "GET", "offers/<uuid:offer>/answer", DEALERS)
def offer_counter_new(party: Party, offer: UUID) -> ResponseReturnValue:
    """Other terms for an open version: a counter-offer to the other side's, or a new version of one's own."""
    negotiated = rounds.get_offer(party.owner, offer)
    open_ = _open(negotiated, party)
    form = _answer_form(party, negotiated, open_)
    form.fill(open_.sheet)
    form.seen.data = open_.nr
    return _answer_page(party, negotiated, open_, form)


@party_page(blueprint, "POST", "offers/<uuid:offer>/answer", DEALERS)
def offer_counter_create(party: Party, offer: UUID) -> ResponseReturnValue:
    """Sends the other terms. When a newer version is there, it is shown instead."""
    negotiated, at = rounds.get_offer(party.owner, offer), clock.now()
    seen = request.form.get("seen", type=int) or 0
    looked_at = next((each for each in rounds.rounds(negotiated, party.side) if each.nr == seen), None) or _open(
        negotiated, party
    )
    form = _answer_form(party, negotiated, looked_at)
    sheet = read(form, at)
    if sheet is None:
        return _answer_page(party, negotiated, looked_at, form), 422
    version = negotiation.Version(sheet, form.message.data or "", form.days.data)
    acting: dict[str, Any] = {"side": party.side, "seen": seen, "by": party.person, "at": at}
    try:
        if looked_at.side == party.side:
            negotiation.revise(negotiated, version, **acting)
        else:
            negotiation.counter(negotiated, version, **acting)
    except (BadInput, Conflict, NotAllowed) as error:
        db.session.rollback()
        return _not_taken(party, offer, form, error, sheet)
    db.session.commit()
    flash(gettext("Sent. You get a mail when it is answered."), "success")
    return redirect(party.url("offer", offer=offer), 303)


def read(form: TermsForm, at: datetime) -> Sheet | None:
    """The terms that were sent; None, and the errors in the form, where they can't be read or break a rule."""
    if not form.validate_on_submit():
        return None
    sheet = form.sheet()
    problems = sheet_rules.problems(sheet, at=at)
    form.take(problems, sheet)
    return None if problems else sheet


def with_errors(form: TermsForm, error: StreamcutError, sheet: Sheet) -> TermsForm:
    """The form with what a verb said against the terms."""
    problems = error.about.get("problems")
    if problems:
        form.take(problems, sheet)
    else:
        form.form_errors.append(error.sentence)
    return form


def fixed(form: TermsForm, names: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """What the form shows but lets nobody change, in words: label and value."""
    if form.base is None:
        return []
    texts = comparison.field_texts(form.base, brands=names)
    return [text for path, text in texts.items() if path.split(".")[0] in form.locked]


def _beginning(party: Party, at: datetime) -> tuple[Sheet, list[str]]:
    """What the address asks to begin with: the usual terms or a template's, and the fields it locks."""
    brand = party.brand
    usual = usual_terms(brand.timezone, brand.currency, clock.today(brand.timezone, at=at))
    public_id = query_args.identifier(request.args, "template")
    if public_id is None:
        return usual, []
    template = templates.get_template(brand, public_id)
    return _later(template.sheet, usual.starts_on), list(template.locked_fields)


def _later(sheet: Sheet, begin: date) -> Sheet:
    """The terms of a template from `begin` on, for as many days as before; those that lie ahead stay as they are."""
    if sheet.starts_on >= begin:
        return sheet
    return replace(sheet, starts_on=begin, ends_on=begin + (sheet.ends_on - sheet.starts_on), effective_on=None)


def draft_form(party: Party, contract: Contract | None, base: Sheet, *, creator: bool = False) -> OfferForm:
    """The form of a draft as this side may fill it in; with `creator` it asks for whom it is."""
    amends = contract is not None
    form = OfferForm(base.currency, base.timezone, base=base, locked=("starts_on",) if amends else (), amends=amends)
    if not creator:
        del form.creator
    if party.side != Side.BRAND:
        del form.locked_fields
    return form


def _answer_form(party: Party, offer: Offer, answered: OfferRound) -> AnswerTermsForm:
    base, amends = answered.sheet, offer.contract is not None
    locked = set(offer.locked_fields) if party.side != Side.BRAND else set[str]()
    locked |= {"starts_on"} if amends else set()
    return AnswerTermsForm(base.currency, base.timezone, base=base, locked=locked, amends=amends)


def _locked_by(form: OfferForm) -> list[str] | None:
    return form.locked_fields.data or [] if "locked_fields" in form else None


def _creator(form: OfferForm) -> Creator | None:
    """Whom the offer is for: chosen by the address, or by the handle that was typed."""
    if "creator" not in form:
        return _chosen()
    creator = db.session.scalar(select(Creator).where(Creator.handle == (form.creator.data or "").strip().lstrip("@")))
    if creator is None and not form.creator.errors:
        form.creator.errors = [gettext("No creator has this handle: check the spelling.")]
    return creator


def _chosen() -> Creator | None:
    """The creator the address names; NotFound where there is none."""
    public_id = query_args.identifier(request.args, "creator")
    creator = db.session.scalar(select(Creator).where(Creator.public_id == public_id)) if public_id else None
    if public_id and creator is None:
        raise NotFound(gettext("There is no such creator."))
    return creator


def _draft(offer: Offer) -> OfferRound:
    newest = negotiation.latest(offer)
    if newest.status != RoundStatus.DRAFT:
        raise Conflict(gettext("This is no longer a draft: open the offer to answer or replace it."))
    return newest


def _open(offer: Offer, party: Party) -> OfferRound:
    newest = negotiation.latest(offer)
    if not rounds.visible(newest, party.side) or newest.status not in OPEN:
        raise Conflict(gettext("This version can no longer be answered: open the offer again."))
    return newest


def _not_taken(party: Party, offer: UUID, form: TermsForm, error: StreamcutError, sheet: Sheet) -> ResponseReturnValue:
    negotiated = rounds.get_offer(party.owner, offer)
    newest = negotiation.latest(negotiated)
    if newest.status not in OPEN or newest.nr != (request.form.get("seen", type=int) or 0):
        flash(error.sentence, "danger")
        return redirect(party.url("offer", offer=offer), 303)
    return _answer_page(party, negotiated, newest, with_errors(form, error, sheet)), error.status


def new_page(party: Party, form: OfferForm, contract: Contract | None = None) -> str:
    """The form of a draft that is not stored yet."""
    return render_template(
        "contracts/offer_new.html",
        party=party,
        form=form,
        contract=contract,
        creator=contract.creator if contract else _chosen(),
        fixed=fixed(form),
        creators=_known(party) if "creator" in form else [],
        templates=[] if contract else templates.templates_of(party.brand),
    )


def _known(party: Party) -> list[Creator]:
    """Creators the brand has had to do with, to choose from while typing."""
    worked = select(Contract.creator_id).where(Contract.brand_id == party.owner.id)
    spoke = select(Offer.creator_id).where(Offer.brand_id == party.owner.id)
    query = select(Creator).where(Creator.id.in_(worked.union(spoke))).order_by(Creator.name, Creator.id).limit(200)
    return list(db.session.scalars(query))


def _edit_page(party: Party, offer: Offer, form: OfferForm) -> str:
    return render_template("contracts/offer_edit.html", party=party, offer=offer, form=form, fixed=fixed(form))


def _answer_page(party: Party, offer: Offer, answered: OfferRound, form: TermsForm) -> str:
    return render_template(
        "contracts/offer_counter.html", party=party, offer=offer, answered=answered, form=form, fixed=fixed(form)
    )
