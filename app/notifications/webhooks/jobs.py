"""What the worker and the timetable do for webhooks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete

from app import clock
from app.database import db
from app.notifications.webhooks import sending
from app.notifications.webhooks.models import OutgoingEvent

KEPT = timedelta(days=90)  # events and their log


def send_due(stopping: Callable[[], bool] = lambda: False) -> int:
    """Sends what is due, until there is nothing or it should stop; returns how many attempts were made."""
    tried = 0
    while not stopping() and send_next():
        tried += 1
    return tried


def send_next() -> bool:
    """Makes one attempt; False when none is due. No transaction is open while it is made."""
    began = clock.now()
    claim = sending.begin(at=began)
    db.session.commit()
    if claim is None:
        return False
    result = sending.hand_over(claim, at=began)
    sending.end(claim, result, began=began, at=clock.now())
    db.session.commit()
    return True


def clean(*, at: datetime) -> int:
    """Deletes events with their log 90 days after the fact; commits, and returns how many."""
    old = db.session.execute(delete(OutgoingEvent).where(OutgoingEvent.happened_at < at - KEPT))
    db.session.commit()
    return int(getattr(old, "rowcount", 0))
