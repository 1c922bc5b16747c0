"""Whom a budget buys: the choice of creators, hours and campaigns that is worth most, within budgets, the limits of
markets and what exclusivity closes. Pure but for how long it may take.

A quick choice comes first (app/plans/greedy.py). Then the exact search (app/plans/optimum.py) tries to better it,
and tells how much better the best could be. Of very many options only those are searched through that the programme
without whole numbers finds near; what all of them could be worth is still known, so the gap is one to the best of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from app.plans import greedy, optimum
from app.plans.greedy import Basket
from app.plans.models import PlanMethod
from app.plans.plan_model import (
    Bound,
    Limits,
    Option,
    Solution,
    broken,
    clash,
)

__all__ = ["Bound", "Limits", "Option", "Solution", "broken", "clash", "solve"]

CORE = 3_000  # options that are searched through at once


def solve(options: Sequence[Option], limits: Limits, *, seconds: float) -> Solution:
    """The choice that is worth most, found within about so many seconds; it never goes beyond a limit.

    `method` is EXACT when it is proven that no other is worth more (but for a ten-thousandth); else GREEDY, and `gap`
    says what is left, where the time sufficed to know.
    """
    started = perf_counter()

    def left() -> float:
        return seconds - (perf_counter() - started)

    places = useful(options, limits)
    kept = [options[place] for place in places]
    basket = greedy.filled(kept, limits)
    bound: float | None = None if kept else 0.0
    if kept and left() > 0:
        basket, bound = _bettered(kept, limits, basket, left)
    worth = basket.worth
    proven = bound is not None and bound - worth <= (optimum.NEAR + optimum.HAIR) * abs(bound)
    chosen = tuple(sorted(places[each] for each in basket.taken))
    return Solution(chosen, PlanMethod.EXACT if proven else PlanMethod.GREEDY, worth, bound, perf_counter() - started)


def useful(options: Sequence[Option], limits: Limits) -> list[int]:
    """The places of those that may be in the best choice: worth something, within the limits by themselves, and worth
    more than any that is no dearer and is for the same creator, campaign and market, and closes the same."""
    empty = Basket(options, limits)
    worths = [limits.worth(each) for each in options]
    best: dict[tuple[object, ...], float] = {}
    places = []
    good = (place for place, worth in enumerate(worths) if worth > 0)
    for place in sorted(good, key=lambda each: (options[each].cost, -worths[each], each)):
        each = options[place]
        same = (each.creator, each.campaign, each.market, each.closes, each.trial)
        if worths[place] > best.get(same, 0.0) and empty.fits(place):
            best[same] = worths[place]
            places.append(place)
    return sorted(places)


def _bettered(kept: Sequence[Option], limits: Limits, basket: Basket, left: greedy.Left) -> tuple[Basket, float | None]:
    """The better of a choice and what the exact search finds in the time that is left, with the bound it proves."""
    if len(kept) <= CORE:
        taken, bound = optimum.best(kept, limits, left())
        return _better(kept, limits, basket, taken, left), bound
    relaxed = optimum.relaxed(kept, limits, left())
    if relaxed is None:
        greedy.exchange(basket, left)
        return basket, None
    order = relaxed.order()
    basket = _better(kept, limits, basket, order, left)
    core = _core(relaxed, order, basket)
    if left() > 0:
        taken, bound = optimum.best([kept[place] for place in core], limits, left())
        basket = _better(kept, limits, basket, [core[each] for each in taken], left)
        outside = set(relaxed.better_than(basket.worth)) - set(core)
        if bound is not None and not outside:
            return basket, min(bound, relaxed.worth)
    return basket, relaxed.worth


def _core(relaxed: optimum.Relaxed, order: Sequence[int], basket: Basket) -> list[int]:
    """The options to search through: those that may better the choice, the nearest first, and what it has."""
    may = set(relaxed.better_than(basket.worth))
    near = [place for place in order if place in may][:CORE]
    return sorted({*near, *basket.taken})


def _better(kept: Sequence[Option], limits: Limits, basket: Basket, order: Sequence[int], left: greedy.Left) -> Basket:
    """The better of a choice and another one, which takes what fits in this order and is then exchanged."""
    other = Basket(kept, limits)
    greedy.fill(other, order)
    greedy.exchange(other, left)
    return max(basket, other, key=lambda each: each.worth)
