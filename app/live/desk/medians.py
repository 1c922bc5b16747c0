"""What other shows came to, in the middle: of this market, of a creator, of a category. Never a vendor's number.

Only shows whose audience was measured count, of the last half year. So that nobody's own numbers can be read from it, a
middle of others is told from five shows of three creators on, and one of money from three brands on; of one's own from
three shows on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.database import raw, rows
from app.live.desk.measures import ROOM
from app.live.desk.scenes import Scene
from app.live.desk.sharing import shared

RECENTLY = timedelta(days=182)
FEWEST, CREATORS, BRANDS = 5, 3, 3
FEWEST_OWN = 3


@dataclass(frozen=True)
class Median:
    """The middle of `n` shows; None while there are not enough of them (`needed`)."""

    n: int
    needed: int
    amount: int | None


Medians = Mapping[tuple[str, str], Median]  # by number and currency (empty for what is no money)
NOTHING = Median(0, FEWEST, None)


def of_market(scene: Scene, *, at: datetime, category: int | None = None) -> Medians:
    """Of all shows of this market, or of those in a category, without this one."""
    key = ("market", category, scene.brand_id is None, *scene.stream_ids)
    found = shared(key, lambda: _ask(scene, at, category=category))
    return {(row.name, row.currency or ""): _others(row) for row in found}


def of_creator(scene: Scene, *, at: datetime) -> Medians:
    """Of the creator's own shows before this one; a brand is told of those for itself alone."""
    until = scene.begins or at
    found = _ask(scene, until, creator=scene.creator.id, brand=scene.brand_id)
    return {(row.name, row.currency or ""): _own(row) for row in found}


def _others(row: Any) -> Median:
    enough = row.n >= FEWEST and row.creators >= CREATORS and (row.currency is None or row.brands >= BRANDS)
    return Median(row.n, FEWEST, round(row.median) if enough else None)


def _own(row: Any) -> Median:
    return Median(row.n, FEWEST_OWN, round(row.median) if row.n >= FEWEST_OWN else None)


def _ask(
    scene: Scene,
    until: datetime,
    *,
    creator: int | None = None,
    brand: int | None = None,
    category: int | None = None,
) -> list[Any]:
    about: dict[str, Any] = {"creator": creator, "brand": brand, "category": category}
    about |= {"since": until - RECENTLY, "until": until}
    about |= {"streams": scene.stream_ids, "whole": scene.brand_id is None}
    return rows(raw(), ROOM, "desk_medians", about)


def named(medians: Medians, name: str, currencies: Iterable[str]) -> list[tuple[str, Median]]:
    """The medians of a number, currency by currency."""
    return [(currency, medians.get((name, currency), NOTHING)) for currency in currencies]
