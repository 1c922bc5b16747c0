"""What of a creator's money goes into the next payout and on which day, and what waits and why (rules.md B21).

The same rules as an assembly, for one creator. A brand without money for everybody it owes counts as unfunded here,
even where others stand in the way of being paid: better a payout that nobody promised than a promise that fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from app import clock
from app.database import raw, rows
from app.ledger import schedules
from app.ledger.payout_day import next_assembly
from app.payouts import obstacles
from app.payouts.batches.assembly import minimum_of
from app.payouts.models import Obstacle
from app.users.models import Creator
from config import Config


class Part(NamedTuple):
    """A brand's part in one currency, in minor units: due now, available by the next assembly, of what is payable kept
    back by holds of single commissions, what is carried of a debt, and whether the due is covered by its money."""

    currency: str
    brand: str
    due: int
    by_then: int
    held: int
    carried: int
    funded: bool


class Waiting(NamedTuple):
    """Money that does not go into the next payout; `brand` where the reason is the brand's."""

    amount: int
    reason: Obstacle
    brand: str = ""


@dataclass(frozen=True)
class Prospect:
    """One currency: what goes into the next payout, and what waits."""

    currency: str
    going: int
    waiting: Sequence[Waiting]


class PayableLine(NamedTuple):
    """An entry that is due: of which brand, and for how much in minor units; taken back where it is negative."""

    brand_id: int
    brand: str
    entry_id: int
    kind: str
    available_on: date
    amount: int


@dataclass(frozen=True)
class Payable:
    """What is due to a creator in a currency, and every code that keeps it, or a brand's part, from being paid."""

    lines: Sequence[PayableLine]
    codes: Sequence[Obstacle]


@dataclass(frozen=True)
class Prospects:
    """What comes of a creator's money on `day`, when a batch is assembled."""

    day: date
    currencies: Sequence[Prospect]


def prospects(creator: Creator, config: Config, *, at: datetime) -> list[Prospects]:
    """What of the creator's money is paid next, and what waits and why, as of now: for the next day on which the money
    of some brand of theirs is taken, and each day after it that is another brand's next."""
    query = "select distinct brand_id from balance where account = 'creator' and creator_id = %s and amount <> 0"
    brands = {brand for (brand,) in raw().execute(query, [creator.id]).fetchall()}
    days: dict[datetime, list[int]] = {}
    for own in schedules.schedules(brands):
        days.setdefault(next_assembly(config, at, own), []).append(own.brand_id)
    others = brands - {brand for group in days.values() for brand in group}
    if others or not days:
        days.setdefault(next_assembly(config, at), []).extend(others)
    return [_prospects(creator, day, days[day], config, at) for day in sorted(days)]


def _prospects(creator: Creator, assembly: datetime, brands: list[int], config: Config, at: datetime) -> Prospects:
    """The money of these brands, which is taken at that instant."""
    day = clock.today(config.platform_timezone, at=assembly)
    values: dict[str, object] = {"creator": creator.id, "on": at.date(), "cutoff_on": day - timedelta(days=1)}
    values["brands"] = brands
    parts = rows(raw(), "app.payouts", "prospects", values, Part)
    standing = [each.code for each in obstacles.standing(creator, config, at=assembly)]
    currencies = [
        _prospect(currency, list(group), _of_currency(currency, config) + standing, minimum_of(config, currency))
        for currency, group in groupby(parts, key=lambda part: part.currency)
    ]
    return Prospects(day, currencies)


def payable(creator: Creator, currency: str, cutoff_on: date, config: Config, *, at: datetime) -> Payable:
    """The lines that are due to a creator at the cut-off and in no live payout, and all that stands in the way of
    paying them at the instant `at` (rules.md B21). UNFUNDED keeps back a brand's part, every other code all of it."""
    values = {"creator": creator.id, "currency": currency, "cutoff_on": cutoff_on}
    lines = rows(raw(), "app.payouts", "payable_lines", values, PayableLine)
    parts = rows(raw(), "app.payouts", "prospects", values | {"on": cutoff_on, "brands": None}, Part)
    due = [part for part in parts if part.currency == currency and part.due > 0]
    standing = [each.code for each in obstacles.standing(creator, config, at=at)]
    codes = _of_sum(sum(part.due for part in due), minimum_of(config, currency)) + _of_currency(currency, config)
    unfunded = [] if all(part.funded for part in due) else [Obstacle.UNFUNDED]
    return Payable(lines, codes + standing + unfunded)


def _of_sum(due: int, minimum: int) -> list[Obstacle]:
    if due <= 0:
        return [Obstacle.NEGATIVE]
    return [Obstacle.BELOW_MINIMUM] if due < minimum else []


def _of_currency(currency: str, config: Config) -> list[Obstacle]:
    return [] if obstacles.paid_out(config, currency) else [Obstacle.CURRENCY]


def _prospect(currency: str, parts: list[Part], standing: list[Obstacle], minimum: int) -> Prospect:
    """Rules of one currency, in the order of an assembly."""
    due = [part for part in parts if part.due > 0]
    held = [Waiting(part.held, Obstacle.HELD, part.brand) for part in parts if part.held > 0]
    if not due:
        debt = sum(part.due for part in parts)
        return Prospect(currency, 0, ([Waiting(debt, Obstacle.NEGATIVE)] if debt else []) + held)
    unfunded = [Waiting(part.due, Obstacle.UNFUNDED, part.brand) for part in due if not part.funded] + held
    going = sum(part.due for part in due if part.funded)
    if standing:
        total = sum(part.due for part in due)
        return Prospect(currency, 0, [*(Waiting(total, reason) for reason in standing), *unfunded])
    if going and sum(part.by_then for part in due if part.funded) < minimum:
        return Prospect(currency, 0, [Waiting(going, Obstacle.BELOW_MINIMUM), *unfunded])
    return Prospect(currency, going, unfunded)
