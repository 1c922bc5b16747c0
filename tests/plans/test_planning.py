"""A plan keeps every limit, comes to the best there is, and says how far it may be from it."""

from __future__ import annotations

import ctypes
import random
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.plans import greedy, optimum, planning
from app.plans.models import PlanMethod
from app.plans.planning import (
    Bound,
    Limits,
    Option,
    broken,
    clash,
    solve,
)

calmly = settings(deadline=None, max_examples=40)
MARKETS = ("NL", "BE")


def drawn(draw: random.Random, campaigns: int, creators: int, levels: tuple[int, ...] = (4, 8)) -> list[Option]:
    """Random options; where campaigns close others, it is the same for all of a campaign."""
    closes = {
        each: frozenset(other for other in range(campaigns) if other != each and draw.random() < 0.4)
        for each in range(campaigns)
    }
    found = []
    for campaign, creator in product(range(campaigns), range(creators)):
        price, sold = draw.choice((0, 900, 2_500)), draw.randrange(500, 9_000)
        for hours in draw.sample(levels, draw.randrange(len(levels) + 1)):
            cost = 3_000 + price * hours
            about = (draw.choice(MARKETS), hours, cost, sold * hours - cost, draw.randrange(sold * hours))
            found.append(
                Option(campaign, creator, *about, draw.choice((closes[campaign], closes[campaign], frozenset())))
            )
    return found


def limited(draw: random.Random, campaigns: int) -> Limits:
    """Bounds that bind: some are zero, some there are none."""
    some = {
        each: Bound(draw.choice((None, 0, 1, 2)), draw.choice((None, 0, 9_000, 40_000))) for each in range(campaigns)
    }
    keys = [key for key in product(range(campaigns), MARKETS) if draw.random() < 0.5]
    part = {key: Bound(draw.choice((None, 1)), draw.choice((None, 12_000))) for key in keys}
    return Limits(some, part, draw.choice((0.0, 0.4, 1.0)))


def best_by_trying(options: list[Option], limits: Limits) -> float:
    """What the best of all choices is worth."""
    most, chosen = 0.0, list[int]()

    def go(place: int, worth: float) -> None:
        nonlocal most
        most = max(most, worth)
        for each in range(place, len(options)):
            chosen.append(each)
            if not broken(options, limits, chosen):
                go(each + 1, worth + limits.worth(options[each]))
            chosen.pop()

    go(0, 0.0)
    return most


@calmly
@given(st.randoms(use_true_random=False))
def test_a_small_plan_is_the_best_there_is_and_proves_it(draw: random.Random) -> None:
    options = drawn(draw, 3, 2)
    limits = limited(draw, 3)
    found = solve(options, limits, seconds=600)
    best = best_by_trying(options, limits)
    assert broken(options, limits, found.chosen) == []
    assert abs(found.worth - sum(limits.worth(options[each]) for each in found.chosen)) < 1e-6
    assert best * 0.99 <= found.worth <= best + 1e-6
    assert found.method == PlanMethod.EXACT
    assert found.bound is not None
    assert found.bound >= best * (1 - 1e-6)


@calmly
@given(st.randoms(use_true_random=False), st.booleans())
def test_no_plan_goes_beyond_a_limit_with_time_or_without(draw: random.Random, hasty: bool) -> None:
    options = drawn(draw, 4, 9, (2, 4, 8))
    limits = limited(draw, 4)
    found = solve(options, limits, seconds=0 if hasty else 600)
    assert broken(options, limits, found.chosen) == []
    assert found.method in (PlanMethod.EXACT, PlanMethod.GREEDY)
    assert all(limits.worth(options[each]) > 0 for each in found.chosen)
    if hasty:
        assert found.bound is None or not found.chosen


@settings(deadline=None, max_examples=8)
@given(st.randoms(use_true_random=False))
def test_of_too_many_options_only_the_near_ones_are_searched_and_the_bound_still_holds_for_all(
    draw: random.Random,
) -> None:
    options = drawn(draw, 3, 12)
    limits = limited(draw, 3)
    whole = solve(options, limits, seconds=600)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(planning, "CORE", 10)
        part = solve(options, limits, seconds=600)
    assert broken(options, limits, part.chosen) == []
    assert part.worth <= whole.worth * (1 + 2 * optimum.NEAR) + 1e-6
    assert part.bound is not None
    assert part.bound >= whole.worth * (1 - 1e-6)
    assert part.gap is not None
    assert part.gap >= 0


@calmly
@given(st.randoms(use_true_random=False))
def test_each_two_that_clash_are_in_a_set_of_which_one_is_taken_and_no_others(draw: random.Random) -> None:
    options = drawn(draw, 5, 2)
    sets = optimum.one_of(options)
    together = {(one, other) for each in sets for one in each for other in each if one < other}
    pairs = {(one, other) for one in range(len(options)) for other in range(one + 1, len(options))}
    assert together == {(one, other) for one, other in pairs if clash(options[one], options[other])}
    assert {place for each in sets for place in each} == set(range(len(options)))


def test_the_budget_of_the_campaign_of_number_zero_is_kept_by_the_programme_too() -> None:
    options = [Option(0, creator, "NL", 4, 600, 100 + creator) for creator in range(3)]
    matrix, most = optimum._rows(options, Limits({0: Bound(money=1_000)}))
    assert matrix.toarray().tolist() == [[0.6, 0.6, 0.6], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert most.tolist() == [1] * 4
    assert optimum.best(options, Limits({0: Bound(money=1_000)}), 60)[0] == [2]


def test_what_the_solver_prints_by_itself_reaches_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    optimum.best([Option(1, 1, "NL", 4, 600, 100)], Limits(), 60)
    library = ctypes.CDLL(None)
    library.puts(b"HighsMipSolverData::transformNewIntegerFeasibleSolution tmpSolver.run();")
    library.fflush(None)
    print("what we say")
    assert capfd.readouterr().out == "what we say\n"


def test_without_time_the_greedy_choice_is_taken_and_its_gap_is_not_known() -> None:
    options = [Option(1, number, "NL", 8, 1_000, 500 + number) for number in range(30)]
    found = solve(options, Limits({1: Bound(money=10_000)}), seconds=0)
    assert (found.method, found.gap, found.bound) == (PlanMethod.GREEDY, None, None)
    assert found.chosen == tuple(range(20, 30))


def test_a_cheap_choice_gives_way_to_two_that_are_worth_more_together() -> None:
    # Greedy by return takes the first, which leaves no room for the other two.
    options = [
        Option(1, 1, "NL", 8, 600, 900),
        Option(1, 2, "NL", 8, 500, 700),
        Option(1, 3, "NL", 8, 500, 700),
    ]
    limits = Limits({1: Bound(money=1_000)})
    found = solve(options, limits, seconds=600)
    assert (found.chosen, found.worth, found.method) == ((1, 2), 1_400, PlanMethod.EXACT)
    assert found.gap == 0


def test_an_exclusive_campaign_keeps_its_creator_from_the_others_it_closes() -> None:
    mine = Option(1, 7, "NL", 8, 100, 500, closes=frozenset({2}))
    options = [mine, Option(2, 7, "NL", 8, 100, 400), Option(3, 7, "NL", 8, 100, 300), Option(2, 8, "NL", 8, 100, 100)]
    assert solve(options, Limits(), seconds=600).chosen == (0, 2, 3)
    free = [replace(mine, closes=frozenset()), *options[1:]]
    assert solve(free, Limits(), seconds=600).chosen == (0, 1, 2, 3)


def test_who_is_careful_leaves_what_may_go_wrong() -> None:
    options = [Option(1, 1, "NL", 8, 100, 500, 600), Option(1, 2, "NL", 8, 100, 300, 10)]
    one = {1: Bound(creators=1)}
    assert solve(options, Limits(one), seconds=600).chosen == (0,)
    assert solve(options, Limits(one, risk=1.0), seconds=600).chosen == (1,)


def test_what_is_dearer_and_worth_less_is_not_looked_at() -> None:
    options = [
        Option(1, 1, "NL", 4, 100, 300),
        Option(1, 1, "NL", 8, 200, 250),  # dearer, and worth less
        Option(1, 2, "NL", 8, 900, 300),  # beyond the budget
        Option(1, 3, "NL", 8, 200, -1),  # a loss
        Option(1, 4, "NL", 8, 200, 250),
    ]
    assert planning.useful(options, Limits({1: Bound(money=500)})) == [0, 4]


def test_there_is_a_plan_of_nothing() -> None:
    found = solve([Option(1, 1, "NL", 8, 100, -5)], Limits(), seconds=600)
    assert (found.chosen, found.worth, found.method, found.gap) == ((), 0, PlanMethod.EXACT, 0)


def test_an_exchange_makes_room_for_what_is_worth_more() -> None:
    options = [Option(1, 1, "NL", 8, 900, 800), Option(1, 2, "NL", 8, 100, 120)]
    basket = greedy.Basket(options, Limits({1: Bound(money=950)}))
    basket.add(1)
    greedy.exchange(basket, lambda: 1.0)
    assert set(basket.taken) == {0}
