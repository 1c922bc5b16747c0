"""What an offer is worth before anybody signs (rules.md B15): its rates and monthly lines, replayed on the past.

The past is the pair's own; where there is none, what the creator sold for any brand; else what others sold for brands
of the same category. A brand is never shown what the creator did with other brands: for it the second step is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from app import clock
from app.catalog import taxonomy
from app.clock import first_instant
from app.contracts.terms.sheet import Exclusivity, Sheet, monthly_promise
from app.database import rows
from app.desks import monthly
from app.desks.monthly import Month

Connection = psycopg.Connection[Any]
MONTHS = 12
FEWEST = 3  # creators a month of the category must have, so that it says nothing about one of them
MOST = 25  # of the newest contracts are looked at for the category: enough to compare with, and read in a second
BASES = {"brand": ("pair", "category"), "creator": ("pair", "creator", "category")}


@dataclass(frozen=True)
class Replayed:
    """One month of the past as it would have been: money in minor units of the sheet's currency."""

    month: date
    net: int  # sold, after refunds
    commission: int
    bonuses: int  # retainer, guarantee's top-up, quota, thresholds, the exclusivity's fee
    really: int  # what the month brought as things were
    minutes: int  # of streams

    @property
    def total(self) -> int:
        """What the month would have come to."""
        return self.commission + self.bonuses


@dataclass(frozen=True)
class Closed:
    """What the creator earned in the last months from brands that the exclusivity would close to them."""

    currency: str
    brands: int
    amount: int


@dataclass(frozen=True)
class Worth:
    """What an offer would have come to. `basis`: pair, creator, category, or none where nobody sold anything."""

    basis: str
    currency: str
    sure: int  # what a month promises whatever is sold, when every condition is met
    months: tuple[Replayed, ...] = ()
    closes: tuple[Closed, ...] = ()  # the creator's eyes only

    @property
    def worst(self) -> int | None:
        """The month that would have come to least."""
        return min((month.total for month in self.months), default=None)

    @property
    def middle(self) -> int | None:
        """The median month."""
        return _median([month.total for month in self.months])

    @property
    def best(self) -> int | None:
        """The month that would have come to most."""
        return max((month.total for month in self.months), default=None)

    @property
    def really(self) -> int | None:
        """What the same months really brought, the median of them."""
        return _median([month.really for month in self.months])

    @property
    def hours(self) -> int:
        """Streamed in these months, in whole hours."""
        return (sum(month.minutes for month in self.months) + 30) // 60

    @property
    def per_hour(self) -> int | None:
        """What an hour of streaming would have brought; None where nothing was streamed."""
        return _per_hour([month.total for month in self.months], self.months)

    @property
    def really_per_hour(self) -> int | None:
        """What an hour of streaming really brought."""
        return _per_hour([month.really for month in self.months], self.months)


def reckon(connection: Connection, brand_id: int, creator_id: int, sheet: Sheet, *, side: str, at: datetime) -> Worth:
    """What `sheet` is worth, as a side (brand, creator) may know it, by the last 12 months that are over at `at`."""
    span = _Span.before(at, sheet.timezone)
    basis, months = "none", []
    for basis in BASES[side]:
        months = _months(connection, brand_id, creator_id, sheet, basis, span)
        if months:
            break
    else:
        basis = "none"
    closes: tuple[Closed, ...] = ()
    if side == "creator" and sheet.exclusivity:
        closes = _closed(connection, brand_id, creator_id, sheet.exclusivity, sheet.ends_on, span)
    return Worth(basis, sheet.currency, monthly_promise(sheet), tuple(_replayed(sheet, months)), closes)


@dataclass(frozen=True)
class _Span:
    """Whole months, as days and as instants."""

    first: date
    last: date  # the first day of the last month
    begin: datetime
    end: datetime

    @classmethod
    def before(cls, at: datetime, zone: str) -> _Span:
        """The last MONTHS that are over at `at` by the clock of `zone`."""
        today = clock.today(zone, at=at)
        first, last, after = _month(today, -MONTHS), _month(today, -1), _month(today, 0)
        return cls(first, last, first_instant(first, zone), first_instant(after, zone))


def _month(day: date, months: int) -> date:
    """The first day of the month so many months from the one `day` is in."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _months(connection: Connection, brand_id: int, creator_id: int, sheet: Sheet, basis: str, span: _Span) -> list[Any]:
    values = vars(span) | {
        "basis": basis,
        "brand": brand_id,
        "creator": creator_id,
        "currency": sheet.currency,
        "zone": sheet.timezone,
        "commission": sheet.commission_bps,
        "in_stream": sheet.in_stream_bps,
        "replay": sheet.replay_bps,
        "after_stream": sheet.after_stream_bps,
        "off_stream": sheet.off_stream_bps,
        "most": MOST,
        "fewest": FEWEST if basis == "category" else 1,
    }
    return rows(connection, "app.desks", "worth_months", values)


def _replayed(sheet: Sheet, rows: Sequence[Any]) -> list[Replayed]:
    months = [Month(row.net, row.orders, row.minutes, row.commission, _rates(row.rates)) for row in rows]
    bonuses = monthly.bonuses(sheet, months)
    return [
        Replayed(row.month, row.net, row.commission, bonus, row.really, row.minutes)
        for row, bonus in zip(rows, bonuses, strict=True)
    ]


def _rates(stored: dict[str, int]) -> dict[int, int]:
    return {int(rate): net for rate, net in stored.items()}


def _closed(
    connection: Connection, brand_id: int, creator_id: int, exclusivity: Exclusivity, ends_on: date, span: _Span
) -> tuple[Closed, ...]:
    values = {
        "brand": brand_id,
        "creator": creator_id,
        "level": exclusivity.level,
        "rivals": list(exclusivity.rivals),
        "carved": [each.brand for each in exclusivity.carve_outs if each.until >= ends_on],
        "categories": taxonomy.tree(taxonomy.CATEGORY).multirange(exclusivity.scope.categories),
        "begin": span.begin,
        "end": span.end,
    }
    return tuple(Closed(*row) for row in rows(connection, "app.desks", "worth_closed", values))


def _median(amounts: Sequence[int]) -> int | None:
    """The middle one; of two in the middle the half of their sum, half up."""
    if not amounts:
        return None
    ordered = sorted(amounts)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half] + 1) // 2


def _per_hour(amounts: Sequence[int], months: Sequence[Replayed]) -> int | None:
    minutes = sum(month.minutes for month in months)
    return (sum(amounts) * 60 + minutes // 2) // minutes if minutes else None
