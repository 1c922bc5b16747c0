"""What is streamed, sold and known of creators, and what is learnt of it: the values of app/ranking/estimation.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from app.ranking.outlook import Outlook
from app.ranking.statistics.credibility import EMPTY, Floats, Places, Strengths, places, sums
from app.ranking.statistics.prior import Coefficient

Key = tuple[int, int, int]  # category, market and currency, as numbers


@dataclass(frozen=True)
class Exposures:
    """What was streamed and sold: one row a creator, category, market (country), currency and period (month), also
    where nothing was sold. `hours` were streamed for brands that sell there; money in minor units, `net` after returns;
    `squares` is the sum of the squares of the orders' gross values."""

    creator: Places
    category: Places
    market: Places
    currency: Places
    period: Places
    hours: Floats
    orders: Floats
    gross: Floats
    net: Floats
    squares: Floats

    def only(self, rows: Any) -> Exposures:
        """Some of the rows."""
        return Exposures(**{name: values[rows] for name, values in vars(self).items()})

    def by_cell(self) -> Exposures:
        """The same without periods."""
        keys, place = places(self.creator, self.category, self.market, self.currency)
        of = (sums(place, each, len(keys)) for each in (self.hours, self.orders, self.gross, self.net, self.squares))
        creator, category, market, currency = keys.T
        hours, orders, gross, net, squares = of
        period = np.zeros(len(keys), np.int64)
        return Exposures(creator, category, market, currency, period, hours, orders, gross, net, squares)


@dataclass(frozen=True)
class Features:
    """Who is to be estimated where, and what is known of each without sales (one column a name, NaN: not known)."""

    creator: Places
    category: Places
    market: Places
    known: Floats
    names: tuple[str, ...]


@dataclass(frozen=True)
class Mean:
    """What a market, category and currency is like: orders of an exposed hour, value of an order before and the share
    of it that comes back, and how much single orders vary (relative to their mean)."""

    hours: float
    orders: float
    an_hour: float
    value: float
    returned: float
    variation: float

    @property
    def net(self) -> float:
        """What an hour brings after returns."""
        return self.an_hour * self.value * (1 - self.returned)


@dataclass(frozen=True)
class Part:
    """What was learnt of orders, of values or of returns. `levels` is what is usual for somebody of whom all is as the
    mean, by category and market, relative to the mean."""

    coefficients: tuple[Coefficient, ...]
    strengths: Strengths
    levels: Mapping[tuple[int, int], float] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """What was learnt of everybody. `unevenness` is the variance of an hour's rate, beyond chance."""

    means: Mapping[Key, Mean]
    orders: Part
    value: Part
    returned: Part
    unevenness: float

    @classmethod
    def blank(cls, names: tuple[str, ...]) -> Model:
        """Nothing was learnt: everybody is alike."""
        part = Part(tuple(Coefficient(name, 0.0, 0.0, 0.0, 1.0) for name in names), Strengths())
        return cls({}, part, part, part, 0.0)

    def as_json(self) -> dict[str, Any]:
        """The model for a jsonb column; `Model.of` reads it back, equal."""
        parts = {
            name: {
                "coefficients": [asdict(each) for each in part.coefficients],
                "strengths": asdict(part.strengths),
                "levels": [[*key, level] for key, level in part.levels.items()],
            }
            for name, part in (("orders", self.orders), ("value", self.value), ("returned", self.returned))
        }
        return parts | {
            "means": [[*key, asdict(mean)] for key, mean in self.means.items()],
            "unevenness": self.unevenness,
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Model:
        """The model from what `as_json` wrote."""
        means = {(c, m, money): Mean(**mean) for c, m, money, mean in stored["means"]}
        orders, value, returned = (
            Part(
                tuple(Coefficient(**each) for each in stored[name]["coefficients"]),
                Strengths(**stored[name]["strengths"]),
                {(c, m): level for c, m, level in stored[name]["levels"]},
            )
            for name in ("orders", "value", "returned")
        )
        return cls(means, orders, value, returned, stored["unevenness"])


@dataclass(frozen=True)
class Estimates:
    """What is expected of each creator, category and market, relative to their means; the rows of the features first,
    then those of exposures without features. Columns are aligned.

    `prior` is what is expected without sales, `index` with them (orders of an hour), `value` what an order brings after
    returns; `shape` is that of the gamma distribution of the orders of an hour, `own` how much of `index` is the
    creator's own doing (0 to 1); `hours` and `orders` are what that was seen in.
    """

    creator: Places
    category: Places
    market: Places
    prior: Floats
    index: Floats
    value: Floats
    shape: Floats
    own: Floats
    hours: Floats
    orders: Floats
    model: Model

    def net(self, means: Mapping[Key, Mean] | None = None, currency: int = 0) -> Floats:
        """Expected net sales of an hour, in minor units of the currency; 0 where its market has no mean."""
        of = self.model.means if means is None else means
        keys, place = places(self.category, self.market)
        net = np.array([of[c, m, currency].net if (c, m, currency) in of else 0.0 for c, m in keys.tolist()])
        return net[place] * self.index * self.value

    def usual(self) -> Floats:
        """The mean orders of an hour of each row's market, in the money of most orders; 1 where it has no mean."""
        of: dict[tuple[int, int], Mean] = {}
        for (category, market, _money), mean in self.model.means.items():
            if (category, market) not in of or of[category, market].orders < mean.orders:
                of[category, market] = mean
        keys, place = places(self.category, self.market)
        found: Floats = np.array([of[c, m].an_hour if (c, m) in of else 1.0 for c, m in keys.tolist()])[place]
        return found

    def outlook(self, row: int, currency: int = 0, widening: float = 1.0) -> Outlook | None:
        """What is known of the sales of a row; None where its market has no mean in this currency."""
        mean = self.model.means.get((int(self.category[row]), int(self.market[row]), currency))
        if mean is None:
            return None
        return outlook(
            mean,
            float(self.index[row]),
            float(self.value[row]),
            float(self.shape[row]),
            self.model.unevenness,
            widening,
        )


def outlook(mean: Mean, index: float, value: float, shape: float, unevenness: float, widening: float) -> Outlook:
    """What is known of a creator's sales, from the mean of their market and how they compare with it."""
    rate = max(mean.an_hour * index, EMPTY)
    net = mean.value * (1 - mean.returned) * value
    return Outlook(shape, shape / rate, net, mean.variation, widening, unevenness)
