"""Plan my budget: which creators, for how many hours, bring a campaign most for what it may spend; and the offers that
come of it, as drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app.campaigns import campaigns, participants, participation
from app.campaigns.campaign_rules import MOST
from app.campaigns.models import Campaign, CampaignStatus
from app.contracts.models import Offer
from app.contracts.offers import negotiation
from app.contracts.terms.sheet import Bonus, Sheet, Step
from app.database import db, lock
from app.errors import BadInput, Conflict, NotFound
from app.formatting import money
from app.plans import plan_options, planning
from app.plans.greedy import Basket
from app.plans.models import Plan
from app.plans.plan_options import Candidate, Offered
from app.plans.planning import Bound, Limits, Solution
from app.ranking import forecast
from app.security import Identity
from app.users.models import Creator
from app.users.trail import record

RISKS = {"careful": 1.0, "balanced": 0.5, "bold": 0.0}  # how much of a deviation counts against what is expected
SECONDS = 6.0  # for the search; a page waits for it
SHOWN = 12  # of those who were not chosen
KEPT = 20  # earlier plans that are shown
STEPS = 20  # of a threshold, at most (bonus_rules)


@dataclass(frozen=True)
class Wishes:
    """What a plan is to keep to: money in minor units of the campaign's currency, `margin_bps` what the brand keeps of
    net sales before what creators cost, `markets` the countries wanted, each with its own limits."""

    budget: int
    margin_bps: int
    markets: Mapping[str, Bound]
    most_creators: int | None = None
    appetite: str = "balanced"

    def as_json(self) -> dict[str, Any]:
        """For the column; `Wishes.of` reads it back."""
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Wishes:
        """The wishes from what `as_json` wrote."""
        markets = {country: Bound(**bound) for country, bound in stored["markets"].items()}
        return cls(**{**stored, "markets": markets})


def create(campaign: Campaign, wishes: Wishes, *, by: Identity, at: datetime, seconds: float = SECONDS) -> Plan:
    """A plan for what is left of the campaign; nothing is offered yet. BadInput for wishes that can't be, or for more
    than what is left of the campaign's budget; Conflict when the campaign is over."""
    if campaign.status not in (CampaignStatus.DRAFT, CampaignStatus.PUBLISHED) or campaigns.over(campaign, at):
        raise Conflict(gettext("This campaign is over: there is nothing left to plan."))
    _check(campaign, wishes)
    _must_be_left(campaign, wishes.budget, at)
    people = plan_options.candidates(campaign, wishes.markets, wishes.margin_bps, at=at)
    offered = [each for candidate in people for each in candidate.offered]
    options, limits = [each.option for each in offered], _limits(campaign, wishes, at)
    solved = planning.solve(options, limits, seconds=seconds)
    taken = [offered[place] for place in solved.chosen]
    plan = Plan(campaign_id=campaign.id, campaign=campaign, wishes=wishes.as_json(), made_by=by.person_id, made_at=at)
    plan.method, plan.gap, plan.seconds = solved.method, solved.gap, solved.seconds
    plan.cost, plan.expected = (sum(getattr(each.option, name) for each in taken) for name in ("cost", "expected"))
    plan.choices = _choices(people, taken)
    plan.others, plan.considered = _others(people, options, limits, solved), len(people)
    db.session.add(plan)
    db.session.flush()
    detail = {"campaign": campaign.title, "creators": len(taken), "cost": plan.cost, "method": plan.method}
    record("make", "plan", plan.id, by=by, at=at, **detail)
    return plan


def draft_offers(plan: Plan, *, by: Identity, at: datetime) -> list[Offer]:
    """The plan's choices as drafts of offers, which creators don't see before they are sent: the campaign's terms for
    the days that are left, and the price of the hours. By these they are to take part, and so have a place in the
    campaign from now on. A second time nothing is written, and the same are returned.

    Who can't be offered it any more is left out, with the word of what is in the way (`skipped`). Conflict unless the
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
    in_the_way = plan_options.obstacles(campaign, list(creators.values()), at=at)
    _must_fit(campaign, [each for each in plan.choices if each["creator"] not in in_the_way], at)
    sheet = participation.from_today(campaign, at)
    offers, choices = [], []
    for choice in plan.choices:
        creator = creators[choice["creator"]]
        if obstacle := in_the_way.get(creator.id):
            choices.append(choice | {"skipped": obstacle})
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


def of_campaign(campaign_id: int) -> Sequence[Plan]:
    """The campaign's last plans, the newest first."""
    query = select(Plan).where(Plan.campaign_id == campaign_id).order_by(Plan.id.desc()).limit(KEPT)
    return db.session.scalars(query).all()


def get_plan(campaign_id: int, public_id: UUID) -> Plan:
    """The campaign's plan with this public id; NotFound otherwise."""
    plan = db.session.scalar(select(Plan).where(Plan.campaign_id == campaign_id, Plan.public_id == public_id))
    if plan is None:
        raise NotFound(gettext("There is no such plan, or it is not yours."))
    return plan


def offers_of(plan: Plan) -> list[Offer]:
    """The offers that were drafted from a plan."""
    ids = [each["offer"] for each in plan.choices if "offer" in each]
    return list(db.session.scalars(select(Offer).where(Offer.id.in_(ids)).order_by(Offer.id)))


def budget_left(campaign: Campaign, *, at: datetime) -> int:
    """What of the campaign's budget is not planned or promised at this instant, in minor units.

    An offer that stands or was agreed on counts once, in the campaign whose terms it has: as its plan reckoned, else
    what it promises for sure. One that has come to nothing counts for nothing.
    """
    drafted = select(Plan).where(Plan.campaign_id == campaign.id, Plan.drafted_at.is_not(None))
    rows = [choice for plan in db.session.scalars(drafted) for choice in plan.choices if "offer" in choice]
    planned: dict[int, int] = {choice["offer"]: choice["cost"] for choice in rows}
    offers = {
        each.round.offer_id: each.round.sheet
        for each in participants.of_campaign(campaign.id)
        if each.round is not None and each.participation.terms_campaign_id == campaign.id and each.counts(at)
    }
    spent = sum(max(planned.get(offer, 0), forecast.fixed(sheet)) for offer, sheet in offers.items())
    return max(0, campaign.budget - spent)


def _must_be_left(campaign: Campaign, budget: int, at: datetime) -> None:
    there = budget_left(campaign, at=at)
    if budget > there:
        most = money(there, campaign.currency)
        raise BadInput(gettext("Only %(left)s of the campaign’s budget is left. Lower the plan’s budget.", left=most))


def _must_fit(campaign: Campaign, choices: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """The campaign is locked, so what is left of it stays."""
    cost, there = sum(each["cost"] for each in choices), budget_left(campaign, at=at)
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


def _check(campaign: Campaign, wishes: Wishes) -> None:
    bounds = wishes.markets.values()
    amounts = [each for bound in bounds for each in (bound.creators, bound.money) if each is not None]
    if not 0 < wishes.budget <= MOST:
        raise BadInput(gettext("Enter a budget above zero."))
    if not 0 < wishes.margin_bps <= 10_000:
        raise BadInput(gettext("Enter a margin above 0 and up to 100 percent."))
    if wishes.most_creators is not None and wishes.most_creators < 1:
        raise BadInput(gettext("Enter at least one creator, or leave it empty for no limit."))
    if not wishes.markets or not set(wishes.markets) <= set(campaign.markets):
        raise BadInput(gettext("Choose at least one of the campaign’s markets."))
    if wishes.appetite not in RISKS or any(not 0 <= each <= MOST for each in amounts):
        raise BadInput(gettext("Choose a risk from the list, and enter limits of zero or more."))


def _limits(campaign: Campaign, wishes: Wishes, at: datetime) -> Limits:
    """The wishes as bounds; those who take part already count for the campaign's own limit."""
    most = [each for each in (wishes.most_creators,) if each is not None]
    if campaign.most_creators is not None:
        most.append(max(0, campaign.most_creators - campaigns.joined(campaign.id, at=at)))
    whole = {campaign.id: Bound(min(most, default=None), wishes.budget)}
    parts = {(campaign.id, country): bound for country, bound in wishes.markets.items()}
    return Limits(whole, parts, RISKS[wishes.appetite])


def _choices(people: Sequence[Candidate], taken: Sequence[Offered]) -> list[dict[str, Any]]:
    """What is chosen, what brings most for its cost first; `place` is its place among all that were reckoned."""
    order = sorted((_return(each) for each in people if each.offered), reverse=True)
    by_creator = {each.option.creator: each for each in taken}
    rows = [
        _row(offered) | {"invited": candidate.invited, "place": order.index(_return(candidate)) + 1, "of": len(order)}
        for candidate in people
        if (offered := by_creator.get(candidate.creator.id))
    ]
    return sorted(rows, key=lambda row: -(row["expected"] / max(1, row["cost"])))


def _others(
    people: Sequence[Candidate], options: Sequence[planning.Option], limits: Limits, solved: Solution
) -> list[dict[str, Any]]:
    """The next best of those who are not chosen, each with what it lacked (`lacked`, and `short` in money)."""
    basket = Basket(options, limits)
    for place in solved.chosen:
        basket.add(place)
    chosen = {options[place].creator for place in solved.chosen}
    left = [each for each in people if each.creator.id not in chosen]
    left.sort(key=lambda each: -max((offered.option.expected for offered in each.offered), default=-MOST))
    return [_lack(each, basket) for each in left[:SHOWN]]


def _lack(candidate: Candidate, basket: Basket) -> dict[str, Any]:
    """What keeps a candidate out: what is in the way, that it would cost more than it brings, or a limit. Of the
    options the one that is expected to bring most is told."""
    if candidate.obstacle:
        return {"creator": candidate.creator.id, "market": candidate.match.stand.country, "lacked": candidate.obstacle}
    best = max(candidate.offered, key=lambda each: each.option.expected)
    row = _row(best)
    worthy = [each.option for each in candidate.offered if basket.limits.worth(each.option) > 0]
    if not worthy:
        return row | {"lacked": "loss" if best.option.expected <= 0 else "risky"}
    lacked, short = min((basket.lack(each) for each in worthy), key=lambda lack: lack[1])
    return row | {"lacked": lacked, "short": short}


def _row(offered: Offered) -> dict[str, Any]:
    option, match = offered.option, offered.match
    facts = match.facts
    return {
        "creator": option.creator,
        "market": option.market,
        "hours": option.hours,
        "cost": option.cost,
        "fee": offered.fee,
        "fixed": offered.fixed,
        "commission": offered.commission,
        "sold": offered.sold,
        "expected": option.expected,
        "deviation": option.deviation,
        "score": match.points,
        "priced": match.stand.price is not None,
        "evidence": facts.evidence,
        "near": facts.near,
        "discount": facts.own,
    }


def _return(candidate: Candidate) -> float:
    """What a candidate brings at best for each unit of cost."""
    return max(each.option.expected / max(1, each.option.cost) for each in candidate.offered)


def _message(hours: int) -> str:
    return str(gettext("We would like to plan %(hours)s hours live with you.", hours=hours))
