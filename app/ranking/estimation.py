"""Expected sales from what was really streamed: orders of an exposed hour, what an order brings, and how much comes
back, each learnt from everybody and leaning on what is known of a creator where they have shown little. Pure numpy.

`estimate(exposures, features)` does all of it; a refresh learns once a night (`learn`) and applies what was learnt to
whoever changes by day (`apply`). Three times the same is done, for orders an hour, gross value of an order and share
that comes back: a mean of market and category, times what is known without sales (prior.py), times what the creator has
shown (credibility.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.ranking.statistics import credibility, prior
from app.ranking.statistics.credibility import EMPTY, Floats, Nest, Places, Shrunk, Strengths, places, sums
from app.ranking.statistics.learnt import Estimates, Exposures, Features, Mean, Model, Part
from app.ranking.statistics.prior import Coefficient

__all__ = ["Estimates", "Exposures", "Features", "Mean", "Model", "Part", "apply", "estimate", "learn"]

ROUNDS = 4
FEW = 0.5  # orders that a market of which little was seen begins with, at the rate of all
USUAL_VARIATION = 1.0  # of the value of an order, where it can't be seen
MOST_UNEVEN = 20.0
ALL_BACK = 0.95  # of what is sold, that may be expected to come back


def estimate(exposures: Exposures, features: Features) -> Estimates:
    """Learns from the exposures and says what is expected of everybody."""
    return apply(learn(exposures, features), exposures, features)


def learn(exposures: Exposures, features: Features) -> Model:
    """What these exposures teach of means, coefficients and strengths."""
    seen = exposures.only(exposures.hours > 0)
    rows = seen.by_cell()
    uneven = _unevenness(seen)
    groups, group = places(rows.category, rows.market, rows.currency)
    cells, cell = places(rows.creator, rows.category, rows.market)
    known = _known(cells, features)
    means = _means(rows, group, len(groups))
    hours = sums(cell, rows.hours, len(cells))
    data = _Cells(cells, known, features.names)
    orders = data.learn(
        sums(cell, rows.orders, len(cells)),
        sums(cell, rows.hours * means[0][group], len(cells)),
        lambda usual: 1 / usual,
        uneven / np.maximum(hours, EMPTY),
    )
    sold = sums(cell, rows.orders, len(cells))
    variation = np.average(means[3], weights=means[4] + EMPTY) if len(groups) else USUAL_VARIATION
    gross = sums(cell, rows.gross, len(cells))
    value = data.learn(
        gross,
        sums(cell, rows.orders * means[1][group], len(cells)),
        None,
        variation**2 / np.maximum(sold, EMPTY),
    )
    share = np.average(means[2], weights=means[4] + EMPTY) if len(groups) else 0.0
    returned = data.learn(
        sums(cell, rows.gross - rows.net, len(cells)),
        sums(cell, rows.gross * means[2][group], len(cells)),
        None,
        _of_returns(share, variation) / np.maximum(sold, EMPTY),
    )
    of_group = np.stack([sums(group, rows.hours, len(groups)), means[4], *means[:4]], 1)
    table = {(c, m, money): Mean(*of) for (c, m, money), of in zip(groups.tolist(), of_group.tolist(), strict=True)}
    return Model(table, orders, value, returned, uneven)


def apply(model: Model, exposures: Exposures, features: Features) -> Estimates:
    """What is expected of everybody in the features or the exposures, by what was learnt."""
    rows = exposures.only(exposures.hours > 0).by_cell()
    groups, group = places(rows.category, rows.market, rows.currency)
    nothing = Mean(0, 0, 0, 0, 0, USUAL_VARIATION)
    of = [model.means.get((c, m, money), nothing) for c, m, money in groups.tolist()]
    an_hour, value, back, variation = (
        np.array([getattr(each, name) for each in of])[group] for name in ("an_hour", "value", "returned", "variation")
    )
    keys = np.stack([features.creator, features.category, features.market], 1)
    everybody, place = places(*np.concatenate([keys, np.stack([rows.creator, rows.category, rows.market], 1)]).T)
    cell, count = place[len(keys) :], len(everybody)
    hours, sold = sums(cell, rows.hours, count), sums(cell, rows.orders, count)
    nest = Nest.of(everybody[:, 0], everybody[:, 1])
    known = _known(everybody, features)
    data = _Cells(everybody, known, features.names)
    rate, before = data.apply(
        model.orders, nest, sold, sums(cell, rows.hours * an_hour, count), True, model.unevenness / _over(hours)
    )
    gross = sums(cell, rows.gross, count)
    worth, _ = data.apply(
        model.value, nest, gross, sums(cell, rows.orders * value, count), False,
        sums(cell, rows.orders * variation**2, count) / _over(sold) ** 2,
    )  # fmt: skip
    usual = sums(cell, rows.gross * back, count)
    share = usual / _over(gross)
    returned, _ = data.apply(
        model.returned, nest, sums(cell, rows.gross - rows.net, count), usual, False,
        _of_returns(share, USUAL_VARIATION) / _over(sold),
    )  # fmt: skip
    usual_back = _share_back(model, everybody)
    kept = 1 - np.minimum(ALL_BACK, usual_back * returned.ratio)
    order = np.concatenate([place[: len(keys)], np.setdiff1d(np.arange(count), place[: len(keys)])])
    net = worth.ratio * kept / np.maximum(1 - usual_back, 1 - ALL_BACK)
    creator, category, market = everybody[order].T
    before, index, net, shape, own, hours, sold = (
        column[order] for column in (before, rate.ratio, net, 1 / rate.unsure, rate.own, hours, sold)
    )
    return Estimates(creator, category, market, before, index, net, shape, own, hours, sold, model)


@dataclass(frozen=True)
class _Cells:
    """Creators in categories and markets (three columns), with what is known of them."""

    keys: Any
    known: Floats
    names: tuple[str, ...]

    def learn(self, seen: Floats, usual: Floats, counting: Any, scattered: Floats) -> Part:
        """Learns from what was seen against what is usual: what is known of creators, and how much they differ."""
        there = usual > EMPTY
        if not there.any():
            none = tuple(Coefficient(name, 0.0, 0.0, 0.0, 1.0) for name in self.names)
            return Part(none, Strengths())
        keys, usual, known = self.keys[there], usual[there], self.known[there]
        ratio, scatter = seen[there] / usual, scattered[there]
        counted = counting(usual) if counting else np.zeros(len(usual))
        nest = Nest.of(keys[:, 0], keys[:, 1])
        groups, group = places(keys[:, 1], keys[:, 2])
        _, creator = np.unique(keys[:, 0], return_inverse=True)
        by, level = Strengths(), np.ones(len(groups))
        for _ in range(ROUNDS):
            noise = counted + scatter
            found = prior.fit(self.names, known, ratio, noise, by.whole, group, creator)
            expects = prior.expected(found, known)
            for _again in range(3):
                weight = 1 / (by.whole + counted / np.maximum(expects * level[group], EMPTY) + scatter)
                heavy = sums(group, weight, len(groups))
                level = sums(group, weight * ratio / expects, len(groups)) / heavy
                level = np.maximum(level, 0.05)
            fitted = expects * level[group]
            by = credibility.strengths(nest, ratio / fitted, counted / fitted + scatter)
        return Part(found, by, {(c, m): one for (c, m), one in zip(groups.tolist(), level.tolist(), strict=True)})

    def apply(
        self, part: Part, nest: Nest, seen: Floats, usual: Floats, counting: bool, scattered: Floats
    ) -> tuple[Shrunk, Floats]:
        """What is left of what was seen, relative to the mean, and what is expected without it."""
        groups, group = places(self.keys[:, 1], self.keys[:, 2])
        level = np.array([part.levels.get((c, m), 1.0) for c, m in groups.tolist()])
        expects = prior.expected(part.coefficients, self.known) * level[group]
        there = usual > EMPTY
        fitted = np.where(there, usual * expects, 1.0)
        counted = np.where(there, 1 / fitted if counting else 0.0, np.inf)
        scatter = np.where(there, scattered, np.inf)
        found = credibility.shrink(nest, np.where(there, seen / fitted, 1.0), counted, scatter, part.strengths)
        return replace(found, ratio=found.ratio * expects), expects


def _known(cells: Any, features: Features) -> Floats:
    """What is known of these cells; NaN where they have no features."""
    keys = np.stack([features.creator, features.category, features.market], 1)
    every, place = places(*np.concatenate([keys, cells]).T)
    known = np.full((len(every), len(features.names)), np.nan)
    known[place[: len(keys)]] = features.known
    return known[place[len(keys) :]]


def _means(rows: Exposures, group: Places, groups: int) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """By group: orders of an hour, value of an order, share that comes back, variation of values, and orders."""
    hours, orders, gross, net = (sums(group, each, groups) for each in (rows.hours, rows.orders, rows.gross, rows.net))
    all_of = max(float(orders.sum()), FEW) / max(float(hours.sum()), EMPTY)
    an_hour = (orders + FEW) / (hours + FEW / all_of)
    value = gross / np.maximum(orders, 1.0)
    returned = (gross - net) / np.maximum(gross, 1.0)
    many = rows.orders > 1
    middle = rows.gross / np.maximum(rows.orders, 1.0)
    within = sums(group, np.where(many, rows.squares - rows.gross * middle, 0.0), groups)
    free = sums(group, np.where(many, (rows.orders - 1) * middle**2, 0.0), groups)
    told = free.sum() > 0 and rows.squares.any()
    whole = np.maximum(within, 0.0).sum() / free.sum() if told else USUAL_VARIATION**2
    free = free if told else np.zeros(groups)
    few = 20 * value**2
    variation = np.sqrt((np.maximum(within, 0.0) + few * whole) / np.maximum(free + few, EMPTY))
    return an_hour, value, returned, np.where(value > 0, variation, np.sqrt(whole)), orders


def _unevenness(seen: Exposures) -> float:
    """How much more the orders of a creator's months differ than chance would make them, relative to their rate."""
    keys, place = places(seen.creator, seen.category, seen.market, seen.currency)
    hours, orders = sums(place, seen.hours, len(keys)), sums(place, seen.orders, len(keys))
    usual = orders[place] * seen.hours / hours[place]
    off = sums(place, np.where(usual > 0, (seen.orders - usual) ** 2 / np.maximum(usual, EMPTY), 0), len(keys))
    free = sums(place, np.ones(len(place)), len(keys)) - 1
    told = (free > 0) & (orders > 0)
    off, free, rate = off[told], free[told], (orders / hours)[told]
    found = 0.0
    for _ in range(8):
        weight = rate / (1 + found * rate) ** 2
        many = float(np.sum(weight * free * rate))
        found = min(max(float(np.sum(weight * (off - free))) / many, 0.0), MOST_UNEVEN) if many > 0 else 0.0
    return found


def _of_returns(share: Any, variation: float) -> Any:
    """The variance of one order's share that comes back, relative to the mean share."""
    return (1 - share) / np.maximum(share, 0.01) * (1 + variation**2)


def _share_back(model: Model, cells: Any) -> Floats:
    """The usual share that comes back in each cell's market, over its currencies by orders."""
    of: dict[tuple[int, int], list[float]] = {}
    for (category, market, _money), mean in model.means.items():
        found = of.setdefault((category, market), [0.0, 0.0])
        found[0] += mean.orders * mean.returned
        found[1] += mean.orders
    groups, group = places(cells[:, 1], cells[:, 2])
    back, sold = np.array([of.get((c, m), [0.0, 0.0]) for c, m in groups.tolist()]).reshape(-1, 2).T
    share: Floats = (back / np.maximum(sold, EMPTY))[group]
    return share


def _over(values: Floats) -> Floats:
    return np.maximum(values, EMPTY)
