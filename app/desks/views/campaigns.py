"""A brand's campaigns: the list, writing one, and its page with everybody who applied, was invited and takes part."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import Select, func, select

from app import clock
from app.catalog import assortment
from app.catalog.taxonomy import CATEGORY, names
from app.contracts import comparison, templates
from app.contracts.rounds import BRAND
from app.contracts.sheet import Sheet
from app.database import db
from app.desks import asked, figures, naming
from app.desks.campaign_form import CampaignForm, CancelForm, InviteForm
from app.desks.offer_form import fresh
from app.desks.paging import PAGE
from app.desks.views.seats import DEALERS, Seat, seated
from app.errors import BadInput, Conflict, StreamcutError
from app.matching import applications, approaches, participants, payrecord, quota
from app.matching import campaigns as campaigning
from app.matching.models import Application, Campaign, Participation

STATUSES = ("draft", "published", "closed", "cancelled")


@seated("GET", "campaigns", sides=(BRAND,))
def campaigns(seat: Seat) -> ResponseReturnValue:
    """The brand's campaigns, the newest first, each with how many wait and take part."""
    query = campaigning.of_brand(seat.of.id)
    if status := asked.choice(request.args, "status", STATUSES):
        query = query.where(Campaign.status == status)
    pagination = db.paginate(query, per_page=PAGE, max_per_page=PAGE)
    ids = [each.id for each in pagination.items]
    waiting = select(Application.campaign_id, func.count()).where(
        Application.campaign_id.in_(ids), Application.status == "applied"
    )
    joined = select(Participation.campaign_id, func.count()).where(
        Participation.campaign_id.in_(ids), participants.counting(clock.now())
    )
    return render_template(
        "desks/campaigns.html",
        seat=seat,
        pagination=pagination,
        waiting=_counted(waiting.group_by(Application.campaign_id)),
        joined=_counted(joined.group_by(Participation.campaign_id)),
        statuses=figures.options(STATUSES),
        hidden=payrecord.hidden(seat.brand),
        naming=naming,
    )


@seated("GET", "campaigns/new", DEALERS, sides=(BRAND,))
def campaign_new(seat: Seat) -> ResponseReturnValue:
    """A form with the brand's own country and categories, and the usual terms or those of a template."""
    form = CampaignForm(_beginning(seat))
    form.fill()
    form.suggest(seat.brand.country, assortment.declared(seat.of.id))
    return _form_page(seat, form, None)


@seated("POST", "campaigns/new", DEALERS, sides=(BRAND,))
def campaign_make(seat: Seat) -> ResponseReturnValue:
    """Stores the draft, which creators don't see."""
    form = CampaignForm(_beginning(seat))
    if form.validate_on_submit():
        try:
            made = campaigning.create(seat.brand, form.draft(), form.terms(), by=seat.who, at=clock.now())
        except BadInput as error:
            form.take(error.about["problems"])
        else:
            db.session.commit()
            return redirect(seat.url("campaign", campaign=made.public_id), 303)
    return _form_page(seat, form, None), 422


@seated("GET", "campaigns/<uuid:campaign>/edit", DEALERS, sides=(BRAND,))
def campaign_edit(seat: Seat, campaign: UUID) -> ResponseReturnValue:
    """The campaign, to be worked on."""
    found = campaigning.one(seat.of.id, campaign)
    form = _edit_form(found)
    form.fill()
    return _form_page(seat, form, found)


@seated("POST", "campaigns/<uuid:campaign>/edit", DEALERS, sides=(BRAND,))
def campaign_save(seat: Seat, campaign: UUID) -> ResponseReturnValue:
    """Stores the campaign anew."""
    found = campaigning.one(seat.of.id, campaign)
    form = _edit_form(found)
    if form.validate_on_submit():
        try:
            campaigning.edit(found, form.draft(), form.terms(), by=seat.who, at=clock.now())
        except BadInput as error:
            form.take(error.about["problems"])
        except Conflict as error:
            return refused(seat, campaign, error)
        else:
            db.session.commit()
            return redirect(seat.url("campaign", campaign=campaign), 303)
    return _form_page(seat, form, found), 422


@seated("GET", "campaigns/<uuid:campaign>", sides=(BRAND,))
def campaign(seat: Seat, campaign: UUID) -> ResponseReturnValue:
    """One campaign: what is looked for and offered, who applied, who was invited, who takes part."""
    return page(seat, campaigning.one(seat.of.id, campaign))


@seated("POST", "campaigns/<uuid:campaign>/publish", DEALERS, sides=(BRAND,))
def campaign_publish(seat: Seat, campaign: UUID) -> ResponseReturnValue:
    """From now on creators see it."""
    found = campaigning.one(seat.of.id, campaign)
    return done(seat, campaign, partial(campaigning.publish, found), gettext("Published."))


@seated("POST", "campaigns/<uuid:campaign>/close", DEALERS, sides=(BRAND,))
def campaign_close(seat: Seat, campaign: UUID) -> ResponseReturnValue:
    """Nobody can apply or be invited any more."""
    found = campaigning.one(seat.of.id, campaign)
    said = gettext("Closed. What was asked before can still be answered.")
    return done(seat, campaign, partial(campaigning.close, found), said)


@seated("POST", "campaigns/<uuid:campaign>/cancel", DEALERS, sides=(BRAND,))
def campaign_cancel(seat: Seat, campaign: UUID) -> ResponseReturnValue:
    """Calls it off, for a reason."""
    found, form = campaigning.one(seat.of.id, campaign), CancelForm()
    if not form.validate_on_submit():
        return page(seat, found, cancel=form), 422
    return done(seat, campaign, partial(campaigning.cancel, found, form.reason.data), gettext("Called off."))


def done(seat: Seat, campaign: UUID, deed: Callable[..., object], said: str) -> ResponseReturnValue:
    """Does what the brand asked for and says so on the campaign's page, or why it could not be done."""
    try:
        deed(by=seat.who, at=clock.now())
    except (BadInput, Conflict) as error:
        return refused(seat, campaign, error)
    db.session.commit()
    flash(said, "success")
    return redirect(seat.url("campaign", campaign=campaign), 303)


def refused(seat: Seat, campaign: UUID, error: StreamcutError) -> ResponseReturnValue:
    """The campaign as it is now, with the sentence that says why it could not be done."""
    db.session.rollback()
    return page(seat, campaigning.one(seat.of.id, campaign), refusal=error.sentence), error.status


def page(
    seat: Seat,
    found: Campaign,
    *,
    refusal: str = "",
    invite: InviteForm | None = None,
    cancel: CancelForm | None = None,
) -> str:
    """The page of a campaign."""
    at = clock.now()
    return render_template(
        "desks/campaign.html",
        seat=seat,
        campaign=found,
        terms=said(found.sheet),
        categories=names(CATEGORY, found.categories),
        products=campaigning.products_of(found),
        applications=applications.of_campaign(found.id),
        approaches=approaches.of_campaign(found.id),
        participants=participants.of_campaign(found.id),
        joined=campaigning.joined(found.id, at=at),
        quota=quota.of(seat.brand, at=at),
        takes=campaigning.takes(found, at),
        hidden=payrecord.hidden(seat.brand),
        refusal=refusal,
        invite=invite or InviteForm(formdata=None),
        cancel=cancel or CancelForm(formdata=None),
        naming=naming,
    )


def said(sheet: Sheet) -> list[tuple[str, str]]:
    """What terms say, in words: label and value, without what they leave open."""
    return [text for text in comparison.said(sheet).values() if text[1]]


def _counted(query: Select[int, int]) -> dict[int, int]:
    return dict(list(db.session.execute(query)))


def _beginning(seat: Seat) -> Sheet:
    """The terms a new campaign begins with: the usual ones, or those of the template the address names."""
    brand = seat.brand
    public_id = asked.identifier(request.args, "template")
    usual = fresh(brand.timezone, brand.currency, clock.today(brand.timezone))
    return templates.one(brand, public_id).sheet if public_id else usual


def _edit_form(found: Campaign) -> CampaignForm:
    if found.status not in ("draft", "published"):
        raise Conflict(gettext("This campaign is over: make another one."))
    return CampaignForm(found.sheet, campaigning.draft_of(found), published=found.status == "published")


def _form_page(seat: Seat, form: CampaignForm, found: Campaign | None) -> str:
    return render_template(
        "desks/campaign_form.html",
        seat=seat,
        form=form,
        campaign=found,
        templates=[] if found else templates.of_brand(seat.brand),
    )
