"""Order exports of well-known shops, told by their headings: they are not read (yet), but answered with what to do."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext

SHOPIFY = frozenset({"lineitem name", "lineitem quantity", "lineitem price"})
# WooCommerce's own report, and the two exports of orders that most shops use
WOOCOMMERCE = (
    frozenset({"order #", "n. revenue"}),
    frozenset({"order number", "order status", "item name"}),
    frozenset({"order number", "order status", "first name (billing)"}),
    frozenset({"order_number", "order_date", "line_items"}),
    frozenset({"order_number", "order_date", "line_item_1"}),
    frozenset({"order_number", "date", "status", "line_items"}),
)


def advice_on(header: Iterable[str]) -> str:
    """What to do with the order export of a shop that has this header, in one sentence; empty where it is none."""
    names = {name.strip().lower() for name in header}
    if names >= SHOPIFY:
        sentence = gettext(
            "This is an order export of Shopify, which can't be read as it is: make a file of sales from it, one row "
            "for each line item (Name is order, Created at is occurred_at, Lineitem sku is sku, Lineitem quantity is "
            "quantity, Lineitem price is unit_price, Discount Code is coupon); the template stands on the page of "
            "uploads."
        )
        return str(sentence)
    if any(names >= signs for signs in WOOCOMMERCE):
        sentence = gettext(
            "This is an order export of WooCommerce, which can't be read as it is: make a file of sales from it, one "
            "row for each line item (the order number is order, its date is occurred_at with the time zone, the item's "
            "SKU, quantity and price are sku, quantity and unit_price); the template stands on the page of uploads."
        )
        return str(sentence)
    return ""
