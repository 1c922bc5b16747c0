"""A show held against its plan: when and how long, what was shown when, what was sold of it, and what could not be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.database import query_rows, raw, statement
from app.live.desk.figures import ratio
from app.live.desk.measures import ROOM
from app.live.desk.scenes import LONGEST, Scene
from app.orders.prices import minor
from app.orders.waiting import unmet
from app.streams.models import ShowItem


@dataclass(frozen=True)
class Shown:
    """An item of the run sheet, as planned and as it came. Money in minor units without VAT, time in seconds; None
    where nothing was planned, or nothing came."""

    item: ShowItem
    planned_minute: int | None
    first_minute: int | None
    pinned: int  # seconds on the screen
    pieces: int
    net: int
    pinned_net: int  # sold while it was on the screen
    announced: int | None  # price, with VAT as the two that follow
    paid_least: int | None
    paid_most: int | None

    @property
    def late(self) -> int | None:
        """So many minutes later than planned; less than nothing: earlier."""
        if self.planned_minute is None or self.first_minute is None:
            return None
        return self.first_minute - self.planned_minute

    @property
    def by_minute(self) -> int | None:
        """What was sold by each minute on the screen."""
        return ratio(self.pinned_net, self.pinned, 60)

    @property
    def reached(self) -> int | None:
        """Pieces sold of the target, in basis points."""
        return ratio(self.pieces, self.item.target, 10_000)


@dataclass(frozen=True)
class Missed:
    """What was wanted of an item and was not there."""

    name: str
    currency: str
    visitors: int
    pieces: int
    amount: int  # with VAT, at the price that was asked


def shown_of(scene: Scene, *, at: datetime) -> list[Shown]:
    """The run sheet with what came of it, in its order."""
    if scene.show is None or scene.begins is None:
        return []
    values = {"show": scene.show.id, "brands": scene.brand_ids, "streams": scene.stream_ids, "longest": LONGEST}
    query = statement(ROOM, "desk_lines") + statement(ROOM, "desk_shown")
    found: Mapping[int, Any] = {row.item_id: row for row in query_rows(raw(), query, values | {"at": scene.until(at)})}
    return [_shown(item, found[item.id], scene.begins) for item in scene.items if item.id in found]


def missed_of(scene: Scene) -> list[Missed]:
    """What was wanted and could not be had, the dearest first; one's own products alone."""
    if scene.show is None:
        return []
    own = {item.id for item in scene.items}
    return [
        Missed(name, currency, visitors, pieces, amount)
        for item_id, name, currency, visitors, pieces, amount in unmet(scene.show)
        if item_id in own
    ]


def delay(scene: Scene) -> timedelta | None:
    """How much later than planned the show began."""
    return scene.begins - scene.show.planned_start if scene.show and scene.begins else None


def _shown(item: ShowItem, row: Any, begun: datetime) -> Shown:
    product = item.product
    first = None if row.first_at is None else int((row.first_at - begun).total_seconds() // 60)
    announced = None if item.announced_price is None else minor(item.announced_price, product.currency)
    return Shown(
        item,
        item.planned_minute,
        first,
        row.pinned,
        row.pieces,
        row.net,
        row.pinned_net,
        announced,
        row.paid_least,
        row.paid_most,
    )
