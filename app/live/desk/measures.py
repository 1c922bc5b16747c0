"""What is counted of a show or stream: who watches by the minute, what is sold by minute and currency, the last orders.

One statement each, over the rows of this show and, for sales, over its brands' lines of these hours. What takes long is
shared by everybody who looks at the same for a while (sharing.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.database import query_rows, raw, rows, statement
from app.live.desk.scenes import LONGEST, Scene
from app.live.desk.sharing import shared
from app.live.presence import GAP

ROOM = "app.live"
MINUTE = timedelta(minutes=1)
LATEST = 10  # orders on the desk


@dataclass(frozen=True)
class Sold:
    """What was sold in one currency, in a minute or (None) in all; amounts in minor units, without VAT."""

    minute: datetime | None
    currency: str
    orders: int = 0
    tapped_orders: int = 0
    refunded_orders: int = 0
    pieces: int = 0
    sold: int = 0
    refunded: int = 0
    commission: int = 0
    waiting: int = 0

    @property
    def net(self) -> int:
        """What is left after refunds."""
        return self.sold - self.refunded


@dataclass(frozen=True)
class Minute:
    """One minute; `viewers` is the most at a time, None where it was not measured. `money` is by currency."""

    at: datetime
    viewers: int | None
    impressions: int
    taps: int
    money: dict[str, Sold] = field(default_factory=dict)
    told: Told | None = None

    @property
    def orders(self) -> int:
        """Orders in all currencies."""
        return sum(each.orders for each in self.money.values())


@dataclass(frozen=True)
class Told:
    """What a platform says of its own that was sold, in a minute or in all; amounts in minor units."""

    orders: int | None
    net: int | None
    currency: str | None


@dataclass(frozen=True)
class Audience:
    """Who watched, in all. None: not measured. `watched` is in seconds, of all viewers together."""

    views: int | None = None
    watched: int | None = None
    now: int | None = None
    peak: int | None = None
    impressions: int | None = None
    taps: int | None = None

    @property
    def known(self) -> bool:
        """Whether anything of it was measured."""
        return any(each is not None for each in (self.views, self.peak, self.taps))


@dataclass(frozen=True)
class Measures:
    """All that is counted. `totals` has a row for each currency, those of the brands at least."""

    audience: Audience
    totals: Sequence[Sold]
    minutes: Sequence[Minute]
    told: Sequence[Told] = ()  # by currency; of orders without money, None

    @property
    def currencies(self) -> list[str]:
        """In which money something is sold, or would be."""
        return [each.currency for each in self.totals]

    @property
    def orders(self) -> int:
        """Orders in all currencies."""
        return sum(each.orders for each in self.totals)

    @property
    def tapped_orders(self) -> int:
        """Those of them that were made where the taps were counted."""
        told = [each.orders for each in self.told if each.orders is not None]
        return sum(told) if told else sum(each.tapped_orders for each in self.totals)


def measure(scene: Scene, currencies: Sequence[str], *, at: datetime) -> Measures:
    """What there is at `at`. `currencies` are those of the brands: they are there also before anything is sold."""
    sold = sold_of(scene.stream_ids)
    watched = _watched(scene, at)
    totals = {each.currency: each for each in sold if each.minute is None}
    for currency in currencies:
        totals.setdefault(currency, Sold(None, currency))
    by_currency = [totals[each] for each in sorted(totals)]
    minutes = minutes_of(scene, watched, sold, at)
    return Measures(_audience(scene, watched, at), by_currency, minutes, _told(minutes))


def sold_of(streams: Sequence[int]) -> list[Sold]:
    """What was sold in these streams, by minute and currency, and by currency."""
    return shared(("sold", *sorted(streams)), lambda: _lines("desk_sold", streams, Sold)) if streams else []


def latest(streams: Sequence[int], most: int = LATEST) -> list[Any]:
    """The last lines that were sold, the newest first."""
    return shared(("orders", *sorted(streams)), lambda: _lines("desk_orders", streams, None, most=most))


def minutes_of(scene: Scene, watched: Sequence[Any], sold: Sequence[Sold], at: datetime) -> list[Minute]:
    """Every minute from the first to the last, also those in which nothing happened."""
    if scene.begins is None:
        return []
    money: dict[datetime, dict[str, Sold]] = {}
    for each in sold:
        if each.minute is not None:
            money.setdefault(each.minute, {})[each.currency] = each
    seen = {row.minute: row for row in watched}
    minute, found = scene.begins.replace(second=0, microsecond=0), []
    while minute < scene.until(at):
        found.append(_minute(minute, seen.get(minute), money.get(minute, {})))
        minute += MINUTE
    return found


def _lines(name: str, streams: Sequence[int], kind: type[Any] | None, **values: Any) -> list[Any]:
    query = statement(ROOM, "desk_lines") + statement(ROOM, name)
    return query_rows(raw(), query, {"streams": list(streams), "longest": LONGEST, **values}, kind)


def _minute(minute: datetime, row: Any, money: dict[str, Sold]) -> Minute:
    if row is None:
        return Minute(minute, None, 0, 0, money)
    told = getattr(row, "told_orders", None), getattr(row, "told_net", None), getattr(row, "told_currency", None)
    said = Told(*told) if told != (None, None, None) else None
    return Minute(minute, row.viewers, row.impressions, row.taps, money, said)


def _told(minutes: Sequence[Minute]) -> list[Told]:
    said = [each.told for each in minutes if each.told]
    found = []
    for currency in sorted({each.currency for each in said}, key=str):
        of_it = [each for each in said if each.currency == currency]
        orders = [each.orders for each in of_it if each.orders is not None]
        nets = [each.net for each in of_it if each.net is not None]
        found.append(Told(sum(orders) if orders else None, sum(nets) if nets else None, currency))
    return found


def _watched(scene: Scene, at: datetime) -> list[Any]:
    if scene.begins is None:
        return []
    values = {"streams": scene.stream_ids, "brands": scene.brand_ids, "until": scene.until(at)}
    if scene.show is None:
        return rows(raw(), ROOM, "desk_minutes_elsewhere", values)
    return rows(raw(), ROOM, "desk_minutes", values | {"show": scene.show.id})


def _audience(scene: Scene, watched: Sequence[Any], at: datetime) -> Audience:
    if scene.begins is None:
        return Audience()
    viewers = [row.viewers for row in watched if row.viewers is not None]
    seen = {"impressions": sum(row.impressions for row in watched), "taps": sum(row.taps for row in watched)}
    if scene.show is not None:
        found = rows(raw(), ROOM, "desk_audience", {"show": scene.show.id, "at": at, "gap": GAP})[0]
        now = found.now if scene.running else None
        return Audience(found.views, found.watched, now, max(viewers, default=0), **seen)
    told = next(iter(rows(raw(), ROOM, "desk_audience_elsewhere", {"streams": scene.stream_ids})), None)
    if told is None and not watched:
        return Audience()
    peaks = [*viewers, *([told.peak_viewers] if told and told.peak_viewers is not None else [])]
    views, each = (told.views, told.watch_seconds) if told else (None, None)
    watching = views * each if views is not None and each is not None else None
    return Audience(views, watching, None, max(peaks, default=None), **(seen if watched else {}))
