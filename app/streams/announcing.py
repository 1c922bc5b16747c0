"""What brands' systems are told of shows and their streams (app/notifications/announcing.py), each of its own part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.notifications.announcing import announce
from app.streams.models import Show, ShowBrand


def announce_planned(show: Show, brands: Iterable[ShowBrand], *, at: datetime) -> None:
    """Tells that a show with their products is planned for a time; a show that is moved is told of again."""
    for each in brands:
        data = _about(show) | {"planned_start": show.planned_start, "planned_minutes": show.planned_minutes}
        fact = f"show {show.id}.{show.edition}"
        announce(each.brand_id, "stream.planned", data, fact=fact, at=at)


def announce_stream(show: Show, each: ShowBrand, what: str, *, at: datetime) -> None:
    """Tells that the brand's stream in a show has `started` or `ended`."""
    stream = each.stream
    if stream is None:
        return
    data = {"id": stream.public_id, "ref": stream.ref} | _about(show)
    data |= {"starts_at": stream.starts_at, "ends_at": at if what == "ended" else None, "skus": list(stream.skus)}
    announce(each.brand_id, f"stream.{what}", data, fact=f"stream {stream.id}", at=at)


def _about(show: Show) -> dict[str, object]:
    creator = show.creator
    return {
        "show": show.public_id,
        "creator": {"id": creator.public_id, "handle": creator.handle},
        "platform": show.platform,
    }
