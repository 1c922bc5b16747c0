"""The routes of live desks."""

from __future__ import annotations

from app.security import BRAND, CREATOR, PLATFORM
from tests import market
from tests.access import Kind, Row, Side


def _stream(side: Side) -> object:
    """One that ended elsewhere."""
    return market.stream(side.brand, side.creator, ref=f"Stream {side.word}").public_id


KINDS = {"stream_elsewhere": Kind(_stream)}
AIR, OVER, ELSEWHERE = {"show": "show_on_air"}, {"show": "ended_show"}, {"stream": "stream_elsewhere"}
READERS = {"brand": BRAND | PLATFORM, "creator": CREATOR | PLATFORM}
PAGES = (
    ("live_desk", AIR),
    ("live_desk_now", AIR),
    ("live_desk_ticket", AIR),
    ("live_desk_minutes", OVER),
    ("stream_desk", ELSEWHERE),
    ("stream_desk_now", ELSEWHERE),
    ("stream_desk_minutes", ELSEWHERE),
)
ROWS = [
    *(Row(f"live.{side}_{page}", "GET", roles, args=args) for side, roles in READERS.items() for page, args in PAGES),
    Row("live.live_shows", "GET", PLATFORM),
]
