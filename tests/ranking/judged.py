"""How well the product does in a simulated market: the nightly refresh reads what was seen, briefs rank everybody, and
the truth grades the rankings beside the oracle, raw sales, followers and the score's own parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

import numpy as np

from app.database import raw
from app.ranking import best_matches, creator_scores, forecast, grading, weights
from app.ranking.best_matches import Match
from app.ranking.scoring import Parts
from tests.ranking import oracle, simulated_books, stands
from tests.ranking.simulation import CATEGORIES, CUT, FIRST, Array, Shape, World, drawn

HOURS = (2, 4, 8, 16)  # that ranges are asked of
PROVEN = 30  # orders in a category and a country
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


@dataclass(frozen=True)
class Held:
    """How many ranges of forecasts there were, how many held what came, and how many of the proven ones begin at 0."""

    count: int
    within: int
    proven: int
    proven_from_zero: int


def held(world: World, seed: int) -> Held:
    """Everybody's range of 2 to 16 hours in every category and country, held against one draw of what comes."""
    draw = np.random.default_rng(seed)
    hours = draw.choice(HOURS, size=world.rate.shape)
    came, found = world.outcomes(hours, seed), [0, 0, 0, 0]
    means_of = forecast.means(world.shape.markets)
    for (k, m), matches in questions(world):
        for n, match in enumerate(matches):
            known = forecast.outlook_of(match, "EUR", reader=forecast.PLATFORM, means=means_of)
            if known is None:
                continue
            sold = known.over(float(hours[n, k, m]))
            low, high = sold.quantile(forecast.LOW), sold.quantile(forecast.HIGH)
            proven = world.orders[n, k, m] >= PROVEN
            found[0] += 1
            found[1] += low <= came[n, k, m] <= high
            found[2] += proven
            found[3] += proven and low <= 0
    return Held(*map(int, found))


def coefficients() -> dict[str, tuple[float, float]]:
    """What the last refresh learnt of the audience for orders an hour, by name, each with its standard error."""
    (model,) = raw().execute("select model from ranking_model order by id desc limit 1").fetchone() or ({},)
    return {each["name"]: (each["value"], each["error"]) for each in model["orders"]["coefficients"]}
