"""What shows came to, kept for others to be held against, and how the fatigue of audiences moves: a night's work."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.database import db, raw, statement
from app.live.desk.measures import ROOM
from app.live.desk.scenes import LONGEST
from app.live.models import FatigueMark
from app.streams.models import Stream

OPEN_FOR = timedelta(days=60)  # in which most of what comes back has come back


def note_results(*, at: datetime) -> int:
    """Works out anew what the streams of the last weeks came to; returns how many had an audience that was measured."""
    streams = _over(at)
    query = "".join(statement(ROOM, name) for name in ("desk_lines", "desk_measured", "note_results"))
    return raw().execute(query, {"streams": streams, "longest": LONGEST, "at": at}).rowcount if streams else 0


def note_fatigue(*, at: datetime) -> int:
    """Notes how tired the audiences of those who have streamed lately are; returns how many have changed."""
    values = {"streams": _over(at), "day": at.date()}
    return raw().execute(statement(ROOM, "note_fatigue"), values).rowcount


def fatigue_between(creator_id: int, brand_id: int, before: datetime, at: datetime) -> tuple[FatigueMark | None, ...]:
    """The last mark of before an instant, and the last one there is at `at`; None where there was none."""
    marks = select(FatigueMark).where(FatigueMark.creator_id == creator_id, FatigueMark.brand_id == brand_id)
    newest = marks.order_by(FatigueMark.on_day.desc()).limit(1)
    return (
        db.session.scalar(newest.where(FatigueMark.on_day <= before.date())),
        db.session.scalar(newest.where(FatigueMark.on_day <= at.date(), FatigueMark.on_day > before.date())),
    )


def _over(at: datetime) -> list[int]:
    query = select(Stream.id).where(Stream.ends_at > at - OPEN_FOR, Stream.ends_at <= at).order_by(Stream.id)
    return list(db.session.scalars(query))
