"""Who calls: the key of the header Authorization, its pace, and what it may do. Cookies say nothing here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from flask import g, request
from flask_babel import gettext
from sqlalchemy import text

from app.api import keys
from app.api.asked import LAZILY
from app.api.errors import NoKey
from app.api.models import Key, Scope
from app.database import db
from app.errors import NotAllowed, TooMany
from app.security import Identity
from app.words import word
from config import settings

BURST = 100  # requests at once, before the pace counts
# Each request takes its share of the time after which all of a burst are there again (GCRA); none is taken when there
# is none left, so that who is refused is not refused the longer for asking.
SPEND = text(
    "insert into api_use as u (key_id, used_at, secret_id, full_at) values (:key, :at, :secret, :at + :step)"
    " on conflict (key_id) do update set used_at = greatest(u.used_at, :at), secret_id = :secret,"
    " full_at = greatest(u.full_at, :at) + :step where greatest(u.full_at, :at) <= :at + :burst - :step returning 1"
)
FULL = text("select full_at from api_use where key_id = :key")


@dataclass(frozen=True)
class Caller:
    """The key behind a request: whose it is, as whom it acts, what it may do, and when it called."""

    key_id: int
    brand_id: int
    brand: str  # its handle
    by: Identity
    scopes: frozenset[str]
    at: datetime


def called(scope: Scope | None, *, at: datetime) -> Caller:
    """The caller behind the request, who may do what `scope` says (None: any key may).

    NoKey without a good key, TooMany when it goes too fast, NotAllowed when it lacks the scope. The caller's pace is
    counted in a transaction of its own.
    """
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise NoKey(gettext("Send your key in the header Authorization, like “Bearer sck_…”."))
    found = keys.owner_of(secret.strip(), at=at)
    if found is None:
        raise NoKey(gettext("This key is not good: it was revoked or has ended, or there is a slip in it."))
    key, used = found
    caller = caller_of(key, at)
    g.api_caller = caller
    _spend(key.id, used.id, at)
    if scope is not None and scope not in caller.scopes:
        raise NotAllowed(
            gettext(
                "This key may not do that: make one that may “%(scope)s” (%(word)s).", scope=word(scope), word=scope
            )
        )
    return caller


def caller_of(key: Key, at: datetime) -> Caller:
    """The caller that a key stands for."""
    return Caller(
        key_id=key.id,
        brand_id=key.brand_id,
        brand=key.brand.handle,
        by=keys.identity_of(key),
        scopes=frozenset(key.scopes),
        at=at,
    )


def _spend(key_id: int, secret_id: int, at: datetime) -> None:
    """Counts the request; TooMany, with how long to wait, when the key goes too fast."""
    step = timedelta(seconds=1) / settings().api_rate
    values = {"key": key_id, "secret": secret_id, "at": at, "step": step, "burst": step * BURST}
    db.session.execute(LAZILY)
    taken = db.session.execute(SPEND, values).first()
    full_at = None if taken else db.session.scalar(FULL, {"key": key_id})
    db.session.commit()
    if full_at is not None:
        wait = max(1, ceil((full_at + step - step * BURST - at).total_seconds()))
        rate = settings().api_rate
        sentence = gettext(
            "This is faster than %(rate)s requests a second: wait %(wait)s s, and send many rows in one request.",
            rate=rate,
            wait=wait,
        )
        raise TooMany(sentence, retry_after=wait)
