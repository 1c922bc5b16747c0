"""Handling what was taken in: in batches, each event in a savepoint of its own, with what came of it beside its effect.

A transaction holds a batch: whatever ends it early leaves its events waiting, with nothing done about them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from app.database import db, no_connection
from app.errors import in_one_line
from app.integrations.masking import mask_text
from app.integrations.models import EventStatus, IgnoredAs
from app.integrations.source import Event, Overtaken
from app.integrations.sources import SOURCES

BATCH = 200  # events in one transaction
FEWEST = 5  # of one source, for which it is worth a look at all of them together
# between the first try and the second, and so on; after the last of them a person has to look
GAPS = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6)]

TAKE = text(
    "select e.id, source, e.event_id, type, happened_at, attempts, shop_id, body from webhook_event e"
    " join webhook_body b on b.event_id = e.id"
    " where status = 'waiting' and next_try_at <= :at and source = any(:sources)"
    " order by next_try_at, e.id limit :most for update of e skip locked"
)
SETTLE = text(
    "update webhook_event set status = :status, attempts = attempts + :tried, next_try_at = :next_try_at,"
    " error = :error, ignored_as = :ignored_as, settled_at = :settled_at where id = :id"
)


def handle_batch(stopping: Callable[[], bool] = lambda: False, *, at: datetime) -> int:
    """Handles the events that are due and that no other worker has; the caller commits. Returns how many were taken.

    Those of a batch go in the order of their own time. One that fails undoes nothing of the others, and is tried again
    after the next of GAPS; when the worker should stop, the rest of the batch is left waiting.
    """
    values = {"at": at, "sources": list(SOURCES), "most": BATCH}
    taken = sorted(db.session.execute(TAKE, values), key=lambda row: (row.happened_at, row.id))
    together = _together(taken, at)
    done = len(together)
    for row in taken:
        if row.id in together:
            continue
        if stopping():
            break
        db.session.execute(SETTLE, {"id": row.id} | _outcome(row, at))
        done += 1
    return done


def _together(taken: Sequence[Row[Any]], at: datetime) -> set[int]:
    """Handles what sources can do for many events at once, and returns the events it was. Where that fails nothing of
    it is kept: each is then handled by itself, and what is wrong with one is said of that one."""
    done = set[int]()
    for name in sorted({row.source for row in taken}):
        mine = [row for row in taken if row.source == name]
        if (handle := SOURCES[name].together) is None or len(mine) < FEWEST:
            continue
        try:
            with db.session.begin_nested():
                done |= handle([_event(row, json.loads(row.body)) for row in mine], at)
                _check_what_waits_for_the_commit()
        except Exception as error:
            if no_connection(error):
                raise
    told = {"status": EventStatus.HANDLED, "tried": 1, "next_try_at": None, "error": None, "ignored_as": None}
    if done:
        db.session.execute(SETTLE, [{"id": each, **told, "settled_at": at} for each in sorted(done)])
    return done


def _event(row: Row[Any], content: Any) -> Event:
    return Event(row.id, row.source, row.event_id, row.type, row.happened_at, content, row.shop_id)


def _outcome(row: Row[Any], at: datetime) -> dict[str, Any]:
    """What is to be noted on an event: it was handled, ignored, or is tried again."""
    told: dict[str, Any] = {"tried": 1, "next_try_at": None, "error": None, "ignored_as": None, "settled_at": at}
    handler = SOURCES[row.source].handlers.get(row.type)
    if handler is None:
        return told | {"status": EventStatus.IGNORED, "ignored_as": IgnoredAs.UNKNOWN_TYPE}
    try:
        with db.session.begin_nested():
            handler(_event(row, json.loads(row.body)), at)
            _check_what_waits_for_the_commit()
    except Overtaken:
        return told | {"status": EventStatus.IGNORED, "ignored_as": IgnoredAs.OVERTAKEN}
    except Exception as error:
        if no_connection(error):
            raise
        return told | _again(row, error, at)
    return told | {"status": EventStatus.HANDLED}


def _check_what_waits_for_the_commit() -> None:
    """A constraint that is checked at the commit would fail the whole batch there, and again each time."""
    db.session.flush()
    db.session.execute(text("set constraints all immediate"))
    db.session.execute(text("set constraints all deferred"))


def _again(row: Row[Any], error: Exception, at: datetime) -> dict[str, Any]:
    told = {"error": mask_text(in_one_line(error)), "settled_at": None}
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, DeadlockDetected | SerializationFailure):  # another worker was faster: no fault of the event
        return told | {"status": EventStatus.WAITING, "next_try_at": at + timedelta(seconds=1), "tried": 0}
    if row.attempts >= len(GAPS):
        return told | {"status": EventStatus.STUCK}
    return told | {"status": EventStatus.WAITING, "next_try_at": at + GAPS[row.attempts]}
