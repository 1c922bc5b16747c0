"""What TikTok Shop reports of orders: that they changed, and never an amount. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from app.integrations.shops.fields import Json, count, number, part, words
from app.integrations.shops.orders import NoOrder

CHANGED, CANCELLED, RETURNED = "1", "11", "12"  # types of a notification


@dataclass(frozen=True)
class Change:
    """An order has another status."""

    order: str
    status: str
    at: datetime

    @property
    def is_cancelled(self) -> bool:
        """Whether there is nothing to pay for any more."""
        return self.status in ("CANCEL", "CANCELLED")


def read_change(told: Json) -> Change:
    """A notification about an order. NoOrder where something it needs is missing."""
    data = part(told, "data")
    at = count(data.get("update_time") or told.get("timestamp"), "update_time")
    try:
        when = datetime.fromtimestamp(at, UTC)
    except (OverflowError, ValueError, OSError):
        raise NoOrder("update_time is no instant") from None
    return Change(number(data.get("order_id"), "order_id"), words(data.get("order_status")).upper(), when)
