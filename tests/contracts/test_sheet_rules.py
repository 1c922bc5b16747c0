"""What a sheet may say: every limit from both sides, and every refusal says what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from app.contracts.terms.sheet import (
    Bonus,
    CarveOut,
    Condition,
    Exclusivity,
    Scope,
    Sheet,
    Step,
)
from app.contracts.terms.sheet_rules import problems, warnings

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
PLAIN = Sheet(date(2026, 6, 11), date(2026, 12, 31), "Europe/Amsterdam", "EUR", 1000)
CLOSED = Exclusivity("category", Scope(categories=("home",)), fee=50_000)
GUARANTEE = Bonus("guarantee", 300_000, (Condition("valid_minutes", 1200), Condition("no_open_breach")))
TIERS = (Step(20_000, rate_bps=600), Step(40_000, rate_bps=800))
THRESHOLD = Bonus("threshold", measure="net_sales", period="month", tiering="marginal", steps=TIERS)
FIXED = replace(THRESHOLD, tiering="fixed", steps=(Step(20_000, amount=5_000), Step(40_000, amount=9_000)))
RICH = replace(
    PLAIN,
    in_stream_bps=1500,
    coupons=("MIRA10", "mira é"),
    work=Scope(("home.lighting",), ("tiktok", "web"), ("EU", "GB"), ("live",)),
    exclusivity=replace(CLOSED, cool_off_days=180, pre_days=30, carve_outs=(CarveOut("kettle", date(2026, 7, 31)),)),
    bonuses=(GUARANTEE, THRESHOLD, FIXED, Bonus("retainer", 1), Bonus("quota", 10**13, (Condition("posts", 4),))),
    cap_month=0,
    cap_contract=10**13,
    month_minutes=44_640,
    goal="Spring lamps",
    law="FR",
    language="nl",
    clauses="Be kind.\r\n\nAlways é.",
    effective_on=date(2026, 7, 1),
)


def closed(**changes: Any) -> dict[str, Any]:
    return {"exclusivity": replace(CLOSED, **changes)}


def paying(bonus: Bonus, **changes: Any) -> dict[str, Any]:
    return {"bonuses": (GUARANTEE, replace(bonus, **changes))}


def fields_of(**changes: Any) -> list[str]:
    return [field for field, _ in problems(replace(PLAIN, **changes), at=AT)]


GOOD: list[dict[str, Any]] = [
    {},
    {"starts_on": date(2026, 3, 10), "ends_on": date(2026, 3, 10)},
    {"starts_on": date(2024, 2, 29), "ends_on": date(2029, 2, 28)},
    {"ends_on": date(2031, 6, 10)},
    {"commission_bps": 0, "replay_bps": 10_000},
    {"offset_bps": 0, "keeps_cancelled": True},
    {"offset_bps": 10_000},
    {"window_days": 90, "hold_days": 0, "evaluation_day": 28, "stream_minutes": 600, "day_minutes": 1440},
    {"window_days": 1, "hold_days": 90, "evaluation_day": 1, "stream_minutes": 30, "day_minutes": 30},
    {"notice_brand_days": 0, "notice_creator_days": 365},
    {"coupons": ("x" * 128, " A ")},
    {"clauses": "x" * 20_000},
    closed(level="named_rivals", rivals=("kettle",), fee=0),
    closed(level="named_rivals", rival_names=("Somebody Else",), fee=0),
    closed(fee=0),
    closed(level="full", fee=1),
    paying(THRESHOLD, steps=(Step(1, rate_bps=600), Step(2, rate_bps=600))),
    paying(THRESHOLD, conditions=(Condition("refund_rate_below", 500),), mode="all_or_nothing"),
]

BAD: list[tuple[str, dict[str, Any]]] = [
    *(
        (name, {name: None})
        for name in ("commission_bps", "offset_bps", "window_days", "hold_days", "evaluation_day", "gifts")
    ),
    *((name, {name: None}) for name in ("stream_minutes", "day_minutes", "notice_brand_days", "notice_creator_days")),
    ("ends_on", {"ends_on": date(2026, 6, 10)}),
    ("ends_on", {"ends_on": date(2031, 6, 11)}),
    ("ends_on", {"starts_on": date(2024, 2, 29), "ends_on": date(2029, 3, 1)}),
    ("ends_on", {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 3, 9)}),
    ("starts_on", {"starts_on": date(1999, 12, 31)}),
    ("starts_on", {"ends_on": date(2101, 1, 1)}),
    ("starts_on", {"starts_on": date(2011, 12, 30), "ends_on": date(2011, 12, 30), "timezone": "Pacific/Apia"}),
    ("timezone", {"timezone": "Mars/Olympus"}),
    ("timezone", {"timezone": ""}),
    ("currency", {"currency": "EURO"}),
    ("commission_bps", {"commission_bps": 10_001}),
    ("commission_bps", {"commission_bps": -1}),
    ("in_stream_bps", {"in_stream_bps": 10_001}),
    ("off_stream_bps", {"off_stream_bps": -1}),
    ("offset_bps", {"offset_bps": -1}),
    ("offset_bps", {"offset_bps": 10_001}),
    ("window_days", {"window_days": 0}),
    ("window_days", {"window_days": 91}),
    ("hold_days", {"hold_days": -1}),
    ("hold_days", {"hold_days": 91}),
    ("evaluation_day", {"evaluation_day": 29}),
    ("evaluation_day", {"evaluation_day": 0}),
    ("stream_minutes", {"stream_minutes": 29}),
    ("stream_minutes", {"stream_minutes": 601}),
    ("day_minutes", {"day_minutes": 1441}),
    ("month_minutes", {"month_minutes": 0}),
    ("notice_brand_days", {"notice_brand_days": 366}),
    ("notice_creator_days", {"notice_creator_days": -1}),
    ("cap_month", {"cap_month": -1}),
    ("cap_contract", {"cap_contract": 10**13 + 1}),
    ("gifts", {"gifts": -1}),
    ("coupons", {"coupons": ("",)}),
    ("coupons", {"coupons": ("   ",)}),
    ("coupons", {"coupons": ("x" * 129,)}),
    ("coupons", {"coupons": ("A\nB",)}),
    ("coupons", {"coupons": ("A\x7f",)}),
    ("coupons", {"coupons": ("Mira", " MIRA ")}),
    ("coupons", {"coupons": ("Straße", "STRASSE")}),
    ("coupons", {"coupons": tuple(f"C{n}" for n in range(101))}),
    ("work.categories", {"work": Scope(categories=())}),
    ("work.categories", {"work": Scope(categories=("nonsense",))}),
    ("work.platforms", {"work": Scope(platforms=())}),
    ("work.platforms", {"work": Scope(platforms=("tiktok", "myspace"))}),
    ("work.territories", {"work": Scope(territories=("XX",))}),
    ("work.formats", {"work": Scope(formats=())}),
    ("effective_on", {"effective_on": date(2026, 6, 10)}),
    ("effective_on", {"effective_on": date(2027, 1, 1)}),
    ("goal", {"goal": "x" * 201}),
    ("goal", {"goal": "two\nlines"}),
    ("law", {"law": "XX"}),
    ("law", {"law": "world"}),
    ("law", {"law": "EU"}),
    ("language", {"language": "fr"}),
    ("clauses", {"clauses": "x" * 20_001}),
    ("clauses", {"clauses": "a\tb"}),
    ("clauses", {"clauses": "a\rb"}),
    ("clauses", {"clauses": "\ud800"}),
    ("exclusivity.level", closed(level="some")),
    ("exclusivity.scope.categories", closed(scope=Scope(categories=()))),
    ("exclusivity.scope.platforms", closed(scope=Scope(platforms=("nowhere",)))),
    ("exclusivity.rivals", closed(level="named_rivals")),
    ("exclusivity.rival_names", closed(rival_names=(" ",))),
    ("exclusivity.pre_days", closed(pre_days=31)),
    ("exclusivity.pre_days", closed(pre_days=-1)),
    ("exclusivity.cool_off_days", closed(cool_off_days=181)),
    ("exclusivity.carve_outs", closed(carve_outs=(CarveOut("", date(2026, 7, 1)),))),
    ("exclusivity.fee", closed(fee=-1)),
    ("exclusivity.fee", closed(fee=0, cool_off_days=1)),
    ("exclusivity.fee", closed(fee=0, level="full")),
    ("exclusivity.breach", closed(breach="flog")),
    ("exclusivity.old_content", closed(old_content="burn")),
    ("bonuses", {"bonuses": (GUARANTEE,) * 21}),
    ("bonuses.1.kind", paying(GUARANTEE, kind="tip")),
    ("bonuses.1.kind", paying(GUARANTEE, kind="exclusivity_fee")),
    ("bonuses.1.amount", paying(GUARANTEE, amount=0)),
    ("bonuses.1.amount", paying(GUARANTEE, amount=10**13 + 1)),
    ("bonuses.1.mode", paying(GUARANTEE, mode="maybe")),
    ("bonuses.1.steps", paying(GUARANTEE, steps=TIERS)),
    ("bonuses.1.steps", paying(GUARANTEE, measure="orders")),
    ("bonuses.1.conditions", paying(GUARANTEE, conditions=(Condition("mood", 1),))),
    ("bonuses.1.conditions", paying(GUARANTEE, conditions=(Condition("posts", 1), Condition("posts", 2)))),
    ("bonuses.1.conditions", paying(GUARANTEE, conditions=(Condition("posts", 0),))),
    ("bonuses.1.conditions", paying(GUARANTEE, conditions=(Condition("no_open_breach", 1),))),
    ("bonuses.1.conditions", paying(GUARANTEE, conditions=(Condition("refund_rate_below", 0),))),
    ("bonuses.1.conditions", paying(GUARANTEE, conditions=(Condition("refund_rate_below", 10_001),))),
    ("bonuses.1.amount", paying(THRESHOLD, amount=1)),
    ("bonuses.1.measure", paying(THRESHOLD, measure=None)),
    ("bonuses.1.period", paying(THRESHOLD, period="week")),
    ("bonuses.1.tiering", paying(THRESHOLD, tiering=None)),
    ("bonuses.1.steps", paying(THRESHOLD, steps=())),
    ("bonuses.1.steps", paying(THRESHOLD, steps=tuple(Step(n, rate_bps=n) for n in range(1, 22)))),
    ("bonuses.1.steps", paying(THRESHOLD, steps=(Step(0, rate_bps=600),))),
    ("bonuses.1.steps", paying(THRESHOLD, steps=(Step(2, rate_bps=600), Step(2, rate_bps=700)))),
    ("bonuses.1.steps", paying(THRESHOLD, steps=(Step(3, rate_bps=600), Step(2, rate_bps=700)))),
    ("bonuses.1.steps", paying(THRESHOLD, steps=(Step(1, rate_bps=700), Step(2, rate_bps=600)))),
    ("bonuses.1.steps", paying(THRESHOLD, steps=(Step(1, rate_bps=10_001),))),
    ("bonuses.1.steps", paying(THRESHOLD, steps=(Step(1, amount=600),))),
    ("bonuses.1.steps", paying(THRESHOLD, steps=(Step(1, rate_bps=600, amount=600),))),
    ("bonuses.1.steps", paying(FIXED, steps=TIERS)),
    ("bonuses.1.steps", paying(FIXED, steps=(Step(1, amount=0),))),
]


def test_a_sheet_with_everything_in_it_has_no_problem(app: Flask) -> None:
    assert problems(RICH, at=AT) == []


@pytest.mark.parametrize("changes", GOOD, ids=str)
def test_what_lies_just_within_the_rules_passes(app: Flask, changes: dict[str, Any]) -> None:
    assert fields_of(**changes) == []


def test_what_lies_just_outside_the_rules_is_refused_by_its_field(app: Flask) -> None:
    found = [(expected, fields_of(**changes), changes) for expected, changes in BAD]
    assert [each for each in found if each[1] != [each[0]]] == []


def test_all_problems_are_told_at_once_in_the_order_of_the_sheet(app: Flask) -> None:
    wrong = replace(PLAIN, currency="X", window_days=0, coupons=("",), bonuses=(Bonus("tip"),), language="fr")
    assert [field for field, _ in problems(wrong, at=AT)] == [
        "currency",
        "window_days",
        "coupons",
        "bonuses.0.kind",
        "language",
    ]


def test_the_last_day_is_over_by_the_contracts_own_zone(app: Flask) -> None:
    late = datetime(2026, 3, 10, 11, tzinfo=UTC)  # the 11th already on Kiritimati, UTC+14
    ended = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 10)}
    assert problems(replace(PLAIN, **ended), at=late) == []
    assert [field for field, _ in problems(replace(PLAIN, **ended, timezone="Pacific/Kiritimati"), at=late)] == [
        "ends_on"
    ]


def test_every_problem_is_a_sentence(app: Flask) -> None:
    for _, changes in BAD:
        for _, sentence in problems(replace(PLAIN, **changes), at=AT):
            assert sentence.endswith((".", "?")), sentence
            assert "%(" not in sentence


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        (closed(level="full", fee=1) | {"ends_on": date(2026, 7, 11)}, []),
        (closed(level="full", fee=1) | {"ends_on": date(2026, 7, 12)}, ["anywhere, for 32 days"]),
        (closed(level="full", fee=1, cool_off_days=1) | {"ends_on": date(2026, 7, 11)}, ["anywhere, for 32 days"]),
        (closed(level="full", fee=1, scope=Scope(territories=("NL",))), []),
        (closed(fee=1), []),
        ({"bonuses": (GUARANTEE,), "cap_month": 299_999}, ["cap is lower"]),
        ({"bonuses": (GUARANTEE,), "cap_month": 300_000}, []),
        ({"stream_minutes": 300}, ["longer than the minutes"]),
        ({"commission_bps": 0}, ["pay no commission"]),
        ({"commission_bps": 0, "in_stream_bps": 100}, []),
    ],
    ids=str,
)
def test_both_sides_are_warned_of_what_may_not_be_meant(app: Flask, changes: dict[str, Any], said: list[str]) -> None:
    found = warnings(replace(PLAIN, **changes))
    assert len(found) == len(said)
    assert all(part in sentence for part, sentence in zip(said, found, strict=True)), found
