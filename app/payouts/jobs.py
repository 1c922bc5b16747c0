"""The monthly job, and the nightly one for brands with days of their own: a draft for each currency in which somebody
has money to come, which sends nothing; the night's look at Stripe's books; and what the worker does at Stripe once
somebody has started it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.database import db, raw, statement
from app.errors import Conflict
from app.ledger import schedules
from app.payouts.batches.assembly import Assembly, NobodyToPay, draft, minimum_of
from app.payouts.models import BatchStatus, PayoutBatch
from app.payouts.provider import fees, fetching, positions
from app.payouts.sending import accounts, cancel, emptying, recipients
from app.payouts.sending.rail import Rail
from app.stripe_gateway import gateway
from config import settings


def assemble_monthly(*, at: datetime) -> str:
    """Drafts a batch per currency up to and including yesterday, by the platform's calendar, and says what came of it.

    Running it twice makes no second draft: a currency in which a draft waits is left alone.
    """
    cutoff_on = clock.today(settings().platform_timezone, at=at) - timedelta(days=1)
    but = schedules.left_to_themselves()
    results = [_assemble(currency, cutoff_on, at, but) for (currency,) in _due_currencies(cutoff_on, but=but)]
    return " ".join(results) or str(gettext("Nothing is due."))


def assemble_scheduled(at: datetime) -> str:
    """Drafts a batch per currency of the money of brands whose own day has come, or was missed; sends nothing. All of
    it or nothing, and each such day once. Whose money can't be paid waits for the next."""
    today = clock.today(settings().platform_timezone, at=at)
    due = schedules.due(today)
    brands, cutoff_on = [row.brand_id for row in due], today - timedelta(days=1)
    results = []
    try:
        for (currency,) in _due_currencies(cutoff_on, brands=brands) if due else ():
            results.append(_drafted(replace(_assembly(currency, cutoff_on, at), brands=brands)))
    except Conflict as error:  # somebody assembles this currency: the next night takes it
        db.session.rollback()
        return str(error.sentence)
    for row in due:
        row.done_until = today
    db.session.commit()
    return " ".join(results) or str(gettext("Nothing is due."))


def send_by_stripe(stopping: Callable[[], bool]) -> int:
    """Sends what somebody has started to send, asks what became of what nobody knows of, brings back what somebody
    wants back, and unlinks accounts from which all has come; returns the number of attempts. Nothing without Stripe.
    Several workers may do it at once."""
    config = settings()
    if not config.has_stripe:
        return 0
    stripe = gateway(config)
    sent = Rail(stripe, config.stripe_rate, clock.now, config.stripe_financial_account).round(stopping)
    emptied = emptying.work(stripe, clock.now)
    back = cancel.work(stripe, clock.now)
    return sent + emptied + back + (emptying.work(stripe, clock.now) if emptied or back else 0)


def look_at_accounts(_stopping: Callable[[], bool]) -> int:
    """Asks Stripe how accounts stand of which it has told something; returns how many. Nothing without Stripe."""
    config = settings()
    if not config.has_stripe:
        return 0
    stripe = gateway(config)
    return accounts.look_at_told(stripe, clock.now, hold=config.bank_hold) + recipients.look_at_told(stripe, clock.now)


def reconcile_stripe(at: datetime, *, days: int | None = None) -> str:
    """Asks Stripe what moved our balance (at most so many `days` of it), books its fees and finds what our bank shows
    of it; commits, and says what came of it. Running it twice changes nothing more."""
    config = settings()
    if not config.has_stripe:
        return str(gettext("Stripe is not set up."))
    found = fetching.fetch(gateway(config), at=at, days=days)
    booked = fees.book(at=at)
    positions.pair_with_bank()
    db.session.commit()
    open_ones = positions.positions("open")
    sentence = gettext(
        "%(new)s movements at Stripe are new, %(fees)s fees were booked; %(open)s sums differ from ours.",
        new=found.new,
        fees=booked,
        open=open_ones[0].total if open_ones else 0,
    )
    return str(sentence)


def _due_currencies(
    cutoff_on: date, *, brands: Sequence[int] | None = None, but: Sequence[int] | None = None
) -> list[tuple[str]]:
    values = {"cutoff_on": cutoff_on, "brands": brands, "but": but}
    return raw().execute(statement("app.payouts", "due_currencies"), values).fetchall()


def _drafted(assembly: Assembly) -> str:
    """A draft, in the caller's transaction. Raises Conflict when somebody assembles its currency."""
    currency = assembly.currency
    try:
        number = db.session.get_one(PayoutBatch, draft(raw(), assembly)).number
    except NobodyToPay as error:
        return f"{currency}: {error.sentence}"
    return str(gettext("%(currency)s: draft %(number)s is made.", currency=currency, number=number))


def _assembly(currency: str, cutoff_on: date, at: datetime) -> Assembly:
    """What the timetable assembles."""
    config = settings()
    return Assembly(currency, cutoff_on, minimum_of(config, currency), None, at, config.bank_hold)


def _assemble(currency: str, cutoff_on: date, at: datetime, but: Sequence[int]) -> str:
    """One currency, in a transaction of its own."""
    try:
        if _draft_waits(currency):
            return str(gettext("%(currency)s: a draft waits already.", currency=currency))
        said = _drafted(replace(_assembly(currency, cutoff_on, at), but=but))
        db.session.commit()
    except Conflict as error:
        db.session.rollback()
        return f"{currency}: {error.sentence}"
    return said


def _draft_waits(currency: str) -> bool:
    drafts = select(PayoutBatch.id).where(PayoutBatch.currency == currency, PayoutBatch.status == BatchStatus.DRAFT)
    drafts = drafts.where(PayoutBatch.own_days.is_(False))
    return db.session.scalar(drafts.limit(1)) is not None
