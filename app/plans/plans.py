"""Plan my budget: which creators, for how many hours, bring a campaign most for what it may spend. The offers that come
of it: app/plans/drafting.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app.campaigns import campaigns, participants
from app.campaigns.campaign_rules import MOST
from app.campaigns.models import Campaign, CampaignStatus
from app.database import db
from app.errors import BadInput, Conflict, NotFound
from app.formatting import money
from app.plans import choosing, plan_options, plan_rows
from app.plans.models import Plan
from app.plans.planning import Bound, Limits
from app.ranking import forecast
from app.security import Identity
from app.users.trail import record

RISKS = {"careful": 1.0, "balanced": 0.5, "bold": 0.0}  # how much of a deviation counts against what is expected
SECONDS = 6.0  # for the search; a page waits for it
KEPT = 20  # earlier plans that are shown


@dataclass(frozen=True)
class Wishes:
    """What a plan is to keep to: money in minor units of the campaign's currency, `margin_bps` what the brand keeps of
    net sales before what creators cost, `markets` the countries wanted, each with its own limits. `trial_bps` is how
    much of the budget trial hours may cost, with creators who have not streamed there yet."""

    budget: int
    margin_bps: int
    markets: Mapping[str, Bound]
    most_creators: int | None = None
    appetite: str = "balanced"
    trial_bps: int = 2_000  # of the budget, that trial hours may cost at most

    def as_json(self) -> dict[str, Any]:
        """For the column; `Wishes.of` reads it back."""
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Wishes:
        """The wishes from what `as_json` wrote."""
        markets = {country: Bound(**bound) for country, bound in stored["markets"].items()}
        return cls(**{"trial_bps": 0, **stored, "markets": markets})  # older plans knew of no trials


def create(campaign: Campaign, wishes: Wishes, *, by: Identity, at: datetime, seconds: float = SECONDS) -> Plan:
    """A plan for what is left of the campaign; nothing is offered yet. BadInput for wishes that can't be, or for more
    than what is left of the campaign's budget; Conflict when the campaign is over."""
    if campaign.status not in (CampaignStatus.DRAFT, CampaignStatus.PUBLISHED) or campaigns.over(campaign, at):
        raise Conflict(gettext("This campaign is over: there is nothing left to plan."))
    _check(campaign, wishes)
    _must_be_left(campaign, wishes.budget, at)
    limits = _limits(campaign, wishes, at)
    everybody = plan_options.pool(campaign, wishes.markets, wishes.margin_bps, at=at)
    found = choosing.choose(everybody, limits, seconds=seconds, at=at)
    solved, taken, brings = found.solution, found.taken, choosing.range_of(found.taken)
    plan = Plan(campaign_id=campaign.id, campaign=campaign, wishes=wishes.as_json(), made_by=by.person_id, made_at=at)
    plan.method, plan.gap, plan.seconds = solved.method, solved.gap, solved.seconds
    plan.cost, plan.expected = (sum(getattr(each.option, name) for each in taken) for name in ("cost", "expected"))
    plan.low, plan.high, plan.loss = brings.low, brings.high, brings.loss
    plan.choices = plan_rows.choices(found)
    plan.others, plan.considered = plan_rows.others(found, limits), found.pool.count
    db.session.add(plan)
    db.session.flush()
    detail = {"campaign": campaign.title, "creators": len(taken), "cost": plan.cost, "method": plan.method}
    record("make", "plan", plan.id, by=by, at=at, **detail)
    return plan


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


def budget_left(campaign: Campaign, *, at: datetime) -> int:
    """What of the campaign's budget is not planned or promised at this instant, in minor units.

    An offer that stands or was agreed on counts once, in the campaign whose terms it has: as its plan reckoned, else
    what it promises for sure. One that has come to nothing counts for nothing. Who is to work under a contract they
    have counts as planned, from the invitation on.
    """
    of = select(Plan).where(Plan.campaign_id == campaign.id, Plan.drafted_at.is_not(None)).order_by(Plan.id)
    drafted = db.session.scalars(of).all()
    rows = [choice for plan in drafted for choice in plan.choices if "offer" in choice]
    planned: dict[int, int] = {choice["offer"]: choice["cost"] for choice in rows}
    under = [choice for plan in drafted for choice in plan.choices if "approach" in choice]
    joined: dict[int, int] = {choice["creator"]: choice["cost"] for choice in under}
    live = participants.involved(campaign.id, joined, at=at)
    offers = {
        each.round.offer_id: each.round.sheet
        for each in participants.of_campaign(campaign.id)
        if each.round is not None and each.participation.terms_campaign_id == campaign.id and each.counts(at)
    }
    spent = sum(max(planned.get(offer, 0), forecast.fixed(sheet)) for offer, sheet in offers.items())
    spent += sum(cost for creator, cost in joined.items() if live.get(creator) in ("invited", "joined"))
    return max(0, campaign.budget - spent)


def _must_be_left(campaign: Campaign, budget: int, at: datetime) -> None:
    there = budget_left(campaign, at=at)
    if budget > there:
        most = money(there, campaign.currency)
        raise BadInput(gettext("Only %(left)s of the campaign’s budget is left. Lower the plan’s budget.", left=most))


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
    if not 0 <= wishes.trial_bps <= 10_000:
        raise BadInput(gettext("Enter a share for trial hours from 0 to 100 percent."))
    if wishes.appetite not in RISKS or any(not 0 <= each <= MOST for each in amounts):
        raise BadInput(gettext("Choose a risk from the list, and enter limits of zero or more."))


def _limits(campaign: Campaign, wishes: Wishes, at: datetime) -> Limits:
    """The wishes as bounds; those who take part already count for the campaign's own limit."""
    most = [each for each in (wishes.most_creators,) if each is not None]
    if campaign.most_creators is not None:
        most.append(max(0, campaign.most_creators - campaigns.joined(campaign.id, at=at)))
    whole = {campaign.id: Bound(min(most, default=None), wishes.budget)}
    parts = {(campaign.id, country): bound for country, bound in wishes.markets.items()}
    trials = {campaign.id: Bound(money=wishes.budget * wishes.trial_bps // 10_000)}
    return Limits(whole, parts, RISKS[wishes.appetite], trials)
