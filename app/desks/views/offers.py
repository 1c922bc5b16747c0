"""Offers as both sides see them: the list, one offer with everything that helps to decide, and the answers to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app import clock
from app.contracts.forms.changes import AnswerForm, WhyForm
from app.contracts.forms.offers import SendForm
from app.contracts.models import Agreement, Offer, OfferRound
from app.contracts.offers import negotiation, rounds
from app.database import db
from app.desks import offer_view
from app.desks.blueprint import blueprint
from app.errors import BadInput, Conflict, StreamcutError
from app.users.party_pages import DEALERS, Party, party_page
from app.web import choices, query_args
from app.web.paging import PAGE

DIRECTIONS = ("received", "sent", "countered_by_them", "countered_by_us")
STATUSES = ("draft", "sent", "viewed", "countered", "accepted", "declined", "expired", "withdrawn", "superseded")


@party_page(blueprint, "GET", "offers")
def offers(party: Party) -> ResponseReturnValue:
    """The side's offers, the newest first, each with where it stands."""
    query = _listed(party)
    if status := query_args.choice(request.args, "status", STATUSES):
        query = query.where(OfferRound.status == status)
    if direction := query_args.choice(request.args, "direction", DIRECTIONS):
        query = query.where(_towards(direction, party.side))
    pagination = db.paginate(query, per_page=PAGE, max_per_page=PAGE)
    accepted = [each.id for each in pagination.items if each.status == "accepted"]
    made = db.session.scalars(select(Agreement).where(Agreement.offer_round_id.in_(accepted)))
    return render_template(
        "desks/offers.html",
        party=party,
        pagination=pagination,
        agreements={each.offer_round_id: each for each in made},
        statuses=choices.options(STATUSES),
        filtered=any(request.args.get(name) for name in ("status", "direction")),
    )


@party_page(blueprint, "GET", "offers/<uuid:offer>")
def offer(party: Party, offer: UUID) -> ResponseReturnValue:
    """One offer: the newest version in words, what has changed, what it is worth and what stands in its way."""
    found, at = rounds.one(party.owner, offer), clock.now()
    if party.ours:
        negotiation.view(found, side=party.side, at=at)
        db.session.commit()
    return _page(party, found)


@party_page(blueprint, "POST", "offers/<uuid:offer>/send", DEALERS)
def offer_send(party: Party, offer: UUID) -> ResponseReturnValue:
    """Sends the draft."""
    found, form = rounds.one(party.owner, offer), SendForm()
    if not form.validate_on_submit():
        return _page(party, found, send=form), 422
    send = partial(negotiation.send, found, days=form.days.data)
    return _done(party, offer, send, gettext("Sent. You are told by mail when it is answered."))


@party_page(blueprint, "POST", "offers/<uuid:offer>/accept", DEALERS)
def offer_accept(party: Party, offer: UUID) -> ResponseReturnValue:
    """Says yes to the version that was looked at; an older one is refused, and the newer one is shown."""
    found, form = rounds.one(party.owner, offer), AnswerForm()
    if not form.validate_on_submit():
        return _page(party, found, refusal=gettext("Look at the offer again, then answer.")), 422
    try:
        agreement = negotiation.accept(found, side=party.side, seen=form.seen.data, by=party.who, at=clock.now())
    except (BadInput, Conflict) as error:
        return _refused(party, offer, error)
    db.session.commit()
    flash(gettext("Accepted. It counts once both of you have signed."), "success")
    return redirect(party.url("agreement", agreement=agreement.public_id), 303)


@party_page(blueprint, "POST", "offers/<uuid:offer>/decline", DEALERS)
def offer_decline(party: Party, offer: UUID) -> ResponseReturnValue:
    """Says no, with a reason."""
    found, form = rounds.one(party.owner, offer), WhyForm()
    if not form.validate_on_submit():
        return _page(party, found, why=form), 422
    decline = partial(negotiation.decline, found, seen=form.seen.data or 0, reason=form.reason.data)
    return _done(party, offer, decline, gettext("Declined: the other side can read why."))


@party_page(blueprint, "POST", "offers/<uuid:offer>/withdraw", DEALERS)
def offer_withdraw(party: Party, offer: UUID) -> ResponseReturnValue:
    """Takes back the side's own draft or open version."""
    found, form = rounds.one(party.owner, offer), WhyForm()
    if not form.validate_on_submit():
        return _page(party, found, why=form), 422
    withdraw = partial(negotiation.withdraw, found, reason=form.reason.data)
    return _done(party, offer, withdraw, gettext("Withdrawn: nobody can accept it any more."))


def _listed(party: Party) -> Select[OfferRound]:
    """The newest visible round of each of the side's offers, with the offer."""
    other = aliased(OfferRound)
    seen = or_(other.side == party.side, other.sent_at.is_not(None))
    newest = select(func.max(other.nr)).where(other.offer_id == OfferRound.offer_id, seen).scalar_subquery()
    mine = rounds.offers_of(party.owner).order_by(None).with_only_columns(Offer.id)
    query = select(OfferRound).join(OfferRound.offer).where(Offer.id.in_(mine), OfferRound.nr == newest)
    whole = contains_eager(OfferRound.offer)
    query = query.options(whole.joinedload(Offer.brand), whole.joinedload(Offer.creator), joinedload(OfferRound.maker))
    return query.order_by(Offer.id.desc())


def _towards(direction: str, side: str) -> Any:
    """Which way an offer went: by its first version, or by the one that answers another."""
    first = aliased(OfferRound)
    began = select(first.side).where(first.offer_id == OfferRound.offer_id, first.nr == 1).scalar_subquery()
    return {
        "received": began != side,
        "sent": began == side,
        "countered_by_them": and_(OfferRound.nr > 1, OfferRound.side != side),
        "countered_by_us": and_(OfferRound.nr > 1, OfferRound.side == side),
    }[direction]


def _done(party: Party, offer: UUID, deed: Callable[..., object], said: str) -> ResponseReturnValue:
    """Does what the side asked for and says so on the offer's page, or why it could not be done."""
    try:
        deed(side=party.side, by=party.who, at=clock.now())
    except (BadInput, Conflict) as error:
        return _refused(party, offer, error)
    db.session.commit()
    flash(said, "success")
    return redirect(party.url("offer", offer=offer), 303)


def _refused(party: Party, offer: UUID, error: StreamcutError) -> ResponseReturnValue:
    """The offer as it is now, with the sentence that says why it could not be done."""
    db.session.rollback()
    return _page(party, rounds.one(party.owner, offer), refusal=error.sentence), error.status


def _page(
    party: Party, offer: Offer, *, refusal: str = "", send: SendForm | None = None, why: WhyForm | None = None
) -> str:
    nr = request.args.get("round", type=int)
    seen = offer_view.laid(offer, party.side, nr, at=clock.now())
    return render_template(
        "desks/offer.html",
        party=party,
        offer=offer,
        table=seen,
        refusal=refusal,
        send=send or SendForm(formdata=None),
        why=why or WhyForm(formdata=None),
        calendar=party.url_if("calendar", _anchor="ask"),
    )
