"""A campaign as a creator sees it: what is looked for and offered, what stands in its way, and how to take part."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.campaigns import (
    applications,
    campaigns,
    invitations,
    participants,
    participation,
)
from app.campaigns.blueprint import blueprint
from app.campaigns.forms import ApplyForm
from app.campaigns.models import ApplicationStatus, Campaign
from app.campaigns.views.campaigns import terms_in_words
from app.catalog import naming
from app.catalog.taxonomy import CATEGORY, names
from app.database import db, raw
from app.errors import BadInput, Conflict, StreamcutError
from app.ledger import funding
from app.users.party_pages import DEALERS, Party, party_page
from app.users.sides import Side
from app.web import query_args

ANSWERS = ("agree", "refuse")


@party_page(blueprint, "GET", "campaigns/<uuid:campaign>", sides=(Side.CREATOR,))
def campaign(party: Party, campaign: UUID) -> ResponseReturnValue:
    """One campaign, with the form to apply or the invitation to answer."""
    return _page(party, campaigns.for_creator(party.creator, campaign, at=clock.now()))


@party_page(blueprint, "POST", "campaigns/<uuid:campaign>/apply", DEALERS, sides=(Side.CREATOR,))
def application_create(party: Party, campaign: UUID) -> ResponseReturnValue:
    """Asks to take part: `answer` is sent once for each question, in their order."""
    at, form = clock.now(), ApplyForm()
    target = campaigns.for_creator(party.creator, campaign, at=at)
    if not form.validate_on_submit():
        return _page(party, target, form=form), 422
    texts: dict[str, Any] = {"message": form.message.data or "", "answers": request.form.getlist("answer")}
    try:
        applications.apply(target, party.creator, **texts, by=party.person, at=at)
    except (BadInput, Conflict) as error:
        return _refused(party, campaign, error, form)
    db.session.commit()
    flash(gettext("Application sent. You get the brand’s decision by email."), "success")
    return redirect(party.url("campaign", campaign=campaign), 303)


@party_page(blueprint, "POST", "applications/<uuid:application>/retract", DEALERS, sides=(Side.CREATOR,))
def application_retract(party: Party, application: UUID) -> ResponseReturnValue:
    """Takes an application back."""
    target = applications.get_application(party.creator, application)
    try:
        applications.retract(target, by=party.person, at=clock.now())
    except Conflict as error:
        return _refused(party, target.campaign.public_id, error)
    db.session.commit()
    flash(gettext("Application withdrawn."), "success")
    return redirect(party.url("campaign", campaign=target.campaign.public_id), 303)


@party_page(blueprint, "POST", "invitations/<uuid:approach>/answer", DEALERS, sides=(Side.CREATOR,))
def approach_answer(party: Party, approach: UUID) -> ResponseReturnValue:
    """Says yes or no to an invitation: `answer` is agree or refuse, `reason` a word with it."""
    target = invitations.get_invitation(party.creator, approach)
    of = target.campaign.public_id if target.campaign else None
    chosen = query_args.choice(request.form, "answer", ANSWERS)
    if chosen is None:
        raise BadInput(gettext("Choose to accept or decline."))
    deed = partial(invitations.answer, target, chosen == "agree", request.form.get("reason", ""))
    try:
        deed(by=party.person, at=clock.now())
    except (BadInput, Conflict) as error:
        if of is None:
            raise
        return _refused(party, of, error)
    db.session.commit()
    flash(gettext("Invitation accepted.") if chosen == "agree" else gettext("Invitation declined."), "success")
    there = party.url("campaign", campaign=of) if of else party.url("campaigns")
    return redirect(there, 303)


def _refused(party: Party, campaign: UUID, error: StreamcutError, form: ApplyForm | None = None) -> ResponseReturnValue:
    """The campaign as it is now, with the sentence that says why it could not be done."""
    db.session.rollback()
    target = campaigns.for_creator(party.creator, campaign, at=clock.now())
    return _page(party, target, refusal=error.sentence, form=form), error.status


def _page(party: Party, target: Campaign, *, refusal: str = "", form: ApplyForm | None = None) -> str:
    creator, at = party.creator, clock.now()
    before, application = participants.participant_of(target.id, creator.id), applications.newest(target.id, creator.id)
    known = before if before is not None and before.shown else None  # nobody sees a draft before it is sent
    participant = known if known is not None and known.counts(at) else None
    if participant is None and application is not None and application.status == ApplicationStatus.ADMITTED:
        application = None  # what came of it has ended
    admits, invitation = participant is None and campaigns.admits(target, at), invitations.newest(target.id, creator.id)
    return render_template(
        "campaigns/creator_campaign.html",
        party=party,
        campaign=target,
        categories=names(CATEGORY, target.categories),
        products=campaigns.products_of(target),
        terms=terms_in_words(target.sheet),
        funding=funding.badge(raw(), target.brand, on=at.date()),
        participant=participant,
        ended=known if participant is None else None,
        application=application,
        invitation=invitation,
        expired=invitation is not None and at >= invitation.stands_until,
        admits=admits,
        open=admits and campaigns.takes(target, at),
        annex=_annex(target, party, admits),
        conflicts=participation.conflicts(target, creator, at) if admits else [],
        answers=request.form.getlist("answer"),
        form=form or ApplyForm(formdata=None),
        refusal=refusal,
        naming=naming,
    )


def _annex(target: Campaign, party: Party, admits: bool) -> str:
    """The name of the contract whose own rates would count, where the pair has one that covers the campaign."""
    try:
        contract = participation.contract_for(target, party.creator, clock.now()) if admits else None
    except Conflict:
        return ""
    return contract.ref if contract else ""
