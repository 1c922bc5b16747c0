"""A campaign as a creator sees it: what is looked for and offered, what stands in its way, and how to take part."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.catalog.taxonomy import CATEGORY, names
from app.contracts.rounds import CREATOR
from app.database import db, raw
from app.desks import asked, naming
from app.desks.campaign_form import ApplyForm
from app.desks.views.campaigns import said
from app.desks.views.seats import DEALERS, Seat, seated
from app.errors import BadInput, Conflict, StreamcutError
from app.ledger import funding
from app.matching import applications, approaches, campaigns, joining, participants
from app.matching.models import Campaign

ANSWERS = ("agree", "refuse")


@seated("GET", "campaigns/<uuid:campaign>", sides=(CREATOR,))
def campaign(seat: Seat, campaign: UUID) -> ResponseReturnValue:
    """One campaign, with the form to apply or the invitation to answer."""
    return _page(seat, campaigns.for_creator(seat.creator, campaign, at=clock.now()))


@seated("POST", "campaigns/<uuid:campaign>/apply", DEALERS, sides=(CREATOR,))
def apply(seat: Seat, campaign: UUID) -> ResponseReturnValue:
    """Asks to take part: `answer` is sent once for each question, in their order."""
    at, form = clock.now(), ApplyForm()
    found = campaigns.for_creator(seat.creator, campaign, at=at)
    if not form.validate_on_submit():
        return _page(seat, found, form=form), 422
    told: dict[str, Any] = {"message": form.message.data or "", "answers": request.form.getlist("answer")}
    try:
        applications.apply(found, seat.creator, **told, by=seat.who, at=at)
    except (BadInput, Conflict) as error:
        return _refused(seat, campaign, error, form)
    db.session.commit()
    flash(gettext("Sent. You are told by mail what the brand decides."), "success")
    return redirect(seat.url("campaign", campaign=campaign), 303)


@seated("POST", "applications/<uuid:application>/retract", DEALERS, sides=(CREATOR,))
def application_retract(seat: Seat, application: UUID) -> ResponseReturnValue:
    """Takes an application back."""
    found = applications.one(seat.creator, application)
    try:
        applications.retract(found, by=seat.who, at=clock.now())
    except Conflict as error:
        return _refused(seat, found.campaign.public_id, error)
    db.session.commit()
    flash(gettext("Taken back."), "success")
    return redirect(seat.url("campaign", campaign=found.campaign.public_id), 303)


@seated("POST", "invitations/<uuid:approach>/answer", DEALERS, sides=(CREATOR,))
def approach_answer(seat: Seat, approach: UUID) -> ResponseReturnValue:
    """Says yes or no to an invitation: `answer` is agree or refuse, `reason` a word with it."""
    found = approaches.one(seat.creator, approach)
    of = found.campaign.public_id if found.campaign else None
    chosen = asked.choice(request.form, "answer", ANSWERS)
    if chosen is None:
        raise BadInput(gettext("Say yes or no."))
    deed = partial(approaches.answer, found, chosen == "agree", request.form.get("reason", ""))
    try:
        deed(by=seat.who, at=clock.now())
    except (BadInput, Conflict) as error:
        if of is None:
            raise
        return _refused(seat, of, error)
    db.session.commit()
    flash(gettext("You said yes.") if chosen == "agree" else gettext("You said no."), "success")
    there = seat.url("campaign", campaign=of) if of else seat.url("campaigns")
    return redirect(there, 303)


def _refused(seat: Seat, campaign: UUID, error: StreamcutError, form: ApplyForm | None = None) -> ResponseReturnValue:
    """The campaign as it is now, with the sentence that says why it could not be done."""
    db.session.rollback()
    found = campaigns.for_creator(seat.creator, campaign, at=clock.now())
    return _page(seat, found, refusal=error.sentence, form=form), error.status


def _page(seat: Seat, found: Campaign, *, refusal: str = "", form: ApplyForm | None = None) -> str:
    creator, at = seat.creator, clock.now()
    before, application = participants.one(found.id, creator.id), applications.newest(found.id, creator.id)
    known = before if before is not None and before.shown else None  # nobody sees a draft before it is sent
    participant = known if known is not None and known.counts(at) else None
    if participant is None and application is not None and application.status == "admitted":
        application = None  # what came of it has ended
    open_ = participant is None and campaigns.takes(found, at)
    return render_template(
        "desks/creator_campaign.html",
        seat=seat,
        campaign=found,
        categories=names(CATEGORY, found.categories),
        products=campaigns.products_of(found),
        terms=said(found.sheet),
        funding=funding.badge(raw(), found.brand, on=at.date()),
        participant=participant,
        ended=known if participant is None else None,
        application=application,
        invitation=approaches.newest(found.id, creator.id),
        open=open_,
        annex=_annex(found, seat, open_),
        conflicts=joining.conflicts(found, creator, at) if open_ else [],
        answers=request.form.getlist("answer"),
        form=form or ApplyForm(formdata=None),
        refusal=refusal,
        naming=naming,
    )


def _annex(found: Campaign, seat: Seat, open_: bool) -> str:
    """The name of the contract whose own rates would count, where the pair has one that covers the campaign."""
    try:
        contract = joining.contract_for(found, seat.creator, clock.now()) if open_ else None
    except Conflict:
        return ""
    return contract.ref if contract else ""
