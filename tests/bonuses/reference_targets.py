"""What a promise of monthly money comes to (rules.md B7 to B9): the readable reference. Pure; integers and fractions.

`sql/*.sql` does the same for all contracts at once and is compared with this in the property tests. Amounts are minor
units, rates basis points, days those of the contract's zone. Amounts are rounded half away from zero, once, at the end.

- A promise is active on the days that are its own and the contract's, less the days of agreed pauses. Fixed amounts and
  what conditions ask for are cut in the proportion of active days to days of the month (what is asked for is rounded
  down: in the creator's favour). The steps of a threshold are not cut, and sales of paused days count for everything.
- A guarantee counts the net commission of the contract's lines that were sold in the month on its active days: what
  was sold before it, after it or in a pause, by an old touch, takes nothing of it.
- A threshold counts the lines sold on the promise's own days. Orders and new customers count while something of them is
  left after refunds. Over a whole contract each month has the promise's sum so far less what earlier months had.
- What a failed condition takes away is taken from the month alone, and never from a negative part.
- The caps take what is over from the last in the order of ORDER; the exclusivity's fee stands outside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tests.bonuses.reference_facts import (
    Days,
    Deal,
    Line,
    Outcome,
    Past,
    Promise,
    Work,
    count,
    month_of,
    overlap,
    rounded,
    within,
)
from tests.bonuses.reference_tiers import monthly_part

ORDER = ("retainer", "guarantee", "quota", "threshold")  # in which the caps are used up
WORK = ("valid_minutes", "valid_streams", "posts")  # conditions with a quantity; the others hold or do not
FEW_ORDERS = 10  # below so many a refund rate says nothing


def come_to(
    deal: Deal,
    month: date,
    promises: Sequence[Promise],
    lines: Sequence[Line],
    work: Sequence[Work] = (),
    *,
    breached: bool = False,
    past: dict[int, Past] | None = None,
) -> dict[int, Outcome]:
    """Every promise of the month that begins on `month`, by its id. `breached`: a breach that was found in the month is
    open or upheld. `lines` and `work` may be of any days."""
    in_month = [line for line in lines if within(line.sold_on, month_of(month))]
    retainers = 0
    found: dict[int, Outcome] = {}
    for promise in sorted(promises, key=lambda each: ([*ORDER, "exclusivity_fee"].index(each.kind), each.id)):
        span = overlap(overlap(promise.days, deal.days), month_of(month))
        active, days = active_days(span, deal.pauses), count(month_of(month))
        share = factor(promise, checked(promise, span, active, days, in_month, work, breached=breached))
        before = (past or {}).get(promise.id, Past())
        if promise.kind == "threshold":
            part, reached = monthly_part(promise, deal, month, lines, work, before)
            full = prorated(part, 1, 1, share) if part > 0 else part
            found[promise.id] = Outcome(full, full, 0, part, reached)
            continue
        full = prorated(promise.amount, active, days, share)
        if promise.kind == "guarantee":
            counted = sum(line.commission for line in in_month if active_on(line.sold_on, span, deal.pauses))
            counted += retainers if promise.counts_retainer else 0
            full = top_up(full, counted)
        retainers += full if promise.kind == "retainer" else 0
        found[promise.id] = Outcome(full, full, 0)
    return cut(deal, promises, found)


# -- days and amounts --


def active_days(span: Days, pauses: Iterable[Days]) -> int:
    """The days of `span` on which the contract does not rest; pauses do not overlap."""
    return count(span) - sum(count(overlap(span, pause)) for pause in pauses)


def active_on(day: date, span: Days, pauses: Iterable[Days]) -> bool:
    """Whether the day is one of `span` on which the contract does not rest."""
    return within(day, span) and not any(within(day, pause) for pause in pauses)


def prorated(amount: int, active: int, days: int, share: Fraction = Fraction(1)) -> int:
    """A month's amount for `active` of `days` days and a share of what was asked for: 3,000.00 from 11 June is
    2,000.00."""
    exact = Fraction(amount * active, days) * share
    return rounded(exact.numerator, exact.denominator)


def top_up(promised: int, counted: int) -> int:
    """What a guarantee adds to what was earned: never less than nothing."""
    return max(0, promised - counted)


# -- conditions --


@dataclass(frozen=True)
class Checked:
    """A condition in a month: what it asks for there, what there is, and whether it holds."""

    what: str
    asked: int
    done: int
    holds: bool


def checked(
    promise: Promise,
    span: Days,
    active: int,
    days: int,
    lines: Sequence[Line],
    work: Sequence[Work],
    *,
    breached: bool = False,
) -> list[Checked]:
    """The promise's conditions; `lines` are those sold in the month, work counts on the days of `span`."""
    own = [each for each in work if within(each.on_day, span)]
    base, refunded = sum(line.base for line in lines), sum(line.refunded for line in lines)
    few = len({line.order for line in lines}) < FEW_ORDERS or not base
    found = []
    for condition in promise.conditions:
        asked = condition.required * active // days if condition.what in WORK else condition.required
        if condition.what == "no_open_breach":
            found.append(Checked(condition.what, 0, int(breached), not breached))
        elif condition.what == "refund_rate_below":
            rate = refunded * 10_000 // base if base else 0
            found.append(Checked(condition.what, asked, rate, few or refunded * 10_000 < asked * base))
        else:
            done = {
                "valid_minutes": sum(each.minutes for each in own),
                "valid_streams": sum(each.show for each in own),
                "posts": sum(each.posts for each in own),
            }[condition.what]
            found.append(Checked(condition.what, asked, done, done >= asked))
    return found


def factor(promise: Promise, conditions: Sequence[Checked]) -> Fraction:
    """The share of the amount that is earned: all or nothing, or, for quantities of a `scaled` promise, the least of
    done to asked for; a breach and a refund rate take all."""
    missed = [each for each in conditions if not each.holds]
    if promise.mode == "all_or_nothing" or any(each.what not in WORK for each in missed):
        return Fraction(0 if missed else 1)
    return min((Fraction(each.done, each.asked) for each in missed), default=Fraction(1))


# -- caps --


def cut(deal: Deal, promises: Sequence[Promise], found: dict[int, Outcome]) -> dict[int, Outcome]:
    """The outcomes with what lies above the caps taken from `target` and put into `outside`."""
    caps = [deal.cap_month, None if deal.cap_contract is None else max(0, deal.cap_contract - deal.used)]
    left = min((cap for cap in caps if cap is not None), default=None)
    kinds = {promise.id: promise.kind for promise in promises}
    cut_off = dict(found)
    for number, outcome in found.items():  # in the order of ORDER, by id
        if left is not None and kinds[number] in ORDER:
            target = min(outcome.full, max(0, left)) if outcome.full > 0 else outcome.full
            left -= max(0, outcome.full)
            cut_off[number] = replace(outcome, target=target, outside=outcome.full - target)
    return cut_off
