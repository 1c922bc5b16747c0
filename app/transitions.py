"""Status moves through here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol

from flask_babel import gettext

from app.errors import WrongStatus


class HasStatus(Protocol):
    """A record with a status and, beside it, the table of moves it allows."""

    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]]
    status: str


def move(record: HasStatus, status: str) -> None:
    """Moves `record` (its row locked by the caller) to `status`; WrongStatus when TRANSITIONS does not allow it."""
    allowed = record.TRANSITIONS.get(record.status, frozenset())
    if status not in allowed:
        raise WrongStatus(
            gettext(
                "Somebody was faster: this is “%(now)s” and can't become “%(status)s”. Look at it again.",
                now=record.status,
                status=status,
            )
        )
    record.status = status
