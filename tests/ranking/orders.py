"""Orders that the pure grades are held against: random ones, and that of scores."""

from __future__ import annotations

import random
from collections.abc import Sequence

from app.ranking.grading import DEPTH, ndcg

SHUFFLES = 200  # that random order is the mean of


def by_chance(gains: Sequence[float], *, seed: int, depth: int = DEPTH) -> float | None:
    """The mean grade of SHUFFLES random orders; the same seed gives the same."""
    order, grades = list(gains), []
    draw = random.Random(seed)
    for _ in range(SHUFFLES):
        draw.shuffle(order)
        grade = ndcg(order, depth=depth)
        if grade is None:
            return None
        grades.append(grade)
    return sum(grades) / len(grades)


def ranked(gains: Sequence[float], scores: Sequence[float]) -> list[float]:
    """The gains in the order of the scores, the highest first. Of equal scores the lowest gain stands first: a ranking
    that can't tell them apart gets no credit for luck."""
    return [gain for _score, gain in sorted(zip(scores, gains, strict=True), key=lambda pair: (-pair[0], pair[1]))]
