"""What time does to shows: letters a day and an hour before, and the end of a show that was forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.database import db
from app.streams import letters, shows
from app.streams.models import Show, ShowStatus

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
COMING = (ShowStatus.PLANNED, ShowStatus.REHEARSAL)


def remind(*, at: datetime) -> int:
    """Writes to everybody a day and an hour before a show; returns of how many shows.

    A letter is written once for each planned time, and the one of the day only for shows that were planned before it.
    """
    soon = select(Show).where(Show.status.in_(COMING), Show.planned_start > at, Show.planned_start <= at + DAY)
    due = list(db.session.scalars(soon.order_by(Show.id).with_for_update(of=Show, skip_locked=True)))
    return sum(_reminded(show, at) for show in due)


def end_forgotten(*, at: datetime) -> Sequence[Show]:
    """Ends the shows nobody has ended: as of when they were to end by themselves, not of when somebody looked."""
    running = select(Show).where(Show.status == ShowStatus.ON_AIR, Show.planned_start < at - shows.MARGIN)
    found = db.session.scalars(running.order_by(Show.id).with_for_update(of=Show, skip_locked=True)).all()
    over = [(show, shows.ends_by_itself_at(show)) for show in found]
    ended = [shows.end(show, at=until, by=None) for show, until in over if until <= at]
    for show in ended:
        letters.write_creator(show, "forgotten", at=at)
    return ended


def _reminded(show: Show, at: datetime) -> bool:
    if show.planned_start - at <= HOUR:
        return _written(show, "hour", at)
    return show.changed_at <= show.planned_start - DAY and _written(show, "day", at)


def _written(show: Show, what: str, at: datetime) -> bool:
    """Writes the letter unless it was written; to brands only the day before."""
    if letters.was_written(show, what, at):
        return False
    until = show.planned_start
    letters.write_creator(show, what, at=at, good_until=until)
    letters.write_moderators(show, what, letters.moderators_of(show), at=at, good_until=until)
    if what == "day":
        letters.write_brands(show, what, at=at, good_until=until)
    return True
