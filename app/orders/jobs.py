"""What the worker does for orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy.exc import DBAPIError

from app import clock
from app.database import abandon, db, raw, statement
from app.errors import Unavailable
from app.orders import closing, sending
from app.stripe_gateway import Stripe, gateway
from config import settings

KEPT = timedelta(days=30)  # who only reserved or waited
LINE_LASTS = timedelta(days=1)  # after a show
LOOK_BACK = timedelta(days=3)


def tend_orders(stopping: Callable[[], bool] = lambda: False) -> int:
    """Ends reservations whose time is over and sends refunds, until nothing is due or it should stop; returns how many
    were seen to. One that Stripe does not answer about is left to a later look."""
    stripe, done = gateway(settings()), 0
    while not stopping() and (_close_next(stripe) or _send_next(stripe)):
        done += 1
    return done


def clean(*, at: datetime) -> str:
    """Forgets who only reserved or waited a month ago, ends the lines of shows that are over for a day, and counts what
    came by the imports of orders; commits, and says how many people were forgotten."""
    forgotten = 0
    for name, before in (("end_lines", at - LINE_LASTS), ("erase_reserved", at - KEPT), ("erase_waiting", at - KEPT)):
        done = raw().execute(statement("app.orders", name), {"before": before}).rowcount
        forgotten += done if name != "end_lines" else 0
    raw().execute(statement("app.orders", "count_imports"), {"since": at - LOOK_BACK})
    db.session.commit()
    return f"{forgotten} people who only reserved or waited."


def _close_next(stripe: Stripe) -> bool:
    row = closing.claim(at=clock.now())
    db.session.commit()
    return row is not None and _try(lambda: closing.close(row, stripe, at=clock.now()))


def _send_next(stripe: Stripe) -> bool:
    row = sending.claim(at=clock.now())
    db.session.commit()
    return row is not None and _try(lambda: sending.send(row, stripe, at=clock.now()))


def _try(deed: Callable[[], None]) -> bool:
    """Does and commits it; it is left to a later look where Stripe has not answered or somebody else was faster."""
    try:
        deed()
        db.session.commit()
    except (Unavailable, psycopg.OperationalError, DBAPIError) as error:
        abandon()
        cause = error.orig if isinstance(error, DBAPIError) else error
        if not isinstance(cause, Unavailable | DeadlockDetected | SerializationFailure):
            raise
    return True
