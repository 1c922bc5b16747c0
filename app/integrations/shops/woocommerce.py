"""Orders as WooCommerce reports them (webhooks of REST API v3), made into ours. Pure.

`total` of a line is without tax and after its discounts, `subtotal` before them. A refund names its sum alone: it is
dated by the first event that tells of it. An order that was paid and is cancelled or has failed is void, as in the
shop's export: nobody says how much of the money went back, and nothing of it was sold.
"""

from __future__ import annotations

from decimal import Decimal

from app.integrations.shops.fields import (
    Json,
    amount,
    count,
    country,
    email,
    instant,
    number,
    objects,
    part,
    visit,
    words,
)
from app.integrations.shops.orders import NoOrder, OrderLine, Return, ShopOrder
from app.sales.cancellations import Cancelled

PAID = frozenset({"processing", "completed", "refunded"})
CANCELLED = {"cancelled": Cancelled.OTHER, "failed": Cancelled.PAYMENT}
ATTRIBUTION = "_wc_order_attribution_"


def read_order(told: Json) -> ShopOrder:
    """An order of order.created, updated or restored. NoOrder where something it needs is missing."""
    currency = words(told.get("currency")).upper()
    if len(currency) != 3:
        raise NoOrder("currency is missing")
    items = [each for each in objects(told.get("line_items")) if count(each.get("quantity"), "quantity")]
    lines = tuple(_line(place, each) for place, each in enumerate(items, 1))
    base = sum((line.base for line in lines), Decimal())
    gross = sum(
        (amount(each.get("total"), "total") + amount(each.get("total_tax"), "total_tax") for each in items), Decimal()
    )
    share = base / gross if gross else Decimal(1)
    status = words(told.get("status"))
    updated = instant(told.get("date_modified_gmt") or told.get("date_created_gmt"), "date_modified_gmt", utc=True)
    meta = {words(each.get("key")): words(each.get("value"), 4000) for each in objects(told.get("meta_data"))}
    return ShopOrder(
        key=number(told.get("id"), "id"),
        order=number(told.get("number") or told.get("id"), "number"),
        occurred_at=instant(told.get("date_created_gmt"), "date_created_gmt", utc=True),
        updated_at=updated,
        paid=status in PAID or (status == "on-hold" and bool(told.get("date_paid_gmt"))),
        currency=currency,
        lines=lines,
        returns=tuple(_return(each, share, currency, updated) for each in objects(told.get("refunds"))),
        cancelled=CANCELLED.get(status, ""),
        cancelled_at=updated if status in CANCELLED else None,
        void=status in CANCELLED,
        country=country(part(told, "shipping"), part(told, "billing"), name="country"),
        coupon=next((words(each.get("code")) for each in objects(told.get("coupon_lines")) if each.get("code")), ""),
        email=email(part(told, "billing").get("email")),
        visit=_visit(meta),
        attributed=any(name.startswith(ATTRIBUTION) for name in meta),
        off=_off(told, items),
        net_share=share,
    )


def order_deleted(told: Json) -> str:
    """The number of an order that order.deleted names; it tells nothing else."""
    return number(told.get("id"), "id")


def _line(place: int, told: Json) -> OrderLine:
    """A line. One without a SKU is called by its name, as in the shop's export."""
    quantity = count(told.get("quantity"), "quantity")
    before, after = amount(told.get("subtotal"), "subtotal"), amount(told.get("total"), "total")
    before = max(before, after)  # a price that was raised by hand has no discount
    price = (before / quantity).quantize(Decimal("1e-8")) if quantity > 0 else Decimal()
    return OrderLine(
        number(told.get("id"), "id of a line"),
        place,
        words(told.get("sku"), 128) or words(told.get("name"), 128) or "unknown",
        words(told.get("name")),
        quantity,
        price,
        before - after,
    )


def _return(told: Json, share: Decimal, currency: str, at: object) -> Return:
    """A refund: `total` is negative and with tax, and says nothing of its lines."""
    when = told.get("date_created_gmt")
    return Return(
        key=number(told.get("id"), "id of a refund"),
        occurred_at=instant(when or at, "date_created_gmt", utc=True),
        currency=currency,
        spread=abs(amount(told.get("total"), "total of a refund")) * share,
    )


def _visit(meta: dict[str, str]):  # type: ignore[no-untyped-def]
    addresses = [
        (name, meta[f"{ATTRIBUTION}{name}"])
        for name in ("session_entry", "referrer")
        if meta.get(f"{ATTRIBUTION}{name}")
    ]
    named = {name: meta.get(f"{ATTRIBUTION}{name}", "") for name in ("utm_source", "utm_content")}
    return visit(addresses, named)


def _off(told: Json, items: list[Json]) -> Decimal:
    """By how much lines, shipping, fees and tax differ from the total."""
    if told.get("total") in (None, ""):
        return Decimal()
    made = sum((amount(each.get("total"), "total") for each in items), Decimal())
    for name in ("shipping_lines", "fee_lines"):
        made += sum((amount(each.get("total"), name) for each in objects(told.get(name))), Decimal())
    return made + amount(told.get("total_tax"), "total_tax") - amount(told["total"], "total")
