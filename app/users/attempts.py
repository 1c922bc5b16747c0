"""Limits on tries, kept in the database so that all processes count together: a sliding window for each key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from flask_babel import gettext
from sqlalchemy import delete, func, insert, select

from app.database import db
from app.errors import TooMany
from app.users.models import Attempt


@dataclass(frozen=True)
class Limit:
    """At most `most` tries with this key in any span of `window`."""

    key: str
    most: int
    window: timedelta


def signing_in(email: str, address: str) -> tuple[Limit, Limit]:
    """The limits on failed passwords: for one e-mail, and from one address whatever the e-mail."""
    window = timedelta(minutes=15)
    return Limit(f"password:{email}", 5, window), Limit(f"password-from:{address}", 50, window)


def asking_reset(email: str, address: str) -> tuple[Limit, Limit]:
    """The limits on mails with a link for a new password."""
    window = timedelta(hours=1)
    return Limit(f"reset:{email}", 3, window), Limit(f"reset-from:{address}", 20, window)


def spend(limits: Sequence[Limit], *, at: datetime) -> list[int]:
    """Counts one try against each limit and returns what `give_back` takes; TooMany when one is used up.

    The try is counted before its outcome is known, under a lock on the key: however many come at once, no more than
    `most` get through. The caller commits at once, so that what happens next can't take the count back.
    """
    for limit in sorted(limits, key=lambda limit: limit.key):  # always in the same order, so that two can't deadlock
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(limit.key, 0))))
        _refuse_when_used_up(limit, at)
    rows = [{"key": limit.key, "at": at} for limit in limits]
    return list(db.session.scalars(insert(Attempt).returning(Attempt.id), rows))


def give_back(ids: Sequence[int], key: str) -> None:
    """A try that was right does not count, and neither do the earlier ones with `key`."""
    db.session.execute(delete(Attempt).where(Attempt.id.in_(ids) | (Attempt.key == key)))


def _refuse_when_used_up(limit: Limit, at: datetime) -> None:
    recent = select(Attempt.at).where(Attempt.key == limit.key, Attempt.at > at - limit.window)
    latest = db.session.scalars(recent.order_by(Attempt.at.desc()).limit(limit.most)).all()
    if len(latest) < limit.most:
        return
    wait = ceil((latest[-1] + limit.window - at).total_seconds())
    minutes = ceil(wait / 60)
    sentence = gettext("Too many tries: wait %(minutes)s minutes and try again.", minutes=minutes)
    raise TooMany(sentence, retry_after=wait)
