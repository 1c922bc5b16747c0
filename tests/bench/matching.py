"""A million standings: the fifty best for a brief, against an index query that only looks at the 2,000 of the highest
stored quality, and against numpy scoring everybody. The fifty have to be the very same as numpy's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from statistics import quantiles
from typing import Any, TypeVar

import numpy as np
import psycopg

from app.catalog.taxonomy import CATEGORY, tree
from app.database import db, raw
from app.ranking import best_matches, briefs
from app.ranking.scoring import (
    AGE,
    COUNTRY,
    LANGUAGE,
    OTHER_TONGUE,
    UNKNOWN,
    Brief,
    Weights,
    assumed_price,
    kept,
)
from tests.bench.ground import Ground
from tests.bench.rounds import verdict

AT = datetime(2026, 1, 1, tzinfo=UTC)
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)
TONGUES = ("nl", "en", "de", "fr", "es", "it", "pl", "sv", "da", "pt", "tr", "ar")
CATEGORIES, COUNTRIES = 40, 30
TOP, LOOKED_AT = 50, 2_000
HOUR = 60_000.0  # what an hour brings on average, minor units
FORCE = Weights()
Found = TypeVar("Found")
Arrays = dict[str, Any]

COPY = (
    "copy standing (creator_id, country, category, quality, sales_index, orders_index, audience, reliability,"
    " freshness, spread, orders, streams, minutes, evidence, events, prior_index, value_index, shape, own, widening,"
    " first_language, languages, platforms, price, price_currency) from stdin"
)
# What a search would do that trusts stored quality: the 2,000 best of the wanted category, ranked by the whole score.
TRUSTING = """
    select creator_id from (
        select creator_id, quality, first_language, price from standing
        where country = %(country)s and category = %(category)s and languages && %(languages)s::text[]
            and (price is null or price <= %(ceiling)s)
        order by quality desc limit %(looked_at)s
    ) x
    order by %(scale)s * quality
        * (1 - 0.2 * 0.25 * (1 - case when first_language = any (%(languages)s::text[]) then 1 else 0.6 end))
        - coalesce(price::float8, %(ceiling)s / 2.0) desc, creator_id
    limit %(top)s"""


def matching(ground: Ground) -> None:
    """Asks for the fifty best of briefs drawn at random, each of the contenders in turn."""
    number, asked = ground.some(1_000_000, 5_000), ground.some(100, 5)
    with ground.database("bench_matching") as owner:
        started = time.perf_counter()
        market, closed = _market(number), number // 50
        _store(owner, market)
        _close(owner, closed)
        print(f"the {TOP} best of {number:,} standings, written in {time.perf_counter() - started:.0f} s")
        took: dict[str, list[float]] = {
            name: [] for name in ("numpy, everybody", "2,000 by index", "ours", "ours, exclusivity clear")
        }
        same = missed = 0
        for _round in range(ground.rounds):
            for brief in _briefs(asked):
                force = _timed(took["numpy, everybody"], lambda brief=brief: _brute(market, brief))  # type: ignore[misc]
                near = _timed(took["2,000 by index"], lambda brief=brief: _trusting(brief))  # type: ignore[misc]
                ours = _timed(took["ours"], lambda brief=brief: _best(brief, clear=False))  # type: ignore[misc]
                free = _timed(took["ours, exclusivity clear"], lambda brief=brief: _best(brief, clear=True))  # type: ignore[misc]
                assert ours == force, brief
                assert free == _brute(market, brief, closed), brief
                same += 1
                missed += {creator for creator, _score in force} != set(near)
        print(f"  {same:,} answers, each the very {TOP} that numpy finds; 2,000 by index finds others in {missed:,}")
    for name, found in took.items():
        cuts = quantiles(found, n=100)
        print(f"  {name:46} p50 {cuts[49] * 1000:.2f} ms, p99 {cuts[98] * 1000:.2f} ms")
    middle = quantiles(took["ours"], n=100)[49] / quantiles(took["2,000 by index"], n=100)[49]
    verdict("the best, proven / 2,000 by index", middle, aim=2, met=middle <= 2)


def _market(number: int) -> Arrays:
    """So many creators with one standing each; few markets and categories have most of them, as in life."""
    draw = np.random.default_rng(6)
    nodes = np.array([word.id for word in tree(CATEGORY).words if word.depth][:CATEGORIES])
    countries = np.array(_countries())
    views = draw.integers(0, 5_000, number)
    index = (draw.binomial(views, 0.02) + 2.0) / (views + 100.0) / 0.02
    events = draw.poisson(8, number)
    arrays: Arrays = {
        "creator": np.arange(1, number + 1),
        "category": nodes[_skewed(draw, CATEGORIES, number)],
        "country": countries[_skewed(draw, COUNTRIES, number)],
        "tongue": draw.integers(0, len(TONGUES), number),
        "price": np.round(draw.lognormal(9.5, 1.2, number)).astype("int64"),
        "index": index,
        "orders": index,
        "audience": np.minimum(1.0, 2 * draw.beta(2, 4, number)),
        "reliability": (draw.binomial(events, 0.9) + 3.0) / (events + 5.0),
        "freshness": np.where(draw.random(number) < 0.5, UNKNOWN, 1 - np.round(100 * draw.beta(1, 3, number)) / 100),
        "priced": draw.random(number) < 0.8,
    }
    arrays["quality"] = (
        index
        * (1 - FORCE.reliability / 100 * (1 - arrays["reliability"]))
        * (1 - FORCE.audience / 100 * COUNTRY * (1 - arrays["audience"]))
    )
    return arrays


def _store(owner: psycopg.Connection[Any], market: Arrays) -> None:
    columns = [market[name].tolist() for name in ORDER]
    with owner.cursor().copy(COPY) as copy:
        for *plain, tongue, price, said in zip(*columns, strict=True):
            first = TONGUES[tongue]
            known = (price, "EUR") if said else (None, None)
            copy.write_row((*plain, 0.5, 0, 0, 0, "none", 0, 1, 1, 10, 0, 1, first, [first], ["tiktok"], *known))
    for country in _countries():
        owner.execute(MEAN, {"country": country, "hour": HOUR})
    db.session.rollback()  # an old snapshot would keep the rows from being known as visible to all
    owner.execute("vacuum analyze standing")


def _close(owner: psycopg.Connection[Any], creators: int) -> None:
    """The first so many creators are exclusive to another brand, in everything."""
    for query in CLOSE:
        owner.execute(query, {"at": AT, "creators": creators, "first": FIRST, "last": LAST})
    owner.execute("analyze")


CLOSE = (
    "insert into brand (handle, name, country, currency, timezone, recorded_at)"
    " select 'b' || n, 'B', 'NL', 'EUR', 'UTC', %(at)s from generate_series(1, 2) n",
    "insert into creator (handle, name, country, languages, timezone, recorded_at)"
    " select 'c' || n, 'C', 'NL', '{nl}', 'UTC', %(at)s from generate_series(1, %(creators)s) n",
    "insert into contract (ref, brand_id, creator_id, starts_on, ends_on, timezone, period, recorded_at)"
    " select 'K' || id, 2, id, %(first)s, %(last)s, 'UTC', tstzrange(%(first)s, %(last)s), %(at)s from creator",
    "insert into claim (creator_id, contract_id, kind, lanes, categories, platforms, territories, formats, period)"
    " select creator_id, id, 'block', '{[1,2)}', '{(,)}', '{(,)}', '{(,)}', '{(,)}', period from contract",
)
MEAN = (
    "insert into market_mean (country, category, currency, creators, orders, minutes, net, refund_bps, spread, brands,"
    " an_hour, value) select %(country)s, id, 'EUR', 9, 900, 6000, 0, 0, 0, '{}', 1, %(hour)s from node"
    " where tree = 'category' and parent_id = (select id from node where tree = 'category' and parent_id is null)"
)
ORDER = "creator country category quality index orders audience reliability freshness tongue price priced".split()


def _briefs(asked: int) -> Iterator[Brief]:
    draw = np.random.default_rng(7)
    words = [word for word in tree(CATEGORY).words if word.depth]
    for _ in range(asked):
        code = words[int(draw.choice(12))].code
        yield Brief(
            brand_id=1,
            nearness=briefs.nearness_of([code]),
            markets=(_countries()[int(draw.choice(6))],),
            languages=(TONGUES[int(draw.integers(0, len(TONGUES)))],),
            platforms=(),
            ages=(),
            words=(),
            starts_on=FIRST,
            ends_on=LAST,
            currency="EUR",
            hour_ceiling=int(draw.integers(8_000, 60_000)),
        )


def _best(brief: Brief, *, clear: bool) -> list[tuple[int, float]]:
    found = best_matches.best(raw(), brief, FORCE, limit=TOP, clear=clear)
    return [(each.creator_id, each.score) for each in found]


def _trusting(brief: Brief) -> list[int]:
    values = {
        "country": brief.markets[0],
        "category": brief.nearness[0][0],
        "languages": list(brief.languages),
        "ceiling": brief.hour_ceiling,
        "looked_at": LOOKED_AT,
        "scale": HOUR * kept(brief, FORCE),
        "top": TOP,
    }
    return [creator for (creator,) in raw().execute(TRUSTING, values).fetchall()]


def _brute(market: Arrays, brief: Brief, closed: int = 0) -> list[tuple[int, float]]:
    """Scores everybody but the first `closed`, by the sums of scoring.score in their order."""
    ceiling = brief.hour_ceiling or 0
    near = np.zeros(max(node for node, _near in brief.nearness) + 1_000)
    for node, value in brief.nearness:
        near[node] = value
    category = near[market["category"]]
    spoken = market["tongue"] == TONGUES.index(brief.languages[0])
    known = market["priced"]
    cost = np.where(known, market["price"], assumed_price(brief))
    people = 1 - FORCE.audience / 100 * (LANGUAGE * (1 - np.where(spoken, 1.0, OTHER_TONGUE)) + AGE * (1 - 1.0))
    near_enough = 1 - FORCE.category / 100 * (1 - category)
    fresh = 1 - FORCE.freshness / 100 * (1 - market["freshness"])
    scale = HOUR * kept(brief, FORCE)
    score = scale * (market["quality"] * near_enough * people * fresh) - cost - brief.fixed_an_hour
    fits = (category > 0) & (market["country"] == brief.markets[0]) & spoken & (~known | (market["price"] <= ceiling))
    fits &= market["creator"] > closed
    score = np.where(fits, score, -np.inf)
    order = np.argpartition(score, -TOP)[-TOP:]
    floor = score[order].min()
    order = np.flatnonzero(fits & (score >= floor))
    order = order[np.lexsort((market["creator"][order], -score[order]))][:TOP]
    return list(zip(market["creator"][order].tolist(), score[order].tolist(), strict=True))


def _skewed(draw: Any, kinds: int, number: int) -> Any:
    weights = 1 / np.arange(1, kinds + 1)
    return draw.choice(kinds, number, p=weights / weights.sum())


def _countries() -> list[str]:
    return [word.code for word in tree("territory").words if len(word.code) == 2 and word.code != "EU"][:COUNTRIES]


def _timed(into: list[float], deed: Callable[[], Found]) -> Found:
    started = time.perf_counter()
    found = deed()
    into.append(time.perf_counter() - started)
    db.session.rollback()
    return found
