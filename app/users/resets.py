"""A new password by mail, for who has forgotten the old one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from app import outbox
from app.database import db
from app.outbox import Event, Reader
from app.users import attempts, links, passwords, sessions, trail
from app.users.models import PasswordReset, Person
from config import settings

LASTS = timedelta(hours=1)


def request_reset(email: str, *, at: datetime) -> None:
    """Lets a link be mailed to the person with this address.

    Where there is none the very same is done, with a link for nobody and a letter that is never sent: from how long it
    takes nobody learns who has an account.
    """
    person = db.session.scalar(select(Person).where(Person.email == email, Person.disabled_at.is_(None)))
    person_id, language = (person.id, person.language) if person else (None, "en")
    reset = PasswordReset(person_id=person_id, asked_at=at, expires_at=at + LASTS)
    db.session.add(reset)
    db.session.flush()
    event, reader = Event("password.reset", "password_reset", reset.id), Reader(email, language, person_id)
    outbox.write(event, [reader], {}, at=at, good_until=reset.expires_at, drop=person is None)


def person_of(token: str, *, at: datetime, lock: bool = False) -> tuple[Person, PasswordReset]:
    """Who may set a new password with this link; NotFound when nobody. `lock` it to use it."""
    open_reset = select(PasswordReset).where(
        PasswordReset.id == links.row_of("reset", token), PasswordReset.used_at.is_(None), PasswordReset.expires_at > at
    )
    reset = db.session.scalar(open_reset.with_for_update() if lock else open_reset)
    person = db.session.get(Person, reset.person_id) if reset and reset.person_id else None
    if reset is None or person is None or person.disabled_at is not None:
        raise links.link_closed()
    return person, reset


def reset_password(token: str, password: str, *, at: datetime) -> Person:
    """Sets the new password and signs the person out everywhere. All links sent so far are used up.

    BadInput when the password is refused, which leaves the link open.
    """
    person, _ = person_of(token, at=at, lock=True)
    passwords.check_new(password, person.email)
    set_password(person, password, at=at)
    attempts.forget(person.email)
    trail.record("reset password", "person", person.id, by=None, at=at, email=person.email)
    return person


def set_password(person: Person, password: str, *, at: datetime, but: str = "") -> None:
    """Sets a password that was checked, signs the person out everywhere (except in the browser with the token `but`),
    and uses up every link for a new one that was sent so far: an older mail must not undo this."""
    person.password_hash = passwords.hashed(password, settings())
    open_resets = update(PasswordReset).where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
    db.session.execute(open_resets.values(used_at=at))
    sessions.revoke_all(person.id, at=at, but=but)
    db.session.flush()
