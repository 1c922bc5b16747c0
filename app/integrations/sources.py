"""Every source of webhooks, by the name in its address. A new one is added here alone."""

from __future__ import annotations

from app.integrations.shops.sources import SHOPS
from app.integrations.source import Source
from app.integrations.stripe import STRIPE

SOURCES: dict[str, Source] = {source.name: source for source in (STRIPE, *SHOPS.values())}
