"""What the timetable does at night: works out how creators stand."""

from __future__ import annotations

from datetime import datetime

from app.creators import search
from app.database import db, raw
from app.ranking import creator_scores


def rate_creators(at: datetime) -> str:
    """Works out anew what creators sold, how tired their audiences are, how they stand and what they can be found by;
    commits and says how many rows that made."""
    refreshed = creator_scores.refresh(raw(), at=at)
    db.session.commit()
    searchable = search.rebuild(raw(), at=at)
    db.session.commit()
    return (
        f"{refreshed.outcomes} results, {refreshed.airtimes} months of streams, {refreshed.fatigues} fatigues,"
        f" {refreshed.means} market means, {refreshed.standings} standings, {searchable} creators to be found."
    )
