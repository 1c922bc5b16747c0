"""How a bonus of a month was worked out, line by line, in the reader's words (rules.md B7 to B9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from app.contracts.models import BonusLine
from app.formatting import money, number, percent
from app.words import word

Working = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One step: what is done, and what stands there now (minor units; None: it is still on the way). `strong`: a
    result."""

    words: str
    amount: int | None = None
    strong: bool = False


@dataclass(frozen=True)
class Condition:
    """A condition with what is there and what is asked for. `state` is holds, missed or open."""

    what: str
    current: str
    required: str
    state: str


def rows(bonus: BonusLine, working: Working, target: int, outside: int, *, approved: bool = False) -> list[Row]:
    """Every step from what was agreed to what is paid. `approved`: also what lay above a cap."""
    steps = [*(_threshold(bonus, working) if bonus.kind == "threshold" else _amount(bonus, working))]
    return [*steps, *_caps(bonus, working, target, outside, approved)] if outside or approved else steps


def conditions(working: Working) -> list[Condition]:
    """Every condition of the month with its current value."""
    return [_condition(each) for each in working["conditions"]]


def _amount(bonus: BonusLine, working: Working) -> Iterator[Row]:
    """A fixed amount, cut to days and conditions; a guarantee also less what was earned."""
    yield Row(_("Agreed for a whole month"), bonus.amount)
    yield from _shares(working)
    if bonus.kind != "guarantee":
        yield Row(_("Comes to"), working["full"], strong=True)
        return
    yield Row(_("Guaranteed for this month"), working["promised"], strong=True)
    sold = number(working["lines"])
    if working["active"] == working["days"]:
        words = _("Less the commission of %(count)s lines sold in the month, after refunds", count=sold)
    else:
        words = _("Less the commission of %(count)s lines sold on the active days, after refunds", count=sold)
    yield Row(words, -working["commission"])
    if bonus.counts_retainer:
        yield Row(_("Less the retainer of the month"), -working["retainer"])
    yield Row(_("Top-up, never below zero"), working["full"], strong=True)


def _shares(working: Working, *, days: bool = True) -> Iterator[Row]:
    if days and working["active"] != working["days"]:
        yield Row(_("Active on %(active)s of %(days)s days", active=working["active"], days=working["days"]))
    if working["num"] != working["den"]:
        share = {"done": number(working["num"]), "asked": number(working["den"])}
        yield Row(
            _("Conditions leave %(done)s of %(asked)s", **share) if working["num"] else _("Conditions leave nothing")
        )


def _threshold(bonus: BonusLine, working: Working) -> Iterator[Row]:
    """What each pair of rates brings, then steps with amounts, earlier months, conditions."""
    reached = {"measure": word(bonus.measure), "value": measured(bonus, working["total"])}
    yield Row(
        _("%(measure)s since the contract began: %(value)s", **reached)
        if bonus.period == "contract"
        else _("%(measure)s of the month: %(value)s", **reached)
    )
    for pair in working["pairs"]:
        yield _pair(bonus, pair)
    for step in working["steps"]:
        if step["amount"] and step["from"] <= working["total"]:
            yield Row(_("Reached: %(value)s", value=measured(bonus, step["from"])), step["amount"])
    yield Row(_("Together, rounded once"), working["brought"], strong=True)
    if bonus.period == "contract":
        yield Row(_("Less what earlier months have had"), -working["earlier"])
        yield Row(_("This month’s part"), working["part"], strong=True)
    if working["part"] > 0 and working["num"] != working["den"]:
        yield from _shares(working, days=False)
        yield Row(_("Comes to"), working["full"], strong=True)


def _pair(bonus: BonusLine, pair: Mapping[str, Any]) -> Row:
    """What was sold at one rate, in one step."""
    above = max(0, pair["rate_bps"] - pair["own_bps"])
    figures = {
        "base": money(pair["base"], bonus.currency),
        "begin": measured(bonus, pair["from"]),
        "rate": percent(pair["rate_bps"]),
        "own": percent(pair["own_bps"]),
        "above": percent(above),
    }
    if not above:
        return Row(_("%(base)s at %(own)s as it is: nothing on top", **figures), 0)
    amount = (2 * pair["base"] * above + 10_000) // 20_000
    if not pair["from"]:  # a step that an earlier month has reached
        return Row(_("%(base)s × (%(rate)s - %(own)s) = × %(above)s", **figures), amount)
    return Row(_("From %(begin)s on: %(base)s × (%(rate)s - %(own)s) = × %(above)s", **figures), amount)


def _caps(bonus: BonusLine, working: Working, target: int, outside: int, approved: bool) -> Iterator[Row]:
    if "cap_month" in working:
        yield Row(_("At most %(sum)s in a month for all bonuses", sum=money(working["cap_month"], bonus.currency)))
    if "cap_contract" in working:
        figures = {
            "sum": money(working["cap_contract"], bonus.currency),
            "used": money(working["used"], bonus.currency),
        }
        yield Row(_("At most %(sum)s in the whole contract; %(used)s went to earlier months", **figures))
    if working.get("ahead"):
        yield Row(_("%(sum)s of that goes to bonuses before this one", sum=money(working["ahead"], bonus.currency)))
    if approved:
        yield Row(_("What lies above that was approved by the brand"))
    else:
        yield Row(_("Above that, so outside the terms"), -outside)
    yield Row(_("To be paid"), target, strong=True)


def measured(bonus: BonusLine, value: int) -> str:
    """A value of the bonus's measure: money, or a count."""
    return money(value, bonus.currency) if bonus.measure == "net_sales" else number(value)


def _condition(each: Mapping[str, Any]) -> Condition:
    state = "holds" if each["holds"] else "missed"
    if each["what"] == "no_open_breach":
        if each.get("open"):
            return Condition(each["what"], _("one is being looked into"), _("none"), "open")
        return Condition(each["what"], number(each["done"]) if each["done"] else _("none"), _("none"), state)
    if each["what"] == "refund_rate_below":
        current = _("%(rate)s of %(count)s orders", rate=percent(each["done"]), count=number(each["orders"]))
        return Condition(
            each["what"], current, _("below %(rate)s from 10 orders on", rate=percent(each["asked"])), state
        )
    if each["asked"] != each["required"]:
        required = _("%(asked)s, for the active days (%(whole)s in a whole month)", **_counts(each))
        return Condition(each["what"], number(each["done"]), required, state)
    return Condition(each["what"], number(each["done"]), number(each["asked"]), state)


def _counts(each: Mapping[str, Any]) -> dict[str, str]:
    return {"asked": number(each["asked"]), "whole": number(each["required"])}


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))
