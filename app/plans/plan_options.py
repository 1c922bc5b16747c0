"""Whom a plan can choose from: everybody who fits a campaign, what each would cost and bring at so many hours, and what
keeps the others out. As arrays, for there may be a hundred thousand."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from app.campaigns import participation
from app.campaigns.models import Campaign
from app.contracts.terms.sheet import Sheet
from app.database import raw
from app.plans import obstacles, yields
from app.plans.plan_model import Option
from app.ranking import best_matches, briefs, forecast, scoring, weights
from app.ranking.best_matches import Match
from app.ranking.models import Evidence
from app.ranking.outlook import Distribution, Outlook

EVERYBODY = 10_000_000  # creators
WHOLE = 10_000  # basis points
Array = Any  # of numpy


@dataclass(frozen=True)
class Row:
    """A creator in a market: what is known of their sales, and on what terms they would work. `fixed` and `price` (of
    an hour) are promised for sure, `rate` is the commission in basis points; under a `contract` only that is paid."""

    match: Match
    outlook: Outlook
    price: int
    fixed: int
    rate: int
    contract: int | None
    trial: bool
    invited: bool


@dataclass(frozen=True)
class Offered:
    """An option with what its cost is made of, and the net sales it rests on; amounts in minor units. `share` of every
    unit that is sold is left after cost of goods and commission."""

    option: Option
    row: Row
    fee: int  # what the creator asks for the hours
    commission: int
    sold: int
    share: float

    @property
    def margin(self) -> Distribution:
        """What is left of the sales, before what is paid for sure."""
        hours = self.sold / max(1.0, self.row.outlook.an_hour())
        return self.row.outlook.over(hours).times(max(0.0, self.share))

    @property
    def for_sure(self) -> int:
        """What is paid whatever is sold."""
        return self.fee + self.row.fixed


@dataclass(frozen=True)
class Pool:
    """The options of everybody, as arrays with an entry each (`place`): by `rows` (a creator in a market), hours, cost,
    and what is expected of it with its deviation. `lacks` are those for whom nothing can be reckoned, each with their
    match and a word."""

    campaign: Campaign
    rows: Sequence[Row]
    row: Array
    hours: Array
    sold: Array
    cost: Array
    expected: Array
    deviation: Array
    trial: Array
    margin_bps: int
    lacks: Mapping[int, tuple[Match, str]]

    @cached_property
    def creators(self) -> Array:
        """Whose each option is."""
        return np.array([each.match.creator_id for each in self.rows], dtype=int)[self.row]

    @property
    def count(self) -> int:
        """How many creators were looked at."""
        return len({each.match.creator_id for each in self.rows} | set(self.lacks))

    def offered(self, place: int) -> Offered:
        """An option with all that is told of it."""
        row, hours = self.rows[self.row[place]], int(self.hours[place])
        option = Option(
            self.campaign.id,
            row.match.creator_id,
            row.match.stand.country,
            hours,
            int(self.cost[place]),
            int(self.expected[place]),
            int(self.deviation[place]),
            trial=row.trial,
        )
        fee = row.price * hours
        commission = option.cost - fee - row.fixed
        share = (self.margin_bps - row.rate) / WHOLE
        return Offered(option, row, fee, commission, int(self.sold[place]), share)

    def without(self, creators: Collection[int], word: str) -> Pool:
        """The pool without some creators, who then lack something."""
        gone = {row.match.creator_id: (row.match, word) for row in self.rows if row.match.creator_id in creators}
        kept = ~np.isin(self.creators, list(creators))
        names = ("row", "hours", "sold", "cost", "expected", "deviation", "trial")
        arrays = {name: getattr(self, name)[kept] for name in names}
        return replace(self, **arrays, lacks={**self.lacks, **gone})


def pool(campaign: Campaign, markets: Collection[str], margin_bps: int, *, at: datetime) -> Pool:
    """Everybody who fits the campaign in these markets. `margin_bps` is what the brand keeps of net sales before what
    the creator costs."""
    matches = _fitting(campaign, markets, at=at)
    ids = list(dict.fromkeys(each.creator_id for each in matches))
    in_the_way = obstacles.obstacles(campaign, ids, at=at)
    free = [each for each in ids if each not in in_the_way]
    under, asked = obstacles.contracts(campaign, free, at=at), obstacles.invited(campaign, free, at=at)
    sheet, means = participation.from_today(campaign, at), forecast.means(markets)
    most, fixed = most_hours(sheet), forecast.fixed(sheet)
    rows, lacks = [], dict[int, tuple[Match, str]]()
    for match in matches:
        word = in_the_way.get(match.creator_id, "")
        known = None
        if not word:
            known = forecast.outlook_of(match, campaign.currency, reader=campaign.brand_id, means=means)
            contract = under.get(match.creator_id)
            word = "" if contract is not None else _other_money(match)
            word = word or ("unknown" if known is None else "no_time" if most < 1 else "")
        if word or known is None:
            lacks.setdefault(match.creator_id, (match, word))
            continue
        trial, invited = match.facts.evidence != Evidence.OWN, match.creator_id in asked
        if contract is not None:
            terms = contract[1]
            rows.append(Row(match, known, 0, 0, _rate(terms), contract[0].id, trial, invited))
        else:
            price = scoring.price_of(match.stand, match.brief) or 0
            rows.append(Row(match, known, price, fixed, _rate(sheet), None, trial, invited))
    known_ones = {each.match.creator_id for each in rows}
    return _reckoned(
        campaign, rows, most, margin_bps, {who: lack for who, lack in lacks.items() if who not in known_ones}
    )


def most_hours(sheet: Sheet) -> int:
    """The whole hours that count on the sheet's days: so many minutes a day, and a month where it says so."""
    minutes, first = 0, sheet.starts_on
    while first <= sheet.ends_on:
        last = min(sheet.ends_on, first.replace(day=monthrange(first.year, first.month)[1]))
        of_days = ((last - first).days + 1) * sheet.day_minutes
        minutes += of_days if sheet.month_minutes is None else min(of_days, sheet.month_minutes)
        first = last + timedelta(days=1)
    return minutes // 60


def deviations(outlooks: Sequence[Outlook], hours: Array) -> Array:
    """The deviation of net sales of so many hours (a column each) of everybody: as `Outlook.over` has it, at once."""
    names = ("shape", "hours", "value", "variation", "widening", "unevenness")
    shape, rate, value, variation, wider, uneven = (
        np.array([getattr(each, name) for each in outlooks], dtype=float)[:, None] for name in names
    )
    orders = shape / rate * hours
    scattered = orders * (1 + variation**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        unsure = np.where(orders > 0, orders**2 * (1 / shape + uneven / hours), 0.0)
    return np.sqrt(scattered + unsure) * wider * value


def _reckoned(
    campaign: Campaign, rows: Sequence[Row], most: int, margin_bps: int, lacks: Mapping[int, tuple[Match, str]]
) -> Pool:
    """What every row would cost and bring at every level of hours. Sales of an hour are taken to two figures, as people
    may read them: what one creator sold may be what one rival sold. Commission rises and falls with the sales, so only
    what is left of the margin after it deviates."""
    usual = yields.levels(campaign.hours, most)
    tried = yields.trials(campaign.hours, most)
    hours = np.array(sorted({*usual, *tried}), dtype=float)
    counted = np.array([yields.counted(each, campaign.hours) for each in hours])
    if not rows:
        nothing = np.zeros(0, dtype=int)
        return Pool(campaign, rows, nothing, nothing, nothing, nothing, nothing, nothing, nothing, margin_bps, lacks)
    trial = np.array([each.trial for each in rows])
    an_hour = np.array([forecast.rough(round(each.outlook.an_hour())) for each in rows], dtype=float)
    price, fixed, rate = (np.array([getattr(each, name) for each in rows]) for name in ("price", "fixed", "rate"))
    sold = np.round(an_hour[:, None] * counted).astype(int)
    cost = np.round(price[:, None] * hours).astype(int) + fixed[:, None] + _of(sold, rate[:, None])
    expected = _of(sold, margin_bps) - cost
    share = np.abs(margin_bps - rate) / WHOLE
    deviation = np.round(deviations([each.outlook for each in rows], counted) * share[:, None]).astype(int)
    may = np.where(trial[:, None], np.isin(hours, tried), np.isin(hours, usual))
    row, level = may.nonzero()
    place = row, level
    about = sold[place], cost[place], expected[place], deviation[place]
    return Pool(campaign, rows, row, hours[level].astype(int), *about, trial[row], margin_bps, lacks)


def _fitting(campaign: Campaign, markets: Collection[str], *, at: datetime) -> list[Match]:
    """Everybody's best standing in each of these markets that fits and that no other's exclusivity closes."""
    brief, in_force = briefs.brief_of(campaign, at=at), weights.now()
    found: list[Match] = []
    for market in sorted(markets):
        there = replace(brief, markets=(market,))
        matches = best_matches.best(raw(), there, in_force, limit=EVERYBODY, clear=False)
        closed = best_matches.closed_to(raw(), there, [each.creator_id for each in matches])
        found += [each for each in matches if each.creator_id not in closed]
    return sorted(found, key=lambda match: (-match.score, match.creator_id, match.stand.country))


def _other_money(match: Match) -> str:
    """A word where their price is in another currency."""
    foreign = match.stand.price is not None and scoring.price_of(match.stand, match.brief) is None
    return "other_money" if foreign else ""


def _rate(terms: Any) -> int:
    return int(terms.commission_bps if terms.in_stream_bps is None else terms.in_stream_bps)


def _of(amount: Any, bps: Any) -> Any:
    return np.round(amount * bps / WHOLE).astype(int)
