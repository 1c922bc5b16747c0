"""Stripe as a source of webhooks: its signature, and what of an event stands where.

What is done about an event stands in stripe_handling.py.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.integrations.models import Refusal
from app.integrations.source import Headers, Reading, Refused, Source
from app.integrations.stripe_handling import HANDLERS
from app.stripe_gateway import is_live
from config import Config

SIGNATURE = "Stripe-Signature"
TOLERANCE = timedelta(minutes=5)  # both ways: a time in the future would make a delivery good for ever
NAME = re.compile(r"[!-~]{1,255}")  # of numbers and types: printable ASCII
SECONDS = re.compile(r"[0-9]{1,11}")


def verify(body: bytes, headers: Headers, secrets: Sequence[str], at: datetime) -> None:
    """Refused unless a `v1` of the header is the HMAC-SHA256 of `t.body` by one of the secrets, and `t` is now."""
    parts = [part.strip().partition("=") for part in headers.get(SIGNATURE, "").split(",")]
    times = [value for name, _equals, value in parts if name == "t"]
    given = [value.encode() for name, _equals, value in parts if name == "v1"]
    if len(times) != 1 or not SECONDS.fullmatch(times[0]):
        raise _wrong_signature()
    signed = times[0].encode() + b"." + body
    made = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode() for secret in secrets if secret]
    if not any(hmac.compare_digest(one, other) for one in made for other in given):
        raise _wrong_signature()
    if abs(at.timestamp() - int(times[0])) > TOLERANCE.total_seconds():
        raise Refused(
            gettext("This was signed more than 5 minutes ago, or in the future: send it again."), Refusal.TIME
        )


def read(body: bytes) -> Reading:
    """Number, type, time and mode of an event, of API v1 (`created` in seconds) or v2 (in words)."""
    try:
        told = json.loads(body)
        reading = Reading(_name(told["id"]), _name(told["type"]), _instant(told["created"]), told["livemode"])
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError):
        raise _unreadable() from None
    if not isinstance(reading.livemode, bool):
        raise _unreadable()
    return reading


def secrets(config: Config) -> list[str]:
    """Those of the endpoint: the new one and the old one while it is changed."""
    return [secret for secret in re.split(r"[,\s]+", config.stripe_webhook_secret) if secret]


def _name(told: Any) -> str:
    if not isinstance(told, str) or not NAME.fullmatch(told):
        raise ValueError
    return told


def _instant(told: Any) -> datetime:
    if isinstance(told, str):
        instant = datetime.fromisoformat(told)
        if instant.tzinfo is None:
            raise ValueError
        return instant.astimezone(UTC)
    if isinstance(told, bool) or not isinstance(told, int):
        raise ValueError
    return datetime.fromtimestamp(told, UTC)


def _wrong_signature() -> Refused:
    return Refused(gettext("The signature is not one of ours: check the secret of this endpoint."), Refusal.SIGNATURE)


def _unreadable() -> Refused:
    return Refused(gettext("This is no event: it needs an id, a type, a time and a mode."), Refusal.CONTENT)


STRIPE = Source(
    name="stripe",
    title="Stripe",
    setup=_("Add this address as a webhook endpoint at Stripe, and set STRIPE_WEBHOOK_SECRET to its signing secret."),
    secrets=secrets,
    verify=verify,
    read=read,
    live=is_live,
    headers=(SIGNATURE,),
    handlers=HANDLERS,
)
