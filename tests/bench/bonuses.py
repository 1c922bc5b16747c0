"""Evaluating a month's bonuses for all contracts against a bare grouped sum over the same lines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import psycopg

from app.bonuses.settlement import evaluate
from app.database import db, raw
from tests.bench.ground import Ground
from tests.bench.rounds import interleaved, timed, verdict

BRANDS = 200
JUNE = date(2026, 6, 1)
AT = datetime(2026, 7, 6, tzinfo=UTC)
MOST = 5  # times the grouped sum
SUM, EVALUATION = "grouped sum of commissions", "evaluation with awards and entries"

FLOOR = """
    select d.contract_id, sum((s.base_minor * d.rate_bps + 5000) / 10000)
    from sale s
    join decision d on d.brand_id = s.brand_id and d.sale_id = s.id
    where s.occurred_at >= '2026-05-31T22:00:00Z' and s.occurred_at < '2026-06-30T22:00:00Z'
    group by d.contract_id"""

# Each contract has a guarantee, every tenth a retainer with a condition, every tenth a threshold with two steps. Ten
# lines a contract, all in June; every twentieth is refunded in part.
FILL = (
    "insert into brand (handle, name, country, currency, timezone, recorded_at)"
    " select 'b' || n, 'B', 'NL', 'EUR', 'UTC', %(at)s from generate_series(1, %(brands)s) n",
    "insert into creator (handle, name, country, languages, timezone, recorded_at)"
    " select 'c' || n, 'C', 'NL', '{nl}', 'UTC', %(at)s from generate_series(1, %(contracts)s / %(brands)s) n",
    "insert into contract (ref, brand_id, creator_id, starts_on, ends_on, timezone, period, recorded_at)"
    " select 'k' || b.id || '-' || c.id, b.id, c.id, '2026-01-01', '2026-12-31', 'Europe/Amsterdam',"
    " '[2025-12-31T23:00:00Z,2026-12-31T23:00:00Z)', %(at)s from creator c cross join brand b",
    "insert into bonus (contract_id, brand_id, creator_id, kind, currency, amount, first_on, last_on, recorded_at)"
    " select id, brand_id, creator_id, kind, 'EUR', amount, '2026-01-01', '2026-12-31', %(at)s from contract"
    " cross join (values ('guarantee', 100000, 1), ('retainer', 5000, 10)) k (kind, amount, every)"
    " where id %% every = 0",
    "insert into bonus (contract_id, brand_id, creator_id, kind, currency, measure, period, tiering, first_on, last_on,"
    " recorded_at) select id, brand_id, creator_id, 'threshold', 'EUR', 'net_sales', 'month', 'marginal', '2026-01-01',"
    " '2026-12-31', %(at)s from contract where id %% 10 = 5",
    "insert into bonus_step (bonus_id, nr, from_value, rate_bps)"
    " select id, nr, nr * 20000, 800 + 200 * nr from bonus cross join generate_series(1, 2) nr"
    " where kind = 'threshold'",
    "insert into bonus_condition (bonus_id, what, required)"
    " select id, 'no_open_breach', 0 from bonus where kind = 'retainer'",
    "insert into sale (brand_id, id, source, order_ref, line_ref, occurred_at, sku, quantity, unit_price, base_minor,"
    " currency, recorded_at, import_id) overriding system value"
    " select k.brand_id, n, 'shop', 'o' || n, '1', timestamptz '2026-06-01' + hashint8(n) %% 1000000 * interval '1 s'"
    " + interval '12 days', 'X', 1, 1, 1000 + (hashint8(n) & 8191), 'EUR', %(at)s, 0"
    " from generate_series(1, %(lines)s) n join contract k on k.id = 1 + n %% %(contracts)s",
    "insert into decision (brand_id, sale_id, nr, rule, label, reason, creator_id, contract_id, terms_id, rate_bps,"
    " rate_from, fee_bps, available_on, decided_at)"
    " select k.brand_id, n, 1, 'coupon', 'off_stream', 'coupon_code', k.creator_id, k.id, 1, 800, 'commission_percent',"
    " 0, '2026-07-31', %(at)s from generate_series(1, %(lines)s) n join contract k on k.id = 1 + n %% %(contracts)s",
    "insert into refund (brand_id, source, order_ref, line_ref, refund_ref, occurred_at, amount, currency, recorded_at,"
    " import_id) select brand_id, source, order_ref, line_ref, '1', occurred_at, 500, 'EUR', %(at)s, 0"
    " from sale where id %% 20 = 0",
)


def bonuses(ground: Ground) -> None:
    """Provisional evaluation of June for all contracts at once, with awards, entries and balances."""
    contracts, lines = ground.some(100_000, 2_000), ground.some(1_000_000, 20_000)
    print(f"bonuses of a month: {contracts:,} contracts, {lines:,} lines")
    with ground.database("bench_bonuses") as owner:
        given = {"at": datetime(2026, 1, 1, tzinfo=UTC), "brands": BRANDS, "contracts": contracts, "lines": lines}
        for query in FILL:
            owner.execute(query, given)
        owner.execute("vacuum analyze")
        rates = interleaved(
            ground.rounds,
            {SUM: lambda: _floor(owner, contracts, lines), EVALUATION: lambda: _evaluation(owner, lines)},
        )
    times = sorted(base / ours for ours, base in zip(rates[EVALUATION], rates[SUM], strict=True))
    found = times[len(times) // 2]
    verdict("evaluation / grouped sum, time", found, aim=MOST, met=found <= MOST)


def _floor(owner: psycopg.Connection[Any], contracts: int, lines: int) -> float:
    with timed() as clock:
        found = owner.execute(FLOOR).fetchall()
    assert len(found) == contracts
    return lines / clock.seconds


def _evaluation(owner: psycopg.Connection[Any], lines: int) -> float:
    owner.execute("truncate award, bonus_month, balance, reservation")
    owner.execute("delete from entry")
    owner.execute("vacuum entry, balance")
    with timed() as clock:
        evaluate(raw(), JUNE, stage="provisional", at=AT)
        db.session.commit()
    _check(owner)
    return lines / clock.seconds


def _check(owner: psycopg.Connection[Any]) -> None:
    """Guarantees come to what a plain sum says they do."""
    owner.execute("analyze bonus_month, award")
    row = owner.execute(
        "select count(*), sum(a.target - greatest(0, 100000 - p.commission)) from bonus b"
        " join bonus_month m on m.bonus_id = b.id join award a on a.bonus_month_id = m.id"
        " join (select d.contract_id, sum(((s.base_minor - case when s.id % 20 = 0 then 500 else 0 end) * 800 + 5000)"
        " / 10000) commission from sale s join decision d on d.brand_id = s.brand_id and d.sale_id = s.id group by 1) p"
        " on p.contract_id = b.contract_id where b.kind = 'guarantee'"
    ).fetchone()
    assert row is not None
    assert row[0] > 0
    assert row[1] == 0
