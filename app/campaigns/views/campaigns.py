"""A brand's campaigns: the list, writing one, and its page with everybody who applied, was invited and takes part."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import Select, func, select

from app import clock
from app.campaigns import (
    applications,
    invitations,
    participants,
    quota,
)
from app.campaigns import campaigns as campaigning
from app.campaigns.blueprint import blueprint
from app.campaigns.forms import CampaignForm, CancelForm, InviteForm
from app.campaigns.models import Application, ApplicationStatus, Campaign, CampaignStatus, Participation
from app.catalog import assortment, naming
from app.catalog.taxonomy import CATEGORY, names
from app.contracts.offers import comparison, templates
from app.contracts.terms.sheet import Sheet, usual_terms
from app.creators import pay_record
from app.database import db
from app.errors import BadInput, Conflict, StreamcutError
from app.users.party_pages import DEALERS, Party, party_page
from app.users.sides import Side
from app.web import choices, query_args
from app.web.versions import hold


@party_page(blueprint, "GET", "campaigns", sides=(Side.BRAND,))
def campaigns(party: Party) -> ResponseReturnValue:
    """The brand's campaigns, the newest first, each with how many wait and take part."""
    query = campaigning.of_brand(party.owner.id)
    if status := query_args.choice(request.args, "status", tuple(CampaignStatus)):
        query = query.where(Campaign.status == status)
    pagination = db.paginate(query)
    ids = [each.id for each in pagination.items]
    waiting = select(Application.campaign_id, func.count()).where(
        Application.campaign_id.in_(ids), Application.status == ApplicationStatus.APPLIED
    )
    joined = select(Participation.campaign_id, func.count()).where(
        Participation.campaign_id.in_(ids), participants.counting(clock.now()), participants.known()
    )
    return render_template(
        "campaigns/campaigns.html",
        party=party,
        pagination=pagination,
        waiting=_counted(waiting.group_by(Application.campaign_id)),
        joined=_counted(joined.group_by(Participation.campaign_id)),
        statuses=choices.options(tuple(CampaignStatus)),
        hidden=pay_record.hidden(party.brand),
        naming=naming,
    )


@party_page(blueprint, "GET", "campaigns/new", DEALERS, sides=(Side.BRAND,))
def campaign_new(party: Party) -> ResponseReturnValue:
    """A form with the brand's own country and categories, and the usual terms or those of a template."""
    form = CampaignForm(_beginning(party))
    form.fill()
    form.suggest(party.brand.country, assortment.declared(party.owner.id))
    return _form_page(party, form, None)


@party_page(blueprint, "POST", "campaigns/new", DEALERS, sides=(Side.BRAND,))
def campaign_create(party: Party) -> ResponseReturnValue:
    """Stores the draft, which creators don't see."""
    form = CampaignForm(_beginning(party))
    if form.validate_on_submit():
        try:
            created = campaigning.create(party.brand, form.draft(), form.terms(), by=party.person, at=clock.now())
        except BadInput as error:
            form.take(error.about["problems"])
        else:
            db.session.commit()
            return redirect(party.url("campaign", campaign=created.public_id), 303)
    return _form_page(party, form, None), 422


@party_page(blueprint, "GET", "campaigns/<uuid:campaign>/edit", DEALERS, sides=(Side.BRAND,))
def campaign_edit(party: Party, campaign: UUID) -> ResponseReturnValue:
    """The campaign, to be worked on."""
    target = campaigning.get_campaign(party.owner.id, campaign)
    return _form_page(party, _stored_form(target), target)


@party_page(blueprint, "POST", "campaigns/<uuid:campaign>/edit", DEALERS, sides=(Side.BRAND,))
def campaign_update(party: Party, campaign: UUID) -> ResponseReturnValue:
    """Stores the campaign anew."""
    target = campaigning.get_campaign(party.owner.id, campaign)
    form = _edit_form(target)
    if form.validate_on_submit():
        target = hold(target)
        if form.outdated(_stored_form(target)):
            return _form_page(party, form, target), 409
        try:
            campaigning.edit(target, form.draft(), form.terms(), by=party.person, at=clock.now())
        except BadInput as error:
            form.take(error.about["problems"])
        except Conflict as error:
            return refused(party, campaign, error)
        else:
            db.session.commit()
            return redirect(party.url("campaign", campaign=campaign), 303)
    return _form_page(party, form, target), 422


@party_page(blueprint, "GET", "campaigns/<uuid:campaign>", sides=(Side.BRAND,))
def campaign(party: Party, campaign: UUID) -> ResponseReturnValue:
    """One campaign: what is looked for and offered, who applied, who was invited, who takes part."""
    return page(party, campaigning.get_campaign(party.owner.id, campaign))


@party_page(blueprint, "POST", "campaigns/<uuid:campaign>/publish", DEALERS, sides=(Side.BRAND,))
def campaign_publish(party: Party, campaign: UUID) -> ResponseReturnValue:
    """From now on creators see it."""
    target = campaigning.get_campaign(party.owner.id, campaign)
    return done(party, campaign, partial(campaigning.publish, target), gettext("Published."))


@party_page(blueprint, "POST", "campaigns/<uuid:campaign>/close", DEALERS, sides=(Side.BRAND,))
def campaign_close(party: Party, campaign: UUID) -> ResponseReturnValue:
    """Nobody can apply or be invited any more."""
    target = campaigning.get_campaign(party.owner.id, campaign)
    sentence = gettext("Closed. Open applications and invitations can still be answered.")
    return done(party, campaign, partial(campaigning.close, target), sentence)


@party_page(blueprint, "POST", "campaigns/<uuid:campaign>/cancel", DEALERS, sides=(Side.BRAND,))
def campaign_cancel(party: Party, campaign: UUID) -> ResponseReturnValue:
    """Calls it off, for a reason."""
    target, form = campaigning.get_campaign(party.owner.id, campaign), CancelForm()
    if not form.validate_on_submit():
        return page(party, target, cancel=form), 422
    return done(party, campaign, partial(campaigning.cancel, target, form.reason.data), gettext("Cancelled."))


def done(party: Party, campaign: UUID, deed: Callable[..., object], sentence: str) -> ResponseReturnValue:
    """Does what the brand asked for and says so on the campaign's page, or why it could not be done."""
    try:
        deed(by=party.person, at=clock.now())
    except (BadInput, Conflict) as error:
        return refused(party, campaign, error)
    db.session.commit()
    flash(sentence, "success")
    return redirect(party.url("campaign", campaign=campaign), 303)


def refused(party: Party, campaign: UUID, error: StreamcutError) -> ResponseReturnValue:
    """The campaign as it is now, with the sentence that says why it could not be done."""
    db.session.rollback()
    return page(party, campaigning.get_campaign(party.owner.id, campaign), refusal=error.sentence), error.status


def page(
    party: Party,
    target: Campaign,
    *,
    refusal: str = "",
    invite: InviteForm | None = None,
    cancel: CancelForm | None = None,
) -> str:
    """The page of a campaign."""
    at, everybody = clock.now(), participants.of_campaign(target.id)
    return render_template(
        "campaigns/campaign.html",
        party=party,
        campaign=target,
        terms=terms_in_words(target.sheet),
        categories=names(CATEGORY, target.categories),
        products=campaigning.products_of(target),
        applications=applications.of_campaign(target.id),
        approaches=invitations.of_campaign(target.id),
        participants=[each for each in everybody if each.shown],
        drafts=[each for each in everybody if not each.shown and each.lives(at)],
        joined=sum(each.shown and each.counts(at) for each in everybody),
        quota=quota.quota_of(party.brand, at=at),
        takes=campaigning.takes(target, at),
        hidden=pay_record.hidden(party.brand),
        refusal=refusal,
        invite=invite or InviteForm(formdata=None),
        cancel=cancel or CancelForm(formdata=None),
        naming=naming,
    )


def terms_in_words(sheet: Sheet) -> list[tuple[str, str]]:
    """What terms say, in words: label and value, without what they leave open."""
    return [text for text in comparison.field_texts(sheet).values() if text[1]]


def _counted(query: Select[int, int]) -> dict[int, int]:
    return dict(list(db.session.execute(query)))


def _beginning(party: Party) -> Sheet:
    """The terms a new campaign begins with: the usual ones, or those of the template the address names."""
    brand = party.brand
    public_id = query_args.identifier(request.args, "template")
    usual = usual_terms(brand.timezone, brand.currency, clock.today(brand.timezone))
    return templates.get_template(brand, public_id).sheet if public_id else usual


def _stored_form(target: Campaign) -> CampaignForm:
    """The form with the campaign as it is stored."""
    form = _edit_form(target, formdata=None)
    form.fill()
    return form.seal()


def _edit_form(target: Campaign, **kwargs: Any) -> CampaignForm:
    if target.status not in (CampaignStatus.DRAFT, CampaignStatus.PUBLISHED):
        raise Conflict(gettext("This campaign is over. Create a new one."))
    return CampaignForm(
        target.sheet, campaigning.draft_of(target), published=target.status == CampaignStatus.PUBLISHED, **kwargs
    )


def _form_page(party: Party, form: CampaignForm, target: Campaign | None) -> str:
    return render_template(
        "campaigns/campaign_form.html",
        party=party,
        form=form,
        campaign=target,
        templates=[] if target else templates.templates_of(party.brand),
    )
