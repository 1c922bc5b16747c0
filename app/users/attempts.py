"""Limits on tries, kept in the database so that all processes count together: a sliding window for each key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from flask_babel import gettext
from sqlalchemy import Select, delete, exists, func, insert, select

from app.database import db
from app.errors import TooMany
from app.users import trail
from app.users.models import Attempt, AuditEvent, Person, UserSession


@dataclass(frozen=True)
class Limit:
    """At most `most` tries with this key in any span of `window`."""

    key: str
    most: int
    window: timedelta


def signing_in(email: str, address: str) -> list[Limit]:
    """The limits on failed passwords: for one e-mail from one address first, then from one address whatever the e-mail,
    and for one e-mail from all addresses where that person was never signed in.

    So a stranger who guesses shuts out strangers, not the person at a place they work from; and guesses from however
    many addresses stay bounded.
    """
    window = timedelta(minutes=15)
    limits = [
        Limit(f"password:{email} {address}", 5, window),
        Limit(f"password-from:{address}", 50, window),
        Limit(f"password-for:{email}", 20, timedelta(hours=1)),
    ]
    familiar = exists().where(UserSession.person_id == Person.id, UserSession.address == address)
    known = db.session.scalar(select(func.count()).where(Person.email == email, familiar))
    return limits[:2] if known else limits


def forget(email: str) -> None:
    """Takes back every failed password for an e-mail: its owner has just shown who they are."""
    theirs = Attempt.key.startswith(f"password:{email} ", autoescape=True) | (Attempt.key == f"password-for:{email}")
    db.session.execute(delete(Attempt).where(theirs))


def record_lockouts(limits: Sequence[Limit], email: str, address: str, *, at: datetime) -> None:
    """After a failed try: notes in the audit trail each limit that it has used up. The caller commits."""
    person_id = db.session.scalar(select(Person.id).where(Person.email == email))
    for limit in limits:
        if db.session.execute(_recent(limit, at)).scalar_one() == limit.most:
            minutes = int(limit.window.total_seconds() // 60)
            about = {"email": email, "address": address, "tries": limit.most, "minutes": minutes}
            trail.record("lock out", "person", person_id, by=None, at=at, **about)


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
        refuse_when_used_up(limit, at)
    rows = [{"key": limit.key, "at": at} for limit in limits]
    return list(db.session.scalars(insert(Attempt).returning(Attempt.id), rows))


def give_back(ids: Sequence[int], key: str) -> None:
    """A try that was right does not count, and neither do the earlier ones with `key`."""
    db.session.execute(delete(Attempt).where(Attempt.id.in_(ids) | (Attempt.key == key)))


def count_apart(limit: Limit, person_id: int, *, at: datetime) -> None:
    """Counts a failed try in a transaction of its own: what the caller rolls back can't take it back. The one that
    uses the limit up is noted in the audit trail. The caller holds the lock on the key, as in `spend`."""
    minutes = int(limit.window.total_seconds() // 60)
    about = {"tries": limit.most, "minutes": minutes, "with": limit.key.partition(":")[0]}
    event = {"at": at, "by_name": "system", "action": "lock out", "object_kind": "person", "object_id": person_id}
    with db.engine.begin() as connection:
        connection.execute(insert(Attempt).values(key=limit.key, at=at))
        if connection.execute(_recent(limit, at)).scalar_one() == limit.most:
            connection.execute(insert(AuditEvent).values(**event, detail=about))


def refuse_when_used_up(limit: Limit, at: datetime) -> None:
    """TooMany, with how long to wait, when a limit has no tries left."""
    recent = select(Attempt.at).where(Attempt.key == limit.key, Attempt.at > at - limit.window)
    latest = db.session.scalars(recent.order_by(Attempt.at.desc()).limit(limit.most)).all()
    if len(latest) < limit.most:
        return
    wait = ceil((latest[-1] + limit.window - at).total_seconds())
    minutes = ceil(wait / 60)
    sentence = gettext("Too many tries: wait %(minutes)s minutes and try again.", minutes=minutes)
    raise TooMany(sentence, retry_after=wait)


def _recent(limit: Limit, at: datetime) -> Select[int]:
    """How many tries count against a limit now."""
    return select(func.count()).where(Attempt.key == limit.key, Attempt.at > at - limit.window)
