"""What time does to offers: who has not answered is reminded, then the offer is over (rules.md B15).

One statement each for all offers. A round that somebody is just answering is theirs: the statement waits for them and
then leaves it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, update

from app.contracts import letters
from app.contracts.models import OfferRound, RoundStatus
from app.contracts.offers.rounds import OPEN
from app.database import db
from app.users.sides import Side, other_side
from app.users.trail import record

AHEAD = timedelta(days=3)  # of the end a reminder comes


def expire(at: datetime) -> int:
    """Closes every open round whose time is over at this instant, and tells both sides; returns how many."""
    over = update(OfferRound).where(OfferRound.status.in_(OPEN), OfferRound.expires_at <= at)
    closed = _changed(over, status=RoundStatus.EXPIRED, closed_at=at)
    for round_ in closed:
        record("expire", "offer", round_.offer_id, by=None, at=at, round=round_.nr)
        for side in Side:
            letters.write_offer(round_.offer, round_.nr, side, "expired", at=at, until=round_.expires_at)
    return len(closed)


def remind(at: datetime) -> int:
    """Reminds, once, who has 3 days or less left to answer and had more in the beginning; returns how many offers."""
    waiting = update(OfferRound).where(
        OfferRound.status.in_(OPEN),
        OfferRound.reminded_at.is_(None),
        OfferRound.expires_at > at,
        OfferRound.expires_at <= at + AHEAD,
        OfferRound.expires_at - OfferRound.sent_at > AHEAD,
    )
    reminded = _changed(waiting, reminded_at=at)
    for round_ in reminded:
        letters.write_offer(
            round_.offer, round_.nr, other_side(round_.side), "reminder", at=at, until=round_.expires_at
        )
    return len(reminded)


def _changed(rows: Update, **values: Any) -> Sequence[OfferRound]:
    changed = rows.values(**values).returning(OfferRound)
    fresh = {"synchronize_session": False, "populate_existing": True}
    return db.session.scalars(changed, execution_options=fresh).all()
