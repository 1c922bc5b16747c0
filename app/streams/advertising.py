"""The word on advertising in a show: said at the start and in every quarter of an hour, and kept as evidence."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy.dialects.postgresql import insert

from app.database import db, lock
from app.errors import WrongStatus
from app.security import Identity
from app.streams.activity import note
from app.streams.models import ActivityKind, AdReminder, Show, ShowStatus

QUARTER = timedelta(minutes=15)


def quarter_at(show: Show, at: datetime) -> int:
    """Which quarter of an hour of the show an instant is in: the first is 0. Before going on air it is 0 too."""
    return max(0, (at - (show.on_air_at or at)) // QUARTER)


def is_due(show: Show, at: datetime) -> bool:
    """Whether it has still to be said in this quarter of an hour."""
    return show.status == ShowStatus.ON_AIR and db.session.get(AdReminder, (show.id, quarter_at(show, at))) is None


def say(show: Show, *, at: datetime, by: Identity) -> None:
    """Keeps that it was said now; a second time in the same quarter changes nothing. WrongStatus unless on air."""
    lock(show)
    if show.status != ShowStatus.ON_AIR:
        raise WrongStatus(gettext("This show is not on air."))
    row = {"show_id": show.id, "quarter": quarter_at(show, at), "said_at": at, "said_by": by.person_id}
    db.session.execute(insert(AdReminder).values(row).on_conflict_do_nothing())
    note(show, ActivityKind.REMINDER, at=at, by=by)
