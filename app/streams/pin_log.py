"""What was on the screen of a show and when, in programme time: from going on air."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.database import db
from app.streams.models import Pin, Show, ShowItem


@dataclass(frozen=True)
class Logged:
    """A product on the screen: from when on, and for how long; without a length it is there now."""

    item: ShowItem
    since: timedelta
    length: timedelta | None

    @property
    def at(self) -> str:
        """When it was put there: `12:05`."""
        return programme_time(self.since)

    @property
    def until(self) -> str:
        """When it was taken away; empty while it is there."""
        return "" if self.length is None else programme_time(self.since + self.length)


def log_of(show: Show) -> list[Logged]:
    """The pins of a show on air or over, the first one first; without those of rehearsals."""
    if show.on_air_at is None:
        return []
    query = select(Pin).options(joinedload(Pin.item)).where(Pin.show_id == show.id, Pin.rehearsal.is_(False))
    return [_logged(pin, show.on_air_at) for pin in db.session.scalars(query.order_by(Pin.pinned_at, Pin.id))]


def programme_time(passed: timedelta) -> str:
    """`mm:ss`, and `h:mm:ss` from an hour on."""
    seconds = max(0, int(passed.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    clock = f"{rest // 60:02}:{rest % 60:02}"
    return f"{hours}:{clock}" if hours else clock


def _logged(pin: Pin, begun: datetime) -> Logged:
    length = None if pin.unpinned_at is None else pin.unpinned_at - pin.pinned_at
    return Logged(pin.item, pin.pinned_at - begun, length)
