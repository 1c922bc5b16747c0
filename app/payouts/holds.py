"""Keeping a creator's money back for a reason, and letting it go."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.errors import Conflict
from app.payouts import letters
from app.payouts.batches.approval import checked_reason
from app.payouts.models import Obstacle, PayoutHold
from app.security import Identity
from app.users.models import Creator
from app.users.trail import record


def current_hold(creator: Creator) -> PayoutHold | None:
    """The hold on a creator, if there is one now."""
    query = select(PayoutHold).where(PayoutHold.creator_id == creator.id, PayoutHold.released_at.is_(None))
    return db.session.scalar(query)


def place(
    creator: Creator, reason: str, *, kind: Obstacle = Obstacle.ON_HOLD, by: Identity, at: datetime
) -> PayoutHold:
    """Keeps the creator out of every batch, and throws back submitted ones; `kind` is ON_HOLD, or SANCTION_REVIEW where
    the law asks for it. Conflict when held already."""
    why = checked_reason(reason)
    hold = PayoutHold(creator_id=creator.id, kind=kind, reason=why, placed_by=by.person_id, placed_at=at)
    try:
        with db.session.begin_nested():
            db.session.add(hold)
    except IntegrityError as error:
        raise Conflict(gettext("%(creator)s is on hold already.", creator=creator.name)) from error
    record("hold", "creator", creator.id, by=by, at=at, reason=hold.reason, hold=kind)
    letters.write_held(hold, creator, at=at)
    return hold


def release(creator: Creator, *, by: Identity, at: datetime) -> None:
    """Lets the money go into the next batch; Conflict when there is no hold."""
    query = select(PayoutHold).where(PayoutHold.creator_id == creator.id, PayoutHold.released_at.is_(None))
    hold = db.session.scalar(query.with_for_update())
    if hold is None:
        raise Conflict(gettext("%(creator)s is not on hold any more.", creator=creator.name))
    hold.released_by, hold.released_at = by.person_id, at
    db.session.flush()
    record("release", "creator", creator.id, by=by, at=at)
