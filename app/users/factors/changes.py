"""Changes of one's second factors, each told by mail and in the audit trail, and their reset by an admin."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from sqlalchemy import update

from app import outbox
from app.database import db
from app.errors import Conflict
from app.outbox import Event, Reader
from app.security import Identity
from app.users import trail
from app.users.factors import apps, passkeys, recovery
from app.users.factors.models import Passkey
from app.users.factors.using import has_one, use
from app.users.models import Person
from app.users.people import get_person
from app.web.texts import required_text

LONGEST_REASON = 2000
PURPOSE = "second factors"  # what a factor is used for that lets its owner change their factors


def check_factor(me: Identity, answer: str, *, at: datetime) -> None:
    """Before any change, in its transaction: a second factor, where there is one. Changes of one person come one after
    the other. Raises what `use` does."""
    db.session.get_one(Person, me.person_id, with_for_update=True)
    if has_one(me.person_id):
        use(me.person_id, answer, PURPOSE, at=at)


def begin_app(me: Identity, *, at: datetime) -> None:
    """A new secret for an app of a person who was checked; nothing changes before `confirm_app`."""
    apps.begin(me.person_id, at=at)


def confirm_app(me: Identity, code: str, *, at: datetime) -> list[str]:
    """The app has shown its first code and counts. Returns recovery codes to show once, where there were none."""
    db.session.get_one(Person, me.person_id, with_for_update=True)
    apps.confirm(me.person_id, code, at=at)
    _tell(me, "set up app", lazy_gettext("an authenticator app was set up"), at=at)
    return _first_codes(me, at=at)


def remove_app(me: Identity, *, at: datetime) -> None:
    """The app of a person who was checked counts no more; Conflict when there is none."""
    if not apps.end_app(me.person_id, at=at):
        raise Conflict(gettext("You have no authenticator app."))
    _tell(me, "remove app", lazy_gettext("the authenticator app was removed"), at=at)
    _end_lonely_codes(me, at=at)


def add_passkey(me: Identity, name: str, answer: str, *, at: datetime) -> list[str]:
    """The passkey that a device of a person who was checked has made. Returns recovery codes as `confirm_app` does."""
    row = passkeys.add(me.person_id, name, answer, at=at)
    _tell(me, "add passkey", lazy_gettext("the passkey “%(name)s” was added", name=row.name), at=at, name=row.name)
    return _first_codes(me, at=at)


def rename_passkey(me: Identity, row: Passkey, name: str, *, at: datetime) -> None:
    """Another name for a passkey of a person who was checked."""
    before, row.name = row.name, passkeys.checked_name(name)
    if row.name != before:
        what = lazy_gettext("the passkey “%(before)s” was renamed to “%(name)s”", before=before, name=row.name)
        _tell(me, "rename passkey", what, at=at, name=row.name, before_name=before)


def remove_passkey(me: Identity, row: Passkey, *, at: datetime) -> None:
    """A passkey of a person who was checked counts no more."""
    row.ended_at = at
    db.session.flush()
    _tell(me, "remove passkey", lazy_gettext("the passkey “%(name)s” was removed", name=row.name), at=at, name=row.name)
    _end_lonely_codes(me, at=at)


def renew_codes(me: Identity, *, at: datetime) -> list[str]:
    """Ten new recovery codes for a person who was checked, to show once; Conflict without an app or passkey."""
    if not has_one(me.person_id):
        raise Conflict(gettext("Set up an app or a passkey first: recovery codes stand in for it."))
    _tell(me, "make recovery codes", lazy_gettext("new recovery codes were made; earlier ones are void"), at=at)
    return recovery.make_codes(me.person_id, at=at)


def reset(public_id: UUID, reason: str, *, by: Identity, at: datetime) -> Person:
    """An admin ends all factors of somebody who has lost them. They are told by mail, with the reason.

    BadInput without a reason, Conflict for one's own and where there is nothing to reset.
    """
    reason = required_text(reason, gettext("Give a reason. Others will read it."), LONGEST_REASON)
    person = get_person(public_id, lock=True)
    if person.id == by.person_id:
        raise Conflict(gettext("You can't reset your own second factors: ask another admin."))
    if not has_one(person.id):
        raise Conflict(gettext("%(name)s has no second factor.", name=person.name))
    apps.end_app(person.id, at=at)
    mine = update(Passkey).where(Passkey.person_id == person.id, Passkey.ended_at.is_(None))
    db.session.execute(mine.values(ended_at=at))
    recovery.end_codes(person.id, at=at)
    trail.record("reset factors", "person", person.id, by=by, at=at, email=person.email, reason=reason)
    facts = {"person": person.name, "who": by.name, "reason": reason, "at": at, "path": "/account/factors"}
    reader = Reader(person.email, person.language, person.id)
    outbox.write(Event("factors.reset", "person", person.id, at.isoformat()), [reader], facts, at=at)
    return person


def _first_codes(me: Identity, *, at: datetime) -> list[str]:
    return [] if recovery.left(me.person_id) else recovery.make_codes(me.person_id, at=at)


def _end_lonely_codes(me: Identity, *, at: datetime) -> None:
    """Recovery codes stand in for an app or passkey, and go with the last."""
    if not has_one(me.person_id):
        recovery.end_codes(me.person_id, at=at)


def _tell(me: Identity, action: str, what: LazyString, *, at: datetime, **detail: str) -> None:
    """In the trail, and by mail to the person, who may not be the one who did it."""
    trail.record(action, "person", me.person_id, by=me, at=at, **detail)
    person = db.session.get_one(Person, me.person_id)
    facts = {"person": person.name, "what": what, "at": at, "path": "/account/factors"}
    event = Event("factor.changed", "person", person.id, f"{action} {at.isoformat()}")
    outbox.write(event, [Reader(person.email, person.language, person.id)], facts, at=at)
