"""Letters to the owners of a brand whose endpoint fails."""

from __future__ import annotations

from datetime import datetime

from app import outbox
from app.notifications.readers import brand_readers
from app.notifications.webhooks.models import Endpoint
from app.outbox import Event
from app.security import OWNERS


def write_failing(endpoint: Endpoint, why: str, off_at: int, *, at: datetime) -> None:
    """Warns that an endpoint fails again and again, and when it will be switched off."""
    facts = _facts(endpoint, why) | {"failures": endpoint.failures, "most": off_at}
    event = Event("webhook.failing", "outgoing_endpoint", endpoint.id, at.isoformat())
    outbox.write(event, brand_readers(endpoint.brand_id, OWNERS), facts, at=at)


def write_off(endpoint: Endpoint, why: str, *, at: datetime) -> None:
    """Tells that an endpoint was switched off, and why."""
    event = Event("webhook.off", "outgoing_endpoint", endpoint.id, at.isoformat())
    facts = _facts(endpoint, why) | {"failures": endpoint.failures}
    outbox.write(event, brand_readers(endpoint.brand_id, OWNERS), facts, at=at)


def _facts(endpoint: Endpoint, why: str) -> dict[str, object]:
    path = f"/brands/{endpoint.brand.public_id}/webhooks/{endpoint.public_id}"
    return {"url": endpoint.url, "why": why, "path": path}
