"""What the monthly lines of a sheet would come to in months that are known: pure, for what an offer is worth.

Every condition is taken as met, and whole months as active: what is shown is what can be reached. What a contract
really pays is told by app/bonuses, from every single line; here a month's sales are taken as spread evenly over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from app.bonuses.tiers import rate_at
from app.contracts.terms.kinds import BonusKind, Measure, Period, Tiering
from app.contracts.terms.sheet import Bonus, Sheet


@dataclass(frozen=True)
class Month:
    """What a month sold (net, in minor units, also by the rate of the sheet that it would have had) and streamed."""

    net: int
    orders: int
    minutes: int
    commission: int
    by_rate: Mapping[int, int]


def bonuses(sheet: Sheet, months: Sequence[Month]) -> list[int]:
    """For each month the sum of all monthly lines, cut at the cap of a month (rules.md B7); the exclusivity's fee
    stands outside the cap."""
    fee = sheet.exclusivity.fee if sheet.exclusivity else 0
    lines = [
        list(_threshold(bonus, months))
        if bonus.kind == BonusKind.THRESHOLD
        else [_amount(bonus, sheet.bonuses, month) for month in months]
        for bonus in sheet.bonuses
    ]
    sums = [sum(line[at] for line in lines) for at in range(len(months))]
    return [fee + (each if sheet.cap_month is None else min(each, sheet.cap_month)) for each in sums]


def _amount(bonus: Bonus, all_of_them: Sequence[Bonus], month: Month) -> int:
    if bonus.kind != BonusKind.GUARANTEE:
        return bonus.amount
    retainers = sum(each.amount for each in all_of_them if each.kind == BonusKind.RETAINER)
    return max(0, bonus.amount - month.commission - (retainers if bonus.counts_retainer else 0))


def _threshold(bonus: Bonus, months: Sequence[Month]) -> Iterator[int]:
    """A threshold's part of each month. Over a whole contract it goes on counting from month to month."""
    begun, kept = 0, 0
    for month in months:
        if bonus.period == Period.MONTH:
            begun = 0
        ended = begun + _measured(bonus, month)
        pays = [step.amount or 0 for step in bonus.steps if begun < step.from_value <= ended]
        yield sum(pays) + _above(bonus, month, begun, ended, kept)
        if bonus.sticky:
            kept = max([kept, *(step.from_value for step in bonus.steps if step.from_value <= ended)])
        begun = ended


def _measured(bonus: Bonus, month: Month) -> int:
    """New customers are not known beforehand."""
    values: dict[str, int] = {
        Measure.NET_SALES: month.net,
        Measure.ORDERS: month.orders,
        Measure.VALID_MINUTES: month.minutes,
    }
    return values.get(bonus.measure or "", 0)


def _above(bonus: Bonus, month: Month, begun: int, ended: int, kept: int) -> int:
    """What the steps' rates bring above the rates the month's sales have anyway, half up."""
    if bonus.tiering == Tiering.FIXED or not month.net:
        return 0
    points = [begun, *sorted(step.from_value for step in bonus.steps if begun < step.from_value < ended), ended]
    if bonus.tiering == Tiering.WHOLE_PERIOD or begun == ended:
        points = [ended, ended]
    extra = Fraction(0)
    for low, high in pairwise(points):
        rate = rate_at(bonus.steps, max(low, kept))
        part = Fraction(high - low, ended - begun) if high > low else Fraction(1)
        extra += part * sum(net * max(0, rate - own) for own, net in month.by_rate.items())
    return int(extra / 10_000 + Fraction(1, 2))
