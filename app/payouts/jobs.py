"""The monthly job: a draft for each currency in which somebody has money to come, which sends nothing; and what the
worker does at Stripe once somebody has started it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.database import db, raw, statement
from app.errors import Conflict
from app.payouts.batches.assembly import assemble, minimum_of
from app.payouts.models import BatchStatus, PayoutBatch
from app.payouts.sending import accounts, cancel, recipients
from app.payouts.sending.rail import Rail
from app.stripe_gateway import gateway
from config import settings


def assemble_monthly(*, at: datetime) -> str:
    """Drafts a batch per currency up to and including yesterday, by the platform's calendar, and says what came of it.

    Running it twice makes no second draft: a currency in which a draft waits is left alone.
    """
    cutoff_on = clock.today(settings().platform_timezone, at=at) - timedelta(days=1)
    currencies = raw().execute(statement("app.payouts", "due_currencies"), {"cutoff_on": cutoff_on}).fetchall()
    results = [_assemble(currency, cutoff_on, at) for (currency,) in currencies]
    return " ".join(results) or str(gettext("Nothing is due."))


def send_by_stripe(stopping: Callable[[], bool]) -> int:
    """Sends what somebody has started to send, asks what became of what nobody knows of, and brings back what somebody
    wants back; returns the number of attempts. Nothing without Stripe. Several workers may do it at once."""
    config = settings()
    if not config.has_stripe:
        return 0
    stripe = gateway(config)
    rail = Rail(stripe, config.stripe_rate, clock.now, config.stripe_financial_account)
    return rail.round(stopping) + cancel.work(stripe, clock.now)


def look_at_accounts(_stopping: Callable[[], bool]) -> int:
    """Asks Stripe how accounts stand of which it has told something; returns how many. Nothing without Stripe."""
    config = settings()
    if not config.has_stripe:
        return 0
    stripe = gateway(config)
    return accounts.look_at_told(stripe, clock.now, hold=config.bank_hold) + recipients.look_at_told(stripe, clock.now)


def _assemble(currency: str, cutoff_on: date, at: datetime) -> str:
    """One currency, in a transaction of its own."""
    try:
        if _draft_waits(currency):
            return str(gettext("%(currency)s: a draft waits already.", currency=currency))
        minimum = minimum_of(settings(), currency)
        hold = settings().bank_hold
        batch_id = assemble(
            raw(), currency=currency, cutoff_on=cutoff_on, minimum=minimum, by=None, at=at, bank_hold=hold
        )
        number = db.session.get_one(PayoutBatch, batch_id).number
        db.session.commit()
    except Conflict as error:
        db.session.rollback()
        return f"{currency}: {error.sentence}"
    return str(
        gettext(
            "%(currency)s: draft %(number)s is made.",
            currency=currency,
            number=number,
        )
    )


def _draft_waits(currency: str) -> bool:
    drafts = select(PayoutBatch.id).where(PayoutBatch.currency == currency, PayoutBatch.status == BatchStatus.DRAFT)
    return db.session.scalar(drafts.limit(1)) is not None
