"""A shop of the tests: orders as Shopify and WooCommerce write them, signed as they sign."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.database import db
from app.integrations.shops import connecting
from app.integrations.shops.models import Shop, ShopKind
from app.users.models import Brand
from tests.payouts.people import identity

KEY = "key-of-the-tests-only"
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
NUMBERS = count(1)


def connect(brand: Brand, kind: str = ShopKind.SHOPIFY, *, name: str = "Web shop", source: str = "") -> Shop:
    """A shop of the brand with KEY."""
    draft = connecting.ShopDraft(kind, name, KEY, source, "app-key" if kind == ShopKind.TIKTOK_SHOP else "")
    shop = connecting.connect(brand, draft, by=identity("olga"), at=AT)
    db.session.commit()
    return shop


def line(
    number: int, price: str, quantity: int = 1, *, discount: str = "0", tax: str = "0", **more: Any
) -> dict[str, Any]:
    """A line of an order at Shopify."""
    about = {
        "id": 9000 + number,
        "sku": f"sku-{number}",
        "name": f"Thing {number}",
        "quantity": quantity,
        "price": price,
    }
    about |= {"discount_allocations": [{"amount": discount}] if Decimal(discount) else []}
    return about | {"tax_lines": [{"price": tax}] if Decimal(tax) else []} | more


def order(number: int = 1, *lines: dict[str, Any], minutes: int = 0, **more: Any) -> dict[str, Any]:
    """A paid order at Shopify, as it was some minutes after it was made."""
    items = list(lines) or [line(1, "10.00", 2)]
    about = {
        "id": 820982911946154000 + number,
        "name": f"#{1000 + number}",
        "email": f"Buyer{number}@Example.org",
        "created_at": AT.isoformat(),
        "updated_at": (AT + timedelta(minutes=minutes)).isoformat(),
        "financial_status": "paid",
        "currency": "EUR",
        "taxes_included": False,
        "line_items": items,
        "refunds": [],
        "shipping_address": {"country_code": "NL"},
    }
    return about | more


def refund(number: int, *lines: tuple[int, int, Any], money: str | None = None, **more: Any) -> dict[str, Any]:
    """A refund at Shopify: (line, pieces, subtotal) each; `money` is what its transactions come to."""
    items = [
        {"line_item_id": 9000 + each, "quantity": pieces, "subtotal": subtotal, "total_tax": 0}
        for each, pieces, subtotal in lines
    ]
    about: dict[str, Any] = {"id": 500 + number, "created_at": (AT + timedelta(days=1)).isoformat()}
    about |= {"refund_line_items": items}
    if money is not None:
        about |= {"transactions": [{"kind": "refund", "status": "success", "amount": money, "currency": "EUR"}]}
    return about | more


def signature(body: bytes, key: str = KEY) -> str:
    """As Shopify and WooCommerce make it."""
    return base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()


def deliver(
    client: FlaskClient, shop: Shop, topic: str, told: Any, *, number: str = "", key: str = KEY, sign: str = ""
) -> TestResponse:
    """Sends a delivery to the shop's address, signed rightly unless another signature is given."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    sign, number = sign or signature(body, key), number or f"delivery-{next(NUMBERS)}"
    headers = {"X-Shopify-Hmac-Sha256": sign, "X-Shopify-Webhook-Id": number, "X-Shopify-Topic": topic}
    if shop.kind == ShopKind.WOOCOMMERCE:
        headers = {"X-WC-Webhook-Signature": sign, "X-WC-Webhook-Delivery-ID": number, "X-WC-Webhook-Topic": topic}
    return client.post(f"/webhooks/shops/{shop.public_id}", data=body, headers=headers)
