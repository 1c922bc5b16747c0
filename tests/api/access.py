"""The routes of the API and of its keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.api import keys
from app.api.models import Key, KeySecret, Scope
from app.database import db
from app.security import ANYBODY, BRAND, OWNERS, PLATFORM, Identity
from tests.access import Kind, Row, Side

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def _key(side: Side) -> UUID:
    by = Identity(side.person.id, side.person.name, "", "en", "UTC", "", frozenset())
    made, _ = keys.make(side.brand, f"Shop {side.word}", [Scope.READ], by=by, at=NOW)
    keys.rotate(made, NOW + timedelta(days=36500), by=by, at=NOW)
    return made.public_id


def _old_secret(side: Side) -> int:
    key = side.value("api_key")
    secrets = select(KeySecret.id).join(Key).where(Key.public_id == key).order_by(KeySecret.id)
    return db.session.scalars(secrets).first() or 0


READ = "brand sales sale contracts contract streams stream creators creator payouts payout statements".split()
KINDS = {
    "api_key": Kind(_key),
    "api_secret": Kind(_old_secret, missing=999_999_999),
    "embed_token": Kind(lambda side: "nonsense", missing="nothing"),
}
KEY = {"key": "api_key"}

ROWS = [
    Row("api.brand_api_keys", "GET", BRAND | PLATFORM),
    Row("api.brand_api_key_create", "POST", OWNERS, form={"name": "Shop", "scopes": ["read"]}),
    Row("api.brand_api_key", "GET", BRAND | PLATFORM, args=KEY),
    Row("api.brand_api_key_rotate", "POST", OWNERS, args=KEY, also=(409, 422)),
    Row("api.brand_api_secret_end", "POST", OWNERS, args=KEY | {"secret": "api_secret"}),
    Row("api.brand_api_key_end", "GET", OWNERS, args=KEY),
    Row("api.brand_api_key_revoke", "POST", OWNERS, args=KEY),
    *(Row(f"api.{name}", "GET", ANYBODY) for name in ("openapi", "docs", "docs_markdown", "llms")),
    *(Row(f"api.{name}", "GET", ANYBODY, args={"stream": "stream_elsewhere"}, by_key=True) for name in READ),
    Row("api.mcp", "POST", ANYBODY, by_key=True, csrf=False),
    Row("api.embed_token", "POST", ANYBODY, by_key=True, csrf=False),
    Row("api.embed", "GET", ANYBODY, args={"token": "embed_token"}, also=(404,)),  # no walker has a token
    Row("api.embed_sale", "GET", ANYBODY, args={"token": "embed_token"}, also=(404,)),
    *(Row(f"api.{name}_record", "POST", ANYBODY, by_key=True, csrf=False) for name in ("sales", "refunds", "touches")),
]
