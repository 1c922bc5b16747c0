"""What the timetable does at night for live desks."""

from __future__ import annotations

from datetime import datetime

from app.database import db
from app.live.desk import results


def note_results(at: datetime) -> str:
    """Works out what the shows of the last weeks came to and how the fatigue of audiences moved; commits, and says how
    many that were."""
    streams = results.note_results(at=at)
    moved = results.note_fatigue(at=at)
    db.session.commit()
    return f"{streams} streams with an audience, {moved} fatigues that have changed."
