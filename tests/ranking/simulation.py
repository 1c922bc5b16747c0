"""Markets with a known truth: who would sell how much an hour, and what of it was seen.

A creator's orders an hour in a category and a country are `base` times the country's own level, times what the audience
tells (followers, live viewers, its share in the country), times effects of the creator, of the creator in the category
and of the creator there and in the country, all lognormal. Orders are worth more with some creators than with others,
and a part of them comes back. Orders are drawn from the contract's hours alone; a stream outside a contract earns
nobody anything in the books. oracle.py makes the best of what was seen, simulated_books.py writes it into the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

CUT = datetime(2026, 7, 1, tzinfo=UTC)
SINCE = datetime(2025, 7, 1, tzinfo=UTC)
CATEGORIES = ("beauty", "home")
BRANDS = 2  # of each category
FIRST = 10_000  # the lowest id; the cast's are lower
Array = Any  # of numpy


@dataclass(frozen=True)
class Shape:
    """What a market is like. Deviations are of logarithms; `audience` says what followers, live viewers and the share
    in the country are worth, for one deviation of each; `weight` is what an order is worth, in minor units."""

    name: str
    creators: int = 160
    markets: tuple[str, ...] = ("NL", "BE", "DE")
    base: float = 1.2  # orders an hour in one country
    levels: tuple[float, ...] = (0.0, -0.3, 0.2)  # of the countries
    own: float = 0.6  # deviation between creators
    in_category: float = 0.4
    in_market: float = 0.25
    audience: tuple[float, float, float] = (0.2, 0.6, 0.3)
    tested: float = 0.6  # share of creators who have streamed for a category
    streams: float = 4.0  # median number of an hour each, of those who have
    busy: float = 0.9  # deviation of that number
    partly: bool = False  # contracts begin within the year; before them as much may have been streamed, unpaid
    weight: float = 3_000.0
    weights: float = 0.3  # deviation of what orders are worth between creators
    baskets: float = 0.5  # the same between orders of one
    returns: tuple[float, float] = (4.0, 26.0)  # of a beta distribution
    steady: float = 1e9  # shape of the gamma distribution by which hours of one creator differ; much: by chance alone


SHAPES = (
    Shape("skewed sales", own=1.1, in_category=0.6, weights=0.6, baskets=0.9),
    Shape("few streams", tested=0.75, streams=1.5, busy=0.4),
    Shape("part contracts", partly=True),
    Shape("country effects", levels=(0.5, -0.9, 0.0), in_market=0.7),
    Shape("useless audience", audience=(0.0, 0.0, 0.0)),
    Shape("restless streams", steady=0.7),
)


class Line(NamedTuple):
    """An order: whose, in which category, by which brand, in which hour with it (from 0) and country, and for how much;
    all by their place in the arrays."""

    creator: int
    category: int
    brand: int
    hour: int
    country: int
    amount: int
    returned: bool


@dataclass(frozen=True)
class World:
    """A drawn market. Arrays by creator, then category, then country; money in minor units."""

    shape: Shape
    ids: Array
    looks: Array  # followers, live viewers and share in each country, as deviations: creator, country, three
    followers: Array
    viewers: Array
    shares: Array  # of the audience in the country
    rate: Array  # orders an hour
    worth: Array  # mean of an order: creator, category
    kept: Array  # the share that does not come back
    hours: Array  # under a contract: creator, category, brand
    idle: Array  # before it
    orders: Array
    lines: Sequence[Line] = field(repr=False, default=())

    @property
    def gains(self) -> Array:
        """The truth: net sales an hour."""
        return self.rate * (self.worth * self.kept)[:, :, None]

    @cached_property
    def seen(self) -> Array:
        """Net sales an hour as they were seen; nothing where nothing was."""
        net = np.zeros(self.rate.shape)
        for each in self.lines:
            net[each.creator, each.category, each.country] += 0 if each.returned else each.amount
        return net / np.maximum(1, self.hours.sum(axis=2))[:, :, None]

    def outcomes(self, hours: Array, seed: int) -> Array:
        """What so many hours (by creator, category and country) bring: one draw of net sales each."""
        draw, shape = np.random.default_rng(seed), self.shape
        sold = draw.poisson(self.rate * draw.gamma(shape.steady * hours) / shape.steady)
        counts = draw.binomial(sold, np.broadcast_to(self.kept[:, :, None], sold.shape))
        centre = np.log(self.worth) - shape.baskets**2 / 2
        each = np.repeat(np.broadcast_to(centre[:, :, None], counts.shape).ravel(), counts.ravel())
        baskets = draw.lognormal(each, shape.baskets)
        ends = np.cumsum(counts.ravel())
        sums = np.concatenate([[0.0], np.cumsum(baskets)])
        return (sums[ends] - sums[ends - counts.ravel()]).reshape(counts.shape)


def drawn(shape: Shape, seed: int) -> World:
    """The market of a seed."""
    draw = np.random.default_rng(seed)
    n, k, m = shape.creators, len(CATEGORIES), len(shape.markets)
    reach = draw.normal(size=n)
    live = 0.6 * reach + 0.8 * draw.normal(size=n)
    shares = draw.dirichlet(np.full(m, 3.0), size=n) * 0.8 + 0.2 / m  # everybody has an audience in every country
    spread = (np.log(shares) - np.log(shares).mean()) / np.log(shares).std()
    looks = np.stack([np.repeat(reach[:, None], m, 1), np.repeat(live[:, None], m, 1), spread], axis=2)
    effects = draw.normal(0, shape.own, (n, 1, 1)) + draw.normal(0, shape.in_category, (n, k, 1))
    effects = effects + draw.normal(0, shape.in_market, (n, k, m))
    rate = np.exp(centre(shape, looks) + effects)
    inner = np.log(shape.weight) + draw.normal(0, shape.weights, (n, k))
    kept = 1 - draw.beta(*shape.returns, (n, k))
    streamed = np.round(draw.lognormal(np.log(shape.streams), shape.busy, (n, k, BRANDS))).clip(1, 60)
    hours = (streamed * (draw.random((n, k, 1)) < shape.tested) * (draw.random((n, k, BRANDS)) < 0.7)).astype(int)
    idle = (
        (draw.poisson(6, hours.shape) * draw.integers(0, 3, hours.shape) * (hours > 0)) if shape.partly else 0 * hours
    )
    orders, lines = np.zeros((n, k, m)), []
    for creator, category, brand in zip(*map(list, hours.nonzero()), strict=True):
        luck = draw.gamma(shape.steady, size=(hours[creator, category, brand], m)) / shape.steady
        by_hour = draw.poisson(rate[creator, category] * luck)
        orders[creator, category] += by_hour.sum(axis=0)
        for hour, country in zip(*map(list, by_hour.nonzero()), strict=True):
            amounts = draw.lognormal(inner[creator, category], shape.baskets, by_hour[hour, country]).round()
            back = draw.random(len(amounts)) > kept[creator, category]
            lines += [
                Line(int(creator), int(category), int(brand), int(hour), int(country), max(1, int(amount)), bool(gone))
                for amount, gone in zip(amounts, back, strict=True)
            ]
    return World(
        shape,
        FIRST + np.arange(n),
        looks,
        np.exp(9 + 1.3 * reach).round().astype(int),
        np.exp(5 + live).round().astype(int),
        shares,
        rate,
        np.exp(inner + shape.baskets**2 / 2),
        kept,
        hours,
        idle,
        orders,
        lines,
    )


def centre(shape: Shape, looks: Array) -> Array:
    """The logarithm of the rate that everything but the effects makes: creator, category, country."""
    levels = np.array(shape.levels[: len(shape.markets)])
    return (np.log(shape.base) + levels + looks @ np.array(shape.audience))[:, None, :].repeat(len(CATEGORIES), 1)
