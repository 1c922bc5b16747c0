"""What is better for the creator needs notice only, so one field that might be worse is enough to say no."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.contracts.terms.compare_terms import better_for_creator, running_thresholds_stay, worse
from app.contracts.terms.sheet import (
    Bonus,
    CarveOut,
    Condition,
    Exclusivity,
    Scope,
    Sheet,
    Step,
)

GUARANTEE = Bonus("guarantee", 300_000, (Condition("valid_minutes", 1200),), counts_retainer=True)
TIERS = Bonus(
    "threshold",
    measure="net_sales",
    period="month",
    tiering="marginal",
    steps=(Step(20_000, rate_bps=600), Step(40_000, rate_bps=800)),
)
CLOSED = Exclusivity(
    "category",
    Scope(("home", "garden"), ("tiktok", "web"), ("NL", "BE"), ("live", "video")),
    rivals=("kettle",),
    pre_days=3,
    cool_off_days=30,
    carve_outs=(CarveOut("kettle", date(2026, 7, 31)),),
    fee=50_000,
    breach="suspend_bonus",
    organic_mentions=False,
    old_content="archive",
)
OLD = Sheet(
    date(2026, 6, 11),
    date(2026, 12, 31),
    "Europe/Amsterdam",
    "EUR",
    1000,
    in_stream_bps=1500,
    keeps_cancelled=True,
    coupons=("MIRA10",),
    exclusivity=CLOSED,
    bonuses=(GUARANTEE, TIERS),
    cap_month=500_000,
    cap_contract=2_000_000,
    month_minutes=4000,
    gifts=100,
    goal="Sell",
    law="NL",
    clauses="Be kind.",
)


def closed(**changes: Any) -> dict[str, Any]:
    return {"exclusivity": replace(CLOSED, **changes)}


def tiers(*steps: tuple[int, int], **changes: Any) -> dict[str, Any]:
    return {"bonuses": (GUARANTEE, replace(TIERS, steps=tuple(Step(at, rate) for at, rate in steps), **changes))}


def guarantee(**changes: Any) -> dict[str, Any]:
    return {"bonuses": (replace(GUARANTEE, **changes), TIERS)}


BETTER: list[dict[str, Any]] = [
    {},
    {"commission_bps": 1100},
    {"in_stream_bps": 1600},
    {"replay_bps": 1000},
    {"after_stream_bps": 2000, "off_stream_bps": 1001},
    {"window_days": 30},
    {"hold_days": 0},
    {"offset_bps": 0, "keeps_cancelled": True},
    {"coupons": ("mira10 ", "NEW")},
    {"cap_month": None, "cap_contract": 2_000_001, "month_minutes": None},
    {"evaluation_day": 1, "stream_minutes": 30, "day_minutes": 300},
    {"notice_brand_days": 60, "notice_creator_days": 0},
    {"gifts": 200},
    {"effective_on": date(2026, 8, 1)},
    closed(fee=60_000),
    closed(pre_days=0, cool_off_days=0),
    closed(scope=Scope(("home",), ("web",), ("NL",), ("live",))),
    closed(rivals=()),
    closed(carve_outs=(CarveOut("other", date(2026, 8, 1)), CarveOut("kettle", date(2026, 8, 1)))),
    closed(breach="warn", organic_mentions=True, old_content="keep"),
    tiers((10_000, 600), (40_000, 900)),
    tiers((20_000, 600), (30_000, 700), (40_000, 800)),
    tiers((20_000, 600), (40_000, 800), sticky=True),
    guarantee(amount=300_001),
    guarantee(conditions=()),
    guarantee(conditions=(Condition("valid_minutes", 1000),)),
    guarantee(counts_retainer=False),
    {"bonuses": (TIERS, Bonus("retainer", 1), GUARANTEE)},
]
WORSE: list[tuple[str, dict[str, Any]]] = [
    ("commission_bps", {"commission_bps": 999, "replay_bps": 1000, "after_stream_bps": 1000, "off_stream_bps": 1000}),
    ("in_stream_bps", {"in_stream_bps": 1400}),
    ("in_stream_bps", {"in_stream_bps": None, "commission_bps": 1400}),
    ("replay_bps", {"replay_bps": 0}),
    ("after_stream_bps", {"after_stream_bps": 999}),
    ("off_stream_bps", {"off_stream_bps": 900, "commission_bps": 2000}),
    ("window_days", {"window_days": 13}),
    ("hold_days", {"hold_days": 31}),
    ("offset_bps", {"offset_bps": 5001}),
    ("keeps_cancelled", {"keeps_cancelled": False}),
    ("coupons", {"coupons": ()}),
    ("starts_on", {"starts_on": date(2026, 6, 10)}),
    ("ends_on", {"ends_on": date(2027, 1, 1)}),
    ("ends_on", {"ends_on": date(2026, 12, 30)}),
    ("timezone", {"timezone": "Europe/Paris"}),
    ("currency", {"currency": "GBP"}),
    ("work", {"work": Scope(("home",))}),
    ("cap_month", {"cap_month": 499_999}),
    ("cap_contract", {"cap_contract": 1}),
    ("evaluation_day", {"evaluation_day": 6}),
    ("stream_minutes", {"stream_minutes": 61}),
    ("day_minutes", {"day_minutes": 239}),
    ("month_minutes", {"month_minutes": 3999}),
    ("notice_brand_days", {"notice_brand_days": 29}),
    ("notice_creator_days", {"notice_creator_days": 15}),
    ("gifts", {"gifts": 99}),
    ("goal", {"goal": "Sell more"}),
    ("law", {"law": "FR"}),
    ("language", {"language": "nl"}),
    ("clauses", {"clauses": "Be kind, always."}),
    ("exclusivity", {"exclusivity": None}),  # the fee is gone with it
    ("exclusivity", closed(level="full")),
    ("exclusivity", closed(level="named_rivals")),
    ("exclusivity", closed(scope=replace(CLOSED.scope, categories=("all",)))),
    ("exclusivity", closed(scope=replace(CLOSED.scope, platforms=("twitch",)))),
    ("exclusivity", closed(scope=replace(CLOSED.scope, territories=("NL", "BE", "FR")))),
    ("exclusivity", closed(scope=replace(CLOSED.scope, formats=("all",)))),
    ("exclusivity", closed(rivals=("kettle", "other"))),
    ("exclusivity", closed(rival_names=("Boiler",))),
    ("exclusivity", closed(pre_days=4)),
    ("exclusivity", closed(cool_off_days=31)),
    ("exclusivity", closed(carve_outs=())),
    ("exclusivity", closed(carve_outs=(CarveOut("kettle", date(2026, 7, 30)),))),
    ("exclusivity", closed(fee=49_999)),
    ("exclusivity", closed(breach="repay_fee")),
    ("bonuses", {"bonuses": (TIERS,)}),
    ("bonuses", guarantee(amount=299_999)),
    ("bonuses", guarantee(conditions=(Condition("valid_minutes", 1201),))),
    ("bonuses", guarantee(conditions=(*GUARANTEE.conditions, Condition("posts", 1)))),
    ("bonuses", guarantee(mode="all_or_nothing")),
    ("bonuses", tiers((20_001, 600), (40_000, 800))),
    ("bonuses", tiers((20_000, 599), (40_000, 800))),
    ("bonuses", tiers((20_000, 600))),
    ("bonuses", tiers((20_000, 600), (30_000, 500), (40_000, 800))),
    ("bonuses", tiers((20_000, 600), (40_000, 800), period="contract")),
    ("bonuses", tiers((20_000, 600), (40_000, 800), tiering="whole_period")),
]


@pytest.mark.parametrize("changes", BETTER, ids=str)
def test_better_terms(changes: dict[str, Any]) -> None:
    assert worse(OLD, replace(OLD, **changes)) == []
    assert better_for_creator(OLD, replace(OLD, **changes))


@pytest.mark.parametrize(("field", "changes"), WORSE, ids=str)
def test_worse_terms_are_named(field: str, changes: dict[str, Any]) -> None:
    assert worse(OLD, replace(OLD, **changes)) == [field]
    better = {"window_days": 90} if field != "window_days" else {"hold_days": 0}
    assert not better_for_creator(OLD, replace(OLD, **{**better, **changes})), "no good makes up for it"


def test_every_field_is_judged() -> None:
    named = {field for field, _ in WORSE}
    assert set(Sheet.__dataclass_fields__) - named == {"effective_on"}


def test_an_exclusivity_that_cost_nothing_may_go_and_none_may_come() -> None:
    free = replace(OLD, exclusivity=replace(CLOSED, fee=0))
    assert better_for_creator(free, replace(free, exclusivity=None))
    assert not better_for_creator(replace(free, exclusivity=None), free)


def test_full_exclusivity_may_shrink_to_less() -> None:
    full = replace(OLD, exclusivity=Exclusivity("full", fee=50_000))
    for less in (
        Exclusivity("category", Scope(("home",)), fee=50_000),
        Exclusivity("named_rivals", rivals=("x",), fee=50_000),
    ):
        assert better_for_creator(full, replace(full, exclusivity=less))
        assert not better_for_creator(replace(full, exclusivity=less), full)


def test_a_lower_refund_rate_is_harder() -> None:
    at_most = [
        replace(OLD, bonuses=(Bonus("quota", 1, (Condition("refund_rate_below", bps),)),)) for bps in (500, 1000)
    ]
    assert better_for_creator(at_most[0], at_most[1])
    assert not better_for_creator(at_most[1], at_most[0])


def test_two_lines_need_two_as_good() -> None:
    small, large = Bonus("retainer", 100), Bonus("retainer", 200)
    two = replace(OLD, bonuses=(small, large))
    assert better_for_creator(two, replace(two, bonuses=(large, small)))
    assert better_for_creator(two, replace(two, bonuses=(large, replace(small, amount=150))))
    assert not better_for_creator(two, replace(two, bonuses=(large,)))
    assert not better_for_creator(two, replace(two, bonuses=(large, replace(small, amount=99))))


def test_fixed_sums_add_up() -> None:
    fixed = Bonus(
        "threshold", measure="orders", period="month", tiering="fixed", steps=(Step(10, amount=5), Step(20, amount=5))
    )
    old = replace(OLD, bonuses=(fixed,))
    more = replace(fixed, steps=(Step(10, amount=10),))
    less = replace(fixed, steps=(Step(20, amount=20),))
    assert better_for_creator(old, replace(old, bonuses=(more,)))
    assert not better_for_creator(old, replace(old, bonuses=(less,)))


def test_a_step_that_was_reached_is_not_put_at_risk() -> None:
    """Another line would not know what the one before it has reached."""
    better = (Step(10_000, 700), Step(40_000, 900))
    for kept in (replace(TIERS, sticky=True), replace(TIERS, period="contract")):
        old = replace(OLD, bonuses=(kept,))
        assert better_for_creator(old, replace(old, bonuses=(kept, GUARANTEE)))
        assert worse(old, replace(old, bonuses=(replace(kept, steps=better),))) == ["bonuses"]


def test_only_thresholds_over_the_contract_run_on() -> None:
    running = replace(TIERS, period="contract")
    assert running_thresholds_stay((TIERS, GUARANTEE), ())
    assert running_thresholds_stay((running,), (GUARANTEE, replace(running, steps=running.steps[::-1])))
    assert not running_thresholds_stay((running, running), (running,))
    assert not running_thresholds_stay((running,), (replace(running, steps=(Step(20_000, 700), Step(40_000, 800))),))
    assert not running_thresholds_stay((running,), (TIERS,))
    assert not running_thresholds_stay((running,), (replace(running, steps=(Step(20_000, 500), Step(40_000, 800))),))
