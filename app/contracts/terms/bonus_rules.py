"""What a line of monthly money may say (rules.md B7 to B9, B20). Pure but for the words people read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from flask_babel import gettext

from app.contracts.terms.kinds import BonusKind, ConditionKind, Measure, Mode, Period, Tiering
from app.contracts.terms.sheet import Bonus, Condition, Step

KINDS = (BonusKind.RETAINER, BonusKind.GUARANTEE, BonusKind.THRESHOLD, BonusKind.QUOTA)
EFFORT = (ConditionKind.VALID_MINUTES, ConditionKind.VALID_STREAMS, ConditionKind.POSTS)  # conditions with a quantity
MOST = 10**13  # minor units, as everywhere (formats.md)
MOST_LINES = 20
MOST_STEPS = 20

Problem = tuple[str, str]


def problems(bonuses: tuple[Bonus, ...]) -> list[Problem]:
    """What is wrong with the lines, as (field, sentence): `bonuses`, or `bonuses.<index>.<field of Bonus>`."""
    if len(bonuses) > MOST_LINES:
        return [("bonuses", gettext("%(count)s lines of monthly money are the most: remove some.", count=MOST_LINES))]
    return [
        (f"bonuses.{index}.{field}", sentence)
        for index, bonus in enumerate(bonuses)
        for field, sentence in _of_line(bonus)
    ]


def _of_line(bonus: Bonus) -> Iterator[Problem]:
    if bonus.kind not in KINDS:
        yield "kind", gettext("Choose retainer, guarantee, threshold or quota.")
        return
    if bonus.mode not in set(Mode):
        yield "mode", gettext("Choose what happens when a condition is missed: in proportion, or all or nothing.")
    yield from _conditions(bonus.conditions)
    yield from _threshold(bonus) if bonus.kind == BonusKind.THRESHOLD else _plain(bonus)


def _plain(bonus: Bonus) -> Iterator[Problem]:
    """A retainer, guarantee or quota: an amount, and nothing of a threshold's."""
    if not 0 < bonus.amount <= MOST:
        yield "amount", gettext("Fill in an amount above zero.")
    if bonus.measure or bonus.period or bonus.tiering or bonus.steps:
        yield "steps", gettext("Only a threshold has steps: remove them, or choose a threshold.")


def _threshold(bonus: Bonus) -> Iterator[Problem]:
    if bonus.amount:
        yield "amount", gettext("A threshold pays by its steps: leave the amount empty.")
    if bonus.measure not in set(Measure):
        yield "measure", gettext("Choose what is measured: net sales, orders, valid minutes or new customers.")
    if bonus.period not in set(Period):
        yield "period", gettext("Choose over what it is counted: each month or the whole contract.")
    if bonus.tiering not in set(Tiering):
        yield "tiering", gettext("Choose for what a step pays: what lies above it, the whole period, or a fixed sum.")
    yield from _steps(bonus.steps, fixed=bonus.tiering == Tiering.FIXED)


def _steps(steps: tuple[Step, ...], *, fixed: bool) -> Iterator[Problem]:
    if not 0 < len(steps) <= MOST_STEPS:
        yield "steps", gettext("A threshold has 1 to %(count)s steps: add or remove some.", count=MOST_STEPS)
        return
    if not all(0 < step.from_value <= MOST for step in steps):
        yield "steps", gettext("A step begins above zero: fill in from which value it counts.")
    if any(one.from_value >= next_.from_value for one, next_ in pairwise(steps)):
        yield "steps", gettext("Each step begins above the one before it: put them in order.")
    yield from _amounts(steps) if fixed else _rates(steps)


def _amounts(steps: tuple[Step, ...]) -> Iterator[Problem]:
    if any(step.rate_bps is not None or not 0 < (step.amount or 0) <= MOST for step in steps):
        yield "steps", gettext("A step of a fixed sum has an amount above zero and no percentage.")


def _rates(steps: tuple[Step, ...]) -> Iterator[Problem]:
    if any(step.amount is not None or step.rate_bps is None or not 0 <= step.rate_bps <= 10_000 for step in steps):
        yield "steps", gettext("A step has a percentage from 0 to 100 and no amount; only a fixed sum has amounts.")
    elif any((one.rate_bps or 0) > (next_.rate_bps or 0) for one, next_ in pairwise(steps)):
        yield "steps", gettext("A percentage never falls from step to step: raise the later ones.")


def _conditions(conditions: tuple[Condition, ...]) -> Iterator[Problem]:
    kinds = [condition.what for condition in conditions]
    if not set(kinds) <= set(ConditionKind):
        yield "conditions", gettext("We don't know one of the conditions: choose them from the list.")
    if len(set(kinds)) < len(kinds):
        yield "conditions", gettext("Name each condition once.")
    for condition in conditions:
        if condition.what == ConditionKind.REFUND_RATE_BELOW and not 0 < condition.required <= 10_000:
            yield "conditions", gettext("Take a refund rate above 0 and up to 100 percent.")
        elif condition.what == ConditionKind.NO_OPEN_BREACH and condition.required != 0:
            yield "conditions", gettext("“No open breach” needs no number: leave it empty.")
        elif condition.what in EFFORT and not 0 < condition.required <= 100_000:
            yield "conditions", gettext("Fill in how many minutes, streams or posts are needed: 1 to 100,000.")
