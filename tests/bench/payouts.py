"""Assembly of a payout batch against a bare INSERT ... SELECT of payouts and link table into the same tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import psycopg

from app.database import db, raw
from app.ledger.posting import open_posting, post
from app.payouts.batches.assembly import assemble
from tests.bench.ground import Ground
from tests.bench.rounds import interleaved, ratio, timed

BRANDS = 20
AT = datetime(2026, 11, 15, 6, tzinfo=UTC)
CUTOFF = date(2026, 11, 14)  # later than any commission's day, so that reserves have days of their own

# Commissions of -20 to 4,979 cents, so that nobody owes a brand in the end; each creator works for two brands.
COMMISSIONS = """
    insert into posting
    select 1 + (creator + nr / %(creators)s %% 2 * 7) %% %(brands)s,
        case when cents < 0 then 'creator' else 'brand_funds' end,
        case when cents < 0 then 'brand_funds' else 'creator' end,
        1 + creator, abs(cents), 'EUR', 'commission', nr, 1, date '2026-09-01' + (nr %% 60)::int, '2026-08-15T00:00:00Z'
    from (
        select nr, (nr %% %(creators)s)::int creator, coalesce(nullif((hashint8(nr) & 8191) %% 5000 - 20, 0), 1) cents
        from generate_series(0, %(commissions)s - 1) nr
    ) drawn"""

FLOOR = """
    with batch as (
        insert into payout_batch (currency, cutoff_on, minimum, made_at) values ('EUR', %(cutoff)s, 1, %(at)s)
        returning id
    ), paid as (
        insert into payout (batch_id, creator_id, currency, amount, status_at)
        select batch.id, e.creator_id, 'EUR', sum(case e.credit when 'creator' then e.amount else -e.amount end), %(at)s
        from entry e cross join batch
        where e.kind = 'commission' and e.currency = 'EUR' and e.available_on <= %(cutoff)s
        group by batch.id, e.creator_id
        having sum(case e.credit when 'creator' then e.amount else -e.amount end) > 0
        returning id, creator_id
    )
    insert into payout_line (brand_id, entry_id, payout_id)
    select e.brand_id, e.id, paid.id
    from entry e
    join paid using (creator_id)
    where e.kind = 'commission' and e.currency = 'EUR' and e.available_on <= %(cutoff)s"""


def payouts(ground: Ground) -> None:
    """Assembles all commissions of all creators, of some who have many and of many who have few."""
    commissions = ground.some(1_000_000, 20_000)
    few = _compared(ground, commissions, ground.some(10_000, 200))
    many = _compared(ground, commissions, ground.some(100_000, 2_000))
    rates = {"assembly for ten times the creators": many, "assembly": few}
    ratio(rates, "assembly for ten times the creators", "assembly", aim=0.7)


def _compared(ground: Ground, commissions: int, creators: int) -> list[float]:
    """The rates of the product, in commissions a second, after it has been compared with the floor."""
    print(f"payout batch over {commissions:,} commissions of {creators:,} creators")
    with ground.database("bench_payouts") as owner:
        fill(owner, commissions, creators)
        expected = (creators, commissions, _sum(owner, "balance where account = 'creator'"))
        rates = interleaved(
            ground.rounds,
            {
                "INSERT ... SELECT + links": lambda: _floor(owner, expected),
                "assembly": lambda: _assembly(owner, expected),
            },
            unit="commissions/s",
        )
    ratio(rates, "assembly", "INSERT ... SELECT + links", aim=0.6)
    return rates["assembly"]


def fill(owner: psycopg.Connection[Any], commissions: int, creators: int) -> None:
    """Brands with money, creators with bank details, and what was earned, posted as the product posts."""
    given = {"at": datetime(2026, 1, 1, tzinfo=UTC), "brands": BRANDS, "creators": creators, "commissions": commissions}
    owner.execute("insert into person (email, name, password_hash, created_at) values ('a@b', 'A', '', now())")
    for query in (
        "insert into brand (handle, name, country, currency, timezone, recorded_at)"
        " select 'b' || n, 'B', 'NL', 'EUR', 'UTC', %(at)s from generate_series(1, %(brands)s) n",
        "insert into creator (handle, name, country, languages, timezone, recorded_at)"
        " select 'c' || n, 'C', 'NL', '{nl}', 'UTC', %(at)s from generate_series(1, %(creators)s) n",
        "insert into bank_detail (creator_id, holder, iban, recorded_at, recorded_by)"
        " select id, 'C', 'NL91ABNA0417164300', %(at)s, 1 from creator",
    ):
        owner.execute(query, given)
    with owner.transaction():
        open_posting(owner)
        owner.execute(COMMISSIONS, given)
        owner.execute(
            "insert into posting select n, 'bank', 'brand_funds', null, 1000000000000, 'EUR', 'top_up', n, 1, null,"
            " %(at)s from generate_series(1, %(brands)s) n",
            given,
        )
        post(owner, at=given["at"])
    owner.execute("vacuum analyze")


def _floor(owner: psycopg.Connection[Any], expected: tuple[int, int, int]) -> float:
    _clear(owner)
    with timed() as clock:
        owner.execute(FLOOR, {"cutoff": CUTOFF, "at": AT})
    assert _outcome(owner) == expected
    return expected[1] / clock.seconds


def _assembly(owner: psycopg.Connection[Any], expected: tuple[int, int, int]) -> float:
    _clear(owner)
    with timed() as clock:
        assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1, by=None, at=AT)
        db.session.commit()
    assert _outcome(owner) == expected
    assert _sum(owner, "balance where account = 'payouts_in_transit'") == expected[2]
    assert _sum(owner, "balance where account = 'creator'") == 0
    return expected[1] / clock.seconds


def _outcome(owner: psycopg.Connection[Any]) -> tuple[int, int, int]:
    """Payouts, entries they pay, and their money in cents."""
    row = owner.execute("select count(*), (select count(distinct (brand_id, entry_id)) from payout_line) from payout")
    counted = row.fetchone()
    assert counted is not None
    return (*counted, _sum(owner, "payout"))


def _sum(owner: psycopg.Connection[Any], what: str) -> int:
    row = owner.execute(f"select coalesce(sum(amount), 0)::bigint from {what}").fetchone()
    assert row is not None
    return int(row[0])


def _clear(owner: psycopg.Connection[Any]) -> None:
    """Back to before the batch."""
    owner.execute("truncate payout_batch cascade")
    owner.execute("truncate payout_line")
    owner.execute("delete from entry where kind = 'reserve'")
    owner.execute("delete from balance where account = 'payouts_in_transit' or available_on = %s", [CUTOFF])
    owner.execute("vacuum entry, balance")
