"""The nightly look for what goes against an exclusivity, apart from the constraint that prevents it; and what the
worker does for shows all day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.contracts.exclusivity import breaches, claims
from app.contracts.models import Breach
from app.database import db, raw, statement
from app.errors import StreamcutError
from app.streams import tending


def recheck_exclusivity(at: datetime) -> str:
    """Claims the work of imported contracts whose brands' categories have become known, looks through all claims and
    streams for what an exclusivity closes, opens a case for each find once, and tells the creators. Cases that the
    holder has left undecided are dismissed.

    StreamcutError when two claims of a creator meet: the database should have refused the later one.
    """
    breaches.close_overdue(at=at)
    written, refused = claims.claim_missing(at=at)
    pairs = breaches.recheck(at=at)
    streams = raw().execute(statement("app.streams", "recheck_streams"), {"at": at}).rowcount
    opened = select(Breach).where(Breach.found_at == at).order_by(Breach.id)
    breaches.write_letters(db.session.scalars(opened).all(), at=at)
    db.session.commit()
    if pairs:
        first = "{} - {}".format(*pairs[0])
        raise StreamcutError(
            gettext(
                "%(count)s pairs of contracts have claims that meet, the first: %(first)s.",
                count=len(pairs),
                first=first,
            )
        )
    return f"{written} claims written, {refused} refused by an exclusivity, {streams} streams found in one."


def tend_shows(stopping: Callable[[], bool] = lambda: False) -> int:
    """Writes what is due before shows and ends those that were forgotten; returns how many shows that were."""
    at = clock.now()
    reminded = tending.remind(at=at)
    db.session.commit()
    ended = 0 if stopping() else len(tending.end_forgotten(at=at))
    db.session.commit()
    return reminded + ended
