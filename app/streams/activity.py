"""What the host and the moderators do on the console of a show: evidence that somebody was there (rules.md B8)."""

from __future__ import annotations

from datetime import datetime

from app.database import db
from app.security import Identity
from app.streams.models import HostActivity, Show, ShowStatus


def note(show: Show, kind: str, *, at: datetime, by: Identity) -> None:
    """Notes a deed of one of ActivityKind in a show on air; of a rehearsal nothing is noted."""
    if show.status == ShowStatus.ON_AIR:
        db.session.add(HostActivity(show_id=show.id, at=at, kind=kind, person_id=by.person_id))
        db.session.flush()
