"""What the timetable does at night: compares creators with each other."""

from __future__ import annotations

from datetime import datetime

from app.database import db
from app.desks import alike_rows


def compare_creators(at: datetime) -> str:
    """Works out anew who is like whom; commits and says how many pairs are kept."""
    pairs = alike_rows.compare(at)
    db.session.commit()
    return f"{pairs} pairs of creators that are alike."
