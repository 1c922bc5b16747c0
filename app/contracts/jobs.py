"""What the timetable does for contracts."""

from __future__ import annotations

from datetime import datetime

from app.contracts.offers.expiry import expire, remind
from app.database import db


def tend_offers(at: datetime) -> str:
    """Closes offers whose time is over and reminds who has not answered; commits and says how many."""
    expired, reminded = expire(at), remind(at)
    db.session.commit()
    return f"{expired} offers have expired, {reminded} reminders were sent."
