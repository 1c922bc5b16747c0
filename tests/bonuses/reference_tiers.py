"""Thresholds (rules.md B9): what the lines of a promise bring above their commission. Pure.

A step's rate is worth what it is above the rate frozen on the line, and never less than nothing. `marginal`: what lies
above a step, an order that crosses a border is split there by its amount; measures that are no money have nothing to
split, so there, as with `next_sale`, a line has the step that was reached before it. `whole_period`: all lines have
the step that is reached at the end. `fixed`: the amounts of all steps that are reached. `sticky`: the step of an
earlier month is where the later ones begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import accumulate, pairwise

from app.bonuses.tiers import rate_at
from tests.bonuses.reference_facts import DAY, Days, Deal, Line, Past, Promise, Work, month_of, overlap, rounded, within


def monthly_part(
    promise: Promise, deal: Deal, month: date, lines: Sequence[Line], work: Sequence[Work], past: Past
) -> tuple[int, int]:
    """What a threshold brings for the month before conditions, and from which value its reached step begins.

    Over a contract: the sum so far less what earlier months have had. Those had what their awards say, or, while the
    month before has none yet, what they come to now.
    """
    own, (first, last) = overlap(promise.days, deal.days), month_of(month)
    kept = past.reached if promise.sticky else 0
    if promise.period == "month":
        return _sum(promise, overlap(own, (first, last)), lines, work, kept)
    so_far, reached = _sum(promise, (own[0], min(own[1], last)), lines, work, kept)
    before = past.part if past.complete else _sum(promise, (own[0], first - DAY), lines, work, kept)[0]
    return so_far - before, reached


def _sum(promise: Promise, span: Days, lines: Sequence[Line], work: Sequence[Work], kept: int) -> tuple[int, int]:
    """What the lines sold on the days of `span` bring above their commission, and the step that is reached or kept."""
    own = sorted(
        (line for line in lines if line.net > 0 and within(line.sold_on, span)),
        key=lambda line: (line.occurred_at, line.id),
    )
    minutes = [each for each in work if within(each.on_day, span)]
    before, total = measured(promise.measure, span, own, minutes)
    extra = 0
    for line, value in zip(own, before, strict=True):
        for portion, at in _portions(promise, line, value, total):
            extra += portion * max(0, rate_at(promise.steps, max(at, kept)) - line.rate_bps)
    fixed = sum(step.amount or 0 for step in promise.steps if step.from_value <= total)
    begun = [step.from_value for step in promise.steps if step.rate_bps is not None and step.from_value <= total]
    return rounded(extra, 10_000) + fixed, max([kept, *begun])


def measured(measure: str, span: Days, lines: Sequence[Line], minutes: Sequence[Work]) -> tuple[list[int], int]:
    """The measure's value before each line (in order), and at the end. An order is not before its own lines."""
    if measure == "valid_minutes":
        begun = [
            sum(each.minutes for each in minutes if each.counts_at and each.counts_at <= line.occurred_at)
            for line in lines
        ]
        return begun, sum(each.minutes for each in minutes)
    if measure == "net_sales":
        steps = [line.net for line in lines]
        ends = list(accumulate(steps))
        return [end - step for end, step in zip(ends, steps, strict=True)], sum(steps)
    if measure == "orders":
        seen = list(accumulate(_first_of([line.order for line in lines])))
        return [value - 1 for value in seen], seen[-1] if seen else 0
    new = [line.visitor if line.new_on and within(line.new_on, span) else None for line in lines]
    steps = _first_of(new)
    ends = list(accumulate(steps))
    return [end - step for end, step in zip(ends, steps, strict=True)], sum(steps)


def _portions(promise: Promise, line: Line, before: int, total: int) -> list[tuple[int, int]]:
    """Parts of a line's net base, each with the value at which its rate is read: the whole period's end, the value
    before the sale, or, for marginal sales, where the part begins between two borders."""
    if promise.tiering == "fixed":
        return []
    if promise.tiering == "whole_period":
        return [(line.net, total)]
    if promise.tiering == "next_sale" or promise.measure != "net_sales":
        return [(line.net, before)]
    borders = sorted(step.from_value for step in promise.steps if before < step.from_value < before + line.net)
    points = [before, *borders, before + line.net]
    return [(end - begin, begin) for begin, end in pairwise(points)]


def _first_of(keys: Sequence[str | None]) -> list[int]:
    """1 where a key stands for the first time, else 0."""
    seen: set[str] = set()
    found = []
    for key in keys:
        found.append(int(key is not None and key not in seen))
        seen.update([] if key is None else [key])
    return found
