"""Whether a ranking is better than chance: its grade over many questions, beside what random orders get. Pure.

A question is a brand in a market at a cut: of those who streamed for it, who brought the most an hour? Brands are
independent of each other, questions are not: the same creators come again with every cut. So a random order keeps a
creator's place through all questions of a brand, and how sure a mean is is told by drawing brands anew.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from app.ranking import grading

Array = Any  # of numpy
SHUFFLES, DRAWS = 1_000, 1_000  # random orders; brands drawn anew
MIDDLE = 0.95  # of them lie in an interval
FEW = 5  # brands below which drawing them anew says nothing
BETTER, SAME, WORSE = "better", "same", "worse"


@dataclass(frozen=True)
class Question:
    """What each creator brought an hour, and how each method scored them; None where it knows nothing of anybody."""

    brand: str
    market: str
    cut_on: date
    creators: Sequence[int]
    gains: Sequence[float]
    scores: Mapping[str, Sequence[float] | None]

    def grade(self, method: str) -> float | None:
        """NDCG@10 of the method, the mean over ties; None where it knows nothing, or nobody brought anything."""
        scores = self.scores.get(method)
        return None if scores is None else grading.expected(self.gains, scores)


@dataclass(frozen=True)
class Interval:
    """A mean, and where it would lie in 95 of 100 cases."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Verdict:
    """How a method did over the questions it knows something of: its mean grade (with where that would lie for other
    brands, if there are enough), what chance gets of the same questions, and whether it is outside of that."""

    grade: Interval
    sure: bool
    chance: Interval
    word: str
    questions: int


def verdicts(questions: Sequence[Question], methods: Iterable[str]) -> dict[str, Verdict]:
    """The verdict on each method that knows something of any question that tells anything."""
    telling = [each for each in questions if any(gain > 0 for gain in each.gains)]
    shuffled = _shuffled(telling)
    found = {}
    for method in methods:
        grades = {nr: grade for nr, each in enumerate(telling) if (grade := each.grade(method)) is not None}
        if grades:
            found[method] = _verdict(telling, grades, shuffled)
    return found


def difference(questions: Sequence[Question], one: str, other: str) -> Interval | None:
    """How much better one method is than another, over the questions both know something of; the interval is that of
    brands drawn anew. None where there are no such questions, or too few brands to tell."""
    apart: dict[str, list[float]] = defaultdict(list)
    for each in questions:
        first, second = each.grade(one), each.grade(other)
        if first is not None and second is not None:
            apart[each.brand].append(first - second)
    return _of_brands(apart) if len(apart) >= FEW else None


def outside(value: float, interval: Interval) -> str:
    """BETTER above the interval, WORSE below it, SAME within."""
    return BETTER if value > interval.high else WORSE if value < interval.low else SAME


def _verdict(questions: Sequence[Question], grades: Mapping[int, float], shuffled: Array) -> Verdict:
    of_brand: dict[str, list[float]] = defaultdict(list)
    for nr, grade in grades.items():
        of_brand[questions[nr].brand].append(grade)
    random_means = sorted(float(each) for each in shuffled[:, list(grades)].mean(axis=1))
    chance = Interval(_mean(random_means), *_middle(random_means))
    mean = _mean(list(grades.values()))
    sure = len(of_brand) >= FEW
    spread = _of_brands(of_brand) if sure else Interval(mean, mean, mean)
    return Verdict(spread, sure, chance, outside(mean, chance), len(grades))


def _shuffled(questions: Sequence[Question]) -> Array:
    """The grades of all questions (columns) under each random order; a creator's place is the same in every question
    of a brand."""
    creators: dict[str, set[int]] = defaultdict(set)
    for each in questions:
        creators[each.brand] |= set(each.creators)
    places = {brand: {creator: nr for nr, creator in enumerate(sorted(of))} for brand, of in sorted(creators.items())}
    draw = np.random.default_rng(len(questions))
    keys = {brand: draw.random((SHUFFLES, len(of)), dtype=np.float32) for brand, of in places.items()}
    discounts = 1 / np.log2(np.arange(grading.DEPTH) + 2)
    grades = np.zeros((SHUFFLES, len(questions)))
    for nr, each in enumerate(questions):
        gains = np.maximum(np.asarray(each.gains, dtype=float), 0.0)
        own = keys[each.brand][:, [places[each.brand][creator] for creator in each.creators]]
        top = gains[np.argsort(own, axis=1)[:, : grading.DEPTH]]
        best = np.sort(gains)[::-1][: grading.DEPTH]
        grades[:, nr] = top @ discounts[: top.shape[1]] / (best @ discounts[: len(best)])
    return grades


def _of_brands(grades: Mapping[str, Sequence[float]]) -> Interval:
    """The mean over all questions, and where it lies when as many brands are drawn anew."""
    brands = sorted(grades)
    sums = [(sum(grades[each]), len(grades[each])) for each in brands]
    draw = random.Random(len(brands))  # noqa: S311 # nosec B311
    means = []
    for _ in range(DRAWS):
        some = draw.choices(sums, k=len(sums))
        means.append(sum(total for total, _count in some) / sum(count for _total, count in some))
    return Interval(_mean([each for brand in brands for each in grades[brand]]), *_middle(sorted(means)))


def _middle(ordered: Sequence[float]) -> tuple[float, float]:
    """The ends of the middle 95 of 100."""
    last = len(ordered) - 1
    return ordered[round(last * (1 - MIDDLE) / 2)], ordered[round(last * (1 + MIDDLE) / 2)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
