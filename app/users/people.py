"""The people of the platform, as its admin sees them: found, disabled, let in again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from app.database import db
from app.errors import BadInput, Conflict, NotAllowed, NotFound
from app.security import Identity
from app.users import passwords, resets, sessions, trail
from app.users.memberships import LIVE
from app.users.models import Membership, Person
from app.web.texts import checked_name
from config import settings

STATES = ("active", "disabled")


def people_matching(text: str = "", role: str = "", state: str = "") -> Select[Person]:
    """The people whose name or e-mail has `text` in it, with a role and a state (active, disabled) where given."""
    people = select(Person).order_by(Person.name, Person.id)
    if text:
        people = people.where(contains(Person.name, text) | contains(Person.email, text))
    if role:
        people = people.where(exists().where(Membership.person_id == Person.id, LIVE, Membership.role == role))
    if state:
        people = people.where(Person.disabled_at.is_(None) if state == "active" else Person.disabled_at.is_not(None))
    return people


def contains(column: InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    """Whether a text column has `text` in it, small and capital letters alike."""
    return column.icontains(text, autoescape=True)


def get_person(public_id: UUID, *, lock: bool = False) -> Person:
    """The person with this public id; NotFound when there is none."""
    wanted = select(Person).where(Person.public_id == public_id)
    row = db.session.scalar(wanted.with_for_update() if lock else wanted)
    if row is None:
        raise NotFound(gettext("There is no such person."))
    return row


def register(email: str, name: str, password: str, language: str, *, at: datetime) -> Person:
    """Somebody new. BadInput when the name or the password is refused, Conflict when the address has an account."""
    name = checked_name(name)
    passwords.check_new(password, email)
    if db.session.scalar(select(Person.id).where(Person.email == email)):
        raise Conflict(gettext("%(email)s has an account: sign in with it.", email=email))
    new = Person(email=email, name=name, language=language, created_at=at)
    new.password_hash = passwords.hashed(password, settings())
    db.session.add(new)
    db.session.flush()
    return new


def change_password(me: Identity, old: str, new: str, *, at: datetime) -> None:
    """Sets a new password and signs the person out everywhere else; BadInput when the old one is not right."""
    row = db.session.get_one(Person, me.person_id, with_for_update=True)
    if not passwords.matches(row.password_hash, old, settings()):
        raise BadInput(gettext("The current password is wrong: nothing was changed."))
    passwords.check_new(new, row.email)
    resets.set_password(row, new, at=at, but=me.token)
    trail.record("change password", "person", row.id, by=me, at=at)


def disable(public_id: UUID, *, by: Identity, at: datetime) -> Person:
    """Shuts somebody out at once, everywhere. Conflict for oneself."""
    row = get_person(public_id)
    if row.id == by.person_id:
        raise Conflict(gettext("You can't disable yourself: ask another admin."))
    _lock_both(row, by)
    if row.disabled_at is None:
        row.disabled_at = at
        sessions.revoke_all(row.id, at=at)
        trail.record("disable", "person", row.id, by=by, at=at, email=row.email)
    return row


def enable(public_id: UUID, *, by: Identity, at: datetime) -> Person:
    """Lets somebody in again, with the roles they still have and the password they had."""
    row = get_person(public_id, lock=True)
    if row.disabled_at is not None:
        row.disabled_at = None
        trail.record("enable", "person", row.id, by=by, at=at, email=row.email)
    return row


def _lock_both(row: Person, by: Identity) -> None:
    """Two admins who disable each other at once come after one another, and the second is shut out already."""
    both = select(Person).where(Person.id.in_([row.id, by.person_id])).order_by(Person.id).with_for_update()
    for locked in db.session.scalars(both, execution_options={"populate_existing": True}):
        if locked.id == by.person_id and locked.disabled_at is not None:
            raise NotAllowed(gettext("You have been disabled: ask another admin."))
