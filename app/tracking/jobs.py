"""What the timetable does for links."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.database import db, raw, statement

KEPT = timedelta(hours=1)  # of the clicks from one place, which are looked at for a minute


def clean(*, at: datetime) -> str:
    """Forgets from which places links were clicked, and counts what came by the links' imports; commits, and says in
    words what was forgotten."""
    gone = raw().execute("delete from click_pace where minute < %s", [at - KEPT]).rowcount
    raw().execute(statement("app.tracking", "count_imports"))
    db.session.commit()
    return f"{gone} places of clicks."
