"""Whom a plan can choose from: the creators who fit a campaign best, what each would cost and bring at so many hours,
and what keeps the others out."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.campaigns import participants, participation
from app.campaigns.campaign_rules import MOST_HOURS
from app.campaigns.models import Campaign
from app.contracts.models import Agreement, Offer, OfferRound
from app.contracts.offers.rounds import OPEN
from app.contracts.terms.sheet import Sheet
from app.creators import profiles
from app.database import db, raw
from app.errors import Conflict
from app.plans.plan_model import Option
from app.ranking import (
    best_matches,
    briefs,
    forecast,
    scoring,
    weights,
)
from app.ranking.best_matches import Match
from app.ranking.scoring import Brief
from app.users.memberships import reachable
from app.users.models import Creator

MOST_LOOKED_AT = 200  # creators, those who fit best


@dataclass(frozen=True)
class Offered:
    """An option with the standing in its market, what its cost is made of, and the net sales it rests on; amounts in
    minor units."""

    option: Option
    match: Match
    fee: int  # what the creator asks for the hours
    fixed: int  # what the campaign's terms promise for sure
    commission: int
    sold: int


@dataclass(frozen=True)
class Candidate:
    """A creator who fits the campaign: what could be offered, in each market they fit, or a word of what is in the way
    (`obstacle`). `match` is their best standing."""

    creator: Creator
    match: Match
    offered: tuple[Offered, ...]
    obstacle: str = ""
    invited: bool = False  # and has not answered yet: what they agree to is then the offer that is drafted


def candidates(campaign: Campaign, markets: Collection[str], margin_bps: int, *, at: datetime) -> list[Candidate]:
    """Those who fit the campaign best in these markets, the best first. `margin_bps` is what the brand keeps of net
    sales before what the creator costs."""
    fitting = _fitting(briefs.brief_of(campaign, at=at), markets)
    ids = [matches[0].creator_id for matches in fitting]
    creators = {each.id: each for each in db.session.scalars(select(Creator).where(Creator.id.in_(ids)))}
    in_the_way = obstacles(campaign, list(creators.values()), at=at)
    invited = {each for each, word in participants.involved(campaign.id, ids, at=at).items() if word == "invited"}
    means, sheet = forecast.means(markets), participation.from_today(campaign, at)
    people = []
    for matches in fitting:
        best, offered, lacked = matches[0], list[Offered](), list[str]()
        obstacle = in_the_way.get(best.creator_id, "")
        for match in () if obstacle else matches:
            sold = forecast.forecast_of(match, campaign.currency, 1, reader=campaign.brand_id, means=means)
            lacked.append(_unreckoned(match, sold))
            if sold is not None and not lacked[-1]:
                offered += _offered(campaign, match, sheet, forecast.rough(sold.middle), margin_bps)
        if not offered and not obstacle:
            obstacle = lacked[0] or "no_time"
        about = {"invited": best.creator_id in invited}
        people.append(Candidate(creators[best.creator_id], best, tuple(offered), obstacle, **about))
    return people


def obstacles(campaign: Campaign, creators: Sequence[Creator], *, at: datetime) -> dict[int, str]:
    """Those of the creators to whom no offer for the campaign can be made, with a word of what is in the way: `joined`,
    `drafted`, `applied`, `not_open`, `not_here`, `offered` (an offer is on its way), `contract` (the pair has one,
    whose terms count), `closed` (an exclusivity, or a contract that covers only some of the days). An invitation is in
    nobody's way, since who agrees to it gets the offer that is drafted for them; where the pair has a contract it is
    all that is needed (`invited`)."""
    ids = [each.id for each in creators]
    words = dict.fromkeys(set(ids) - reachable(ids), "not_here")
    words |= dict.fromkeys(profiles.not_asking(ids), "not_open")
    words |= dict.fromkeys(_offered_to(campaign.brand_id, ids), "offered")
    involved = participants.involved(campaign.id, ids, at=at)
    words |= {creator: word for creator, word in involved.items() if word != "invited"}
    for creator in creators:
        if creator.id not in words and (word := _closed(campaign, creator, at)):
            words[creator.id] = involved.get(creator.id, word) if word == "contract" else word
    return words


def levels(hours: int, most: int = MOST_HOURS) -> list[int]:
    """How many hours may be offered: half of what the campaign says, that, and twice as much, but at most `most`; none
    where that is no whole hour."""
    most = min(most, MOST_HOURS)
    return sorted({min(each, most) for each in (max(1, hours // 2), hours, 2 * hours)} - {0})


def most_hours(sheet: Sheet) -> int:
    """The whole hours that count on the sheet's days: so many minutes a day, and a month where it says so."""
    minutes, first = 0, sheet.starts_on
    while first <= sheet.ends_on:
        last = min(sheet.ends_on, first.replace(day=monthrange(first.year, first.month)[1]))
        of_days = ((last - first).days + 1) * sheet.day_minutes
        minutes += of_days if sheet.month_minutes is None else min(of_days, sheet.month_minutes)
        first = last + timedelta(days=1)
    return minutes // 60


def _fitting(brief: Brief, markets: Collection[str]) -> list[list[Match]]:
    """The creators who fit best in any of the markets, the best first, each with the standing in every market of these
    that they fit and may work in, the best first."""
    in_force = weights.now()
    briefs_of = {market: replace(brief, markets=(market,)) for market in sorted(markets)}
    matches: dict[int, dict[str, Match]] = {}
    more = []  # markets in which somebody may fit who was not among their best
    for market, there in briefs_of.items():
        best = best_matches.best(raw(), there, in_force, limit=MOST_LOOKED_AT)
        more += [market] if len(best) == MOST_LOOKED_AT else []
        for match in best:
            matches.setdefault(match.creator_id, {})[market] = match
    order = sorted(matches, key=lambda each: (-max(match.score for match in matches[each].values()), each))[
        :MOST_LOOKED_AT
    ]
    for market in more:
        missing = [each for each in order if market not in matches[each]]
        closed = best_matches.closed_to(raw(), briefs_of[market], missing)
        for each in missing:
            stands = None if each in closed else best_matches.match_of(raw(), briefs_of[market], in_force, each)
            if stands is not None:
                matches[each][market] = stands
    return [sorted(matches[each].values(), key=lambda match: (-match.score, match.stand.country)) for each in order]


def _offered(campaign: Campaign, match: Match, sheet: Sheet, an_hour: int, margin_bps: int) -> tuple[Offered, ...]:
    """Sales of an hour are taken to two figures, as people may read them: what one creator sold may be what one rival
    sold. Commission rises and falls with the sales, so only what is left of the margin after it deviates."""
    rate = sheet.commission_bps if sheet.in_stream_bps is None else sheet.in_stream_bps
    price, fixed = scoring.price_of(match.stand, match.brief) or 0, forecast.fixed(sheet)
    offered = []
    for hours in levels(campaign.hours, most_hours(sheet)):
        sold, fee = an_hour * hours, price * hours
        commission = _of(sold, rate)
        cost = fee + fixed + commission
        deviation = round(abs(_of(sold, margin_bps) - commission) * match.facts.spread)
        expected = _of(sold, margin_bps) - cost
        option = Option(campaign.id, match.creator_id, match.stand.country, hours, cost, expected, deviation)
        offered.append(Offered(option, match, fee, fixed, commission, sold))
    return tuple(offered)


def _unreckoned(match: Match, sold: forecast.Forecast | None) -> str:
    """Why nothing can be reckoned for somebody: `unknown`, as nothing is sold in the market yet, or by one other brand
    only; `other_money`, as their price is in another currency."""
    if match.stand.price is not None and scoring.price_of(match.stand, match.brief) is None:
        return "other_money"
    return "unknown" if sold is None else ""


def _closed(campaign: Campaign, creator: Creator, at: datetime) -> str:
    try:
        if participation.contract_for(campaign, creator, at) is not None:
            return "contract"
    except Conflict:
        return "closed"
    return "closed" if participation.conflicts(campaign, creator, at) else ""


def _offered_to(brand_id: int, ids: Collection[int]) -> Sequence[int]:
    """Those with whom an offer of the brand's is open, or is to be signed."""
    query = select(Offer.creator_id).join(OfferRound, OfferRound.offer_id == Offer.id)
    query = query.outerjoin(Agreement, Agreement.offer_round_id == OfferRound.id)
    open_ = or_(OfferRound.status.in_(("draft", *OPEN)), Agreement.status == "to_sign")
    query = query.where(Offer.brand_id == brand_id, Offer.contract_id.is_(None), Offer.creator_id.in_(ids), open_)
    return db.session.scalars(query.distinct()).all()


def _of(amount: int, bps: int) -> int:
    return round(amount * bps / 10_000)
