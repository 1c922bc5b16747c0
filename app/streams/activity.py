"""What the host does on the console of a show: evidence that they were there (rules.md B8)."""

from __future__ import annotations

from datetime import datetime

from app.database import db
from app.security import Identity
from app.streams.models import HostActivity, Show, ShowStatus


def note(show: Show, kind: str, *, at: datetime, by: Identity) -> None:
    """Notes a deed of one of ActivityKind in a show on air, where the host did it: what moderators do proves nothing of
    the host, and what is done in a rehearsal counts for nothing."""
    if show.status == ShowStatus.ON_AIR and show.creator_id in by.creator_ids():
        db.session.add(HostActivity(show_id=show.id, at=at, kind=kind, person_id=by.person_id))
        db.session.flush()
