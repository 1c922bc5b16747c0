"""Shops among the sources of webhooks. They deliver to addresses of their own, signed with keys of their own."""

from __future__ import annotations

from functools import partial

from flask_babel import lazy_gettext as _

from app.integrations.models import Refusal
from app.integrations.shops import crowds, handling
from app.integrations.shops.models import ShopKind
from app.integrations.source import Handler, Reading, Refused, Source


def _nowhere(*_about: object) -> None:
    raise Refused("", Refusal.SIGNATURE)


def _nothing(_body: bytes) -> Reading:
    raise Refused("", Refusal.CONTENT)


TITLES = {ShopKind.SHOPIFY: "Shopify", ShopKind.WOOCOMMERCE: "WooCommerce", ShopKind.TIKTOK_SHOP: "TikTok Shop"}


def _source(kind: ShopKind, handlers: dict[str, Handler], readers: crowds.Readers | None = None) -> Source:
    return Source(
        name=kind,
        title=TITLES[kind],
        setup=_("Brands connect their own, each at an address of its own."),
        secrets=lambda _config: [],
        verify=_nowhere,
        read=_nothing,
        live=lambda _config: True,
        most_bytes=MOST_BYTES,
        handlers=handlers,
        together=partial(crowds.apply_new_orders, readers) if readers else None,
    )


MOST_BYTES = 2 * 1024 * 1024  # an order with hundreds of lines
SHOPS: dict[str, Source] = {
    ShopKind.SHOPIFY: _source(ShopKind.SHOPIFY, handling.SHOPIFY, handling.SHOPIFY_ORDERS),
    ShopKind.WOOCOMMERCE: _source(ShopKind.WOOCOMMERCE, handling.WOOCOMMERCE, handling.WOOCOMMERCE_ORDERS),
    ShopKind.TIKTOK_SHOP: _source(ShopKind.TIKTOK_SHOP, handling.TIKTOK),
}
