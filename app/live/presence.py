"""Who watches a show, for how long, and what of its products they see and tap. Nothing is noted of a rehearsal.

A viewer is a browser with the page open and in sight; they watch as long as they were heard of within the last half
minute. Everything is written for all at once: a beat is two statements, whoever many watch.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text

from app.database import db, raw, statement
from app.streams import notices

GAP = timedelta(seconds=30)  # who was not heard of for so long does not watch any more
ROOM = "app.live"
MOST = 50  # products one report may name

VIEWERS = text(
    "select count(*) from show_presence"
    " where show_id = :show and replay = :replay and last_seen > :at and last_seen <= :now"
)


def beat(watching: Sequence[tuple[int, bytes, bool]], *, at: datetime) -> None:
    """Notes that all these (show, visitor, whether it is the replay) watch at the instant `at`, and tells the pages of
    these shows how many they are."""
    shows, visitors, replays = ([each[number] for each in watching] for number in range(3))
    values = {"shows": shows, "visitors": visitors, "replays": replays, "at": at, "gap": GAP}
    found = raw().execute(statement(ROOM, "beat"), values).fetchone()
    seen = sorted(found[0]) if found and found[0] else []
    if seen:
        raw().execute(statement(ROOM, "note_minutes"), {"shows": seen, "at": at, "gap": GAP})
    for show_id in seen:
        notices.announce(raw(), show_id, notices.VIEWERS)


def viewers(show_id: int, *, at: datetime, replay: bool = False) -> int:
    """How many watch at the instant `at`."""
    values = {"show": show_id, "replay": replay, "at": at - GAP, "now": at}
    return int(db.session.scalar(VIEWERS, values) or 0)


def note_interest(
    show_id: int,
    visitor: bytes,
    *,
    seen: Collection[int] = (),
    tapped: Collection[int] = (),
    picture_at: datetime | None = None,
    at: datetime,
) -> None:
    """Notes which items of the run sheet a visitor has had in sight and has tapped since they last told. Items of other
    shows, and what is more than MOST, are left out."""
    values = {"show": show_id, "visitor": visitor, "at": at, "picture_at": picture_at}
    values |= {"seen": list(seen)[:MOST], "tapped": list(tapped)[:MOST]}
    raw().execute(statement(ROOM, "note_interest"), values)
