"""Plan my budget: the wishes, whom they buy and why, and the drafts of offers that come of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy import select

from app import clock
from app.campaigns import campaigns
from app.campaigns.models import Campaign, CampaignStatus
from app.catalog import naming
from app.database import db, raw
from app.errors import BadInput, Conflict
from app.plans import drafting, plan_words, plans
from app.plans.blueprint import blueprint
from app.plans.forms import APPETITES, PlanForm, plan_form
from app.plans.models import Plan
from app.plans.plan_model import Bound
from app.plans.plans import Wishes
from app.ranking import (
    best_matches,
    briefs,
    reasons,
    weights,
)
from app.users.models import Creator
from app.users.party_pages import DEALERS, Party, party_page
from app.users.sides import Side
from app.web import query_args

USUAL_MARGIN = 4_000  # basis points, until the brand says its own
EXPLAINED = 50  # choices for which the score is asked why they fit


@party_page(blueprint, "GET", "campaigns/<uuid:campaign>/plan", sides=(Side.BRAND,))
def plan(party: Party, campaign: UUID) -> ResponseReturnValue:
    """The newest plan, or the one the address names, and the form for another one."""
    target = campaigns.get_campaign(party.owner.id, campaign)
    return _page(party, target, _shown(target))


@party_page(blueprint, "POST", "campaigns/<uuid:campaign>/plan", DEALERS, sides=(Side.BRAND,))
def plan_create(party: Party, campaign: UUID) -> ResponseReturnValue:
    """Makes a plan; nothing is offered to anybody yet."""
    target = campaigns.get_campaign(party.owner.id, campaign)
    form = plan_form(target, _usual(target))
    if not form.validate_on_submit():
        return _page(party, target, None, form=form), 422
    try:
        created = plans.create(target, form.wishes(), by=party.person, at=clock.now())
    except (BadInput, Conflict) as error:
        db.session.rollback()
        return _page(
            party, campaigns.get_campaign(party.owner.id, campaign), None, form=form, refusal=error.sentence
        ), error.status
    db.session.commit()
    return redirect(party.url("plan", campaign=campaign, plan=created.public_id), 303)


@party_page(blueprint, "POST", "campaigns/<uuid:campaign>/plan/<uuid:plan>/draft", DEALERS, sides=(Side.BRAND,))
def plan_draft(party: Party, campaign: UUID, plan: UUID) -> ResponseReturnValue:
    """Writes the drafts of offers."""
    target = campaigns.get_campaign(party.owner.id, campaign)
    chosen = plans.get_plan(target.id, plan)
    try:
        offers = drafting.draft_offers(chosen, by=party.person, at=clock.now())
    except Conflict as error:
        db.session.rollback()
        return _page(party, target, plans.get_plan(target.id, plan), refusal=error.sentence), error.status
    db.session.commit()
    invited = sum("approach" in each for each in chosen.choices)
    sentence = ngettext("%(num)d draft offer created.", "%(num)d draft offers created.", len(offers))
    more = gettext("Creators see an offer once you send it.") if offers else ""
    if invited:
        more += " " + ngettext(
            "%(num)d creator with a contract is invited.", "%(num)d creators with a contract are invited.", invited
        )
    flash(f"{sentence} {more.strip() or gettext('Make a new plan.')}", "success" if offers or invited else "warning")
    return redirect(party.url("plan", campaign=campaign, plan=plan), 303)


@party_page(blueprint, "POST", "campaigns/<uuid:campaign>/plan/<uuid:plan>/send", DEALERS, sides=(Side.BRAND,))
def plan_send(party: Party, campaign: UUID, plan: UUID) -> ResponseReturnValue:
    """Sends the drafts of a plan that still lie ready."""
    target = campaigns.get_campaign(party.owner.id, campaign)
    sent = drafting.send_offers(plans.get_plan(target.id, plan), by=party.person, at=clock.now())
    db.session.commit()
    flash(
        ngettext("%(num)d offer sent.", "%(num)d offers sent.", len(sent.offers)), "success" if sent.offers else "info"
    )
    for sentence in dict.fromkeys(sent.refused.values()):
        count = sum(each == sentence for each in sent.refused.values())
        about = ngettext("%(num)d offer was not sent.", "%(num)d offers were not sent.", count)
        flash(f"{about} {sentence}", "warning")
    return redirect(party.url("plan", campaign=campaign, plan=plan), 303)


def _shown(target: Campaign) -> Plan | None:
    public_id = query_args.identifier(request.args, "plan")
    if public_id is not None:
        return plans.get_plan(target.id, public_id)
    newest = plans.of_campaign(target.id)
    return newest[0] if newest else None


def _usual(target: Campaign) -> Wishes:
    markets = {country: Bound() for country in target.markets}
    return Wishes(target.budget, USUAL_MARGIN, markets, most_creators=target.most_creators)


def _page(
    party: Party, target: Campaign, shown: Plan | None, *, form: PlanForm | None = None, refusal: str = ""
) -> str:
    left = plans.budget_left(target, at=clock.now())
    if form is None:
        wishes = Wishes.of(shown.wishes) if shown else _usual(target)
        form = plan_form(target, replace(wishes, budget=min(wishes.budget, left)))
    rows = [*shown.choices, *shown.others] if shown else []
    creators = select(Creator).where(Creator.id.in_({each["creator"] for each in rows}))
    return render_template(
        "plans/plan.html",
        party=party,
        campaign=target,
        plan=shown,
        wishes=Wishes.of(shown.wishes) if shown else None,
        earlier=[each for each in plans.of_campaign(target.id) if shown is None or each.id != shown.id],
        creators={each.id: each for each in db.session.scalars(creators)},
        offers={each.id: each for each in drafting.offers_of(shown)} if shown else {},
        plannable=target.status in (CampaignStatus.DRAFT, CampaignStatus.PUBLISHED)
        and not campaigns.over(target, clock.now()),
        takes=campaigns.takes(target, clock.now()),
        unsent=drafting.unsent(shown) if shown else [],
        left=left,
        form=form,
        refusal=refusal,
        words=plan_words,
        fitting=_fitting(target, shown, clock.now()) if shown else {},
        appetites=APPETITES,
        naming=naming,
    )


def _fitting(target: Campaign, shown: Plan, at: datetime) -> dict[int, list[str]]:
    """Why those who are chosen fit the campaign, as the score has it now."""
    brief, in_force = briefs.brief_of(target, at=at), weights.now()
    matches = [
        (best_matches.match_of(raw(), replace(brief, markets=(each["market"],)), in_force, each["creator"]), each)
        for each in shown.choices[:EXPLAINED]
    ]
    return {
        match.creator_id: reasons.best_three(match, priced=not choice.get("contract"))
        for match, choice in matches
        if match is not None
    }
