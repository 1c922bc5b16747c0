"""What the nights do for the books: note since when each brand's promises have been covered."""

from __future__ import annotations

from datetime import datetime

from app.database import db, raw
from app.ledger.funding import note_states


def note_funding(at: datetime) -> str:
    """Notes the state of every brand's funds as of the UTC day of `at`; commits and says how many changed."""
    changed = note_states(raw(), on=at.date())
    db.session.commit()
    return f"{changed} brands' funds are in another state than the night before."
