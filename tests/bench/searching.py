"""Forty thousand creators, looked for by what people type and under every filter, against a bare indexed select of one
word; and lists sorted by each figure, on the first page and on the last."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from statistics import quantiles
from typing import Any

import psycopg

from app.catalog.taxonomy import CATEGORY, tree
from app.creators import search
from app.creators.search import alike, thesaurus
from app.creators.search.listing import ORDERS
from app.database import db, raw
from tests.bench.ground import Ground
from tests.bench.rounds import verdict
from tests.creators.more_queries import MORE_CREATORS, MORE_QUERIES
from tests.creators.queries import CREATORS, QUERIES, Described

AT = datetime(2026, 9, 1, tzinfo=UTC)
PLATFORMS, COUNTRIES = ("tiktok", "instagram", "youtube", "twitch"), ("NL", "BE", "DE", "GB", "FR", "US", "BR", "ID")
MOST_TIME = 0.150  # seconds in which 95 of 100 answers are there
PAGE = 50
# What has to be asked at the least: a word in an index, and the largest of who has it.
BARE = """
    select creator_id from search_document where words @@ plainto_tsquery('simple', %s)
    order by coalesce(followers, -1) desc, creator_id limit 50"""


def searching(ground: Ground) -> None:
    """Asks every question of the tables and every list in turn with the bare select."""
    number = ground.some(40_000, 2_000)
    with ground.database("bench_searching") as owner:
        _people(owner, number)
        started = time.perf_counter()
        search.rebuild(raw(), at=AT)
        db.session.commit()
        written = time.perf_counter() - started
        started = time.perf_counter()
        pairs = alike.compare(raw(), at=AT)
        db.session.commit()
        compared = time.perf_counter() - started
        owner.execute("vacuum analyze")
        print(f"{number:,} creators, written down in {written:.0f} s, {pairs:,} pairs alike in {compared:.0f} s more")
        took: dict[str, list[float]] = {"a bare indexed select": [], "a search": [], "a list": []}
        for _round in range(ground.rounds):
            for text in (query.text for query in (*QUERIES, *MORE_QUERIES)):
                _timed(took["a bare indexed select"], lambda text=text: raw().execute(BARE, [text]).fetchall())
                found = _timed(took["a search"], lambda text=text: search.listed(raw(), _filters(text=text)))
                assert found.creators, text
            for name, filters, first in _lists(number):
                found = _timed(
                    took["a list"],
                    lambda filters=filters, first=first: search.listed(raw(), filters, first=first, rows=PAGE),
                )
                assert found.creators, name
    cuts = {name: quantiles(times, n=100) for name, times in took.items()}
    for name, found in cuts.items():
        print(f"  {name:46} p50 {found[49] * 1000:.1f} ms, p95 {found[94] * 1000:.1f} ms")
    ours, floor = cuts["a search"], cuts["a bare indexed select"]
    verdict("a search, p95 / a bare indexed select, p95", ours[94] / floor[94], aim=20, met=ours[94] <= 20 * floor[94])
    late = max(ours[94], cuts["a list"][94]) / MOST_TIME
    verdict("p95 / 150 ms", late, aim=1, met=late <= 1)


def _filters(**asked: Any) -> search.Filters:
    return search.Filters(brand=1, currency="EUR", **asked)


def _lists(number: int) -> Iterator[tuple[str, search.Filters, int]]:
    """A name, what is asked for, and which row is the first."""
    everybody, node = _filters(), tree(CATEGORY).word
    last = (number - 1) // PAGE * PAGE
    for order in ORDERS:
        if not order.endswith(("price", "match", "alike")):
            yield order, replace(everybody, order=order), 0
            yield f"{order}, last page", replace(everybody, order=order), last
    some = replace(everybody, category=node("fashion").id, market="NL", language="nl", platform="tiktok")
    yield "facets", some, 0
    wide = replace(
        everybody, category=node("fashion").id, language="nl"
    )  # so that few creators are enough to find some
    yield "facets and figures", replace(wide, followers=1_000, live=20, engagement=100, growth=0, order="growth"), 0
    yield "a text and facets", replace(wide, text="schoenen", followers=1_000), 0
    yield "price", replace(everybody, price=50_000, order="price"), 0


def _people(owner: psycopg.Connection[Any], number: int) -> None:
    """Creators in the words of the tests and of the thesaurus, each with a channel and two lists of figures."""
    draw = random.Random(4)
    nodes = [word for word in tree(CATEGORY).words if word.depth]
    phrases = [word for idea in thesaurus.ideas() for word in idea.answers]
    known: Sequence[Any] = (*CREATORS, *MORE_CREATORS)
    with owner.cursor().copy(
        "copy creator (handle, name, country, languages, timezone, recorded_at) from stdin"
    ) as copy:
        for at in range(number):
            handle, name = (
                f"creator{at}",
                f"{draw.choice(known).name.split()[0]} {draw.choice(known).name.split()[-1]}{at}",
            )
            if at < len(known):
                handle, name = _account(known[at]), known[at].name
            copy.write_row((handle, name, draw.choice(COUNTRIES), [draw.choice(("nl", "en", "de"))], "UTC", AT))
    people = [row[0] for row in owner.execute("select id from creator order by id").fetchall()]
    with owner.cursor().copy(
        "copy channel (creator_id, platform, name, categories, followers, average_views, average_live_viewers,"
        " engagement_bps, audience_countries, recorded_at) from stdin"
    ) as copy:
        for at, creator in enumerate(people):
            given = list(known[at].categories) if at < len(known) else [draw.choice(nodes).code]
            size = int(draw.lognormvariate(9, 2)) + 1
            name = _account(known[at]) if at < len(known) else f"account{at}"
            views = (size // 9, size // 40) if at % 3 else (None, None)
            audience = json.dumps({draw.choice(COUNTRIES): 6_000})
            about = (draw.choice(PLATFORMS), name, given, size, *views, draw.randint(10, 900), audience, AT)
            copy.write_row((creator, *about))
    with owner.cursor().copy("copy profile (creator_id, about, keywords, changed_at) from stdin") as copy:
        for at, creator in enumerate(people):
            if at < len(known) and isinstance(known[at], Described):
                copy.write_row((creator, known[at].about, list(known[at].keywords), AT))
            elif at % 2:
                copy.write_row((creator, ". ".join(draw.choices(phrases, k=12)), draw.choices(phrases, k=3), AT))
    owner.execute(FIGURES)
    owner.execute(
        "insert into asking_price select id, 'hour', 'EUR', 1000 + id %% 90000 from creator".replace("%%", "%")
    )


def _account(known: Any) -> str:
    return known.handle if isinstance(known, Described) else known.account


FIGURES = """
    insert into figure (channel_id, what, value, source, measured_on, recorded_at)
    select c.id, 'followers', c.followers * (100 - c.id % 7 * m) / 100, 'creator_list',
        '2026-08-01'::date - 30 * m, now()
    from channel c cross join generate_series(0, 1) m"""


def _timed(into: list[float], deed: Any) -> Any:
    started = time.perf_counter()
    found = deed()
    into.append(time.perf_counter() - started)
    db.session.rollback()
    return found
