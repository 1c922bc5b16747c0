"""The questions of a back-test: each brand in each market it sells in, of the creators who streamed for it under a
contract, who brought the most an hour? With what every method says, and what was forecast.

Prices are left out on both sides: what an hour brings is what is uncertain, what it costs is agreed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from app.catalog.assortment import categories_of
from app.creators.sales_facts import Connection
from app.database import db, rows
from app.ranking import briefs, forecast
from app.ranking.backtests.coverage import Said
from app.ranking.backtests.verdicts import Question
from app.ranking.best_matches import stand_of
from app.ranking.scoring import Brief, Stand, Weights, fits, score
from app.users.models import Brand

LEAST = 60  # minutes a creator must have streamed for a brand, so that an hour's sales mean something
FEWEST = 3  # creators a question needs
SHARE = 0.1  # of a brand's sales that make a country a market of its
LOW, HIGH = 0.1, 0.9  # the ends of a range: four of five outcomes lie between


@dataclass(frozen=True)
class Asked:
    """A question, and the forecasts that were made for it."""

    question: Question
    said: Sequence[Said]


@dataclass(frozen=True)
class Settings:
    """The settings that are tested: those in force, and others that are tried beside them."""

    force: Weights
    tried: Weights | None = None


@dataclass
class Came:
    """What a creator brought a brand: minutes under a contract, and net sales by country and category of the first
    level, in minor units."""

    minutes: int
    net: dict[tuple[str, int], int]

    def of(self, country: str, tops: Collection[int]) -> int:
        """Net sales in a country and some categories."""
        return sum(net for (where, top), net in self.net.items() if where == country and top in tops)


def results(connection: Connection, first: date, last: date) -> dict[int, dict[int, Came]]:
    """What came in the months from `first` until `last`, by brand and creator."""
    values = {"cut_on": first, "until_on": last, "least": LEAST}
    found: dict[int, dict[int, Came]] = {}
    for row in rows(connection, "app.ranking", "backtest_results", values):
        came = found.setdefault(row.brand_id, {}).setdefault(row.creator_id, Came(row.minutes, {}))
        if row.category:
            key = row.country, briefs.top_of(row.category)
            came.net[key] = came.net.get(key, 0) + row.net
    return found


def questions(
    connection: Connection, came: Mapping[int, Mapping[int, Came]], settings: Settings, first: date, last: date
) -> Iterator[Asked]:
    """The questions about what came from `first` until `last`, by the standings as they lie there now."""
    for brand_id, creators in came.items():
        brand = db.session.get_one(Brand, brand_id)
        for country in _markets(brand, creators.values()):
            asked = _asked(connection, _brief(brand, country, first, last), creators, settings, brand.handle)
            if asked is not None:
                yield asked


def _asked(
    connection: Connection, brief: Brief, came: Mapping[int, Came], settings: Settings, handle: str
) -> Asked | None:
    country = brief.markets[0]
    stands = _stands(connection, brief, came)
    if len(stands) < FEWEST:
        return None
    best = {creator: _best(rows_of, brief, settings.force) for creator, rows_of in stands.items()}
    tops = sorted({briefs.top_of(node) for node, _near in brief.nearness})
    before = _before(connection, brief, tops, best)
    ways: dict[str, Sequence[float] | None] = {
        "score": [score(_priceless(each), brief, settings.force) for each in best.values()],
        "sales": [before[creator][1] for creator in best],
        "followers": _followers(best.values()),
    }
    if settings.tried is not None:
        weigh = settings.tried
        ways["tried"] = [max(score(_priceless(row), brief, weigh) for row in of) for of in stands.values()]
    gains = [came[creator].of(country, tops) * 60 / came[creator].minutes for creator in best]
    question = Question(handle, country, brief.starts_on, list(best), gains, ways)
    means = forecast.means(brief.markets)
    said = [_said(each, brief, came[creator], before[creator][0], means) for creator, each in best.items()]
    return Asked(question, [each for each in said if each is not None])


def _said(row: Any, brief: Brief, came: Came, known: float, means: forecast.Means) -> Said | None:
    """What was said of the hours that came, in the category of the standing; None where nothing can be said."""
    outlook = forecast.outlook_of(row, brief.currency, reader=forecast.PLATFORM, means=means)
    if outlook is None:
        return None
    hours = came.minutes / 60
    sold = outlook.over(hours)
    brought = came.of(brief.markets[0], {briefs.top_of(row.category)})
    return Said(known, hours, sold.quantile(LOW), sold.mean, sold.quantile(HIGH), brought)


def _markets(brand: Brand, came: Iterable[Came]) -> list[str]:
    """Its own country, and those in which it sells much."""
    net: dict[str, int] = defaultdict(int)
    for each in came:
        for (country, _top), sold in each.net.items():
            net[country] += max(0, sold)
    whole = sum(net.values())
    return sorted({brand.country} | {country for country, sold in net.items() if sold > SHARE * whole})


def _brief(brand: Brand, country: str, begin: date, end: date) -> Brief:
    """What the brand looks for by itself in a market: its categories, any language, platform and price."""
    codes = [word.code for word in categories_of(brand.id)] or ["all"]
    near = briefs.nearness_of(codes)
    return Brief(brand.id, near, (country,), (), (), (), (), begin, end, brand.currency, None)


def _stands(connection: Connection, brief: Brief, creators: Collection[int]) -> dict[int, list[Any]]:
    """The standings in the brief's market that fit it, by creator."""
    values = {"country": brief.markets[0], "creators": list(creators)}
    fitting = [
        row for row in rows(connection, "app.ranking", "backtest_stands", values) if fits(_priceless(row), brief)
    ]
    return {creator: list(group) for creator, group in groupby(fitting, key=lambda row: row.creator_id)}


def _before(
    connection: Connection, brief: Brief, tops: Sequence[int], creators: Collection[int]
) -> dict[int, tuple[float, float]]:
    """The hours that were streamed before, and net sales of one of them; nothing where there were none."""
    values = {"creators": list(creators), "tops": list(tops), "currency": brief.currency, "country": brief.markets[0]}
    found = rows(connection, "app.ranking", "backtest_before", values)
    return {row.creator_id: (row.minutes / 60, row.net * 60 / max(1, row.minutes)) for row in found}


def _followers(standings: Collection[Any]) -> list[float] | None:
    """What their channels add up to; None where nobody's are known. Who has none known comes last."""
    known = [row.followers for row in standings]
    return None if all(each is None for each in known) else [float(each or 0) for each in known]


def _best(standings: Sequence[Any], brief: Brief, weigh: Weights) -> Any:
    return max(standings, key=lambda row: (score(_priceless(row), brief, weigh), -row.category))


def _priceless(row: Any) -> Stand:
    """The standing without what its creator asks."""
    return replace(stand_of(row), price=None, price_currency=None)
