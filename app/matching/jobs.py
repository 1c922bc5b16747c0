"""What the timetable does for the market: ends what nobody has answered, and works out how creators stand."""

from __future__ import annotations

from datetime import datetime

from app.database import db, raw
from app.matching import approaches, campaigns, samples, search, standings


def tend_market(at: datetime) -> str:
    """Ends invitations nobody has answered, closes campaigns that are over and moves samples whose time is over;
    commits each and says how many."""
    lapsed = approaches.lapse(at=at)
    db.session.commit()  # who answers an invitation locks its campaign first: both are never held at once here
    closed = campaigns.close_past(at=at)
    db.session.commit()
    moved = samples.expire(at=at)
    db.session.commit()
    return f"{lapsed} invitations have lapsed, {closed} campaigns were closed, {moved} samples were moved."


def rate_creators(at: datetime) -> str:
    """Works out anew what creators sold, how tired their audiences are, how they stand and what they can be found by;
    commits and says how many rows that made."""
    made = standings.refresh(raw(), at=at)
    db.session.commit()
    found = search.rebuild(raw(), at=at)
    db.session.commit()
    return (
        f"{made.outcomes} results, {made.airtimes} months of streams, {made.fatigues} fatigues, {made.means} market"
        f" means, {made.standings} standings, {found} creators to be found."
    )
