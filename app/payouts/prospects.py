"""What of a creator's money goes into the next payout and on which day, and what waits and why (rules.md B21).

The same rules as an assembly, for one creator. A brand without money for everybody it owes counts as unfunded here,
even where others stand in the way of being paid: better a payout that nobody promised than a promise that fails.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app import clock
from app.database import raw, rows
from app.payouts import holds
from app.payouts.bank import confirmation, onboarding
from app.payouts.batches.assembly import minimum_of
from app.payouts.models import SkipReason
from app.payouts.sending import accounts
from app.users.models import Creator
from config import Config


class Part(NamedTuple):
    """A brand's part in one currency, in minor units: due now, available by the next assembly, covered by its money."""

    currency: str
    brand: str
    due: int
    by_then: int
    funded: bool


class Waiting(NamedTuple):
    """Money that does not go into the next payout; `brand` where the reason is the brand's."""

    amount: int
    reason: SkipReason
    brand: str = ""


@dataclass(frozen=True)
class Prospect:
    """One currency: what goes into the next payout, and what waits."""

    currency: str
    going: int
    waiting: Sequence[Waiting]


@dataclass(frozen=True)
class Prospects:
    """What comes of a creator's money on `day`, when the next batch is assembled."""

    day: date
    currencies: Sequence[Prospect]


def next_assembly(config: Config, at: datetime) -> datetime:
    """The instant at which the timetable assembles the next batches: that day of the month, or its last."""
    zone = ZoneInfo(config.platform_timezone)
    first = at.astimezone(zone).date().replace(day=1)
    while True:
        day = first.replace(day=min(config.payout_day, monthrange(first.year, first.month)[1]))
        instant = datetime.combine(day, time(config.payout_hour), zone).astimezone(UTC)
        if instant > at:
            return instant
        first = clock.first_of_next_month(first)


def prospects(creator: Creator, config: Config, *, at: datetime) -> Prospects:
    """What of the creator's money is paid next, and what waits and why, as of now."""
    assembly = next_assembly(config, at)
    day = assembly.astimezone(ZoneInfo(config.platform_timezone)).date()
    values = {"creator": creator.id, "on": at.date(), "cutoff_on": day - timedelta(days=1)}
    parts = rows(raw(), "app.payouts", "prospects", values, Part)
    obstacles = _obstacles(creator, config, assembly)
    currencies = [
        _prospect(currency, list(group), obstacles, minimum_of(config, currency))
        for currency, group in groupby(parts, key=lambda part: part.currency)
    ]
    return Prospects(day, currencies)


def _obstacles(creator: Creator, config: Config, assembly: datetime) -> list[SkipReason]:
    """What stands in the way of paying the creator at all."""
    by_stripe = accounts.pays(creator)
    until = by_stripe.recorded_at + config.bank_hold if by_stripe and by_stripe.versions > 1 else None
    until = until if by_stripe else onboarding.held_until(creator, config.bank_hold)
    standing = {
        SkipReason.NO_BANK_DETAILS: not by_stripe and not onboarding.versions(creator),
        SkipReason.BANK_DETAILS_CHANGED: until is not None and until > assembly,
        SkipReason.LAST_PAYMENT_FAILED: not by_stripe and confirmation.refused_account(creator) is not None,
        SkipReason.HELD: holds.current_hold(creator) is not None,
    }
    return [reason for reason, stands in standing.items() if stands]


def _prospect(currency: str, parts: list[Part], obstacles: list[SkipReason], minimum: int) -> Prospect:
    """Rules of one currency, in the order of an assembly."""
    due = [part for part in parts if part.due > 0]
    if not due:
        return Prospect(currency, 0, [Waiting(sum(part.due for part in parts), SkipReason.NEGATIVE)])
    unfunded = [Waiting(part.due, SkipReason.BRAND_UNFUNDED, part.brand) for part in due if not part.funded]
    going = sum(part.due for part in due if part.funded)
    if obstacles:
        total = sum(part.due for part in due)
        return Prospect(currency, 0, [*(Waiting(total, reason) for reason in obstacles), *unfunded])
    if going and sum(part.by_then for part in due if part.funded) < minimum:
        return Prospect(currency, 0, [Waiting(going, SkipReason.BELOW_MINIMUM), *unfunded])
    return Prospect(currency, going, unfunded)
