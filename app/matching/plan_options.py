"""Whom a plan can choose from: the creators who fit a campaign best, what each would cost and bring at so many hours,
and what keeps the others out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select

from app.contracts.models import Agreement, Offer, OfferRound
from app.contracts.rounds import OPEN
from app.contracts.sheet import Sheet
from app.database import db, raw
from app.errors import Conflict
from app.matching import briefs, forecast, joining, participants, scoring, topmost, weights
from app.matching.campaign_rules import MOST_HOURS
from app.matching.choices import Option
from app.matching.models import Campaign, Profile
from app.matching.topmost import Match
from app.security import CREATOR as CREATOR_ROLES
from app.users.memberships import LIVE
from app.users.models import Creator, Membership, Person

MOST_LOOKED_AT = 200  # creators, those who fit best


@dataclass(frozen=True)
class Offered:
    """An option with what its cost is made of, and the net sales it rests on; amounts in minor units."""

    option: Option
    fee: int  # what the creator asks for the hours
    fixed: int  # what the campaign's terms promise for sure
    commission: int
    sold: int


@dataclass(frozen=True)
class Candidate:
    """A creator who fits the campaign: what could be offered, or a word of what is in the way (`obstacle`)."""

    creator: Creator
    match: Match
    offered: tuple[Offered, ...]
    obstacle: str = ""


def candidates(campaign: Campaign, markets: Collection[str], margin_bps: int, *, at: datetime) -> list[Candidate]:
    """Those who fit the campaign best in these markets, the best first. `margin_bps` is what the brand keeps of net
    sales before what the creator costs."""
    brief = replace(briefs.of(campaign), markets=tuple(markets))
    matches = topmost.best(raw(), brief, weights.now(), limit=MOST_LOOKED_AT)
    ids = [each.creator_id for each in matches]
    creators = {each.id: each for each in db.session.scalars(select(Creator).where(Creator.id.in_(ids)))}
    in_the_way = obstacles(campaign, list(creators.values()), at=at)
    means = forecast.means({each.stand.country for each in matches})
    sheet = joining.from_today(campaign, at)
    found = []
    for match in matches:
        sold = forecast.of(match, campaign.currency, 1, means=means)
        obstacle = in_the_way.get(match.creator_id) or _unreckoned(match, sold)
        offered: tuple[Offered, ...] = ()
        if sold is not None and not obstacle:
            offered = _offered(campaign, match, sheet, forecast.rough(sold.middle), margin_bps)
        found.append(Candidate(creators[match.creator_id], match, offered, obstacle))
    return found


def obstacles(campaign: Campaign, creators: Sequence[Creator], *, at: datetime) -> dict[int, str]:
    """Those of the creators to whom no offer for the campaign can be made, with a word of what is in the way: `joined`,
    `received`, `invited`, `not_open`, `not_here`, `offered` (an offer is on its way), `contract` (the pair has one,
    whose terms count), `closed` (an exclusivity, or a contract that covers only some of the days)."""
    ids = [each.id for each in creators]
    found = dict.fromkeys(_absent(ids), "not_here")
    shut = select(Profile.creator_id).where(Profile.creator_id.in_(ids), Profile.open_to_offers.is_(False))
    found |= dict.fromkeys(db.session.scalars(shut), "not_open")
    found |= dict.fromkeys(_offered_to(campaign.brand_id, ids), "offered")
    found |= participants.involved(campaign.id, ids)
    for creator in creators:
        if creator.id not in found and (word := _closed(campaign, creator, at)):
            found[creator.id] = word
    return found


def levels(hours: int) -> list[int]:
    """How many hours may be offered: half of what the campaign says, that, and twice as much."""
    return sorted({max(1, hours // 2), hours, min(2 * hours, MOST_HOURS)})


def _offered(campaign: Campaign, match: Match, sheet: Sheet, an_hour: int, margin_bps: int) -> tuple[Offered, ...]:
    """Sales of an hour are taken to two figures, as people may read them: what one creator sold may be what one rival
    sold. Commission rises and falls with the sales, so only what is left of the margin after it deviates."""
    rate = sheet.commission_bps if sheet.in_stream_bps is None else sheet.in_stream_bps
    price, fixed = scoring.price_of(match.stand, match.brief) or 0, forecast.fixed(sheet)
    found = []
    for hours in levels(campaign.hours):
        sold, fee = an_hour * hours, price * hours
        commission = _of(sold, rate)
        cost = fee + fixed + commission
        deviation = round(abs(_of(sold, margin_bps) - commission) * match.facts.spread)
        expected = _of(sold, margin_bps) - cost
        option = Option(campaign.id, match.creator_id, match.stand.country, hours, cost, expected, deviation)
        found.append(Offered(option, fee, fixed, commission, sold))
    return tuple(found)


def _unreckoned(match: Match, sold: forecast.Forecast | None) -> str:
    """Why nothing can be reckoned for somebody: `unknown`, as nothing is sold in the market yet; `other_money`, as
    their price is in another currency."""
    if match.stand.price is not None and scoring.price_of(match.stand, match.brief) is None:
        return "other_money"
    return "unknown" if sold is None else ""


def _closed(campaign: Campaign, creator: Creator, at: datetime) -> str:
    try:
        if joining.contract_for(campaign, creator, at) is not None:
            return "contract"
    except Conflict:
        return "closed"
    return "closed" if joining.conflicts(campaign, creator, at) else ""


def _absent(ids: Collection[int]) -> set[int]:
    """Those who have nobody here that could read an offer."""
    here = select(Membership.creator_id).join(Person, Person.id == Membership.person_id)
    here = here.where(LIVE, Membership.role.in_(CREATOR_ROLES), Person.disabled_at.is_(None))
    return set(ids) - set(db.session.scalars(here.where(Membership.creator_id.in_(ids))))


def _offered_to(brand_id: int, ids: Collection[int]) -> Sequence[int]:
    """Those with whom an offer of the brand's is open, or is to be signed."""
    query = select(Offer.creator_id).join(OfferRound, OfferRound.offer_id == Offer.id)
    query = query.outerjoin(Agreement, Agreement.offer_round_id == OfferRound.id)
    open_ = or_(OfferRound.status.in_(("draft", *OPEN)), Agreement.status == "to_sign")
    query = query.where(Offer.brand_id == brand_id, Offer.contract_id.is_(None), Offer.creator_id.in_(ids), open_)
    return db.session.scalars(query.distinct()).all()


def _of(amount: int, bps: int) -> int:
    return round(amount * bps / 10_000)
