"""What the timetable does for the API."""

from __future__ import annotations

from datetime import datetime

from app.api import asked
from app.database import db


def clean_api(*, at: datetime) -> int:
    """Deletes notes about requests, and answers kept for repetitions, that are too old at `at`; returns how many."""
    gone = asked.clear(at=at)
    db.session.commit()
    return gone
