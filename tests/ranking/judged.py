"""How well the product does in a simulated market: the nightly refresh reads what was seen, briefs rank everybody, and
the truth grades the rankings beside the oracle, raw sales, followers and the score's own parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields

import numpy as np

from app.database import raw
from app.ranking import best_matches, creator_scores, grading, weights
from app.ranking.best_matches import Match
from app.ranking.scoring import Parts
from tests.ranking import oracle, simulated_books, stands
from tests.ranking.simulation import CATEGORIES, CUT, FIRST, Array, Shape, World, drawn

Question = tuple[int, int]  # a category and a country, by their place in the arrays


def market(shape: Shape, seed: int) -> World:
    """The market of a seed, in the tables and worked out as every night."""
    world = drawn(shape, seed)
    simulated_books.store(world, seed)
    plan_well()
    creator_scores.refresh(raw(), at=CUT)
    return world


def plan_well() -> None:
    """Keeps the planner, which takes tables that this transaction has filled for empty, from loops within loops."""
    raw().execute("set local enable_nestloop = off")


def questions(world: World) -> Iterator[tuple[Question, list[Match]]]:
    """What brands ask, one for each category and country, with everybody's match in the order of `world`."""
    for k, code in enumerate(CATEGORIES):
        for m, country in enumerate(world.shape.markets):
            brief = stands.brief(code, brand_id=FIRST + 10 * k, markets=(country,))
            found = best_matches.best(raw(), brief, weights.now(), limit=len(world.ids) + 10, clear=False)
            of_creator = {each.creator_id: each for each in found}
            yield (k, m), [of_creator[int(each)] for each in world.ids]


def grades(world: World) -> dict[str, float]:
    """NDCG@10 by the truth, the mean over the questions, of each way to rank."""
    marks: dict[str, list[float]] = defaultdict(list)
    best = oracle.estimate(world)
    for (k, m), matches in questions(world):
        ways: dict[str, Array] = {
            "score": [each.score for each in matches],
            "oracle": best[:, k, m],
            "raw sales": world.seen[:, k, m],
            "followers": world.followers,
        }
        ways |= {f"part: {part.name}": [getattr(each.parts, part.name) for each in matches] for part in fields(Parts)}
        for name, scores in ways.items():
            marks[name].append(graded(world.gains[:, k, m], scores))
    return means(marks)


def graded(gains: Array, scores: Array) -> float:
    """The grade of the order of some scores."""
    return grading.expected([float(each) for each in gains], [float(each) for each in scores]) or 0.0


def means(marks: Mapping[str, list[float]]) -> dict[str, float]:
    """The mean of each."""
    return {name: float(np.mean(values)) for name, values in marks.items()}
