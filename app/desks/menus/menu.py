"""What a menu is made of: links in groups, the desk they stand on, and all the desks of a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import request


@dataclass(frozen=True)
class Entry:
    """One link of a menu; `current` when the page that is shown is the one, or stands under it."""

    label: Any
    url: str
    current: bool


@dataclass(frozen=True)
class Group:
    """Entries that belong together; the first of a desk has no heading."""

    label: Any
    entries: list[Entry]


@dataclass(frozen=True)
class Place:
    """One desk: a brand's, a creator's, an agent's over all creators, or an office of the platform."""

    title: Any
    kind: Any
    root: str  # what the addresses of its pages begin with
    groups: list[Group]
    of: UUID | None = None  # the brand's or creator's public id, which other pages have in their address

    @property
    def entries(self) -> list[Entry]:
        """The links of all groups, in order; the first is where the desk begins."""
        return [entry for group in self.groups for entry in group.entries]

    @property
    def at(self) -> Entry | None:
        """The entry of the page that is shown."""
        return next((entry for entry in self.entries if entry.current), None)

    @property
    def here(self) -> bool:
        """Whether the page that is shown belongs to this desk."""
        return f"{request.path}/".startswith(f"{self.root}/") or self.of in (request.view_args or {}).values()


@dataclass(frozen=True)
class Menu:
    """What the header and footer need; `person` is empty while nobody is signed in."""

    person: str = ""
    places: list[Place] = field(default_factory=list)
    current: Place | None = None
    account: list[Entry] = field(default_factory=list)
