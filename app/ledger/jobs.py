"""What the nights do for the books: note since when each brand's promises have been covered, and warn who lacks money
for the next payouts."""

from __future__ import annotations

from datetime import datetime

from app.database import db, raw
from app.ledger import schedules, shortages
from app.ledger.funding import note_states
from app.ledger.payout_day import next_payout_day
from config import settings


def note_funding(at: datetime) -> str:
    """Notes the state of every brand's funds as of the UTC day of `at`, and warns those that lack money for the next
    payouts; commits and says how many there are of both."""
    changed = note_states(raw(), on=at.date())
    own = schedules.next_days(settings(), at=at)
    warned = shortages.warn(next_payout_day(settings(), at), at=at, own=own)
    db.session.commit()
    return f"{changed} brands' funds are in another state than the night before; {warned} brands were warned."
