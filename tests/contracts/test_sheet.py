"""The sheet survives being stored, has one way to be written down, and knows how two of its kind differ."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

from flask import Flask

from app.contracts.offers.comparison import rows
from app.contracts.terms.differences import aligned, differences
from app.contracts.terms.sheet import (
    Bonus,
    CarveOut,
    Condition,
    Exclusivity,
    Scope,
    Sheet,
    Step,
    fingerprint,
    monthly_promise,
)

PLAIN = Sheet(date(2026, 6, 11), date(2026, 12, 31), "Europe/Amsterdam", "EUR", 1000)
RICH = replace(
    PLAIN,
    in_stream_bps=1500,
    coupons=("MIRA10", "mira é"),
    work=Scope(categories=("home.lighting",), platforms=("tiktok", "web"), territories=("EU",), formats=("live",)),
    exclusivity=Exclusivity(
        "category",
        Scope(categories=("home",)),
        rivals=("kettle",),
        cool_off_days=30,
        carve_outs=(CarveOut("kettle", date(2026, 7, 31)),),
        fee=50_000,
    ),
    bonuses=(
        Bonus("guarantee", 300_000, (Condition("valid_minutes", 1200), Condition("no_open_breach"))),
        Bonus(
            "threshold",
            measure="net_sales",
            period="month",
            tiering="marginal",
            steps=(Step(20_000, rate_bps=600), Step(40_000, rate_bps=800)),
        ),
    ),
    cap_month=500_000,
    clauses="Be kind.\n",
    effective_on=date(2026, 7, 1),
)


def test_a_sheet_is_read_back_as_it_was_written() -> None:
    for sheet in (PLAIN, RICH):
        assert Sheet.of(sheet.as_json()) == sheet


def test_a_sheet_is_hashed_with_its_text_and_every_field_counts() -> None:
    seen = {fingerprint(PLAIN, "text"), fingerprint(PLAIN, "text."), fingerprint(RICH, "text")}
    seen.add(fingerprint(replace(PLAIN, hold_days=31), "text"))
    assert len(seen) == 4
    assert fingerprint(Sheet.of(RICH.as_json()), "text") == fingerprint(RICH, "text")


def test_differences_are_told_field_by_field() -> None:
    assert differences(PLAIN, PLAIN) == []
    changed = replace(PLAIN, commission_bps=1200, coupons=("A",))
    assert differences(PLAIN, changed) == [("commission_bps", 1000, 1200), ("coupons", (), ("A",))]


def test_a_month_promises_what_is_sure_and_no_threshold() -> None:
    assert monthly_promise(PLAIN) == 0
    assert monthly_promise(RICH) == 350_000


SETS = replace(
    PLAIN,
    coupons=("A", "B"),
    work=Scope(("home", "beauty"), ("tiktok", "web"), ("NL", "DE"), ("live", "video")),
    exclusivity=Exclusivity(
        "named_rivals",
        Scope(("home", "beauty")),
        rivals=("kettle", "teapot"),
        rival_names=("Acme", "Best"),
        carve_outs=(CarveOut("kettle", date(2026, 7, 1)), CarveOut("teapot", date(2026, 8, 1))),
    ),
    bonuses=(
        Bonus("guarantee", 100, (Condition("posts", 4), Condition("no_open_breach"))),
        Bonus("retainer", 5),
        Bonus("guarantee", 200),
    ),
)


def turned_round(value: Any) -> Any:
    """Every set in the sheet in the other order."""
    if isinstance(value, tuple):
        return tuple(turned_round(each) for each in reversed(value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: turned_round(getattr(value, field.name)) for field in fields(value)})
    return value


def test_sets_in_another_order_are_the_same_terms(app: Flask) -> None:
    other = turned_round(SETS)
    assert other != SETS
    assert differences(SETS, other) == differences(other, SETS) == []
    assert not any(row.changed for row in rows(SETS, other))
    assert aligned(SETS, other) == SETS


def test_what_changes_in_a_set_is_told_beside_what_stays(app: Flask) -> None:
    longer = replace(
        turned_round(SETS), coupons=("C", "B", "A"), bonuses=(Bonus("guarantee", 200), Bonus("guarantee", 150))
    )
    assert [name for name, _, _ in differences(SETS, longer)] == ["coupons", "bonuses"]
    changed = {row.name: (row.before, row.after) for row in rows(SETS, longer) if row.changed}
    assert changed["coupons"] == ("A, B", "A, B, C")
    assert "bonuses.guarantee.1.amount" in changed
    assert "bonuses.guarantee.2.amount" not in changed, "the line of 200 is there as before"


def test_equal_lines_are_counted() -> None:
    twice = replace(PLAIN, bonuses=(Bonus("retainer", 5), Bonus("retainer", 5)))
    assert differences(twice, replace(PLAIN, bonuses=(Bonus("retainer", 5),))) != []
    assert differences(twice, twice) == []
