"""Who is signed in where. The browser keeps a random token, the table its hash; a session ends when its row says so."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.database import db
from app.errors import NotFound
from app.security import Identity, Role
from app.users.models import Membership, Person, UserSession

SEEN_EVERY = timedelta(minutes=5)  # how exact "last seen" is


def open_session(person: Person, *, at: datetime, days: int, address: str, browser: str) -> str:
    """Signs `person` in for `days` days and returns the new token, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        UserSession(
            token_hash=_hash(token),
            person_id=person.id,
            opened_at=at,
            seen_at=at,
            expires_at=at + timedelta(days=days),
            address=address,
            browser=browser.replace("\x00", "")[:300],
        )
    )
    db.session.flush()
    return token


def identity_of(token: str, *, at: datetime) -> tuple[Identity, bool] | None:
    """The person behind a token and whether "last seen" is due; None when the session or the person is not (any more).

    One query, at every request: a role or session that ends, ends at once.
    """
    live = (
        select(Person, UserSession.seen_at, Membership.role, Membership.brand_id, Membership.creator_id)
        .join(UserSession, UserSession.person_id == Person.id)
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.ended_at.is_(None))
        .where(UserSession.token_hash == _hash(token), UserSession.revoked_at.is_(None), UserSession.expires_at > at)
        .where(Person.disabled_at.is_(None))
    )
    rows = db.session.execute(live).all()
    if not rows:
        return None
    person, seen_at = rows[0][0], rows[0][1]
    memberships = frozenset((Role(role), brand, creator) for _, _, role, brand, creator in rows if role)
    identity = Identity(person.id, person.name, person.email, person.language, person.timezone, token, memberships)
    return identity, at - seen_at >= SEEN_EVERY


def seen(token: str, *, at: datetime) -> None:
    """Notes that a session was used, in a transaction of its own: the page's own work is not half done by it."""
    with db.engine.begin() as connection:
        connection.execute(update(UserSession).where(UserSession.token_hash == _hash(token)).values(seen_at=at))


def live_sessions(person_id: int, *, at: datetime) -> Sequence[UserSession]:
    """Where a person is signed in, the latest first."""
    live = select(UserSession).where(
        UserSession.person_id == person_id, UserSession.revoked_at.is_(None), UserSession.expires_at > at
    )
    return db.session.scalars(live.order_by(UserSession.seen_at.desc())).all()


def is_current(session: UserSession, token: str) -> bool:
    """Whether `session` is the one of `token`."""
    return secrets.compare_digest(session.token_hash, _hash(token))


def revoke(session_id: UUID, person_id: int, *, at: datetime) -> None:
    """Signs one browser of a person out; NotFound when that person has no such session."""
    row = db.session.scalar(select(UserSession).where(UserSession.id == session_id, UserSession.person_id == person_id))
    if row is None:
        raise NotFound("There is no such session.")
    row.revoked_at = row.revoked_at or at
    db.session.flush()


def revoke_token(token: str, *, at: datetime) -> None:
    """Signs the browser with this token out."""
    open_one = update(UserSession).where(UserSession.token_hash == _hash(token), UserSession.revoked_at.is_(None))
    db.session.execute(open_one.values(revoked_at=at))


def revoke_all(person_id: int, *, at: datetime, but: str = "") -> None:
    """Signs a person out everywhere, except in the browser with the token `but`."""
    sessions = update(UserSession).where(UserSession.person_id == person_id, UserSession.revoked_at.is_(None))
    if but:
        sessions = sessions.where(UserSession.token_hash != _hash(but))
    db.session.execute(sessions.values(revoked_at=at))


def _hash(token: str) -> bytes:
    """What is stored of a token. It is random and long, so one plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
