"""What is done about the events of shops; one handler a kind of event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.database import db
from app.integrations.latest import keep_newest
from app.integrations.shops import applying, erasing, records, refunding, shopify, tiktok, woocommerce
from app.integrations.shops.fields import Json, part, reckoned, words
from app.integrations.shops.models import Doubt, Shop
from app.integrations.shops.orders import Return, ShopOrder
from app.integrations.source import Event, Handler
from app.sales.cancellations import Cancelled


def _orders(read: Callable[[Json], ShopOrder]) -> Handler:
    """The handler of events that tell an order whole."""

    def handle(event: Event, at: datetime) -> None:
        shop, order = _shop(event), reckoned(read, event.content)
        keep_newest(event, applying.object_of(shop, order.key))
        applying.apply_order(shop, order, at=at)

    return handle


def _shopify_refund(event: Event, at: datetime) -> None:
    shop, key = _shop(event), shopify.order_of_return(event.content)
    order = records.known_order(shop, key)

    def read(told: Json) -> Return:
        return shopify.read_return(told, order.taxes_included, order.net_share, order.currency)

    told = reckoned(read, event.content)
    refunding.apply_return(shop, order.order_ref, key, told, at=at)


def _woocommerce_deleted(event: Event, at: datetime) -> None:
    shop, key = _shop(event), woocommerce.order_deleted(event.content)
    if ref := records.order_seen(shop, key):
        records.doubt(shop, ref, Doubt.DELETED, at=at)


def _shopify_data_request(event: Event, at: datetime) -> None:
    shop = _shop(event)
    for order in shopify.numbers(event.content, "orders_requested"):
        records.doubt(shop, order, Doubt.ASKED, at=at)
    erasing.mark([event.id], at=at)  # the request itself names the buyer too


def _shopify_redact(event: Event, at: datetime) -> None:
    shop, about = _shop(event), part(event.content, "customer")
    buyer = erasing.Buyer(
        orders=shopify.numbers(event.content, "orders_to_redact"),
        number=words(str(about.get("id") or "")),
        visitor=erasing.visitor(shop.brand, words(about.get("email"))),
    )
    erasing.erase_buyer(shop, buyer, at=at)
    erasing.mark([event.id], at=at)


def _shopify_redact_all(event: Event, at: datetime) -> None:
    erasing.erase_all(_shop(event), at=at)


def _erase_buyer(event: Event, at: datetime) -> None:
    erasing.erase_buyer(_shop(event), erasing.asked_of(event.content), at=at)
    erasing.mark([event.id], at=at)


def _tiktok_change(event: Event, at: datetime) -> None:
    shop, change = _shop(event), tiktok.read_change(event.content)
    keep_newest(event, applying.object_of(shop, change.order))
    if change.is_cancelled:
        records.cancel(shop, change.order, Cancelled.OTHER, change.at, at=at)
    records.doubt(shop, change.order, Doubt.NO_AMOUNTS, at=at)


def _shop(event: Event) -> Shop:
    return db.session.get_one(Shop, event.shop_id)


SHOPIFY_ORDERS = {  # kinds of events that tell an order whole
    f"orders/{deed}": shopify.read_order for deed in ("create", "paid", "updated", "cancelled")
}
WOOCOMMERCE_ORDERS = {f"order.{deed}": woocommerce.read_order for deed in ("created", "updated", "restored")}
SHOPIFY: dict[str, Handler] = {
    **{topic: _orders(read) for topic, read in SHOPIFY_ORDERS.items()},
    "refunds/create": _shopify_refund,
    "customers/data_request": _shopify_data_request,
    "customers/redact": _shopify_redact,
    "shop/redact": _shopify_redact_all,
    erasing.ASKED: _erase_buyer,
}
WOOCOMMERCE: dict[str, Handler] = {
    **{topic: _orders(read) for topic, read in WOOCOMMERCE_ORDERS.items()},
    "order.deleted": _woocommerce_deleted,
    erasing.ASKED: _erase_buyer,
}
TIKTOK: dict[str, Handler] = {
    tiktok.CHANGED: _tiktok_change,
    tiktok.CANCELLED: _tiktok_change,
    erasing.ASKED: _erase_buyer,
}
