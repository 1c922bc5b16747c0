"""Writing terms: a new offer or a change of a contract, a draft that is worked on, an answer with other terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import func, select

from app import clock
from app.catalog.assortment import sold
from app.catalog.taxonomy import ROOTS, TERRITORY, tree
from app.contracts.blueprint import blueprint
from app.contracts.forms.offers import AnswerTermsForm, OfferForm, TermsForm
from app.contracts.models import Contract, Offer, OfferRound, RoundStatus
from app.contracts.offers import comparison, negotiation, rounds, templates
from app.contracts.offers.rounds import OPEN
from app.contracts.terms import sheet_rules
from app.contracts.terms.sheet import Scope, Sheet, usual_terms
from app.database import db
from app.errors import BadInput, Conflict, NotAllowed, NotFound, StreamcutError
from app.users.models import Brand, Creator
from app.users.party_pages import DEALERS, Party, party_page
from app.users.sides import Side
from app.web import query_args
from app.web.versions import hold


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
    return _edit_page(party, negotiated, _stored_draft(party, negotiated))


@party_page(blueprint, "POST", "offers/<uuid:offer>/edit", DEALERS)
def offer_update(party: Party, offer: UUID) -> ResponseReturnValue:
    """Stores the draft anew."""
    negotiated, at = rounds.get_offer(party.owner, offer), clock.now()
    form = draft_form(party, negotiated.contract, _draft(negotiated).sheet)
    sheet = read(form, at)
    if sheet is None:
        return _edit_page(party, negotiated, form), 422
    negotiated = hold(negotiated)
    if form.outdated(_stored_draft(party, negotiated)):
        return _edit_page(party, negotiated, form), 409
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
    usual = replace(usual, work=_work_of(brand))
    public_id = query_args.identifier(request.args, "template")
    if public_id is None:
        return usual, []
    template = templates.get_template(brand, public_id)
    return _later(template.sheet, usual.starts_on), list(template.locked_fields)


def _work_of(brand: Brand) -> Scope:
    """What the brand is known to sell, in its own country: an offer that means more says so."""
    there = brand.country if brand.country in tree(TERRITORY).by_code else ROOTS[TERRITORY]
    return Scope(sold(brand.id), territories=(there,))


def _later(sheet: Sheet, begin: date) -> Sheet:
    """The terms of a template from `begin` on, for as many days as before; those that lie ahead stay as they are."""
    if sheet.starts_on >= begin:
        return sheet
    return replace(sheet, starts_on=begin, ends_on=begin + (sheet.ends_on - sheet.starts_on), effective_on=None)


def draft_form(
    party: Party, contract: Contract | None, base: Sheet, *, creator: bool = False, **kwargs: Any
) -> OfferForm:
    """The form of a draft as this side may fill it in; with `creator` it asks for whom it is."""
    amends = contract is not None
    locked = ("starts_on",) if amends else ()
    form = OfferForm(base.currency, base.timezone, base=base, locked=locked, amends=amends, **kwargs)
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
    """Whom the offer is for: chosen by the address, or by the handle or the name that was typed."""
    if "creator" not in form:
        return _chosen()
    typed = (form.creator.data or "").strip()
    creator = db.session.scalar(select(Creator).where(Creator.handle == typed.removeprefix("@")))
    if creator is not None or form.creator.errors:
        return creator
    called = db.session.scalars(select(Creator).where(func.lower(Creator.name) == func.lower(typed)).limit(2)).all()
    if len(called) == 1:
        return called[0]
    form.creator.errors = [
        gettext("Several creators have this name: search for the one you mean.")
        if called
        else gettext("No creator has this handle or name: check the spelling, or search for them.")
    ]
    return None


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


def _stored_draft(party: Party, offer: Offer) -> OfferForm:
    """The form with the draft as it is stored."""
    draft = _draft(offer)
    form = draft_form(party, offer.contract, draft.sheet, formdata=None)
    form.fill(draft.sheet, draft.message)
    form.title.data = offer.title
    if "locked_fields" in form:
        form.locked_fields.data = offer.locked_fields
    return form.seal()


def _edit_page(party: Party, offer: Offer, form: OfferForm) -> str:
    return render_template("contracts/offer_edit.html", party=party, offer=offer, form=form, fixed=fixed(form))


def _answer_page(party: Party, offer: Offer, answered: OfferRound, form: TermsForm) -> str:
    return render_template(
        "contracts/offer_counter.html", party=party, offer=offer, answered=answered, form=form, fixed=fixed(form)
    )
