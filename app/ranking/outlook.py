"""What is to be expected of a creator's hours live, as a distribution and not as a number. Pure.

Orders come at a rate that nobody knows exactly: what is known of it is a gamma distribution (the posterior of
app/ranking/estimation.py), so the orders of so many hours are negative binomial. Each brings an amount of its own. The
sum is taken as what has the same chance of nothing at all, the same mean and the same deviation: nothing, or a gamma
distribution.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

CERTAIN = 1e-12  # a chance below this is none


@dataclass(frozen=True)
class Distribution:
    """An amount that is not known yet, zero or more, in minor units: what it is on average, its standard deviation, and
    the chance that it is nothing at all."""

    mean: float
    deviation: float
    nothing: float = 0.0

    def quantile(self, q: float) -> float:
        """What is not reached in a share `q` (0 to below 1) of all cases."""
        if self.mean <= 0 or q <= self.nothing:
            return 0.0
        from scipy import special  # when it is first asked for: no other page should wait for it

        shape, scale = self._gamma()
        if scale == 0:
            return self.mean / (1 - self.nothing)
        return float(special.gammaincinv(shape, (q - self.nothing) / (1 - self.nothing))) * scale

    def below(self, amount: float) -> float:
        """The chance of less than this."""
        if amount <= 0:
            return 0.0
        if self.mean <= 0:
            return 1.0
        from scipy import special

        shape, scale = self._gamma()
        if scale == 0:
            return self.nothing if amount <= self.mean / (1 - self.nothing) else 1.0
        return self.nothing + (1 - self.nothing) * float(special.gammainc(shape, amount / scale))

    def times(self, factor: float) -> Distribution:
        """So much of it, as a commission or a margin is; `factor` is zero or more."""
        return Distribution(self.mean * factor, self.deviation * factor, self.nothing if factor > 0 else 1.0)

    def _gamma(self) -> tuple[float, float]:
        """Shape and scale of what it is where it is something; a scale of 0: always the same."""
        something = 1 - self.nothing
        mean = self.mean / something
        variance = (self.deviation**2 + self.mean**2) / something - mean**2
        if variance <= CERTAIN * mean**2:
            return math.inf, 0.0
        return mean**2 / variance, variance / mean


NOTHING = Distribution(0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Outlook:
    """What is known of a creator's net sales per hour in a market, a category and a currency.

    Nobody knows the rate of orders exactly (`shape`, `hours`), and one stream goes better than another: the rate of an
    hour varies by `unevenness` (a variance, relative to the rate), which evens out over many.
    """

    shape: float  # of the gamma posterior of the orders of an hour
    hours: float  # its rate: the exposed hours it is worth, so that shape / hours orders come in an hour on average
    value: float  # what an order brings on average after returns, minor units
    variation: float  # the deviation of one order's value, relative to its mean
    widening: float = 1.0  # on the deviation, as calibrated for its band of exposure; 1 for none
    unevenness: float = 0.0

    @property
    def orders_an_hour(self) -> float:
        """Expected orders of an hour."""
        return self.shape / self.hours

    def an_hour(self) -> float:
        """Expected net sales of an hour, minor units."""
        return self.orders_an_hour * self.value

    def over(self, hours: float) -> Distribution:
        """Net sales of so many hours live."""
        orders = self.orders_an_hour * hours
        if orders <= 0 or self.value <= 0:
            return NOTHING
        scattered = orders * (1 + self.variation**2)
        variance = (scattered + orders**2 * (1 / self.shape + self.unevenness / hours)) * self.widening**2
        # what is wider is so as the rate is less sure: the chance of each order by itself stays
        unsure = max(variance - scattered, 0.0) / orders**2
        nothing = math.exp(-math.log1p(unsure * orders) / unsure) if unsure * orders > CERTAIN else math.exp(-orders)
        return Distribution(orders * self.value, math.sqrt(variance) * self.value, nothing)


def total(parts: Sequence[Distribution]) -> Distribution:
    """The sum of amounts that have nothing to do with each other."""
    return Distribution(
        math.fsum(each.mean for each in parts),
        math.sqrt(math.fsum(each.deviation**2 for each in parts)),
        math.prod(each.nothing for each in parts),
    )
