"""What was just said or imported of creators counts at once: searches, shortlists and their own campaigns take it up,
which nights do for everybody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.creators import search
from app.creators.profiles import creators_changed
from app.database import Lock, db, raw, statement, take_turn


def take_up(creator_ids: Collection[int], *, at: datetime) -> None:
    """Rates these creators anew and writes what they can be found by. Nothing is committed."""
    if creator_ids:
        db.session.flush()
        creators_changed.send(creator_ids, at=at)
        search.rebuild(raw(), creator_ids, at=at)


def wait() -> None:
    """Waits until nobody rates creators or writes what they are found by, and keeps others from it until the
    transaction ends. Whoever takes creators away waits first: else the night would wait for them, and they for it."""
    for turn in (Lock.RATING, Lock.SEARCHING):  # in the order in which `take_up` asks for them
        take_turn(raw(), turn)


def take_up_imports(import_ids: Collection[int], *, at: datetime) -> None:
    """The same for the creators whom files have brought, and whose channels they have brought or changed."""
    rows = raw().execute(statement("app.creators", "imported"), {"imports": list(import_ids)}).fetchall()
    take_up([row[0] for row in rows], at=at)
