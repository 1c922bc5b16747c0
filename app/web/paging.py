"""Paging by key through tables that are too long to count: newest first, by instant and number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString

from app.database import PAGE
from app.errors import BadInput


@dataclass(frozen=True)
class Key:
    """A row's place in the order; as text in an address: `2026-03-10T12:00:00+00:00_17`."""

    at: datetime
    id: int

    @classmethod
    def of(cls, text: str) -> Key:
        """Reads a key from an address; BadInput when it is none."""
        at, _, number = text.partition("_")
        try:
            instant, key = datetime.fromisoformat(at), int(number)
            if instant.tzinfo is None or not 0 <= key < 2**63:
                raise ValueError
            return cls(instant.astimezone(UTC), key)
        except (ValueError, OverflowError):
            raise BadInput("This address names no place in the list: go back to its first page.") from None

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"


@dataclass(frozen=True)
class Window:
    """Which page is asked for: what lies before a key (older), after one (newer), or the newest. PAGE rows each."""

    before: Key | None = None
    after: Key | None = None

    @classmethod
    def asked(cls, arguments: Mapping[str, str]) -> Window:
        """From the address: `before` or `after`."""
        before, after = arguments.get("before", ""), arguments.get("after", "")
        return cls(Key.of(before) if before else None, Key.of(after) if after and not before else None)

    def parameters(self) -> dict[str, Any]:
        """What the query needs: the key to start from, and one row more than a page to see whether there are others."""
        return {"key_at": self.key and self.key.at, "key_id": self.key and self.key.id, "limit": PAGE + 1}

    @property
    def key(self) -> Key | None:
        """The key the page lies beside; None for the newest page."""
        return self.before or self.after

    def direct(self, text: LiteralString) -> LiteralString:
        """The query with its {beyond} and {direction} filled in."""
        beyond, direction = (">", "asc") if self.upwards else ("<", "desc")
        return text.replace("{beyond}", beyond).replace("{direction}", direction)

    @property
    def upwards(self) -> bool:
        """Whether the query has to walk from old to new."""
        return self.after is not None


@dataclass(frozen=True)
class Page:
    """The rows of one page, newest first, and the keys of the pages beside it."""

    rows: Sequence[Any]
    older: Key | None
    newer: Key | None


def page(results: Sequence[Any], window: Window) -> Page:
    """The page from the query's rows (they have `occurred_at` and `id`), in the query's order."""
    more, rows = len(results) > PAGE, list(results[:PAGE])
    if window.upwards:
        rows.reverse()
    older = rows and (more or window.upwards)
    newer = rows and (window.before is not None or (window.upwards and more))
    return Page(rows, _key(rows[-1]) if older else None, _key(rows[0]) if newer else None)


def wanted(filters: Any, conditions: Mapping[str, LiteralString]) -> LiteralString:
    """The conditions of the filters that are set. Only they: the planner knows no plan that suits all of them."""
    text: LiteralString = ""
    for name, condition in conditions.items():
        if getattr(filters, name) is not None:
            text += condition
    return text


def _key(row: Any) -> Key:
    return Key(row.occurred_at, row.id)
