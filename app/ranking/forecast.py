"""What can be expected of a creator: net sales as a range, and what the creator would earn from them.

A forecast is the creator's sales index times what an hour live brings on average in the market, the category and the
money; its range holds four of five outcomes, by the spread that was seen between creators and how little is known of
this one (standing.spread).

What one brand sold is its own business, also with its rivals: a forecast that rests on a single brand besides the
reader's own is not made, and where the creator sold for a single other brand only, how well is taken roughly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from app.campaigns.models import Campaign
from app.contracts.terms.clauses import promised
from app.contracts.terms.sheet import Sheet
from app.database import db
from app.ranking import briefs
from app.ranking.models import MarketMean

SAFE = 1.28  # standard deviations either side: four of five outcomes lie between
PLATFORM: Final = None  # a reader from whom no brand's sales are kept
CLASSES = (0.5, 0.75, 1.0, 1.5, 2.0)  # as which an index is taken that rests on one brand


@dataclass(frozen=True)
class Mean:
    """What a minute live brings on average, net in minor units, and up to three of the brands that sold it."""

    a_minute: float
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
    row = getattr(standing, "facts", standing)
    known = means if means is not None else _means_of(row.country)
    mean = known.get((row.country, briefs.top_of(row.category), currency))
    if mean is None or _gives_away(mean.brands, reader):
        return None
    index = _class_of(row.sales_index) if _gives_away(row.brands, reader) else row.sales_index
    hour = index * max(0.0, mean.a_minute) * 60
    ends = hour * max(0.0, 1 - SAFE * row.spread), hour, hour * (1 + SAFE * row.spread)
    if reader is not PLATFORM:  # an hour to two figures, or many forecasts of other hours would tell more
        ends = rough(round(ends[0])), rough(round(hour)), rough(round(ends[2]))
    return Forecast(currency, *(round(each * hours) for each in ends))


def earnings(campaign: Campaign, standing: Any, *, means: Means | None = None) -> Earnings:
    """What the creator could earn by taking part in the campaign for its hours."""
    sheet = campaign.sheet
    sold = forecast_of(standing, campaign.currency, campaign.hours, reader=campaign.brand_id, means=means)
    return Earnings(campaign.currency, campaign.hours, fixed(sheet), None if sold is None else commission(sheet, sold))


def commission(sheet: Sheet, sold: Forecast) -> Forecast:
    """The sheet's commission during the stream, on a forecast of net sales."""
    rate = sheet.commission_bps if sheet.in_stream_bps is None else sheet.in_stream_bps
    return Forecast(sold.currency, *(round(each * rate / 10_000) for each in (sold.low, sold.middle, sold.high)))


def fixed(sheet: Sheet) -> int:
    """What the sheet promises for sure over all its days, in minor units: monthly money by the days of each month, and
    gifts."""
    return sum(promised(sheet, year) for year in range(sheet.starts_on.year, sheet.ends_on.year + 1))


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
        (row.country, row.category, row.currency): Mean(row.net / row.minutes, frozenset(row.brands)) for row in rows
    }


def _gives_away(brands: Collection[int], reader: int | None) -> bool:
    """Whether what these brands sold is that of a single one, for a reader who knows their own."""
    return reader is not PLATFORM and len(set(brands) - {reader}) == 1


def _class_of(index: float) -> float:
    return min(CLASSES, key=lambda each: abs(each - index))
