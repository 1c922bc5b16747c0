"""A new password by mail, for who has forgotten the old one."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import force_locale, gettext
from sqlalchemy import delete, select, update

from app.database import db
from app.users import letters, links, passwords, sessions
from app.users.models import Attempt, PasswordReset, Person
from config import settings

LASTS = timedelta(hours=1)


def ask(email: str, *, at: datetime) -> tuple[Person, PasswordReset] | None:
    """Makes the link for the person with this address; None when there is none, which nobody may learn."""
    person = db.session.scalar(select(Person).where(Person.email == email, Person.disabled_at.is_(None)))
    if person is None:
        return None
    reset = PasswordReset(person_id=person.id, asked_at=at, expires_at=at + LASTS)
    db.session.add(reset)
    db.session.flush()
    return person, reset


def send(person: Person, reset: PasswordReset) -> None:
    """Mails the link in the person's language. It says nothing back: the answer on screen must not depend on it."""
    with force_locale(person.language):
        subject = gettext("A new password for %(platform)s", platform=settings().platform_name)
        body = gettext(
            "Somebody, probably you, asked for a new password for %(platform)s. Choose one here within an hour:\n\n"
            "%(link)s\n\nIf it was not you, do nothing: your password stays as it is.\n",
            platform=settings().platform_name,
            link=links.address("users.reset", "reset", reset.id),
        )
    letters.post_unseen(person.email, subject, body)


def person_of(token: str, *, at: datetime, lock: bool = False) -> tuple[Person, PasswordReset]:
    """Who may set a new password with this link; NotFound when nobody. `lock` it to use it."""
    found = select(PasswordReset).where(
        PasswordReset.id == links.row_of("reset", token), PasswordReset.used_at.is_(None), PasswordReset.expires_at > at
    )
    reset = db.session.scalar(found.with_for_update() if lock else found)
    person = db.session.get(Person, reset.person_id) if reset else None
    if reset is None or person is None or person.disabled_at is not None:
        raise links.closed()
    return person, reset


def use(token: str, password: str, *, at: datetime) -> Person:
    """Sets the new password and signs the person out everywhere. All links sent so far are used up.

    BadInput when the password is refused, which leaves the link open.
    """
    person, _ = person_of(token, at=at, lock=True)
    passwords.check_new(password, person.email)
    person.password_hash = passwords.hashed(password, settings())
    mine = update(PasswordReset).where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
    db.session.execute(mine.values(used_at=at))
    sessions.revoke_all(person.id, at=at)
    db.session.execute(delete(Attempt).where(Attempt.key == f"password:{person.email}"))
    db.session.flush()
    return person
