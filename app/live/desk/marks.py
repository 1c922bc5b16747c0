"""What is laid over the curve: products on the screen, prices that changed, what ran out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from app.database import raw, rows
from app.formatting import money, unit_price
from app.live.desk.measures import ROOM
from app.live.desk.scenes import Scene
from app.streams.models import ShowItem
from app.streams.pin_log import programme_time

TONES = {"pin": "info", "flash": "good", "price": "warn", "sold_out": "bad"}


@dataclass(frozen=True)
class Mark:
    """Something that happened at an instant, or from one to another. `kind`: pin, flash, price, sold_out."""

    kind: str
    at: datetime
    until: datetime | None
    item_id: int
    name: str
    text: str
    since: str  # in programme time

    @property
    def tone(self) -> str:
        """How it is to be taken."""
        return TONES[self.kind]


def marks_of(scene: Scene, *, at: datetime) -> list[Mark]:
    """What has happened to the products that are looked at, in order; of streams elsewhere nothing is known."""
    if scene.show is None or scene.begins is None:
        return []
    values: dict[str, Any] = {"show": scene.show.id, "brands": scene.brand_ids, "begins": scene.begins}
    found = rows(raw(), ROOM, "desk_marks", values | {"until": scene.until(at)})
    items = {item.id: item for item in scene.items}
    return [_mark(row, items[row.item_id], scene.begins) for row in found if row.item_id in items]


def pins_of(marks: Sequence[Mark]) -> list[Mark]:
    """The products on the screen alone."""
    return [mark for mark in marks if mark.kind == "pin"]


def words_of(kind: str) -> str:
    """What a kind of mark is called."""
    words: Mapping[str, str] = {
        "pin": gettext("On the screen"),
        "flash": gettext("Flash price"),
        "price": gettext("New price"),
        "sold_out": gettext("Sold out"),
    }
    return words[kind]


def _mark(row: Any, item: ShowItem, begun: datetime) -> Mark:
    name, currency = item.product.name, item.product.currency
    if row.kind == "flash":
        text = gettext("%(product)s: flash price %(price)s", product=name, price=money(row.minor, currency))
    elif row.kind == "price":
        text = gettext("%(product)s: new price %(price)s", product=name, price=unit_price(row.price, currency))
    elif row.kind == "sold_out":
        text = gettext("%(product)s: sold out", product=name)
    else:
        text = name
    return Mark(row.kind, row.at, row.until, item.id, name, text, programme_time(row.at - begun))
