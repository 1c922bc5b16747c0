"""Cursors: a place in a list, as text that nobody needs to understand, and that stays right while rows are added."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext

from app.errors import BadInput
from app.web.paging import Key


def written(at: datetime, number: int) -> str:
    """The cursor of what follows the row with this instant and number."""
    return urlsafe_b64encode(str(Key(at, number)).encode()).decode().rstrip("=")


def read(cursor: str | None) -> dict[str, Any]:
    """What a query needs to go on behind a cursor: `key_at` and `key_id`, empty at the beginning. BadInput for a text
    that no answer gave."""
    if cursor is None:
        return {"key_at": None, "key_id": None}
    try:
        text = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
        key = Key.of(text)
    except (BadInput, Error, UnicodeError, ValueError):
        raise BadInput(gettext("This is no cursor: take `next` of an answer as it is.")) from None
    return {"key_at": key.at, "key_id": key.id}


def cut(rows: Sequence[Any], limit: int) -> tuple[Sequence[Any], str | None]:
    """The rows of the page, of which one more was read, and the cursor of what follows. Each has `key_at` and
    `key_id`."""
    shown = rows[:limit]
    more = len(rows) > limit
    return shown, written(shown[-1].key_at, shown[-1].key_id) if more else None
