"""What Stripe sends us: is it from Stripe, and what does it tell? Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.errors import BadInput

TOLERANCE = timedelta(minutes=5)  # of a signature's time, backwards and forwards


@dataclass(frozen=True)
class Event:
    """What has happened: `object` is the thing as it was then, or of a thin event its id and type."""

    id: str
    type: str
    created: datetime
    livemode: bool
    account: str  # of the connected account it happened to, else empty
    object: Mapping[str, Any]


def check_signature(payload: bytes, header: str, secrets: Sequence[str], *, at: datetime) -> None:
    """The signature over the raw bytes; BadInput when none of our secrets made it, or when its time is more than five
    minutes away from ours, before or after (Stripe's own client lets the future pass)."""
    parts = [part.partition("=")[::2] for part in header.split(",")]
    times = [value for name, value in parts if name == "t" and value.isascii() and value.isdigit()]
    if not times or len(times[0]) > 12:
        raise BadInput("This is not signed by Stripe with our secret.")
    made = [
        hmac.new(secret.encode(), times[0].encode() + b"." + payload, hashlib.sha256).hexdigest().encode()
        for secret in secrets
        if secret.strip()
    ]
    given = [value.encode() for name, value in parts if name == "v1"]
    if not any(hmac.compare_digest(ours, theirs) for ours in made for theirs in given):
        raise BadInput("This is not signed by Stripe with our secret.")
    if abs(at.timestamp() - int(times[0])) > TOLERANCE.total_seconds():
        raise BadInput("The time of this signature is more than five minutes away from ours.")


def read(payload: bytes | Mapping[str, Any]) -> Event:
    """An event as it was sent; BadInput when it is none."""
    try:
        body = payload if isinstance(payload, Mapping) else json.loads(payload)
        thin = body["object"] == "v2.core.event"
        about = body.get("related_object") if thin else body["data"]["object"]
        created = body["created"]
        instant = datetime.fromisoformat(created) if thin else datetime.fromtimestamp(created, UTC)
        account = str(body.get("account") or body.get("context") or "")
        return Event(str(body["id"]), str(body["type"]), instant, bool(body["livemode"]), account, dict(about or {}))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError) as error:
        raise BadInput("This is no event of Stripe.") from error
