"""What the monthly money of a contract is made of: promises, lines, work, days. Pure, for the reference modules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.clock import first_of_next_month
from app.contracts.terms.sheet import Condition, Step

DAY = timedelta(days=1)
Days = tuple[date, date]  # the first and the last


@dataclass(frozen=True)
class Promise:
    """A line of monthly money, in force on its days; as in `app.contracts.models.BonusLine`."""

    id: int
    kind: str
    days: Days
    amount: int = 0
    mode: str = "scaled"
    counts_retainer: bool = False
    measure: str = "net_sales"
    period: str = "month"
    tiering: str = "marginal"
    sticky: bool = False
    steps: tuple[Step, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Line:
    """A sale line of the contract. `new_on`: the local day of the visitor's first purchase from the brand."""

    id: int
    occurred_at: datetime
    sold_on: date
    order: str
    base: int
    rate_bps: int
    refunded: int = 0
    visitor: str | None = None
    new_on: date | None = None

    @property
    def net(self) -> int:
        """What is left of the base."""
        return self.base - self.refunded

    @property
    def commission(self) -> int:
        """What the line earns by itself (settlement.md section 6)."""
        return rounded(self.net * self.rate_bps, 10_000)


@dataclass(frozen=True)
class Work:
    """What was done on a day: minutes of a valid show that count, minutes of effort, or posts."""

    on_day: date
    minutes: int = 0
    show: bool = False
    posts: int = 0
    counts_at: datetime | None = None


@dataclass(frozen=True)
class Past:
    """What the earlier months of a promise have had and reached; `complete`: the month before this one has an award."""

    part: int = 0
    reached: int = 0
    complete: bool = False


@dataclass(frozen=True)
class Deal:
    """The contract. `used`: what its earlier months have taken of its cap."""

    days: Days
    pauses: tuple[Days, ...] = ()
    cap_month: int | None = None
    cap_contract: int | None = None
    used: int = 0


@dataclass(frozen=True)
class Outcome:
    """A promise's month: all of it, what of it is to be paid, what a cap has cut off; of a threshold also the part
    before conditions and the step that is reached."""

    full: int
    target: int
    outside: int
    part: int = 0
    reached: int = 0


def month_of(day: date) -> Days:
    """The first and the last day of a day's month."""
    first = day.replace(day=1)
    return first, first_of_next_month(first) - DAY


def overlap(one: Days, other: Days) -> Days:
    """The days in both; where there are none the last is before the first."""
    return max(one[0], other[0]), min(one[1], other[1])


def count(days: Days) -> int:
    """How many days; calendar days, however long the clocks make them."""
    return max(0, (days[1] - days[0]).days + 1)


def rounded(numerator: int, denominator: int) -> int:
    """The quotient, rounded half away from zero."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def within(day: date, days: Days) -> bool:
    """Whether the day is one of them."""
    return days[0] <= day <= days[1]
