"""In markets whose truth is known the score comes near the best that can be made of what was seen, and beats raw sales,
followers and its own parts, whatever the market is like."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from tests.ranking import judged, oracle
from tests.ranking.simulation import CATEGORIES, SHAPES, Shape, drawn

shapes = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)


@shapes
def test_the_oracle_makes_the_best_of_what_was_seen(shape: Shape) -> None:
    marks = defaultdict(list)
    for seed in range(4):
        world = drawn(shape, seed)
        best = oracle.estimate(world)
        assert best.sum() == pytest.approx(world.gains.sum(), rel=0.25)
        for k in range(len(CATEGORIES)):
            for m in range(len(shape.markets)):
                for name, scores in (("best", best), ("seen", world.seen)):
                    marks[name].append(judged.graded(world.gains[:, k, m], scores[:, k, m]))
                marks["followers"].append(judged.graded(world.gains[:, k, m], world.followers))
    found = judged.means(marks)
    assert found["best"] > max(found["seen"], found["followers"]) + 0.03


def test_what_is_to_come_is_as_the_truth_says() -> None:
    world = drawn(SHAPES[-1], 3)
    hours = np.full(world.rate.shape, 40)
    came = np.mean([world.outcomes(hours, seed) for seed in range(20)], axis=0) / 40
    assert came.sum() == pytest.approx(world.gains.sum(), rel=0.05)
    assert np.corrcoef(came.ravel(), world.gains.ravel())[0, 1] > 0.97
