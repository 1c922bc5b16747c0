"""Who helps the host of a show: people with an account, added by their e-mail address."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext
from sqlalchemy import delete, func, select

from app.database import db, lock
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.security import Identity
from app.streams import letters
from app.streams.models import Show, ShowModerator, ShowStatus
from app.users.models import Person
from app.users.trail import record

MOST = 20
OVER = frozenset({ShowStatus.ENDED, ShowStatus.CANCELLED, ShowStatus.DECLINED})


def add(show: Show, email: str, *, by: Identity, at: datetime) -> ShowModerator:
    """Adds the person with this address, and writes to them.

    BadInput where nobody has it; Conflict where they help already, or twenty do; WrongStatus when the show is over.
    """
    lock(show)
    if show.status in OVER:
        raise WrongStatus(gettext("This show is over."))
    person = db.session.scalar(
        select(Person).where(func.lower(Person.email) == email.strip().lower(), Person.disabled_at.is_(None))
    )
    if person is None:
        raise BadInput(gettext("Nobody with this address has an account here. Ask them to sign up first."))
    helping = letters.moderators_of(show)
    if person in helping:
        raise Conflict(gettext("%(name)s is a moderator already.", name=person.name))
    if len(helping) >= MOST:
        raise Conflict(gettext("A show has at most %(count)s moderators.", count=MOST))
    made = ShowModerator(show_id=show.id, person_id=person.id, added_by=by.person_id, added_at=at)
    db.session.add(made)
    db.session.flush()
    record("add moderator", "show", show.id, by=by, at=at, name=person.name)
    letters.write_moderators(show, "moderator", [person], at=at, good_until=show.planned_end)
    return made


def remove(show: Show, person_id: int, *, by: Identity, at: datetime) -> None:
    """Takes somebody's rights away. NotFound where they have none."""
    lock(show)
    person = db.session.get(Person, person_id)
    gone = delete(ShowModerator).where(ShowModerator.show_id == show.id, ShowModerator.person_id == person_id)
    if person is None or db.session.execute(gone.returning(ShowModerator.person_id)).first() is None:
        raise NotFound(gettext("That person is no moderator of this show."))
    record("remove moderator", "show", show.id, by=by, at=at, name=person.name)
