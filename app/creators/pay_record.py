"""A brand's record as a payer, for creators to read: paid on time, days to pay, disputes, refunds, and whether it is
funded (rules.md B20). All of it comes from the books of the last twelve months, in the brand's own currency."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app import clock
from app.database import db, raw, rows
from app.ledger import funding, schedules
from app.ledger.models import PayoutSchedule, Rhythm
from app.ledger.payout_day import first_own_day_after
from app.users.models import Brand
from config import settings

YEAR = timedelta(days=365)
GRACE = (
    7  # days after the monthly run on which money may still be called on time: two people approve it, a bank sends it
)
MOST = 200  # payouts that are looked at, the newest
ANY_DAY = date(2000, 1, 1)  # what a brand may still promise is the same whichever day splits pending from payable


@dataclass(frozen=True)
class Waited:
    """Money that became payable on one day and went out on another: how many lines, and their sum in minor units."""

    available_on: date
    paid_on: date
    lines: int
    amount: int


@dataclass(frozen=True)
class PayRecord:
    """How a brand has paid and dealt. Shares are in basis points; None where there is nothing to tell it from."""

    currency: str
    on_time_bps: int | None  # of the money that was due, by amount
    median_days: int | None  # from payable to paid, by line
    lines: int  # that both rest on
    unpaid: int  # due, and passed over because the brand had too little funds; minor units
    refund_bps: int | None  # of what creators sold
    cases: int  # of its exclusivities, against creators
    upheld: int
    dismissed: int
    ended_by_brand: int  # contracts, for cause
    ended_by_creators: int
    sale_disputes: int  # about sales, opened by either side
    sale_disputes_decided: int
    for_creator: int  # of the decided
    unanswered: int  # by the brand
    answer_days: int | None  # that the brand took, in the middle
    late_claims: int  # months in which creators' money was paid late, or still is
    late_days: int  # of the longest of them
    told_orders: int  # sold by creators, of which we would know that they were cancelled
    cancelled_orders: int  # of them by the brand: out of stock, not shipped, or its mistake
    badge: str  # funded, partly_funded, unfunded
    since: date | None


def pay_record_of(brand_id: int, *, at: datetime) -> PayRecord:
    """The brand's record as the books tell it at `at`."""
    brand = db.session.get_one(Brand, brand_id)
    values = {
        "brand": brand_id,
        "currency": brand.currency,
        "zone": settings().platform_timezone,
        "at": at,
        "since": at - YEAR,
        "month": (at - YEAR).date().replace(day=1),
        "most": MOST,
    }
    paid = [Waited(*row) for row in rows(raw(), "app.creators", "pay_record_paid", values)]
    unpaid = int(rows(raw(), "app.creators", "pay_record_passed", values)[0].amount)
    sold = rows(raw(), "app.creators", "pay_record_refunds", values)[0]
    disputes = rows(raw(), "app.creators", "pay_record_disputes", values)[0]
    late = rows(raw(), "app.creators", "pay_record_late", values)[0]
    disputed = rows(raw(), "app.creators", "pay_record_disputed_sales", values)[0]
    cancelled = rows(raw(), "app.creators", "pay_record_cancelled", values)[0]
    badge, since = funding.badge(raw(), brand, on=clock.today(at=at))
    return PayRecord(
        currency=brand.currency,
        on_time_bps=on_time(paid, unpaid, settings().payout_day, schedules.of(brand)),
        median_days=median_days(paid),
        lines=sum(each.lines for each in paid),
        unpaid=unpaid,
        refund_bps=round((sold.gross - sold.net) * 10_000 / sold.gross) if sold.gross else None,
        cases=disputes.cases,
        upheld=disputes.upheld,
        dismissed=disputes.dismissed,
        ended_by_brand=disputes.by_brand,
        ended_by_creators=disputes.by_creators,
        sale_disputes=disputed.opened,
        sale_disputes_decided=disputed.decided,
        for_creator=disputed.for_creator,
        unanswered=disputed.unanswered,
        answer_days=disputed.answer_days,
        late_claims=late.claims,
        late_days=late.days,
        told_orders=cancelled.orders,
        cancelled_orders=cancelled.cancelled,
        badge=badge,
        since=since,
    )


def hidden(brand: Brand) -> bool:
    """Whether the brand's campaigns are hidden from the market: it has nothing left to promise (rules.md B20)."""
    return brand.id in hidden_among([brand.id])


def hidden_among(brand_ids: Collection[int]) -> frozenset[int]:
    """Those of these brands that have nothing left to promise in their own currency, or never sent money."""
    wanted = set(brand_ids)
    if not wanted:
        return frozenset()
    own: dict[int, str] = dict(list(db.session.execute(select(Brand.id, Brand.currency).where(Brand.id.in_(wanted)))))
    money = funding.funds(raw(), on=ANY_DAY, brands=wanted)
    able = {each.brand_id for each in money if each.currency == own[each.brand_id] and each.available > 0}
    return frozenset(wanted - able)


def run_after(day: date, payout_day: int) -> date:
    """The day of the first monthly run that pays what became payable on `day`: runs pay up to the day before."""
    run = _run_in(day.year, day.month, payout_day)
    if run > day:
        return run
    following = day.replace(day=1) + timedelta(days=31)
    return _run_in(following.year, following.month, payout_day)


def on_time(paid: Sequence[Waited], unpaid: int, payout_day: int, own: PayoutSchedule | None = None) -> int | None:
    """The share of the money that went out within GRACE days of the first run that could pay it, also one of the
    brand's `own` days; basis points."""
    due = sum(each.amount for each in paid) + unpaid
    if not due:
        return None
    kept = (each for each in paid if each.paid_on <= _run(each.available_on, payout_day, own) + timedelta(days=GRACE))
    return sum(each.amount for each in kept) * 10_000 // due


def _run(day: date, payout_day: int, own: PayoutSchedule | None) -> date:
    """The first run that pays what became payable on `day`; own days count from when they were set."""
    if own is None or day < own.set_on:
        return run_after(day, payout_day)
    first = first_own_day_after(own, day)
    return first if own.every == Rhythm.MONTH else min(first, run_after(day, payout_day))


def median_days(paid: Sequence[Waited]) -> int | None:
    """The days that the line in the middle waited, from payable to paid; of two in the middle the longer."""
    waited = sorted(((each.paid_on - each.available_on).days, each.lines) for each in paid)
    middle = sum(lines for _days, lines in waited) // 2
    for days, lines in waited:
        if middle < lines:
            return max(days, 0)
        middle -= lines
    return None


def _run_in(year: int, month: int, payout_day: int) -> date:
    return date(year, month, min(payout_day, monthrange(year, month)[1]))
