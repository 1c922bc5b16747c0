"""Whether other terms are better for the creator (rules.md B16: then a notice is enough). Pure, and careful: whatever
can't be told from the sheets alone, like another clause, counts as worse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.contracts.terms.coupons import coupon_key
from app.contracts.terms.kinds import ConditionKind, Consequence, Level, Mode, OldContent, Period
from app.contracts.terms.sheet import (
    Bonus,
    CarveOut,
    Condition,
    Exclusivity,
    Scope,
    Sheet,
)

LABELS = ("in_stream_bps", "replay_bps", "after_stream_bps", "off_stream_bps")
ROOTS = frozenset({"all", "world"})  # of the trees: they hold every other node
MILDEST = Consequence.WARN  # of what follows a breach; the others take away different things
EASIER_HIGHER = frozenset({ConditionKind.REFUND_RATE_BELOW})  # conditions; of all others a lower number is easier


def better_for_creator(old: Sheet, new: Sheet) -> bool:
    """Whether nothing in `new` is worse for the creator than in `old`. From which day it holds makes no difference."""
    return not worse(old, new)


def worse(old: Sheet, new: Sheet) -> list[str]:
    """The fields of the sheet in which `new` is, or might be, worse for the creator, in the order of the sheet."""
    fields = {name for name, fine in TESTS.items() if not fine(getattr(old, name), getattr(new, name))}
    fields |= {name for name in LABELS if _rate(new, name) < _rate(old, name)}
    return [name for name in Sheet.__dataclass_fields__ if name in fields]


def running_thresholds_stay(old: Sequence[Bonus], new: Sequence[Bonus]) -> bool:
    """Whether every threshold that is counted over the whole contract goes on as it is. Inside a running period steps
    may not rise nor rates fall (rules.md B9), and any other line would begin to count from nothing."""
    return _each_has_its_own([line for line in old if line.period == Period.CONTRACT], new, _same_line)


def plain(line: Bonus) -> Bonus:
    """The line with its conditions and steps in one order, so that equal lines are equal."""
    conditions = sorted(line.conditions, key=lambda each: each.what)
    steps = sorted(line.steps, key=lambda each: each.from_value)
    return replace(line, conditions=tuple(conditions), steps=tuple(steps))


def _rate(sheet: Sheet, label: str) -> int:
    rate: int | None = getattr(sheet, label)
    return sheet.commission_bps if rate is None else rate


def _same(old: Any, new: Any) -> bool:
    return bool(old == new)


def _not_less(old: Any, new: Any) -> bool:
    return bool(new >= old)


def _not_more(old: Any, new: Any) -> bool:
    return bool(new <= old)


def _cap(old: int | None, new: int | None) -> bool:
    """No cap is the best one."""
    return new is None or (old is not None and new >= old)


def _codes(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    return set(map(coupon_key, old)) <= set(map(coupon_key, new))


def _within(old: Scope, new: Scope) -> bool:
    """Whether the new scope names nothing but what the old one names, or what lies under its root."""
    pairs = (
        (old.categories, new.categories),
        (old.platforms, new.platforms),
        (old.territories, new.territories),
        (old.formats, new.formats),
    )
    return all(set(after) <= set(before) or ROOTS & set(before) for before, after in pairs)


def _exclusivity(old: Exclusivity | None, new: Exclusivity | None) -> bool:
    """Not wider, longer or harder, and not without the money that is paid for it."""
    if old is None or new is None:
        return new is None and (old is None or old.fee == 0)
    return all(
        (
            _closes_no_more(old, new),
            new.pre_days <= old.pre_days,
            new.cool_off_days <= old.cool_off_days,
            _pass_as_long(old.carve_outs, new.carve_outs),
            new.fee >= old.fee,
            new.breach in (old.breach, MILDEST),
            new.organic_mentions or not old.organic_mentions,
            new.old_content == OldContent.KEEP or old.old_content == OldContent.ARCHIVE,
        )
    )


def _closes_no_more(old: Exclusivity, new: Exclusivity) -> bool:
    if not _within(old.scope, new.scope):
        return False
    if old.level == Level.FULL:
        return True
    rivals = set(new.rivals) <= set(old.rivals) and set(new.rival_names) <= set(old.rival_names)
    return new.level == old.level and rivals


def _pass_as_long(old: Sequence[CarveOut], new: Sequence[CarveOut]) -> bool:
    return all(any(after.brand == before.brand and after.until >= before.until for after in new) for before in old)


def _bonuses(old: Sequence[Bonus], new: Sequence[Bonus]) -> bool:
    return _each_has_its_own(old, new, _line_is_as_good)


def _each_has_its_own(old: Sequence[Bonus], new: Sequence[Bonus], fine: Callable[[Bonus, Bonus], bool]) -> bool:
    """Whether every old line can be given a new one of its own that is as good (a matching by augmenting paths)."""
    taken: dict[int, int] = {}  # new line: the old one it stands for

    def place(before: int, tried: set[int]) -> bool:
        for after, line in enumerate(new):
            if after in tried or not fine(old[before], line):
                continue
            tried.add(after)
            if after not in taken or place(taken[after], tried):
                taken[after] = before
                return True
        return False

    return all(place(before, set()) for before in range(len(old)))


def _same_line(old: Bonus, new: Bonus) -> bool:
    return plain(old) == plain(new)


def _line_is_as_good(old: Bonus, new: Bonus) -> bool:
    if old.sticky or old.period == Period.CONTRACT:  # what has been reached so far is the old line's
        return _same_line(old, new)
    kind = (old.kind, old.measure, old.period, old.tiering) == (new.kind, new.measure, new.period, new.tiering)
    return kind and all(
        (
            new.amount >= old.amount,
            _conditions(old.conditions, new.conditions),
            new.mode in (old.mode, Mode.SCALED) or not new.conditions,
            old.counts_retainer or not new.counts_retainer,
            new.sticky or not old.sticky,
            all(_paid(new, value) >= _paid(old, value) for value in _borders(old, new)),
        )
    )


def _conditions(old: Sequence[Condition], new: Sequence[Condition]) -> bool:
    """None that is new, none that is harder."""
    before = {each.what: each.required for each in old}
    return all(
        each.what in before
        and (each.required >= before[each.what] if each.what in EASIER_HIGHER else each.required <= before[each.what])
        for each in new
    )


def _borders(*lines: Bonus) -> set[int]:
    return {step.from_value for line in lines for step in line.steps}


def _paid(line: Bonus, value: int) -> tuple[int, int]:
    """What a threshold pays once `value` is reached: the rate of the last step, and the sums of all steps so far."""
    reached = sorted((step for step in line.steps if step.from_value <= value), key=lambda step: step.from_value)
    rate = reached[-1].rate_bps if reached else 0
    return rate or 0, sum(step.amount or 0 for step in reached)


TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "starts_on": _same,
    "ends_on": _same,  # longer is more pay, and more duty
    "timezone": _same,
    "currency": _same,
    "commission_bps": _not_less,
    "window_days": _not_less,
    "hold_days": _not_more,
    "offset_bps": _not_more,
    "keeps_cancelled": _not_less,
    "coupons": _codes,
    "work": _same,
    "exclusivity": _exclusivity,
    "bonuses": _bonuses,
    "cap_month": _cap,
    "cap_contract": _cap,
    "evaluation_day": _not_more,
    "stream_minutes": _not_more,
    "day_minutes": _not_less,
    "month_minutes": _cap,
    "notice_brand_days": _not_less,
    "notice_creator_days": _not_more,
    "goal": _same,
    "gifts": _not_less,
    "law": _same,
    "language": _same,
    "clauses": _same,
}
