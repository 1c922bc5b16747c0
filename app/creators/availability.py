"""When a creator is free to work in what, from the claims of their exclusivities: never who closes it, nor why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.catalog.taxonomy import FORMAT, PLATFORM, TERRITORY, tree
from app.contracts.exclusivity.claim_boxes import EVERYBODY, Spans, local_day
from app.contracts.exclusivity.closures import category_names
from app.contracts.exclusivity.numbered_claims import spans
from app.database import raw, rows
from app.users.models import Creator

TICK = timedelta(microseconds=1)
ANYBODY = EVERYBODY[0][1] - 1  # a number no brand will have: only what closes to all brands closes to it


@dataclass(frozen=True)
class Closed:
    """What somebody may not have the creator do, from one day until and including another (where the creator lives)."""

    categories: str  # in the reader's words
    where: str  # platforms, territories and formats, where it is not all of them
    first_on: date
    last_on: date
    now: bool


def closed_periods(creator: Creator, *, at: datetime, readers: Collection[int] = ()) -> list[Closed]:
    """What is closed from `at` on, the soonest first: to the brands `readers` (their numbers), or to brands at large
    where none is named. What several contracts close in the same way is told once. None: open for everything."""
    values = {"creator": creator.id, "at": at, "readers": sorted(readers) or [ANYBODY]}
    return [_closed(row, creator.timezone, at) for row in rows(raw(), "app.creators", "closed", values)]


def _closed(row: Any, zone: str, at: datetime) -> Closed:
    scopes = {PLATFORM: row.platforms, TERRITORY: row.territories, FORMAT: row.formats}
    named = [_named(name, spans(scope)) for name, scope in scopes.items()]
    return Closed(
        categories=category_names(spans(row.categories)),
        where="; ".join(", ".join(words) for words in named if words),
        first_on=local_day(row.period.lower, zone),
        last_on=local_day(row.period.upper - TICK, zone),
        now=bool(row.period.lower <= at),
    )


def _named(name: str, numbers: Spans) -> list[str]:
    """The nodes of a scope in words; none where it is the whole tree."""
    words_within = [word for lo, hi in numbers for word in tree(name).within(lo, hi)]
    return [] if any(word.depth == 0 for word in words_within) else [word.name for word in words_within]
