"""Two versions side by side: whatever differs is shown, in words, and nothing else is said to have changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import Flask
from flask_babel import force_locale

from app.contracts.offers.comparison import FIELDS, Row, rows
from app.contracts.terms.sheet import (
    Bonus,
    CarveOut,
    Condition,
    Exclusivity,
    Scope,
    Sheet,
    Step,
)
from tests.contracts.test_sheet_rules import CLOSED, GUARANTEE, PLAIN, RICH, THRESHOLD

NAMES = {"kettle": "Kettle & Co"}
UNCHECKED = {"exclusivity.level": "full", "kind": "quota"}


def changed(old: Sheet, new: Sheet) -> dict[str, tuple[str, str]]:
    return {row.name: (row.before, row.after) for row in rows(old, new, brands=NAMES) if row.changed}


def value_of(sheet: Sheet, name: str) -> str:
    (found,) = [row.after for row in rows(None, sheet, brands=NAMES) if row.name == name]
    return found


def test_every_field_of_a_sheet_has_a_label() -> None:
    assert list(FIELDS) == [field.name for field in fields(Sheet)]


def test_a_first_version_is_shown_whole_and_nothing_has_changed(app: Flask) -> None:
    found = rows(None, RICH)
    assert not any(row.changed or row.before for row in found)
    assert {row.name.split(".")[0] for row in found} == set(FIELDS)


def test_the_same_terms_have_no_difference(app: Flask) -> None:
    assert changed(RICH, RICH) == {}


def test_values_stand_in_words(app: Flask) -> None:
    assert changed(PLAIN, replace(PLAIN, commission_bps=1250, window_days=1, cap_month=500_000)) == {
        "commission_bps": ("10%", "12.5%"),
        "window_days": ("14 days", "1 day"),
        "cap_month": ("", "€5,000.00"),
    }
    assert value_of(RICH, "starts_on") == "11 Jun 2026"
    assert value_of(RICH, "work.categories") == "Lighting"
    assert value_of(RICH, "work.territories") == "European Union, United Kingdom"
    assert value_of(RICH, "law") == "France"
    assert value_of(RICH, "language") == "Nederlands"
    assert value_of(RICH, "exclusivity.carve_outs") == "Kettle & Co until 31 Jul 2026"
    assert value_of(RICH, "exclusivity.organic_mentions") == "Yes"
    assert value_of(RICH, "bonuses.guarantee.1.conditions") == "Valid streaming minutes: 1,200; No open breach"
    assert value_of(RICH, "bonuses.threshold.1.steps") == "from €200.00: 6%; from €400.00: 8%"
    assert value_of(RICH, "bonuses.threshold.2.steps") == "from €200.00: €50.00; from €400.00: €90.00"


def test_steps_are_counted_in_what_they_measure(app: Flask) -> None:
    by_orders = replace(THRESHOLD, measure="orders", steps=(Step(1500, rate_bps=600),))
    assert value_of(replace(PLAIN, bonuses=(by_orders,)), "bonuses.threshold.1.steps") == "from 1,500: 6%"


def test_words_are_the_readers(app: Flask) -> None:
    with force_locale("nl"):
        assert value_of(RICH, "work.categories") == "Verlichting"
        assert changed(PLAIN, replace(PLAIN, commission_bps=1250)) == {"commission_bps": ("10%", "12,5%")}


def test_one_field_of_an_exclusivity_that_changed_is_the_only_one_shown(app: Flask) -> None:
    old = replace(PLAIN, exclusivity=CLOSED)
    assert changed(old, replace(old, exclusivity=replace(CLOSED, cool_off_days=30))) == {
        "exclusivity.cool_off_days": ("0 days", "30 days")
    }
    wider = replace(CLOSED, scope=Scope(categories=("home", "garden")))
    assert changed(old, replace(old, exclusivity=wider)) == {"exclusivity.categories": ("Home", "Home, Garden")}


def test_an_exclusivity_that_comes_or_goes_shows_all_its_fields(app: Flask) -> None:
    with_it = replace(PLAIN, exclusivity=CLOSED)
    found = changed(PLAIN, with_it)
    assert found["exclusivity"] == ("None", "")
    assert found["exclusivity.fee"] == ("", "€500.00")
    gone = changed(with_it, PLAIN)
    assert gone == {name: (after, before) for name, (before, after) in found.items()}


def test_lines_of_money_are_compared_with_their_own_kind(app: Flask) -> None:
    old = replace(PLAIN, bonuses=(GUARANTEE, THRESHOLD))
    new = replace(PLAIN, bonuses=(THRESHOLD, replace(GUARANTEE, amount=350_000)))
    assert changed(old, new) == {"bonuses.guarantee.1.amount": ("€3,000.00", "€3,500.00")}
    labels = {row.name: row.label for row in rows(old, replace(old, bonuses=(GUARANTEE, GUARANTEE)))}
    assert labels["bonuses.guarantee.1.amount"] == "Guarantee: Amount each month"
    assert labels["bonuses.guarantee.2.amount"] == "Guarantee 2: Amount each month"


def test_what_only_the_old_version_had_keeps_its_place(app: Flask) -> None:
    old = replace(PLAIN, bonuses=(GUARANTEE, THRESHOLD))
    names = [row.name for row in rows(old, replace(old, bonuses=(THRESHOLD,)))]
    assert len(names) == len(set(names))
    assert names.index("off_stream_bps") < names.index("bonuses.guarantee.1.amount") < names.index("cap_month")
    assert names[-1] == "effective_on"


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every change of one leaf of a sheet: where, and the sheet with it."""
    for field in fields(value):
        inner, here = getattr(value, field.name), f"{path}.{field.name}".strip(".")
        for where, other in others(inner, here, field.name):
            yield where, replace(value, **{field.name: other})


def others(value: Any, here: str, name: str) -> Iterator[tuple[str, Any]]:
    if is_dataclass(value):
        yield from leaves(value, here)
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        yield here, value[:-1]
        for index, each in enumerate(value):
            for where, other in leaves(each, f"{here}.{index}"):
                yield where, (*value[:index], other, *value[index + 1 :])
    elif isinstance(value, bool):
        yield here, not value
    elif isinstance(value, int):
        yield here, value + 1
    elif isinstance(value, date):
        yield here, value + timedelta(days=1)
    elif isinstance(value, tuple):
        yield here, (*value, Condition("posts", 1) if name == "conditions" else "garden")
    elif value is None:
        yield here, 7 if name.endswith(("bps", "minutes", "month", "contract", "amount")) else "other"
    else:
        yield here, UNCHECKED.get(name, "other")


def means_nothing(where: str, sheet: Sheet) -> bool:
    """Fields that a line of its kind does not use, and that the rules keep empty."""
    if not where.startswith("bonuses."):
        return False
    parts = where.split(".")
    bonus = sheet.bonuses[int(parts[1])] if len(parts) > 2 else None
    if bonus is None or parts[2] == "kind":
        return False
    unused = {"amount"} if bonus.kind == "threshold" else {"measure", "period", "tiering", "sticky", "steps"}
    unused |= set() if bonus.kind == "guarantee" else {"counts_retainer"}
    with_both = parts[2] == "steps" and len(parts) == 5 and parts[4] in ("rate_bps", "amount")
    no_number = parts[2] == "conditions" and parts[-1] == "required"
    return parts[2] in unused or with_both or no_number


def test_whatever_changes_in_a_sheet_is_shown(app: Flask) -> None:
    whole = replace(
        RICH,
        exclusivity=Exclusivity(
            "category", Scope(), ("kettle",), ("X",), 1, 2, (CarveOut("kettle", date(2026, 7, 1)),), 5
        ),
        bonuses=(replace(GUARANTEE, conditions=(Condition("posts", 4),)), THRESHOLD, Bonus("retainer", 1)),
    )
    tried = [(where, other) for where, other in leaves(whole) if not means_nothing(where, whole)]
    assert len(tried) > 60
    assert [where for where, other in tried if not changed(whole, other)] == []
    more = replace(whole, bonuses=(replace(whole.bonuses[0], conditions=(Condition("posts", 5),)), *whole.bonuses[1:]))
    assert changed(whole, more) == {"bonuses.guarantee.1.conditions": ("Posts: 4", "Posts: 5")}


def test_a_row_is_plain_text_that_templates_escape(app: Flask) -> None:
    found: list[Row] = rows(None, replace(RICH, clauses="<b>", coupons=("<i>",)))
    assert all(type(row.after) is str for row in found)
    assert value_of(replace(RICH, clauses="<b>"), "clauses") == "<b>"
