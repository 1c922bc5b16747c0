"""From a plan to offers: drafts that creators don't see, invitations for those who work under a contract already, and
all drafts sent at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from app.campaigns import campaigns, invitations, participation
from app.campaigns.models import Campaign, CampaignStatus
from app.contracts.models import Offer
from app.contracts.offers import negotiation
from app.contracts.terms.sheet import Bonus, Sheet, Step
from app.database import db, lock
from app.errors import Conflict, StreamcutError
from app.formatting import money
from app.plans import obstacles, plans
from app.plans.models import Plan
from app.security import Identity
from app.users.models import Creator
from app.users.sides import Side
from app.users.trail import record

STEPS = 20  # of a threshold, at most (bonus_rules)


@dataclass(frozen=True)
class Sent:
    """What came of sending a plan's drafts: the offers that went out, and why the others did not, by creator."""

    offers: Sequence[Offer]
    refused: Mapping[int, str]


def draft_offers(plan: Plan, *, by: Identity, at: datetime) -> list[Offer]:
    """The plan's choices as drafts of offers, which creators don't see before they are sent: the campaign's terms for
    the days that are left, and the price of the hours. By these they are to take part, and so have a place in the
    campaign from now on. A second time nothing is written, and the same are returned.

    Who works under a contract of the pair gets no offer, but an invitation (`approach`), if there is none yet. Who
    can't be offered it any more is left out, with the word of what is in the way (`skipped`). Conflict unless the
    campaign is published and not over, and has budget and places for them.
    """
    lock(plan.campaign)  # two plans of a campaign may have the same creators
    lock(plan)
    if plan.drafted_at is not None:
        return offers_of(plan)
    campaign = plan.campaign
    if campaign.status == CampaignStatus.DRAFT:
        raise Conflict(gettext("Publish the campaign first: creators who get an offer must be able to see it."))
    campaigns.must_take(campaign, at)
    ids = [each["creator"] for each in plan.choices]
    query_of = select(Creator).where(Creator.id.in_(ids)).order_by(Creator.id)
    creators = {each.id: each for each in db.session.scalars(query_of.with_for_update(key_share=True))}
    in_the_way = _in_the_way(plan, list(creators.values()), at)
    _must_fit(campaign, [each for each in plan.choices if each["creator"] not in in_the_way], at)
    sheet = participation.from_today(campaign, at)
    offers, choices = [], []
    for choice in plan.choices:
        creator = creators[choice["creator"]]
        if obstacle := in_the_way.get(creator.id):
            choices.append(choice | {"skipped": obstacle})
            continue
        if choice.get("contract"):
            choices.append(choice | _invited(campaign, creator, by=by, at=at))
            continue
        terms = with_fee(sheet, choice["hours"], choice["fee"])
        draft = negotiation.OfferDraft(terms, campaign.title, message=_message(choice["hours"]))
        offer = negotiation.begin(campaign.brand, creator, draft, by=by, at=at)
        participation.take_up(campaign, creator, offer, at=at)
        choices.append(choice | {"offer": offer.id})
        offers.append(offer)
    plan.choices, plan.drafted_at = choices, at
    db.session.flush()
    record("draft", "plan", plan.id, by=by, at=at, campaign=campaign.title, offers=len(offers))
    return offers


def send_offers(plan: Plan, *, by: Identity, at: datetime) -> Sent:
    """Sends the drafts of a plan that still lie ready, each by itself: what is in the way of one keeps no other. A
    second time there is nothing left to send."""
    lock(plan)
    sent, refused = [], {}
    for offer in unsent(plan):
        try:
            with db.session.begin_nested():
                negotiation.send(offer, side=Side.BRAND, by=by, at=at)
        except StreamcutError as error:
            refused[offer.creator_id] = error.sentence
        else:
            sent.append(offer)
    record("send", "plan", plan.id, by=by, at=at, campaign=plan.campaign.title, offers=len(sent), refused=len(refused))
    return Sent(sent, refused)


def with_fee(sheet: Sheet, hours: int, fee: int) -> Sheet:
    """The terms with what the creator asks for the hours: paid as they are streamed, in up to 20 steps that come to
    exactly `fee` over the contract."""
    count = min(hours, STEPS, fee)
    if count == 0:
        return sheet
    steps = tuple(
        Step(hours * 60 * nr // count, amount=fee * nr // count - fee * (nr - 1) // count) for nr in range(1, count + 1)
    )
    about: dict[str, Any] = {"measure": "valid_minutes", "period": "contract", "tiering": "fixed"}
    return replace(sheet, bonuses=(*sheet.bonuses, Bonus("threshold", steps=steps, **about)))


def offers_of(plan: Plan) -> list[Offer]:
    """The offers that were drafted from a plan."""
    ids = [each["offer"] for each in plan.choices if "offer" in each]
    return list(db.session.scalars(select(Offer).where(Offer.id.in_(ids)).order_by(Offer.id)))


def unsent(plan: Plan) -> list[Offer]:
    """Those of them that lie ready and were not sent."""
    return [each for each in offers_of(plan) if negotiation.latest(each).status == "draft"]


def _must_fit(campaign: Campaign, choices: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """The campaign is locked, so what is left of it stays."""
    cost, there = sum(each["cost"] for each in choices), plans.budget_left(campaign, at=at)
    if cost > there:
        sums = {"cost": money(cost, campaign.currency), "left": money(there, campaign.currency)}
        raise Conflict(
            gettext(
                "These offers cost %(cost)s, but only %(left)s of the campaign’s budget is left. Make a new plan.",
                **sums,
            )
        )
    most = campaign.most_creators
    if most is not None and len(choices) > most - campaigns.joined(campaign.id, at=at):
        raise Conflict(gettext("The campaign does not have that many places left. Make a new plan."))


def _in_the_way(plan: Plan, creators: Sequence[Creator], at: datetime) -> dict[int, str]:
    """Those whom something keeps from what the plan has for them, with a word: since it was made, some may have got a
    contract, or lost it."""
    campaign, ids = plan.campaign, [each.id for each in creators]
    under = obstacles.contracts(campaign, ids, at=at)
    planned = {each["creator"] for each in plan.choices if each.get("contract")}
    words = dict.fromkeys(obstacles.closed(campaign, creators, at=at), "closed")
    words |= dict.fromkeys(set(under) - planned, "contract") | dict.fromkeys(planned - set(under), "no_contract")
    return words | obstacles.obstacles(campaign, ids, at=at)


def _invited(campaign: Campaign, creator: Creator, *, by: Identity, at: datetime) -> dict[str, Any]:
    """The invitation of who works under a contract: theirs, or a new one; or why none could be written."""
    standing = invitations.newest(campaign.id, creator.id)
    if standing is not None and standing.status == "unanswered":
        return {"approach": standing.id}
    found = invitations.invite(campaign.brand, [creator], campaign, "", by=by, at=at)
    return {"approach": found.sent[0].id} if found.sent else {"skipped": f"invite_{found.skipped[0][1]}"}


def _message(hours: int) -> str:
    return str(gettext("We would like to plan %(hours)s hours live with you.", hours=hours))
