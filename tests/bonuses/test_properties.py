"""In any small market the statements come to what reference_targets.py says, for every promise, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb
from sqlalchemy.dialects.postgresql import Range

from app.bonuses import settlement
from app.clock import first_instant
from app.contracts.models import Contract
from app.contracts.terms.sheet import Condition, Step
from app.database import db, raw
from tests import market
from tests.bonuses.promising import breach, posts, promise, rest
from tests.bonuses.reference_facts import DAY, Days, Deal, Line, Outcome, Past, Promise, Work, month_of, overlap
from tests.bonuses.reference_targets import come_to
from tests.cast import Cast

MONTH = date(2026, 3, 1)  # in which European clocks go forward
ZONES = ("Europe/Amsterdam", "America/Santiago", "Pacific/Auckland", "UTC")
AT = datetime(2026, 4, 6, tzinfo=UTC)
EARLIER = (date(2026, 1, 1), date(2026, 2, 1))

steadily = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@dataclass
class Sold:
    """A line as it is drawn; `mine`: whose contract it was decided to be (None: the house's)."""

    mine: int | None
    at: datetime
    order: int
    base: int
    refunds: list[int]
    rate: int
    visitor: str | None
    currency: str


@dataclass
class Story:
    """One contract as it is drawn."""

    days: Days
    promises: list[Promise]
    pauses: list[Days]
    work: list[tuple[str, date, int]]  # show in hours, minutes or posts
    breach: str | None
    caps: tuple[int | None, int | None]
    past: dict[int, dict[date, tuple[int, int, int]]] = field(default_factory=dict)  # part, reached, target


def days(first: date, last: date) -> st.SearchStrategy[Days]:
    span = (last - first).days
    pair = st.tuples(st.integers(0, span), st.integers(0, span)).map(sorted)
    return pair.map(lambda ends: (first + ends[0] * DAY, first + ends[1] * DAY))


AMOUNTS = st.integers(1, 400_000)
CONDITIONS = st.lists(
    st.sampled_from(
        [
            Condition("valid_minutes", 300),
            Condition("valid_streams", 3),
            Condition("posts", 7),
            Condition("no_open_breach"),
            Condition("refund_rate_below", 2_500),
        ]
    ),
    max_size=3,
    unique_by=lambda condition: condition.what,
).map(tuple)


@st.composite
def promises(draw: st.DrawFn, contract: Days) -> Promise:
    kind = draw(st.sampled_from(["retainer", "guarantee", "quota", "exclusivity_fee", "threshold", "threshold"]))
    given: dict[str, Any] = {
        "conditions": draw(CONDITIONS),
        "mode": draw(st.sampled_from(["scaled", "all_or_nothing"])),
    }
    own = contract if draw(st.booleans()) else draw(days(date(2026, 1, 20), date(2026, 4, 10)))
    if kind != "threshold":
        return Promise(0, kind, own, draw(AMOUNTS), counts_retainer=draw(st.booleans()), **given)
    measure = draw(st.sampled_from(["net_sales", "net_sales", "orders", "valid_minutes", "new_customers"]))
    tiering = draw(st.sampled_from(["marginal", "whole_period", "next_sale", "fixed"]))
    unit = {"net_sales": 10_000, "orders": 2, "valid_minutes": 90, "new_customers": 1}[measure]
    values = sorted(draw(st.sets(st.integers(1, 6), min_size=1, max_size=3)))
    pays = sorted(draw(st.lists(st.integers(1, 1_500), min_size=3, max_size=3)))
    what = "amount" if tiering == "fixed" else "rate_bps"
    steps = tuple(Step(value * unit, **{what: pay}) for value, pay in zip(values, pays, strict=False))
    given |= {"measure": measure, "tiering": tiering, "steps": steps, "sticky": draw(st.booleans())}
    return Promise(0, kind, own, period=draw(st.sampled_from(["month", "contract"])), **given)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    whole = st.just((date(2026, 1, 15), date(2026, 4, 30)))
    own = draw(st.one_of(whole, whole, days(date(2026, 1, 15), date(2026, 4, 30))))
    work = st.tuples(st.sampled_from(["show", "valid_minutes", "posts"]), st.integers(0, 75), st.integers(1, 3))
    past = st.dictionaries(
        st.sampled_from(EARLIER),
        st.tuples(st.integers(-500, 5_000), st.sampled_from([0, 10_000, 30_000, 2, 90]), st.integers(0, 90_000)),
    )
    made = draw(st.lists(promises(own), min_size=1, max_size=4))
    return Story(
        own,
        made,
        [draw(days(date(2026, 2, 20), date(2026, 4, 3)))] if draw(st.booleans()) else [],
        [
            (what, date(2026, 1, 20) + day * DAY, n)
            for what, day, n in draw(st.lists(work, max_size=8, unique_by=lambda each: each[:2]))
        ],
        draw(st.sampled_from([None, None, "open", "upheld", "dismissed"])),
        draw(st.tuples(*[st.one_of(st.none(), st.integers(0, 500_000))] * 2)),
        {index: draw(past) for index in range(len(made))} if draw(st.booleans()) else {},
    )


EDGES = [first_instant(day, zone) for zone in ZONES for day in (MONTH, date(2026, 4, 1))]
INSTANTS = st.one_of(
    st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.datetimes(datetime(2026, 1, 10), datetime(2026, 4, 5), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([edge - second for edge in EDGES for second in (timedelta(0), timedelta(seconds=1))]),
)
LINES = st.lists(
    st.builds(
        Sold,
        st.sampled_from([0, 0, 0, 0, 1, None]),
        INSTANTS,
        st.integers(1, 14),
        st.integers(0, 30_000),
        st.one_of(st.just([]), st.just([]), st.lists(st.integers(1, 20_000), max_size=2)),
        st.sampled_from([0, 0, 400]),
        st.sampled_from([None, "a", "b", "c", "d"]),
        st.sampled_from(["EUR", "EUR", "EUR", "USD"]),
    ),
    min_size=8,
    max_size=25,
)


@pytest.fixture
def zoned(app: Flask, cast: Cast) -> Iterator[Cast]:
    db.session.commit()
    yield cast
    db.session.rollback()


@steadily
@given(first=stories(), second=stories(), lines=LINES, zone=st.sampled_from(ZONES))
def test_the_statements_come_to_what_the_reference_says(
    zoned: Cast, first: Story, second: Story, lines: list[Sold], zone: str
) -> None:
    _compare(zoned, [first, second], lines, zone)


WHOLE = (date(2026, 2, 1), date(2026, 3, 31))
BRISK = st.lists(
    st.builds(
        Sold,
        st.sampled_from([0, 0, 0, 0, None]),
        st.integers(10 * 24, 59 * 24).map(lambda hour: datetime(2026, 2, 1, tzinfo=UTC) + timedelta(hours=hour)),
        st.integers(1, 9),
        st.integers(1, 30_000),
        st.one_of(st.just([]), st.just([]), st.just([]), st.lists(st.integers(1, 20_000), max_size=1)),
        st.sampled_from([0, 400]),
        st.sampled_from([None, "a", "b", "c", "d", "e"]),
        st.just("EUR"),
    ),
    min_size=10,
    max_size=30,
)


@st.composite
def thresholds(draw: st.DrawFn, measure: str, tiering: str) -> Promise:
    unit = {"net_sales": 10_000, "orders": 1, "valid_minutes": 60, "new_customers": 1}[measure]
    values = sorted(draw(st.sets(st.integers(1, 4), min_size=1, max_size=3)))
    what = "amount" if tiering == "fixed" else "rate_bps"
    steps = tuple(Step(value * unit, **{what: 900 * nr}) for nr, value in enumerate(values, 1))
    period, sticky = draw(st.sampled_from(["month", "contract"])), draw(st.booleans())
    return Promise(0, "threshold", WHOLE, measure=measure, period=period, tiering=tiering, sticky=sticky, steps=steps)


@pytest.mark.parametrize("measure", ["net_sales", "orders", "valid_minutes", "new_customers"])
@settings(steadily, max_examples=8)
@given(data=st.data(), lines=BRISK, shows=st.sets(st.integers(0, 50), max_size=6))
def test_every_kind_of_threshold_comes_to_what_the_reference_says(
    zoned: Cast, measure: str, data: st.DataObject, lines: list[Sold], shows: set[int]
) -> None:
    """All tierings beside each other, without caps and conditions that would hide them."""
    made = [data.draw(thresholds(measure, tiering)) for tiering in ("marginal", "whole_period", "next_sale", "fixed")]
    work = [("show", WHOLE[0] + day * DAY, 1 + day % 3) for day in shows]
    _compare(zoned, [Story(WHOLE, made, [], work, None, (None, None))], lines, "Europe/Amsterdam")


def _compare(cast: Cast, stories: list[Story], lines: list[Sold], zone: str) -> None:
    try:
        told = [_told(cast, creator, zone, story) for creator, story in zip(("mira", "joon"), stories, strict=False)]
        _sold(cast.brands["lumen"].id, [contract for contract, _ in told], lines)
        db.session.flush()
        settlement.evaluate(raw(), MONTH, stage="provisional", at=AT)
        found = _found()
        for index, (contract, made) in enumerate(told):
            expected = _expected(contract, zone, made, stories[index], lines, index)
            assert {number: found.get(number) for number in expected} == expected
        assert len(found) == sum(_count(made, contract) for contract, made in told)
    finally:
        db.session.rollback()


def _told(cast: Cast, creator: str, zone: str, story: Story) -> tuple[Contract, dict[int, Promise]]:
    """The contract with its promises by their ids, in the database."""
    contract = market.contract(cast.brands["lumen"], cast.creators[creator], *story.days)
    contract.timezone = zone
    contract.period = Range(first_instant(story.days[0], zone), first_instant(story.days[1] + DAY, zone))
    contract.cap_month, contract.cap_contract = story.caps
    made = {}
    for index, each in enumerate(story.promises):
        threshold = {"measure": each.measure, "period": each.period, "tiering": each.tiering, "sticky": each.sticky}
        row = promise(
            contract,
            each.kind,
            each.amount,
            days=each.days,
            mode=each.mode,
            counts_retainer=each.counts_retainer,
            steps=[(step.from_value, step.rate_bps or step.amount or 0) for step in each.steps],
            conditions={condition.what: condition.required for condition in each.conditions},
            **(threshold if each.kind == "threshold" else {}),
        )
        made[row.id] = each
        for month, (part, reached, target) in story.past.get(index, {}).items():
            _award(row, month, part, reached, target)
    for pause in story.pauses:
        rest(contract, *pause)
    for what, day, n in story.work:
        _done(contract, zone, what, day, n)
    if story.breach:
        breach(contract, story.breach, first_instant(MONTH, zone))
    return contract, made


def _award(row: Any, month: date, part: int, reached: int, target: int) -> None:
    number = raw().execute(
        "insert into bonus_month (brand_id, creator_id, contract_id, bonus_id, month, currency, available_on)"
        " values (%s, %s, %s, %s, %s, 'EUR', %s) returning id",
        [row.brand_id, row.creator_id, row.contract_id, row.id, month, month],
    )
    raw().execute(
        "insert into award (bonus_month_id, stage, target, working, evaluated_at)"
        " values (%s, 'provisional', %s, %s, %s)",
        [number.fetchone()[0], target, Jsonb({"part": part, "reached": reached}), AT],  # type: ignore[index]
    )


def _done(contract: Contract, zone: str, what: str, day: date, n: int) -> None:
    """A show of n hours from nine in the morning, n x 20 minutes, or n posts; never above a cap."""
    if what == "show":
        market.stream(
            contract.brand, contract.creator, first_instant(day, zone) + 9 * timedelta(hours=1), n, skus=["X"]
        )
    elif contract.starts_on <= day <= contract.ends_on:
        posts(contract, n * 20 if what == "valid_minutes" else n, day, what)


def _sold(brand: int, contracts: list[Contract], lines: list[Sold]) -> None:
    sales, decisions, refunds = [], [], []
    for number, line in enumerate(lines, 1):
        key = (brand, "shop", str(line.order), str(number))
        visitor = market.hashed(line.visitor) if line.visitor else None
        sales.append((*key, number, line.at, visitor, line.base, line.currency))
        if line.mine is not None:
            terms = contracts[line.mine]
            decisions.append((brand, number, terms.creator_id, terms.id, line.rate, AT.date() + 30 * DAY, AT))
        refunds += [(*key, str(nr), line.at, amount, line.currency) for nr, amount in enumerate(line.refunds)]
    with raw().cursor() as cursor:
        cursor.executemany(
            "insert into sale (brand_id, source, order_ref, line_ref, id, occurred_at, visitor, base_minor, currency,"
            " sku, quantity, unit_price, recorded_at, import_id) overriding system value"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'X', 1, 1, now(), 0)",
            sales,
        )
        cursor.executemany(
            "insert into decision (brand_id, sale_id, nr, rule, label, reason, creator_id, contract_id, terms_id,"
            " rate_bps, rate_from, fee_bps, available_on, decided_at)"
            " values (%s, %s, 1, 'coupon', 'off_stream', 'why', %s, %s, 1, %s, 'x', 0, %s, %s)",
            decisions,
        )
        cursor.executemany(
            "insert into refund (brand_id, source, order_ref, line_ref, refund_ref, occurred_at, amount, currency,"
            " recorded_at, import_id) values (%s, %s, %s, %s, %s, %s, %s, %s, now(), 0)",
            refunds,
        )


def _found() -> dict[int, Outcome]:
    rows = raw().execute(
        "select bonus_id, full_target, target, outside, coalesce((working ->> 'part')::bigint, 0),"
        " coalesce((working ->> 'reached')::bigint, 0) from result"
    )
    return {row[0]: Outcome(*row[1:]) for row in rows}


def _count(made: dict[int, Promise], contract: Contract) -> int:
    own = (contract.starts_on, contract.ends_on)
    spans = [overlap(overlap(each.days, own), month_of(MONTH)) for each in made.values()]
    return sum(first <= last for first, last in spans)


def _expected(
    contract: Contract, zone: str, made: dict[int, Promise], story: Story, lines: list[Sold], index: int
) -> dict[int, Outcome]:
    local, own = ZoneInfo(zone), (contract.starts_on, contract.ends_on)
    firsts: dict[str | None, datetime] = {}
    for line in lines:
        firsts[line.visitor] = min(line.at, firsts.get(line.visitor, line.at))
    theirs = [
        Line(
            number,
            line.at,
            line.at.astimezone(local).date(),
            str(line.order),
            line.base,
            line.rate,
            min(line.base, sum(line.refunds)),
            line.visitor,
            firsts[line.visitor].astimezone(local).date() if line.visitor else None,
        )
        for number, line in enumerate(lines, 1)
        if line.mine == index and line.currency == "EUR"
    ]
    used = sum(
        target
        for each, past in story.past.items()
        if story.promises[each].kind != "exclusivity_fee"
        for _, _, target in past.values()
    )
    promises_of_month, pasts = [], {}
    for position, (number, each) in enumerate(made.items()):
        first, last = overlap(overlap(each.days, own), month_of(MONTH))
        if first > last:
            continue
        promises_of_month.append(_numbered(each, number))
        if past := story.past.get(position):
            part, reached = sum(part for part, _, _ in past.values()), max(reached for _, reached, _ in past.values())
            pasts[number] = Past(part, reached, EARLIER[-1] in past)
    work = [_work(each, zone) for each in story.work if own[0] <= each[1] <= own[1]]
    deal = Deal(own, tuple(story.pauses), *story.caps, used)
    breached = story.breach in ("open", "upheld")
    return come_to(deal, MONTH, promises_of_month, theirs, work, breached=breached, past=pasts)


def _numbered(each: Promise, number: int) -> Promise:
    return Promise(**(vars(each) | {"id": number}))


def _work(done: tuple[str, date, int], zone: str) -> Work:
    what, day, n = done
    if what == "posts":
        return Work(day, posts=n)
    if what == "show":
        ends = first_instant(day, zone) + (9 + n) * timedelta(hours=1)
        return Work(day, n * 60, show=True, counts_at=ends)
    return Work(day, n * 20, counts_at=first_instant(day + DAY, zone))
