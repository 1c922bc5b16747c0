"""What can be expected of a creator: net sales as a range, and what the creator would earn from them.

A forecast is what the model knows of a creator (outlook.py): how they compare with an hour at the mean of the market,
the category and the money, and how sure that is. Four of five outcomes lie in its range, as widened by what came of
yesterday's (calibration.py).

What one brand sold is its own business, also with its rivals: a forecast that rests on a single brand besides the
reader's own is not made, and where the creator sold for a single other brand only, how well is taken roughly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select

from app.campaigns.models import Campaign
from app.contracts.terms.sheet import Sheet
from app.database import db
from app.ranking import briefs
from app.ranking.briefs import for_sure, in_stream
from app.ranking.models import MarketMean
from app.ranking.outlook import Outlook

LOW, HIGH = 0.1, 0.9  # of all outcomes, that lie below the ends of a range
PLATFORM: Final = None  # a reader from whom no brand's sales are kept
CLASSES = (0.5, 0.75, 1.0, 1.5, 2.0)  # as which an index is taken that rests on one brand
LEAST = 1e-9  # orders of an hour, where none are expected
ROUGHLY = 2.0  # the shape that goes with a class


@dataclass(frozen=True)
class Mean:
    """What an hour live brings on average: orders, their net value in minor units, how much that varies from order to
    order and the rate from hour to hour; and up to three of the brands for whom it was."""

    orders: float
    value: float
    variation: float
    unevenness: float
    brands: frozenset[int]


Means = Mapping[tuple[str, int, str], Mean]  # by market, first-level category and currency


@dataclass(frozen=True)
class Forecast:
    """An amount as a range, in minor units of `currency`; four of five outcomes lie between `low` and `high`."""

    currency: str
    low: int
    middle: int
    high: int

    @property
    def roughly(self) -> tuple[int, int]:
        """Its ends as people read them: to two figures, for more would be pretence."""
        return rough(self.low), rough(self.high)


@dataclass(frozen=True)
class Earnings:
    """What a creator could earn from a campaign, in minor units: what is promised for sure (`fixed`, for all its
    months), and the commission on what is expected to be sold; None where nothing is known of the market."""

    currency: str
    hours: int
    fixed: int
    commission: Forecast | None

    @property
    def low(self) -> int:
        """The lower end."""
        return self.fixed + (self.commission.low if self.commission else 0)

    @property
    def middle(self) -> int:
        """What is expected."""
        return self.fixed + (self.commission.middle if self.commission else 0)

    @property
    def high(self) -> int:
        """The upper end."""
        return self.fixed + (self.commission.high if self.commission else 0)

    @property
    def roughly(self) -> tuple[int, int]:
        """Both ends, what is sold to two figures."""
        low, high = self.commission.roughly if self.commission else (0, 0)
        return self.fixed + low, self.fixed + high


def forecast_of(
    standing: Any, currency: str, hours: float, *, reader: int | None, means: Means | None = None
) -> Forecast | None:
    """Net sales of so many hours live, in this currency; None where nothing is known of its market, or only what one
    brand sold there that is not the reader.

    `standing` is a match or a row of the table; `reader` the brand it is for (of a creator: that of the campaign), or
    PLATFORM. Many at once: read `means` of their countries first.
    """
    known = outlook_of(standing, currency, reader=reader, means=means)
    if known is None:
        return None
    sold = known.over(hours)
    middle = round(sold.mean)
    return Forecast(currency, min(round(sold.quantile(LOW)), middle), middle, max(round(sold.quantile(HIGH)), middle))


def outlook_of(standing: Any, currency: str, *, reader: int | None, means: Means | None = None) -> Outlook | None:
    """What is known of the sales of an hour live, in this currency; None as for a forecast. Brands read an hour to two
    figures, for many forecasts of other hours would tell more."""
    row = getattr(standing, "facts", standing)
    known = means if means is not None else _means_of(row.country)
    mean = known.get((row.country, briefs.top_of(row.category), currency))
    if mean is None or _gives_away(mean.brands, reader):
        return None
    index, value, shape, widening = row.orders_index, row.value_index, row.shape, row.widening
    if _gives_away(row.brands, reader):
        index, value, shape, widening = _class_of(row.sales_index), 1.0, ROUGHLY, 1.0
    rate = max(mean.orders * index, LEAST)
    found = Outlook(shape, shape / rate, max(0.0, mean.value * value), mean.variation, widening, mean.unevenness)
    if reader is PLATFORM or found.value == 0:
        return found
    return replace(found, value=rough(round(found.an_hour())) / rate)


def earnings(campaign: Campaign, standing: Any, *, means: Means | None = None) -> Earnings:
    """What the creator could earn by taking part in the campaign for its hours."""
    sheet = campaign.sheet
    sold = forecast_of(standing, campaign.currency, campaign.hours, reader=campaign.brand_id, means=means)
    return Earnings(campaign.currency, campaign.hours, fixed(sheet), None if sold is None else commission(sheet, sold))


def commission(sheet: Sheet, sold: Forecast) -> Forecast:
    """The sheet's commission during the stream, on a forecast of net sales."""
    rate = in_stream(sheet)
    return Forecast(sold.currency, *(round(each * rate / 10_000) for each in (sold.low, sold.middle, sold.high)))


def fixed(sheet: Sheet) -> int:
    """What the sheet promises for sure over all its days, in minor units."""
    return for_sure(sheet)


def rough(amount: int) -> int:
    """An amount of zero or more to two figures, half up: 123,456 as 120,000."""
    step: int = 10 ** max(0, len(str(amount)) - 2)
    return (amount + step // 2) // step * step


def means(countries: Collection[str]) -> Means:
    """What an hour live brings on average in these countries."""
    return {key: mean for country in sorted(countries) for key, mean in _means_of(country).items()}


def _means_of(country: str) -> Means:
    rows = db.session.scalars(select(MarketMean).where(MarketMean.country == country, MarketMean.minutes > 0))
    return {
        (row.country, row.category, row.currency): Mean(
            row.orders * 60 / row.minutes if row.an_hour is None else row.an_hour,
            row.net / max(1, row.orders) if row.value is None else row.value,
            row.variation,
            row.unevenness,
            frozenset(row.brands),
        )
        for row in rows
    }


def _gives_away(brands: Collection[int], reader: int | None) -> bool:
    """Whether what these brands sold is that of a single one, for a reader who knows their own."""
    return reader is not PLATFORM and len(set(brands) - {reader}) == 1


def _class_of(index: float) -> float:
    return min(CLASSES, key=lambda each: abs(each - index))
