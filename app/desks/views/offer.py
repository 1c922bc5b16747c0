"""One offer as both sides see it, with everything that helps to decide, and the answers to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.contracts.forms.changes import AnswerForm, WhyForm
from app.contracts.forms.offers import SendForm
from app.contracts.models import Offer
from app.contracts.offers import negotiation, rounds
from app.database import db
from app.desks import creator_picker, offer_view
from app.desks.blueprint import blueprint
from app.errors import BadInput, Conflict, StreamcutError
from app.sales.splits import rules
from app.users.party_pages import DEALERS, Party, party_page
from app.users.sides import Side
from app.web import query_args


@party_page(blueprint, "GET", "offers/<uuid:offer>")
def offer(party: Party, offer: UUID) -> ResponseReturnValue:
    """One offer: the newest version in words, what has changed, what it is worth and what stands in its way."""
    offer_row, at = rounds.get_offer(party.owner, offer), clock.now()
    if party.ours:
        negotiation.view(offer_row, side=party.side, at=at)
        db.session.commit()
    return _page(party, offer_row)


@party_page(blueprint, "GET", "offers/creators", DEALERS, sides=(Side.BRAND,))
def offer_creators(party: Party) -> ResponseReturnValue:
    """Creators by name, handle or channel, each with the way to an offer for them."""
    text = query_args.text(request.args, "creator") or ""
    return render_template(
        "desks/offer_creators.html",
        party=party,
        text=text,
        template=query_args.identifier(request.args, "template"),
        matches=creator_picker.matching(text),
    )


@party_page(blueprint, "POST", "offers/<uuid:offer>/send", DEALERS)
def offer_send(party: Party, offer: UUID) -> ResponseReturnValue:
    """Sends the draft."""
    offer_row, form = rounds.get_offer(party.owner, offer), SendForm()
    if not form.validate_on_submit():
        return _page(party, offer_row, send=form), 422
    send = partial(negotiation.send, offer_row, days=form.days.data)
    return _done(party, offer, send, gettext("Sent. You are told by mail when it is answered."))


@party_page(blueprint, "POST", "offers/<uuid:offer>/accept", DEALERS)
def offer_accept(party: Party, offer: UUID) -> ResponseReturnValue:
    """Says yes to the version that was looked at; an older one is refused, and the newer one is shown."""
    offer_row, form = rounds.get_offer(party.owner, offer), AnswerForm()
    if not form.validate_on_submit():
        return _page(party, offer_row, refusal=gettext("Look at the offer again, then answer.")), 422
    try:
        agreement = negotiation.accept(offer_row, side=party.side, seen=form.seen.data, by=party.person, at=clock.now())
    except (BadInput, Conflict) as error:
        return _refused(party, offer, error)
    db.session.commit()
    flash(gettext("Accepted. It counts once both of you have signed."), "success")
    return redirect(party.url("agreement", agreement=agreement.public_id), 303)


@party_page(blueprint, "POST", "offers/<uuid:offer>/decline", DEALERS)
def offer_decline(party: Party, offer: UUID) -> ResponseReturnValue:
    """Says no, with a reason."""
    offer_row, form = rounds.get_offer(party.owner, offer), WhyForm()
    if not form.validate_on_submit():
        return _page(party, offer_row, why=form), 422
    decline = partial(negotiation.decline, offer_row, seen=form.seen.data or 0, reason=form.reason.data)
    return _done(party, offer, decline, gettext("Declined: the other side can read why."))


@party_page(blueprint, "POST", "offers/<uuid:offer>/withdraw", DEALERS)
def offer_withdraw(party: Party, offer: UUID) -> ResponseReturnValue:
    """Takes back the side's own draft or open version."""
    offer_row, form = rounds.get_offer(party.owner, offer), WhyForm()
    if not form.validate_on_submit():
        return _page(party, offer_row, why=form), 422
    withdraw = partial(negotiation.withdraw, offer_row, reason=form.reason.data)
    return _done(party, offer, withdraw, gettext("Withdrawn: nobody can accept it any more."))


def _done(party: Party, offer: UUID, action: Callable[..., object], message: str) -> ResponseReturnValue:
    """Does what the side asked for and says so on the offer's page, or why it could not be done."""
    try:
        action(side=party.side, by=party.person, at=clock.now())
    except (BadInput, Conflict) as error:
        return _refused(party, offer, error)
    db.session.commit()
    flash(message, "success")
    return redirect(party.url("offer", offer=offer), 303)


def _refused(party: Party, offer: UUID, error: StreamcutError) -> ResponseReturnValue:
    """The offer as it is now, with the sentence that says why it could not be done."""
    db.session.rollback()
    return _page(party, rounds.get_offer(party.owner, offer), refusal=error.sentence), error.status


def _page(
    party: Party, offer: Offer, *, refusal: str = "", send: SendForm | None = None, why: WhyForm | None = None
) -> str:
    nr = request.args.get("round", type=int)
    table = offer_view.offer_table(offer, party.side, nr, at=clock.now())
    return render_template(
        "desks/offer.html",
        party=party,
        offer=offer,
        table=table,
        refusal=refusal,
        rule=rules.rule_of(offer.brand_id),
        send=send or SendForm(formdata=None),
        why=why or WhyForm(formdata=None),
        calendar=party.url_if("calendar", _anchor="ask"),
    )
