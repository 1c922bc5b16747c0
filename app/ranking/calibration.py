"""How wide ranges have to be: yesterday's ranges against what came, by how long somebody had been seen. Pure numpy.

From what was known before a month the sales of the months after it are foreseen, for the hours that were streamed in
them. Where fewer than `AIM` of them came out within their ranges, ranges are made wider; never narrower, since
the months ahead hold few hours, and ranges of a few orders begin at nothing and hold too much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.ranking.estimation import Exposures, Features, apply, learn
from app.ranking.outlook import Outlook

LOW, HIGH = 0.1, 0.9  # the ends of a range
AIM = HIGH - LOW
AHEAD = 3  # months that are foreseen
BANDS = (0.0, 1e-9, 5.0, 20.0, 80.0)  # exposed hours from which somebody is in the next band; the first: none at all
FEWEST = 30  # outcomes that say something
MOST_LOOKED_AT = 600  # outcomes of a band
LEAST_HOURS = 1.0  # streamed, for an outcome to say something
NARROWEST, WIDEST = 1.0, 4.0


@dataclass(frozen=True)
class Band:
    """Ranges of creators seen for `hours` and more: what their deviation is multiplied by, from how many outcomes that
    is known, and which share of those lay within the ranges so widened."""

    hours: float
    widening: float = 1.0
    outcomes: int = 0
    within: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What was foreseen, for how long, and what came (minor units)."""

    seen: float  # hours, before
    outlook: Outlook
    hours: float
    came: float


def bands(exposures: Exposures, features: Features, cuts: Sequence[int]) -> tuple[Band, ...]:
    """The bands, learnt by looking ahead from each of the periods `cuts`. Bands with few outcomes take the widening of
    all; where there are few of all, nothing is widened."""
    outcomes = [one for cut in cuts for one in foreseen(exposures, features, cut)]
    of_band: dict[float, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        of_band[band_of(one.seen)].append(one)
    usual = _widening(outcomes) if len(outcomes) >= FEWEST else 1.0
    found = []
    for hours in BANDS:
        there = of_band[hours]
        widening = _widening(there) if len(there) >= FEWEST else usual
        within = _within(_some(there), widening) if there else None
        found.append(Band(hours, widening, len(there), within))
    return tuple(found)


def band_of(hours: float) -> float:
    """Where a band begins."""
    return max(each for each in BANDS if each <= hours)


def foreseen(exposures: Exposures, features: Features, cut: int) -> list[Outcome]:
    """What was foreseen from before a period, for the `AHEAD` periods from it on, and what came in them."""
    before = exposures.only(exposures.period < cut)
    after = exposures.only((exposures.period >= cut) & (exposures.period < cut + AHEAD)).by_cell()
    after = after.only(after.hours >= LEAST_HOURS)
    if not before.hours.sum() or not len(after.hours):
        return []
    estimates = apply(learn(before, features), before, features)
    row_of = {
        key: row
        for row, key in enumerate(
            zip(estimates.creator.tolist(), estimates.category.tolist(), estimates.market.tolist(), strict=True)
        )
    }
    found = []
    for who, category, market, money, hours, net in zip(
        *(
            each.tolist()
            for each in (after.creator, after.category, after.market, after.currency, after.hours, after.net)
        ),
        strict=True,
    ):
        row = row_of.get((who, category, market))
        outlook = None if row is None else estimates.outlook(row, money)
        if outlook is not None and row is not None and outlook.value > 0:
            found.append(Outcome(float(estimates.hours[row]), outlook, hours, net))
    return found


def _widening(outcomes: Sequence[Outcome]) -> float:
    """The least widening with which as many come out within their ranges as should."""
    some = _some(outcomes)
    low, high = NARROWEST, WIDEST
    for _ in range(8):
        middle = (low * high) ** 0.5
        low, high = (low, middle) if _within(some, middle) >= AIM else (middle, high)
    return high


def _some(outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    return outcomes[:: -(-len(outcomes) // MOST_LOOKED_AT)] if outcomes else outcomes


def _within(outcomes: Sequence[Outcome], widening: float) -> float:
    return sum(_holds(one, widening) for one in outcomes) / len(outcomes)


def _holds(one: Outcome, widening: float) -> bool:
    expected = replace(one.outlook, widening=widening).over(one.hours)
    return expected.quantile(LOW) <= one.came <= expected.quantile(HIGH)
