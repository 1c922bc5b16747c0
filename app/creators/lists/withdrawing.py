"""Takes an imported list back, as long as nothing was built on it: whom it brought goes, and what it changed becomes
what it was, where nobody has changed it since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext
from psycopg.errors import DeadlockDetected, ForeignKeyViolation, RestrictViolation

from app.creators import taking_up
from app.creators.lists.storing import PACKAGE, in_turn
from app.creators.models import CreatorList, ListStatus
from app.database import db, lock, raw, statement
from app.errors import Conflict
from app.security import Identity
from app.transitions import move
from app.users import trail
from app.web.texts import required_text

LONGEST_REASON = 2_000


def withdraw(creator_list: CreatorList, reason: str, *, by: Identity | None, at: datetime) -> list[int]:
    """Takes the list back; returns the ids of the creators that it had.

    WrongStatus when it is not imported (any more); BadInput without a reason; Conflict when a later list has some of
    its accounts, when somebody works with a creator that it brought or is changing one right now, and for lists that
    were imported before it was kept what they changed.
    """
    lock(creator_list)
    in_turn()
    reason = required_text(reason, gettext("Say why: others must be able to understand it later."), LONGEST_REASON)
    move(creator_list, ListStatus.WITHDRAWN)
    values = {
        "import_id": creator_list.import_id,
        "at": at,
        "by_name": by.name if by else "command line",
        "reason": reason,
    }
    rows = raw().execute("select creator_id from list_account where import_id = %(import_id)s", values).fetchall()
    if creator_list.read_rows > creator_list.rejected_rows and not rows:
        raise Conflict(gettext("This list was imported before it was recorded what a list changes. It stays."))
    newer = raw().execute(statement(PACKAGE, "list_back_newer"), values).fetchone()
    if newer:
        raise Conflict(
            gettext("“%(name)s” was imported later and has some of these accounts. Take it back first.", name=newer[0])
        )
    try:
        with db.session.begin_nested():
            _undo(values)
    except (ForeignKeyViolation, RestrictViolation) as error:
        raise Conflict(
            gettext("Somebody already works with a creator of this list, so it can’t be taken back.")
        ) from error
    except DeadlockDetected as error:
        raise Conflict(gettext("Somebody is changing creators of this list at the same moment. Try again.")) from error
    ids = sorted({row[0] for row in rows})
    taking_up.take_up(ids, at=at)
    about = {"file": creator_list.file_name, "reason": reason}
    trail.record("withdraw", "creator_list", creator_list.id, by=by, at=at, **about)
    return ids


def _undo(values: Mapping[str, object]) -> None:
    for name in ("channels", "people"):
        raw().execute(statement(PACKAGE, f"list_back_{name}"), values)
    taking_up.wait()
    raw().execute("delete from figure where import_id = %(import_id)s", values)
    for name in ("figures", "import", "documents", "channels_brought", "creators_brought"):
        raw().execute(statement(PACKAGE, f"list_back_{name}"), values)
    raw().execute("delete from list_account where import_id = %(import_id)s", values)
