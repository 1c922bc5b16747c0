"""Asks Stripe what moved our balance there, a day at a time, and keeps each movement once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from app.database import db, raw, statement
from app.payouts.provider.models import ProviderStatement
from app.stripe_answers import Movement
from app.stripe_gateway import Stripe

DAY = timedelta(days=1)
AGAIN = timedelta(days=1)  # is asked for once more each time: lists lag, and clocks differ
BEFORE_ALL = timedelta(days=30)  # where nothing of ours says when money began to move


class Fetched(NamedTuple):
    """How many movements were new, and until when all are known."""

    new: int
    until: datetime


def known() -> ProviderStatement | None:
    """From when until when all movements are known; None when Stripe was never asked."""
    query = select(ProviderStatement).execution_options(populate_existing=True)
    return db.session.scalar(query)


def fetch(stripe: Stripe, *, at: datetime, days: int | None = None) -> Fetched:
    """Keeps what moved since the last time (or, the first time, since our first record) until `at`, at most so many
    `days` of it, and commits after each day: killed, it goes on where it was. Running it twice keeps nothing twice.
    Raises Unavailable when Stripe does not answer; the days before are kept then."""
    until, before, new = at.replace(microsecond=0), known(), 0
    since = before.since if before else _beginning(until)
    start = max(since, before.until - AGAIN) if before else since
    done = start
    while start < until and (days is None or days > 0):
        end = min(start + DAY, until)
        new += _keep(stripe.movements(start, end), at=at)
        raw().execute(statement("app.payouts", "provider_known"), {"since": since, "until": end})
        db.session.commit()
        start = done = end
        days = None if days is None else days - 1
    return Fetched(new, done)


def _beginning(until: datetime) -> datetime:
    """A day before anything of ours was asked of Stripe."""
    first = (
        raw()
        .execute("select least((select min(asked_at) from checkout), (select min(prepared_at) from transfer))")
        .fetchone()
    )
    return (first[0] - DAY if first and first[0] else until - BEFORE_ALL).replace(microsecond=0)


def _keep(movements: Iterable[Movement], *, at: datetime) -> int:
    """Keeps those that are new; returns how many."""
    rows = [{**each._asdict(), "fetched_at": at} for each in movements]
    if not rows:
        return 0
    with raw().cursor() as cursor:
        cursor.executemany(statement("app.payouts", "provider_keep"), rows)
        return cursor.rowcount
