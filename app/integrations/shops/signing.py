"""How shops prove that a delivery is theirs, and what of it is read before it is kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext

from app.integrations.models import Refusal
from app.integrations.shops import fields
from app.integrations.shops.models import ShopKind
from app.integrations.shops.orders import NoOrder
from app.integrations.source import Headers, Reading, Refused

NAME = re.compile(r"[!-~]{1,200}")
TRIGGERED = "X-Shopify-Triggered-At"


@dataclass(frozen=True)
class Scheme:
    """A kind of shop's way: the header with the signature, how it is made of the body, and the names of the headers
    with the delivery's number and its topic."""

    header: str
    sign: Callable[[bytes, str, str], str]  # body, key, the app's key
    delivery: str
    topic: str
    kept: tuple[str, ...]

    def headers(self, body: bytes, key: str, app_key: str, number: str, topic: str) -> Headers:
        """Those with which the shop would send the body as this delivery."""
        named = {self.delivery: number, self.topic: topic} if self.delivery else {}
        return {self.header: self.sign(body, key, app_key), **named}

    @property
    def names(self) -> list[str]:
        """Every header that is looked at."""
        return [name for name in (self.header, self.delivery, self.topic, *self.kept) if name]


def _base64(body: bytes, key: str, _app_key: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()


def _with_app_key(body: bytes, key: str, app_key: str) -> str:
    return hmac.new(key.encode(), app_key.encode() + body, hashlib.sha256).hexdigest()


SCHEMES: dict[str, Scheme] = {
    ShopKind.SHOPIFY: Scheme(
        "X-Shopify-Hmac-Sha256",
        _base64,
        "X-Shopify-Webhook-Id",
        "X-Shopify-Topic",
        ("X-Shopify-Shop-Domain", "X-Shopify-API-Version", "X-Shopify-Triggered-At"),
    ),
    ShopKind.WOOCOMMERCE: Scheme(
        "X-WC-Webhook-Signature",
        _base64,
        "X-WC-Webhook-Delivery-ID",
        "X-WC-Webhook-Topic",
        ("X-WC-Webhook-Source", "X-WC-Webhook-ID"),
    ),
    ShopKind.TIKTOK_SHOP: Scheme("Authorization", _with_app_key, "", "", ()),
}


def proved_by(scheme: Scheme, keys: Sequence[tuple[int, str]], body: bytes, headers: Headers, app_key: str) -> int:
    """The number of the key that signed the body. Raises Refused where none did."""
    given = headers.get(scheme.header, "").strip().encode()
    matching = [number for number, key in keys if hmac.compare_digest(scheme.sign(body, key, app_key).encode(), given)]
    if not matching:
        raise Refused(
            gettext("The signature is not one of this shop's keys: check the key on its page."), Refusal.SIGNATURE
        )
    return matching[0]


def read(scheme: Scheme, body: bytes, headers: Headers, *, at: datetime) -> Reading:
    """Number, topic and time of a delivery. Raises Refused for what can't be read."""
    try:
        told = json.loads(body)
        if not isinstance(told, dict):
            raise ValueError
        if scheme.delivery:
            number, topic = _name(headers.get(scheme.delivery)), _name(headers.get(scheme.topic))
        else:
            number, topic = _name(told["tts_notification_id"]), _name(str(told["type"]))
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Refused(
            gettext("This is no event: it needs a number, a topic and a body of JSON."), Refusal.CONTENT
        ) from None
    return Reading(number, topic, _happened(told, headers, at), True)


def _name(told: Any) -> str:
    if not isinstance(told, str) or not NAME.fullmatch(told):
        raise ValueError
    return told


def _happened(told: dict[str, Any], headers: Headers, at: datetime) -> datetime:
    """When the shop's object became what is told: by that, late and doubled events are told apart. Of a body without a
    time it is now."""
    seconds = fields.part(told, "data").get("update_time")
    names = ("updated_at", "date_modified_gmt", "processed_at", "created_at")
    text = next((each for name in names if isinstance(each := told.get(name), str)), headers.get(TRIGGERED, ""))
    try:
        if isinstance(seconds, int):
            instant = datetime.fromtimestamp(seconds, UTC)
        else:
            instant = fields.instant(text, "its time", utc=True)
    except (NoOrder, ValueError, OverflowError, OSError):
        return at
    return instant if 2000 <= instant.year <= at.year + 1 else at
