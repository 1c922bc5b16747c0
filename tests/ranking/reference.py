"""How creators stand, worked out plainly from the facts of `rated.py`: rules.md B19 and B25 read once more, in Python.

It shares no code with the product but the pure score and the pure model, which it feeds with hours of its own counting.
What it knows of the world is written down here.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from app.ranking import estimation
from tests.ranking.rated import (
    BANDS,
    COUNTRIES,
    UNTIL,
    Brand,
    Creator,
    Facts,
    Line,
    Show,
)

SINCE = UNTIL.replace(year=UNTIL.year - 1)  # the first of a month, as UNTIL is
LANGUAGES = {"NL": {"nl"}, "BE": {"nl", "fr", "de"}, "GB": {"en"}, "US": {"en"}, "JP": {"ja"}}
REGION = {"NL": "europe", "BE": "europe", "GB": "europe", "US": "americas", "JP": "asia"}
MONEY = {"NL": "EUR", "BE": "EUR", "GB": "GBP", "US": "USD", "JP": "JPY"}
CALLED = {
    "home.lighting": "home.lighting",
    "kitchen and tableware": "home.kitchen",
    "home.kitchen": "home.kitchen",
    "huidverzorging": "beauty.skincare",
    "beauty": "beauty",
}
FIRST = ("home", "home.lighting", "home.kitchen", "beauty", "beauty.skincare")  # in the order of the tree


@dataclass(frozen=True)
class Sold:
    """A line that is a creator's."""

    creator: int
    line: Line
    country: str
    category: str
    net: int

    @property
    def order(self) -> tuple[int, str]:
        return (self.line.brand, self.line.order)


def top(category: str) -> str:
    """The category of the first level; the root is its own."""
    return category.split(".")[0]


class Reference:
    """Everything a refresh writes, in dictionaries by the keys of its tables; categories are codes."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.brands = {brand.id: brand for brand in facts.brands}
        self.sold = [sold for line in facts.lines if (sold := self._sold(line))]
        self.every = [s for s in facts.shows if s.ends_at and SINCE <= s.starts_at < UNTIL and s.ends_at <= UNTIL]
        self.shows = [s for s in self.every if self.counts(s)]
        self.outcome = self._outcome()
        self.airtime = self._airtime()
        self.exposure = self._exposure()
        self.evidence = self._evidence()
        self.means = self._means()
        self.estimates = self._estimates()
        self.fatigue = dict(self._fatigue())
        self.standing = {key: row for creator in facts.creators for key, row in self._stands(creator)}

    # -- facts --

    def categories(self, brand: Brand) -> set[str]:
        """What a brand sells in: declared, else by its products."""
        named = {CALLED[word] for each in brand.products.values() if (word := each.lower()) in CALLED}
        return set(brand.declared) or named

    def _sold(self, line: Line) -> Sold | None:
        owner = line.owners[-1]
        if owner is None or not SINCE <= line.at < UNTIL:
            return None
        brand = self.brands[line.brand]
        back = sum(
            amount for amount, money, at, gone in line.refunds if money == line.currency and at < UNTIL and not gone
        )
        first = min(self.categories(brand), key=FIRST.index, default="all")
        category = CALLED.get(brand.products.get(line.sku, "").lower(), first)
        return Sold(owner, line, line.country or brand.country, category, line.base - min(line.base, back))

    def _outcome(self) -> dict[Any, tuple[int, int, int]]:
        groups = defaultdict(list)
        for s in self.sold:
            month = s.line.at.date().replace(day=1)
            groups[s.creator, s.line.brand, s.country, s.category, s.line.currency, month].append(s)
        return {key: (_orders(found), _gross(found), _net(found)) for key, found in groups.items()}

    def _airtime(self) -> dict[Any, tuple[int, int, int]]:
        groups = defaultdict(list)
        for show in self.shows:
            groups[show.creator, show.brand, show.starts_at.date().replace(day=1)].append(show)
        return {key: (len(found), sum(map(self.kept, found)), _minutes(found)) for key, found in groups.items()}

    def counts(self, show: Show) -> bool:
        """Whether the stream was exposure for its brand: under a contract, or with sales for it."""
        return show.contract or any(
            (s.line.stream, s.creator, s.line.brand) == (show.id, show.creator, show.brand) for s in self.sold
        )

    def kept(self, show: Show) -> bool:
        """Whether the stream was as long as its contract asks, and with a product."""
        sold = any(s.line.stream == show.id for s in self.sold)
        assert show.ends_at
        return show.contract and show.ends_at - show.starts_at >= timedelta(minutes=60) and bool(show.skus or sold)

    # -- sales per hour --

    def selling(self, brand: Brand) -> set[tuple[str, str, str]]:
        """The categories of the first level in which, the money for which and the countries where a brand sells."""
        said = {(top(each), brand.currency, brand.country) for each in self.categories(brand) or {"all"}}
        theirs = [(key, row[0]) for key, row in self.outcome.items() if key[1] == brand.id]
        whole, of_country = sum(orders for _, orders in theirs), defaultdict(int)
        for (_, _, country, _, _, _), orders in theirs:
            of_country[country] += orders
        enough = {c for c, orders in of_country.items() if c == brand.country or orders >= 0.05 * whole}
        return said | {(top(key[3]), key[4], key[2]) for key, _ in theirs if key[2] in enough}

    def _exposure(self) -> dict[Any, tuple[int, int, int, int, float]]:
        """Minutes, orders, gross, net and squares, by creator, brand, country, top, money and month."""
        groups = defaultdict(list)
        for s in self.sold:
            month = s.line.at.date().replace(day=1)
            groups[s.creator, s.line.brand, s.country, top(s.category), s.line.currency, month].append(s)
        found = {}
        for (who, brand, month), (_, _, minutes) in self.airtime.items():
            for where, money, country in self.selling(self.brands[brand]) if minutes else ():
                there = groups[who, brand, country, where, money, month]
                orders: dict[Any, int] = defaultdict(int)
                for s in there:
                    orders[s.order] += s.line.base
                squares = float(sum(gross**2 for gross in orders.values()))
                key = (who, brand, country, where, money, month)
                found[key] = (minutes, len(orders), _gross(there), _net(there), squares)
        return found

    def _evidence(self) -> dict[Any, tuple[int, int, int, int]]:
        groups = defaultdict(list)
        for (who, _, country, where, money, _), (minutes, orders, gross, net, _) in self.exposure.items():
            groups[who, country, where, money].append((orders, gross, net, minutes))
        return {key: tuple(map(sum, zip(*rows, strict=True))) for key, rows in groups.items()}  # type: ignore[misc]

    def _means(self) -> dict[Any, dict[str, Any]]:
        groups = defaultdict(list)
        for (_, country, where, money), row in self.evidence.items():
            groups[country, where, money].append(row)
        found = {}
        for key, rows in groups.items():
            orders, gross, net, minutes = (sum(column) for column in zip(*rows, strict=True))
            off = [m * ((n / m) / (net / minutes) - 1) ** 2 for _, _, n, m in rows] if net else []
            back = math.floor((gross - net) * 10_000 / gross + 0.5) if gross else 0
            found[key] = {"creators": len(rows), "orders": orders, "minutes": minutes, "net": net}
            found[key] |= {"refund_bps": back, "spread": math.sqrt(sum(off) / minutes)}
            found[key] |= {"brands": self._behind(*key)}
        return found

    def _behind(
        self, country: str = "", where: str = "", money: str | None = None, who: int | None = None
    ) -> list[int]:
        """Three of the brands whose hours count in a market or all, of all creators or of one, in one money or all."""
        return sorted(
            {
                brand
                for creator, brand, c, t, m, _ in self.exposure
                if country in ("", c) and where in ("", t) and money in (None, m) and who in (None, creator)
            }
        )[:3]

    def live(self, creator: int, country: str, where: str) -> tuple[int, int]:
        """Streams and minutes for brands that sell there."""
        brands = [b.id for b in self.facts.brands if any((t, c) == (where, country) for t, _, c in self.selling(b))]
        found = [row for (who, brand, _), row in self.airtime.items() if who == creator and brand in brands and row[2]]
        return sum(streams for streams, _, _ in found), sum(minutes for _, _, minutes in found)

    def _estimates(self) -> dict[Any, dict[str, float]]:
        """What the pure model makes of these hours, by creator, country and top."""
        number = {word: nr for nr, word in enumerate(sorted({w for key in self.exposure for w in key[2:5]}))}
        months: dict[Any, list[float]] = defaultdict(lambda: [0.0] * 5)
        for (who, _, country, where, money, month), row in sorted(self.exposure.items()):
            key = (who, number[where], number[country], number[money], month.year * 12 + month.month)
            months[key] = [sum(pair) for pair in zip(months[key], (row[0] / 60, *row[1:]), strict=True)]
        rows = [(*key, *of) for key, of in months.items()]
        columns = np.array(rows, np.float64).reshape(-1, 10).T
        ints = [each.astype(np.int64) for each in columns[:5]]
        hours = estimation.Exposures(*ints, *columns[5:])  # type: ignore[call-arg]
        unknown = max(number.values(), default=0) + 1
        keys = [
            (creator.id, number.get(where, unknown), number.get(country, unknown), country, where)
            for creator in self.facts.creators
            for country in (*COUNTRIES, "ZZ")
            for where in {top(each) for each in self._home(creator)}
        ]
        whole = np.array([key[:3] for key in keys], np.int64).reshape(-1, 3)
        names = ("a", "b", "c", "d", "e", "f")
        none = np.full((len(keys), len(names)), np.nan)
        found = estimation.estimate(hours, estimation.Features(whole[:, 0], whole[:, 1], whole[:, 2], none, names))
        return {
            (who, country, where): {
                "orders_index": float(found.index[nr]),
                "value_index": float(found.value[nr]),
                "shape": float(found.shape[nr]),
                "own": float(found.own[nr]),
            }
            for nr, (who, _, _, country, where) in enumerate(keys)
        }

    # -- fatigue --

    def _fatigue(self) -> Any:
        for who in {show.creator for show in self.shows}:
            shows = sorted((s for s in self.shows if s.creator == who), key=lambda s: (s.starts_at, s.id))
            every = [s for s in self.every if s.creator == who]
            yield (who, 0, ""), self._tired(shows, every, len(shows), lambda s: True)
            for brand in {show.brand for show in shows}:
                theirs = [show for show in shows if show.brand == brand]
                yield (who, brand, ""), self._tired(theirs, every, len(theirs), lambda s: True, brand)
            for country in COUNTRIES:
                seen = {s.line.stream for s in self.in_streams(who) if s.country == country}
                if seen:
                    yield (who, 0, country), self._tired(shows, every, len(seen), lambda s, c=country: s.country == c)

    def in_streams(self, who: int) -> list[Sold]:
        """What was sold in streams that are over, in the brand's own money."""
        over = {show.id for show in self.shows}
        mine = [s for s in self.sold if s.creator == who and s.line.stream in over]
        return [s for s in mine if s.line.currency == self.brands[s.line.brand].currency]

    def _tired(
        self, shows: Sequence[Show], every: Sequence[Show], streams: int, counts: Any, brand: int = 0
    ) -> dict[str, Any]:
        if streams < 6:
            return dict.fromkeys(("decline", "sponsored", "repeat_buyers", "value")) | {"streams": streams}
        half = min(8, len(shows) // 2)
        before, later = list(shows[-2 * half : -half]), list(shows[-half:])
        sold = [s for s in self.in_streams(shows[0].creator) if counts(s)]
        recent = [show for show in every if show.starts_at >= UNTIL - timedelta(days=28)]
        paid = [show for show in recent if show.contract and brand in (0, show.brand)]
        causes = {
            "decline": self._decline(before, later, sold),
            "sponsored": 100 * max(0.0, 2 * len(paid) / len(recent) - 1) if recent else None,
            "repeat_buyers": self._repeat(before, later, sold),
        }
        rounded = {name: None if each is None else math.floor(each + 0.5) for name, each in causes.items()}
        weights = {"decline": 50, "sponsored": 20, "repeat_buyers": 30}
        measured = {name: each for name, each in rounded.items() if each is not None}
        whole = sum(weights[name] for name in measured)
        value = math.floor(sum(weights[n] * each for n, each in measured.items()) / whole + 0.5) if whole else None
        value = None if measured.keys() <= {"sponsored"} else value
        return rounded | {"value": value, "streams": streams}

    def _decline(self, before: Sequence[Show], later: Sequence[Show], sold: Sequence[Sold]) -> float | None:
        hourly, means = {}, defaultdict(list)
        for show in (*before, *later):
            assert show.ends_at
            net = sum(s.net for s in sold if s.line.stream == show.id)
            hourly[show.id] = net / ((show.ends_at - show.starts_at) / timedelta(hours=1))
            means[self.brands[show.brand].currency].append(hourly[show.id])
        mean = {money: sum(found) / len(found) for money, found in means.items()}
        relative = [
            hourly[s.id] / mean[money] if mean[money := self.brands[s.brand].currency] else 0 for s in (*before, *later)
        ]
        half = len(later)
        base = sum(relative[:half]) / half
        if base <= 0:
            return None
        ys, middle = relative[half:], (half - 1) / 2
        slope = sum((x - middle) * y for x, y in enumerate(ys)) / sum((x - middle) ** 2 for x in range(half))
        return 100 * min(1.0, max(0.0, -slope * (half - 1) / base / 0.5))

    def _repeat(self, before: Sequence[Show], later: Sequence[Show], sold: Sequence[Sold]) -> float | None:
        first: dict[Any, datetime] = {}
        for s in self.sold:
            key = (s.creator, s.line.brand, s.line.visitor)
            first[key] = min(s.line.at, first.get(key, s.line.at))
        halves = []
        for shows in (before, later):
            orders: dict[Any, list[Sold]] = defaultdict(list)
            for s in sold:
                if s.line.stream in {show.id for show in shows}:
                    orders[s.order, s.line.stream, s.country, s.line.visitor].append(s)
            known = [found for found in orders.values() if found[0].line.visitor]
            again = [
                found
                for found in known
                if min(s.line.at for s in found) > first[found[0].creator, found[0].line.brand, found[0].line.visitor]
            ]
            halves.append((len(orders), len(known), len(again)))
        (all_before, known_before, again_before), (all_later, known_later, again_later) = halves
        if not known_before or not known_later:
            return None
        rise = again_later / known_later - again_before / known_before
        return 100 * min(1.0, max(0.0, 4 * rise)) if all_later < all_before else 0.0

    # -- standings --

    def _home(self, creator: Creator) -> set[str]:
        """A creator's categories."""
        named = {CALLED[w] for c in creator.channels for each in c.categories if (w := each.lower()) in CALLED}
        home = set(creator.categories) | named | {s.category for s in self.sold if s.creator == creator.id}
        besides = {key[3] for key in self.exposure if key[0] == creator.id} - {top(each) for each in home}
        return home | besides or {"all"}

    def _stands(self, creator: Creator) -> Any:
        crowd = _shares([(c, c.countries) for c in creator.channels if c.countries])
        markets = {creator.country} | {c for c, share in crowd.items() if share >= 0.05}
        markets |= {country for who, country, _, _ in self.evidence if who == creator.id}
        markets |= {
            b.country
            for b in self.facts.brands
            if any(s.contract and (s.creator, s.brand) == (creator.id, b.id) for s in self.facts.shows)
        }
        for country in markets - {"ZZ"}:
            for category in self._home(creator):
                yield (creator.id, country, category), self._stand(creator, country, category, crowd)

    def _stand(self, creator: Creator, country: str, category: str, crowd: dict[str, float]) -> dict[str, Any]:
        where = top(category)
        evidence, near = self._leaning(creator.id, country, where)
        rows = [row for (who, c, t, _), row in self.evidence.items() if (who, c, t) == (creator.id, country, where)]
        shown = [show for show in self.every if show.creator == creator.id and show.contract]
        tired = self.fatigue.get((creator.id, 0, country), {}).get("value")
        tired = self.fatigue.get((creator.id, 0, ""), {}).get("value") if tired is None else tired
        ages = _shares([(c, c.ages) for c in creator.channels if c.ages])
        price = min(creator.prices, key=lambda each: (each[0] != MONEY[country], each[0]), default=(None, None))
        streams, minutes = self.live(creator.id, country, where)
        seen = {c.platform for c in creator.channels} | {"tiktok" for s in self.every if s.creator == creator.id}
        of = self.estimates[creator.id, country, where]
        followers = [c.followers for c in creator.channels if c.followers is not None]
        return of | {
            "evidence": evidence,
            "near": near,
            "sales_index": of["orders_index"] * of["value_index"],
            "audience": min(1, 2 * crowd.get(country, 0)) if crowd else 0.5 * (country == creator.country),
            "reliability": (sum(map(self.kept, shown)) + 3) / (len(shown) + 5),
            "events": len(shown),
            "fatigue": tired,
            "freshness": 0.5 if tired is None else 1 - tired / 100,
            "orders": sum(row[0] for row in rows),
            "streams": streams,
            "minutes": minutes,
            "languages": list(creator.languages),
            "first_language": creator.languages[0] if creator.languages else "",
            "platforms": sorted(seen),
            "ages": [round(10_000 * ages.get(band, 0)) for band in BANDS] if ages else None,
            "price": price[1],
            "price_currency": price[0],
            "followers": sum(followers) if followers else None,
            "brands": {
                "own": lambda: self._behind(country, where, who=creator.id),
                "near": lambda: self._behind(where=where, who=creator.id),
                "beside": lambda: self._behind(who=creator.id),
                "none": list[int],
            }[evidence](),
        }

    def _leaning(self, who: int, country: str, where: str) -> tuple[str, str | None]:
        """What the estimate rests on, and the market nearby."""
        hours: dict[tuple[str, str], int] = defaultdict(int)
        for (creator, c, t, _), row in self.evidence.items():
            if creator == who:
                hours[c, t] += row[3]
        if (country, where) in hours:
            return "own", None
        near = [
            (not LANGUAGES[there] & LANGUAGES[country], REGION[there] != REGION[country], -minutes, there)
            for (there, t), minutes in hours.items()
            if t == where
        ]
        if near:
            return "near", min(near)[3]
        return ("beside", None) if hours else ("none", None)


def _orders(found: Sequence[Sold]) -> int:
    return len({s.order for s in found})


def _gross(found: Sequence[Sold]) -> int:
    return sum(s.line.base for s in found)


def _net(found: Sequence[Sold]) -> int:
    return sum(s.net for s in found)


def _minutes(shows: Sequence[Show]) -> int:
    """Whole minutes in which at least one of the streams ran."""
    whole, end = timedelta(0), SINCE
    for show in sorted(shows, key=lambda s: s.starts_at):
        assert show.ends_at
        whole += max(timedelta(0), show.ends_at - max(end, show.starts_at))
        end = max(end, show.ends_at)
    return whole // timedelta(minutes=1)


def _shares(channels: Sequence[Any]) -> dict[str, float]:
    """Shares from 0 to 1 over channels, which count by their followers, at least as one."""
    whole = sum(max(channel.followers or 0, 1) for channel, _ in channels)
    found: dict[str, float] = defaultdict(float)
    for channel, shares in channels:
        for name, bps in shares.items():
            found[name] += max(channel.followers or 0, 1) * bps / whole / 10_000
    return dict(found)
