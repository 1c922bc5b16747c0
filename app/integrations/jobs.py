"""What the worker and the timetable do for the inbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import text

from app import clock
from app.database import db
from app.integrations.handling import BATCH, handle_batch

KEPT = timedelta(days=90)  # bodies of events that need nobody any more; a trigger keeps them as long
A_TURN = 10  # batches
CHUNK = 5000  # bodies in one transaction
CLEAR = text(
    "delete from webhook_body where event_id in (select id from webhook_event e"
    " where status in ('handled', 'ignored') and received_at < :old"
    " and exists (select from webhook_body b where b.event_id = e.id) order by received_at limit :most) returning 1"
)
ERASE = text(  # what buyers asked to have erased before that
    "delete from webhook_body b using webhook_erasure w, webhook_event e where w.event_id = b.event_id"
    " and e.id = b.event_id and e.status in ('handled', 'ignored') returning 1"
)


def handle_due(stopping: Callable[[], bool] = lambda: False) -> int:
    """Handles what is due, until less than a batch is or it should stop; returns how many events were tried. While more
    and more comes in it ends after a turn, so that what it brings is settled meanwhile."""
    tried = 0
    for _batch in range(A_TURN):
        done = 0 if stopping() else handle_batch(stopping, at=clock.now())
        db.session.commit()
        tried += done
        if done < BATCH:
            break
    return tried


def clean_bodies(*, at: datetime) -> int:
    """Deletes the bodies of events that were handled or ignored and came more than 90 days before `at`, or that a buyer
    asked to have erased; the events themselves stay, so that a late delivery is still known. Returns how many bodies
    went."""
    gone = len(db.session.execute(ERASE).all())
    db.session.commit()
    while done := len(db.session.execute(CLEAR, {"old": at - KEPT, "most": CHUNK}).all()):
        gone += done
        db.session.commit()
    return gone
