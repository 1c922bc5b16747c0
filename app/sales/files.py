"""Files of sales and refunds (spec/formats.md)."""

from collections.abc import Callable, Mapping

from app.contracts.terms.coupons import coupon_key
from app.csvfiles.cells import AMOUNT, CODE, COUNTRY, CURRENCY, INSTANT, QUANTITY, REFERENCE, TEXT, VISITOR
from app.csvfiles.kinds import Column, Kind
from app.tracking.visitors import visitor_hash


def _derive_sale(index: Mapping[str, int], visitor_key: bytes) -> Callable[[list[str]], None]:
    """The visitor's hash for the visitor, nothing for a discount of nothing, and behind the coupon's key
    (settlement.md section 3)."""
    brand, visitor, discount, coupon = (index[name] for name in ("brand", "visitor", "discount", "coupon"))

    def derive(cells: list[str]) -> None:
        if cells[visitor]:
            cells[visitor] = visitor_hash(cells[brand], cells[visitor], visitor_key)
        if not cells[discount].strip("0."):
            cells[discount] = ""
        cells.append(coupon_key(cells[coupon]))

    return derive


SALES = Kind(
    "sales",
    "app.sales",
    (
        Column("brand", REFERENCE),
        Column("source", REFERENCE),
        Column("order", REFERENCE),
        Column("line", REFERENCE),
        Column("occurred_at", INSTANT),
        Column("visitor", VISITOR, optional=True),
        Column("sku", REFERENCE),
        Column("description", TEXT, optional=True),
        Column("quantity", QUANTITY),
        Column("unit_price", AMOUNT),
        Column("discount", AMOUNT, optional=True),
        Column("currency", CURRENCY),
        Column("country", COUNTRY, optional=True),
        Column("coupon", CODE, optional=True),
        Column("checkout_stream", REFERENCE, optional=True),
    ),
    key=("brand", "source", "order", "line"),
    tables=("sale",),
    hot=True,
    store=("sales_store",),
    by_brand=True,
    derive=_derive_sale,
    derived={"coupon_key": "text"},
)

REFUNDS = Kind(
    "refunds",
    "app.sales",
    (
        Column("brand", REFERENCE),
        Column("source", REFERENCE),
        Column("refund", REFERENCE),
        Column("order", REFERENCE),
        Column("line", REFERENCE),
        Column("occurred_at", INSTANT),
        Column("quantity", QUANTITY, optional=True),
        Column("amount", AMOUNT),
        Column("currency", CURRENCY),
    ),
    key=("brand", "source", "refund", "order", "line"),
    tables=("refund",),
    hot=True,
    store=("refunds_store",),
    by_brand=True,
)
