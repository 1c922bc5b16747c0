"""Live batches into full tables against the same batches into empty ones, with an old snapshot open; and what a million
settled lines take: disk, indexes, vacuum. `--lines` says how full."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import median
from typing import Any

import psycopg

from app.database import db, raw
from app.payouts.checks import check_books
from app.processes.database_setup import owner as another
from app.sales.jobs import settle_due
from tests.bench.ground import Ground
from tests.bench.rounds import timed, verdict

WHOLE, FEW = 2_000_000, 20_000  # lines, unless --lines says otherwise
BRANDS, CREATORS = 100, 10  # of each brand
TABLES = ("sale", "touch", "decision", "entry", "balance", "due")
AT = datetime(2026, 6, 1, tzinfo=UTC)

# Half of the lines are one brand's. A third of the orders have a visitor who came by a creator's link, an order has
# four lines, every twentieth line is given back in part.
MARKET = (
    "insert into brand (handle, name, country, currency, timezone, recorded_at)"
    " select 'b' || n, 'B', 'NL', 'EUR', 'UTC', %(at)s from generate_series(1, %(brands)s) n",
    "insert into brand_fee (brand_id, valid, fee_bps) select id, '(,)', 500 from brand",
    "insert into creator (handle, name, country, languages, timezone, recorded_at)"
    " select 'c' || n, 'C', 'NL', '{nl}', 'UTC', %(at)s from generate_series(1, %(creators)s) n",
    "insert into contract (ref, brand_id, creator_id, starts_on, ends_on, timezone, period, recorded_at)"
    " select 'k' || b.id || '-' || c.id, b.id, c.id, '2026-01-01', '2026-12-31', 'UTC',"
    " '[2026-01-01T00:00:00Z,2027-01-01T00:00:00Z)', %(at)s from creator c cross join brand b",
    "insert into terms (contract_id, brand_id, creator_id, nr, valid, commission_bps, window_days, hold_days,"
    " recorded_at) select id, brand_id, creator_id, 1, period, 800, 30, 14, %(at)s from contract",
)
LINE = (
    " from generate_series(%(first)s::bigint, %(last)s) n"
    " cross join lateral (select n / 4 o, case when n / 4 %% 2 = 0 then 1 else 1 + n / 4 %% %(brands)s end brand) k"
)
FACTS = (
    "insert into touch (brand_id, ref, visitor, creator_id, occurred_at, recorded_at, import_id)"
    " select k.brand, 't' || k.o, decode(md5(k.o::text), 'hex'), 1 + k.o %% %(creators)s,"
    f" %(at)s + k.o %% 5000000 * interval '1 second', %(at)s, 0{LINE} where n %% 4 = 0 and k.o %% 3 = 0",
    "insert into sale (brand_id, id, source, order_ref, line_ref, occurred_at, visitor, sku, quantity, unit_price,"
    " base_minor, currency, recorded_at, import_id) overriding system value"
    " select k.brand, n, 'shop', 'o' || k.o, (n %% 4)::text, %(at)s + (60 + k.o %% 5000000) * interval '1 second',"
    " decode(md5(k.o::text), 'hex'), 'X' || n %% 999, 1, 1, 1000 + (hashint8(n) & 8191), 'EUR', %(at)s, 0" + LINE,
    "insert into refund (brand_id, source, order_ref, line_ref, refund_ref, occurred_at, amount, currency, recorded_at,"
    f" import_id) select k.brand, 'shop', 'o' || k.o, (n %% 4)::text, 'r', %(at)s, 500, 'EUR', %(at)s, 0{LINE}"
    " where n %% 20 = 0",
)
DUE = (
    "insert into due (brand_id, lane, sale_id, source, order_ref, line_ref) select brand_id, brand_id %% 64, id,"
    " source, order_ref, line_ref from sale where id between %(first)s and %(last)s order by id"
)
# What settlement would have written, written at once.
SETTLED = (
    "insert into decision (brand_id, sale_id, nr, rule, label, reason, creator_id, contract_id, terms_id, touch_id,"
    " rate_bps, rate_from, fee_bps, available_on, decided_at)"
    " select s.brand_id, s.id, 1, case when t.id is not null then 'touch' end,"
    " case when t.id is not null then 'off_stream' end,"
    " case when t.id is not null then 'last_touch' else 'no_candidate' end, m.creator_id, m.contract_id, m.id, t.id,"
    " m.commission_bps, case when t.id is not null then 'commission_percent' end,"
    " case when t.id is not null then 500 end, (s.occurred_at at time zone 'UTC')::date + m.hold_days, %(at)s"
    " from sale s left join touch t on t.brand_id = s.brand_id and t.visitor = s.visitor"
    " left join terms m on m.brand_id = t.brand_id and m.creator_id = t.creator_id"
    " where s.id between %(first)s and %(last)s",
    "insert into entry (brand_id, debit, credit, creator_id, amount, currency, kind, cause, seq, available_on,"
    " occurred_at, recorded_at) select d.brand_id, 'brand_funds', side.account, side.creator_id, side.amount, 'EUR',"
    " side.kind, d.sale_id, 1, side.available_on, s.occurred_at, %(at)s from decision d"
    " join sale s on s.brand_id = d.brand_id and s.id = d.sale_id"
    " cross join lateral (select s.base_minor - case when s.id %% 20 = 0 then 500 else 0 end base) net"
    " cross join lateral (values ('commission', 'creator', d.creator_id, (net.base * d.rate_bps + 5000) / 10000,"
    " d.available_on), ('fee', 'platform_revenue', null, (net.base * d.fee_bps + 5000) / 10000, null))"
    " side (kind, account, creator_id, amount, available_on)"
    " where d.rule is not null and d.sale_id between %(first)s and %(last)s",
    "insert into balance (brand_id, account, creator_id, currency, available_on, amount)"
    " select e.brand_id, side.account, case when side.account = 'creator' then e.creator_id else 0 end, 'EUR',"
    " case when side.account = 'creator' then e.available_on else date '0001-01-01' end, sum(side.amount) from entry e"
    " cross join lateral (values (e.debit, -e.amount), (e.credit, e.amount)) side (account, amount)"
    " where e.cause between %(first)s and %(last)s group by 1, 2, 3, 4, 5"
    " on conflict (brand_id, account, creator_id, currency, available_on)"
    " do update set amount = balance.amount + excluded.amount",
)
PIECE = 1_000_000


def growth(ground: Ground) -> None:
    """Fills a market set by set, then settles live batches beside an old snapshot, before and after."""
    lines = ground.lines or ground.some(WHOLE, FEW)
    live = ground.some(20_000, 1_000)
    print(f"growth: {lines:,} settled lines, then {live:,} at a time in batches of 1,000, an old snapshot open")
    with ground.database("bench_growth") as owner:
        given: dict[str, Any] = {"at": AT, "brands": BRANDS, "creators": CREATORS}
        for query in MARKET:
            owner.execute(query, given)
        owner.execute("vacuum analyze")
        empty = [_live(owner, given, 1 + n * live, live) for n in range(ground.rounds)]
        first = 1 + ground.rounds * live
        for start in range(first, first + lines, PIECE):
            _fill(owner, given | {"first": start, "last": min(start + PIECE, first + lines) - 1})
        with timed() as clock:
            owner.execute("vacuum analyze")
        after = first + lines
        full = [_live(owner, given, after + n * live, live) for n in range(ground.rounds)]
        print(
            f"  live batches: {median(empty):,.0f} lines into empty tables, {median(full):,.0f} into full ones,"
            " in the same work of the machine"
        )
        verdict("live batches, full / empty", found := median(full) / median(empty), aim=0.8, met=found >= 0.8)
        print(f"  vacuum and analyze: {clock.seconds * 1e6 / lines:,.1f} s a million lines")
        for table in TABLES:
            heap, indexes = owner.execute(
                "select pg_table_size(%(t)s::regclass), pg_indexes_size(%(t)s::regclass)", {"t": table}
            ).fetchone() or (0, 0)
            print(
                f"  {table:10} {heap / lines:8,.0f} MB of rows, {indexes / lines:6,.0f} MB of indexes a million lines"
            )
        assert owner.execute("select sum(amount) from balance").fetchone() == (0,)
        if ground.quick:  # what was written at once is what settlement writes
            assert [check.name for check in check_books(raw()) if not check.ok] == []
            db.session.rollback()


def _fill(owner: psycopg.Connection[Any], given: dict[str, Any]) -> None:
    for query in FACTS:
        owner.execute(query, given)
    owner.execute("analyze touch, sale")
    for query in SETTLED:
        owner.execute(query, given)
        owner.execute("analyze decision, entry")


def _live(owner: psycopg.Connection[Any], given: dict[str, Any], first: int, many: int) -> float:
    """Lines of the worker's own batches while somebody holds an old snapshot, in the time of `_pace`."""
    span = given | {"first": first, "last": first + many - 1}
    for query in (*FACTS, DUE):
        owner.execute(query, span)
    pace = _pace(owner)
    with another() as reader:
        reader.execute("set transaction isolation level repeatable read, read only")
        reader.execute("select count(*) from brand")
        with timed() as clock:
            settled = settle_due(batch=1_000)
    assert settled.decided == many
    assert owner.execute("select count(*) from due").fetchone() == (0,)
    db.session.rollback()
    return many / clock.seconds * (pace + _pace(owner)) / 2


def _pace(owner: psycopg.Connection[Any]) -> float:
    """Seconds of a query that reads no table: what else the machine does between the two halves is taken out by it."""
    with timed() as clock:
        owner.execute("select sum(hashint8(n)) from generate_series(1, 3000000) n")
    return clock.seconds
