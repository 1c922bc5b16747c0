"""What the timetable does for campaigns and samples: ends what nobody has answered in time."""

from __future__ import annotations

from datetime import datetime

from app.campaigns import campaigns, invitations
from app.database import db
from app.samples import samples


def tend_market(at: datetime) -> str:
    """Ends invitations nobody has answered, closes campaigns that are over and moves samples whose time is over;
    commits each and says how many."""
    lapsed = invitations.lapse(at=at)
    db.session.commit()  # who answers an invitation locks its campaign first: both are never held at once here
    closed = campaigns.close_past(at=at)
    db.session.commit()
    moved = samples.expire(at=at)
    db.session.commit()
    return f"{lapsed} invitations have lapsed, {closed} campaigns were closed, {moved} samples were moved."
