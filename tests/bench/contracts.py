"""A hundred thousand contracts: asking whether an offer would clash, against bare look-ups by index."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from statistics import quantiles
from typing import Any

import psycopg

from app.contracts.exclusivity.closures import conflicts
from app.contracts.terms.sheet import Exclusivity, Scope, Sheet
from app.database import db
from tests.bench.ground import Ground
from tests.bench.rounds import verdict

BRANDS, ASKED = 500, 2_000
AT = datetime(2026, 1, 1, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)

# Two contracts a creator, in categories apart; the second one closes its own for everybody else.
FILL = (
    "insert into person (email, name, password_hash, created_at) values ('a@b', 'A', '', now())",
    "insert into brand (handle, name, country, currency, timezone, recorded_at)"
    " select 'b' || n, 'B', 'NL', 'EUR', 'UTC', %(at)s from generate_series(1, %(brands)s) n",
    "insert into creator (handle, name, country, languages, timezone, recorded_at)"
    " select 'c' || n, 'C', 'NL', '{nl}', 'UTC', %(at)s from generate_series(1, %(contracts)s / 2) n",
    "insert into contract (ref, brand_id, creator_id, starts_on, ends_on, timezone, period, recorded_at)"
    " select 'K' || n, 1 + (n %% %(brands)s), 1 + n / 2, %(first)s, %(last)s, 'UTC',"
    " tstzrange(%(first)s::timestamptz, %(last)s::timestamptz + interval '1 day'), %(at)s"
    " from generate_series(0, %(contracts)s - 1) n",
    "insert into terms (contract_id, nr, valid, commission_bps, window_days, hold_days, recorded_at)"
    " select id, 1, period, 400, 14, 14, %(at)s from contract",
)
CLAIMS = """
    insert into claim (creator_id, contract_id, kind, lanes, categories, platforms, territories, formats, period)
    select k.creator_id, k.id, side.kind, side.lanes, int4multirange(int4range(c.lo, c.hi)), p.whole, t.whole, f.whole,
        k.period
    from contract k
    join node c on c.tree = 'category' and c.code = case k.id %% 2 when 0 then 'home' else 'beauty' end
    cross join (select int4multirange(int4range(lo, hi)) whole from node where tree = 'platform' and code = 'all') p
    cross join (select int4multirange(int4range(lo, hi)) whole from node where tree = 'territory' and code = 'world') t
    cross join (select int4multirange(int4range(lo, hi)) whole from node where tree = 'format' and code = 'all') f
    cross join lateral (values
        ('work', int4multirange(int4range(k.brand_id, k.brand_id + 1))),
        ('block', '{(,)}'::int4multirange - int4multirange(int4range(k.brand_id, k.brand_id + 1)))
    ) side (kind, lanes)
    where side.kind = 'work' or k.id %% 2 = 0"""
LOOK_UPS = (
    "select * from creator where id = %s",
    "select * from claim where contract_id = (select id from contract where ref = 'K' || (%s * 2 - 1))",
    "select * from contract where creator_id = %s",
)


def fill(owner: psycopg.Connection[Any], contracts: int) -> None:
    """Brands, creators and so many contracts of a year with their terms and claims."""
    given = {"at": AT, "brands": BRANDS, "contracts": contracts, "first": FIRST, "last": LAST}
    for query in (*FILL, CLAIMS):
        owner.execute(query, given)
    owner.execute("vacuum analyze")


def contracts(ground: Ground) -> None:
    """Asks about offers to creators drawn at random; half of the offers clash."""
    number, asked = ground.some(100_000, 400), ground.some(ASKED, 50)
    with ground.database("bench_contracts") as owner:
        started = time.perf_counter()
        fill(owner, number)
        claims = _count(owner, "claim")
        assert claims == number * 3 // 2
        print(
            f"conflict checks among {number:,} contracts with {claims:,} claims, "
            f"written in {time.perf_counter() - started:.0f} s"
        )
        look_ups: list[float] = []
        checks: list[float] = []
        draw = random.Random(3)
        for _ in range(asked):
            creator = draw.randrange(1, number // 2)
            look_ups.append(_timed(lambda creator=creator: _look_up(owner, creator)))  # type: ignore[misc]
            sheet = _offer(draw.choice(("home", "beauty")), exclusive=draw.random() < 0.5)
            checks.append(_timed(lambda creator=creator, sheet=sheet: _check(creator, sheet)))  # type: ignore[misc]
    for name, found in (("three look-ups by index", look_ups), ("conflict check", checks)):
        cuts = quantiles(found, n=100)
        print(f"  {name:46} p50 {cuts[49] * 1000:.2f} ms, p99 {cuts[98] * 1000:.2f} ms")
    middle = quantiles(checks, n=100)[49] / quantiles(look_ups, n=100)[49]
    verdict("conflict check / three look-ups", middle, aim=5, met=middle <= 5)


def _offer(category: str, *, exclusive: bool) -> Sheet:
    scope = Scope(categories=(category,))
    closed = Exclusivity("category", scope, fee=1) if exclusive else None
    return Sheet(date(2026, 6, 1), date(2026, 8, 31), "UTC", "EUR", 1000, work=scope, exclusivity=closed)


def _check(creator: int, sheet: Sheet) -> None:
    found = conflicts(creator, BRANDS + 1, sheet)
    clashes = sheet.work.categories == ("home",) or sheet.exclusivity is not None
    assert bool(found) == clashes, (creator, sheet, found)
    db.session.rollback()


def _look_up(owner: psycopg.Connection[Any], creator: int) -> None:
    for query in LOOK_UPS:
        assert owner.execute(query, [creator]).fetchall()


def _timed(deed: Callable[[], None]) -> float:
    started = time.perf_counter()
    deed()
    return time.perf_counter() - started


def _count(owner: psycopg.Connection[Any], table: str) -> int:
    row = owner.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0
