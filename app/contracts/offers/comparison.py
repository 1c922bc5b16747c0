"""Two versions of terms side by side, field by field and in words, so that a reader sees exactly what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext, ngettext
from markupsafe import Markup

from app import formatting
from app.catalog.taxonomy import TERRITORY, tree
from app.contracts.terms.differences import aligned
from app.contracts.terms.kinds import BonusKind, ConditionKind, Measure, Period
from app.contracts.terms.labels import (
    BONUS,
    EXCLUSIVITY,
    FIELDS,
    SCOPE,
)
from app.contracts.terms.sheet import (
    Bonus,
    Condition,
    Exclusivity,
    Scope,
    Sheet,
    Step,
)
from app.contracts.terms.sheet_rules import PERCENTAGES, TREES
from app.formatting import money, number, percent
from app.words import word

__all__ = ["FIELDS", "Row", "rows"]

DAYS = {"window_days", "hold_days", "notice_brand_days", "notice_creator_days"}
MINUTES = {"stream_minutes", "day_minutes", "month_minutes"}
AMOUNTS = {"cap_month", "cap_contract", "gifts"}
FieldTexts = dict[str, tuple[str, str]]  # field: its label, its value


@dataclass(frozen=True)
class Row:
    """One field: how it is called, what it says in the old and in the new version; empty where it says nothing."""

    name: str
    label: str
    before: str
    after: str
    changed: bool


def rows(old: Sheet | None, new: Sheet, *, brands: Mapping[str, str] | None = None) -> list[Row]:
    """Every field of both versions, in the order of the sheet; without an old one nothing has changed, and sets in
    another order are the same.

    `brands` are the names of brands by handle; one that is missing is shown by its handle. A row's name is a field of
    Sheet or a path into it: `work.formats`, `exclusivity.fee`, `bonuses.guarantee.1.amount`.
    """
    if old is None:
        texts = field_texts(new, brands=brands)
        return [Row(name, label, "", value, changed=False) for name, (label, value) in texts.items()]
    before, after = (field_texts(sheet, brands=brands) for sheet in (old, aligned(old, new)))
    compared = []
    for name in _merged(before, after):
        label = (after.get(name) or before[name])[0]
        was, now = before.get(name, ("", ""))[1], after.get(name, ("", ""))[1]
        compared.append(Row(name, label, was, now, changed=was != now))
    return compared


def field_texts(sheet: Sheet, *, brands: Mapping[str, str] | None = None) -> FieldTexts:
    """What a sheet says: by field the label and the value in words, as plain text."""
    texts: FieldTexts = {}
    for name, label in FIELDS.items():
        if name == "work":
            texts |= {f"work.{each}": value for each, value in _scope(str(label), sheet.work).items()}
        elif name == "exclusivity":
            texts |= _exclusivity(sheet.exclusivity, sheet.currency, brands or {})
        elif name == "bonuses":
            texts |= _bonuses(sheet.bonuses, sheet.currency)
        else:
            texts[name] = str(label), _plain(sheet, name)
    return texts


def _merged(before: Iterable[str], after: Iterable[str]) -> list[str]:
    """All names, in the order of the sheet: one that only the old version has stands behind the one before it."""
    names = list(after)
    place = 0
    for name in before:
        if name in names:
            place = names.index(name) + 1
        else:
            names.insert(place, name)
            place += 1
    return names


def _plain(sheet: Sheet, name: str) -> str:
    value = getattr(sheet, name)
    if value is None or value == "":
        return ""
    if name == "keeps_cancelled":
        return _yes_no(value)
    if name in PERCENTAGES or name == "offset_bps":
        return percent(value)
    if name in AMOUNTS:
        return money(value, sheet.currency)
    if name in DAYS:
        return _days(value)
    if name in MINUTES:
        return str(ngettext("%(num)d minute", "%(num)d minutes", value))
    if name == "coupons":
        return ", ".join(value)
    if name == "law":
        return _country(value)
    if name == "language":
        return _language(value)
    return _day(value) if isinstance(value, date) else str(value)


def _scope(label: str, scope: Scope) -> FieldTexts:
    return {
        name: (f"{label}: {SCOPE[name]}", ", ".join(_node(TREES[name], code) for code in getattr(scope, name)))
        for name in SCOPE
    }


def _exclusivity(closed: Exclusivity | None, currency: str, brands: Mapping[str, str]) -> FieldTexts:
    label = str(FIELDS["exclusivity"])
    if closed is None:
        return {"exclusivity": (label, gettext("None"))}
    values = {
        "level": word(closed.level),
        "rivals": ", ".join(brands.get(rival, rival) for rival in closed.rivals),
        "rival_names": ", ".join(closed.rival_names),
        "pre_days": _days(closed.pre_days),
        "cool_off_days": _days(closed.cool_off_days),
        "carve_outs": ", ".join(
            gettext("%(brand)s until %(day)s", brand=brands.get(each.brand, each.brand), day=_day(each.until))
            for each in closed.carve_outs
        ),
        "fee": money(closed.fee, currency),
        "breach": word(closed.breach),
        "organic_mentions": _yes_no(closed.organic_mentions),
        "old_content": word(closed.old_content),
    }
    texts = {"exclusivity.level": (f"{label}: {EXCLUSIVITY['level']}", values["level"])}
    texts |= {f"exclusivity.{name}": value for name, value in _scope(label, closed.scope).items()}
    return texts | {f"exclusivity.{name}": (f"{label}: {EXCLUSIVITY[name]}", value) for name, value in values.items()}


def _bonuses(bonuses: tuple[Bonus, ...], currency: str) -> FieldTexts:
    """Line by line; the second guarantee of one version stands beside the second of the other."""
    if not bonuses:
        return {"bonuses": (str(FIELDS["bonuses"]), gettext("None"))}
    texts: FieldTexts = {}
    for index, bonus in enumerate(bonuses):
        nr = sum(each.kind == bonus.kind for each in bonuses[: index + 1])
        title = word(bonus.kind) if nr == 1 else f"{word(bonus.kind)} {nr}"
        for name, value in _line(bonus, currency):
            texts[f"bonuses.{bonus.kind}.{nr}.{name}"] = f"{title}: {BONUS[name]}", value
    return texts


def _line(bonus: Bonus, currency: str) -> Iterator[tuple[str, str]]:
    if bonus.kind == BonusKind.THRESHOLD:
        yield "measure", word(bonus.measure)
        yield "period", gettext("The whole contract") if bonus.period == Period.CONTRACT else word(bonus.period)
        yield "tiering", word(bonus.tiering)
        yield "steps", "; ".join(_step(step, bonus.measure, currency) for step in bonus.steps)
        yield "sticky", _yes_no(bonus.sticky)
    else:
        yield "amount", money(bonus.amount, currency)
    if bonus.kind == BonusKind.GUARANTEE:
        yield "counts_retainer", _yes_no(bonus.counts_retainer)
    yield "conditions", "; ".join(_condition(each) for each in bonus.conditions) or gettext("None")
    yield "mode", word(bonus.mode)


def _step(step: Step, measure: str | None, currency: str) -> str:
    start = money(step.from_value, currency) if measure == Measure.NET_SALES else number(step.from_value)
    pays = percent(step.rate_bps) if step.amount is None else money(step.amount, currency)
    return str(gettext("from %(start)s: %(pays)s", start=start, pays=pays))


def _condition(condition: Condition) -> str:
    if condition.what == ConditionKind.NO_OPEN_BREACH:
        return word(condition.what)
    required = (
        percent(condition.required) if condition.what == ConditionKind.REFUND_RATE_BELOW else number(condition.required)
    )
    return f"{word(condition.what)}: {required}"


def _node(name: str, code: str) -> str:
    node = tree(name).by_code.get(code)
    return node.name if node else code


def _country(code: str) -> str:
    return _node(TERRITORY, code)


def _language(code: str) -> str:
    return {"en": "English", "nl": "Nederlands"}.get(code, code)  # as everywhere: each by its own name


def _days(count: int) -> str:
    return str(ngettext("%(num)d day", "%(num)d days", count))


def _day(day: date) -> str:
    shown = formatting.day(day)
    return shown.striptags() if isinstance(shown, Markup) else shown


def _yes_no(value: bool) -> str:
    return str(gettext("Yes") if value else gettext("No"))
