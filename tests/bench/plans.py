"""Forty campaigns, two thousand creators, three levels of hours: the plan with its proof against the greedy choice
alone; both are compared with what nothing can be worth more than. No plan may violate a limit."""

from __future__ import annotations

import random

from app.plans import greedy, planning
from app.plans.plan_model import (
    Bound,
    Limits,
    Option,
    broken,
)
from tests.bench.ground import Ground
from tests.bench.rounds import WIDTH, timed, verdict

MARKETS = ("NL", "BE", "DE")
RIVALS = 5  # campaigns that close each other, where they are exclusive
LEVELS = (4, 8, 16)
SECONDS = 8.0  # what the search is given; the aim is ten for all of it


def plans(ground: Ground) -> None:
    """Plans the same market in each round, the contenders in turn."""
    campaigns, creators = ground.some(40, 6), ground.some(2_000, 60)
    options, limits = market(campaigns, creators)
    print(f"plans of {campaigns} campaigns and {creators:,} creators: {len(options):,} options")
    took, gaps = [], []
    for _round in range(ground.rounds):
        with timed() as quick:
            kept = [options[place] for place in planning.useful(options, limits)]
            basket = greedy.filled(kept, limits)
        with timed() as clock:
            solved = planning.solve(options, limits, seconds=SECONDS)
        assert not broken(options, limits, solved.chosen)
        assert not broken(kept, limits, basket.taken)
        assert solved.gap is not None
        took.append(clock.seconds)
        gaps.append(solved.gap)
    low = 1 - basket.worth / (solved.bound or 1)
    print(f"  {'greedy alone':{WIDTH}} {quick.seconds:.1f} s, at most {low:.2%} below the best")
    print(
        f"  {'ours':{WIDTH}} {max(took):.1f} s, at most {max(gaps):.2%} below the best; {len(solved.chosen):,} chosen"
    )
    verdict("the longest plan / ten seconds", max(took) / 10, aim=1, met=max(took) <= 10)


def market(campaigns: int, creators: int, seed: int = 4) -> tuple[list[Option], Limits]:
    """Everybody may work for every campaign. Seven of ten campaigns close their rivals; budgets are for some ten
    creators, with limits for each market. Money in minor units, a margin of 35 %."""
    draw = random.Random(seed)
    closes = {
        each: frozenset(other for other in range(campaigns) if other != each and other // RIVALS == each // RIVALS)
        if draw.random() < 0.7
        else frozenset()
        for each in range(campaigns)
    }
    sells = [draw.lognormvariate(0, 0.4) for _campaign in range(campaigns)]
    options = []
    for creator in range(creators):
        price, index = round(draw.lognormvariate(9.2, 0.6)), draw.lognormvariate(0, 0.7)
        spread, home = draw.uniform(0.35, 0.85), draw.choice(MARKETS)
        for campaign in range(campaigns):
            an_hour = 60_000 * index * sells[campaign] * draw.lognormvariate(0, 0.3)
            for hours in LEVELS:
                sold = an_hour * hours
                cost = round(price * hours + 5_000 + 0.1 * sold)
                about = (cost, round(0.35 * sold - cost), round(0.25 * sold * spread), closes[campaign])
                options.append(Option(campaign, creator, home, hours, *about))
    budgets = {each: Bound(30, round(1_500_000 * draw.uniform(2, 6))) for each in range(campaigns)}
    return options, Limits(budgets, {(each, home): Bound(12) for each in range(campaigns) for home in MARKETS}, 0.4)
