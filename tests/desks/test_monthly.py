"""What monthly lines would come to in known months: the worked examples of rules.md B7 and B9, and their neighbours."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.contracts.terms.sheet import Bonus, Sheet, Step
from app.desks.monthly import Month, bonuses

STEPS = (Step(20_000, 600), Step(40_000, 800))


def month(net: int, rate: int = 400, orders: int = 0, minutes: int = 0) -> Month:
    return Month(net, orders, minutes, net * rate // 10_000, {rate: net})


def come_to(*months: Month, **bonus: Any) -> list[int]:
    promised = {"measure": "net_sales", "period": "month", "tiering": "marginal", "steps": STEPS} | bonus
    sheet = Sheet(date(2026, 1, 1), date(2026, 12, 31), "UTC", "EUR", 400, bonuses=(Bonus("threshold", **promised),))
    return bonuses(sheet, months)


def test_the_worked_example_of_tiers() -> None:
    assert come_to(month(50_000)) == [800]
    assert come_to(month(50_000), tiering="whole_period") == [2_000]


@pytest.mark.parametrize(
    ("net", "extra"), [(0, 0), (20_000, 0), (20_001, 0), (20_100, 2), (40_000, 400), (40_100, 404)]
)
def test_only_what_lies_above_a_border_has_its_rate(net: int, extra: int) -> None:
    assert come_to(month(net)) == [extra]


def test_a_step_below_the_rate_one_has_anyway_brings_nothing() -> None:
    assert come_to(month(50_000, rate=700)) == [100]
    assert come_to(month(50_000, rate=900), tiering="whole_period") == [0]


def test_each_rate_is_lifted_by_itself() -> None:
    mixed = Month(50_000, 0, 0, 0, {400: 25_000, 800: 25_000})
    assert come_to(mixed, tiering="whole_period") == [1_000]


def test_fixed_steps_are_paid_once_each() -> None:
    steps = (Step(10, None, 500), Step(20, None, 700))
    found = come_to(
        month(1, orders=9), month(1, orders=20), month(1, orders=50), measure="orders", tiering="fixed", steps=steps
    )
    assert found == [0, 1_200, 1_200]
    found = come_to(
        month(1, orders=9),
        month(1, orders=2),
        month(1, orders=50),
        measure="orders",
        tiering="fixed",
        steps=steps,
        period="contract",
    )
    assert found == [0, 500, 700]


def test_over_a_whole_contract_the_borders_are_reached_once() -> None:
    assert come_to(month(30_000), month(30_000), period="contract") == [200, 200 + 800]


def test_a_sticky_step_is_where_the_next_month_begins() -> None:
    assert come_to(month(40_000), month(10_000), sticky=True) == [400, 400]
    assert come_to(month(40_000), month(10_000)) == [400, 0]


def test_minutes_lift_the_rate_of_what_is_sold_after_them() -> None:
    steps = (Step(60, 600),)
    assert come_to(month(10_000, minutes=120), measure="valid_minutes", tiering="next_sale", steps=steps) == [100]
    assert come_to(month(10_000, minutes=120), measure="new_customers", tiering="next_sale", steps=steps) == [0]
