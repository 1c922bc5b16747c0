"""How good a ranking and a forecast were, once it is known what came. Pure.

A ranking is graded by NDCG@10: 1 where the ten best stood on top in their order, and what random order brings is said
beside it. A forecast is graded by tenths: those with the lowest forecasts first, each with what was said and what came.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

DEPTH = 10  # of the ranking that counts


@dataclass(frozen=True)
class Forecasted:
    """A forecast and what came, per hour in minor units."""

    low: float
    middle: float
    high: float
    came: float


@dataclass(frozen=True)
class Tenth:
    """One tenth of the forecasts: how many, their mean, the mean of what came, and how many came within the range."""

    count: int
    said: float
    came: float
    within: int


def ndcg(gains: Sequence[float], *, depth: int = DEPTH) -> float | None:
    """The grade of a ranking, from 0 to 1; `gains` is what each brought, the first-ranked first. What brought nothing
    or less counts as nothing. None where nobody brought anything: then no order is better than another."""
    worth = [max(gain, 0.0) for gain in gains]
    best = _discounted(sorted(worth, reverse=True)[:depth])
    return _discounted(worth[:depth]) / best if best > 0 else None


def expected(gains: Sequence[float], scores: Sequence[float], *, depth: int = DEPTH) -> float | None:
    """The grade of the order of these scores, the highest first, on average over all orders of those that score the
    same: who can't tell creators apart gets what chance gives. None where nobody brought anything."""
    groups: dict[float, list[float]] = {}
    for gain, score in zip(gains, scores, strict=True):
        groups.setdefault(score, []).append(max(gain, 0.0))
    worth = [sum(group) / len(group) for _score, group in sorted(groups.items(), reverse=True) for _one in group]
    best = _discounted(sorted((max(gain, 0.0) for gain in gains), reverse=True)[:depth])
    return _discounted(worth[:depth]) / best if best > 0 else None


def tenths(forecasts: Sequence[Forecasted]) -> list[Tenth]:
    """The forecasts in ten groups of as nearly the same size as can be, the lowest forecasts first; empty ones left
    out."""
    ordered = sorted(forecasts, key=lambda each: each.middle)
    count = len(ordered)
    cut = [ordered[count * nr // 10 : count * (nr + 1) // 10] for nr in range(10)]
    return [_tenth(group) for group in cut if group]


def _tenth(group: Sequence[Forecasted]) -> Tenth:
    within = sum(each.low <= each.came <= each.high for each in group)
    mean = math.fsum(each.middle for each in group) / len(group)
    return Tenth(len(group), mean, math.fsum(each.came for each in group) / len(group), within)


def _discounted(gains: Sequence[float]) -> float:
    return math.fsum(gain / math.log2(place + 2) for place, gain in enumerate(gains))
