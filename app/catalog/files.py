"""Files of products (spec/formats.md)."""

from app.csvfiles.cells import AMOUNT, CURRENCY, REFERENCE, TEXT, YES_NO
from app.csvfiles.kinds import Column, Kind

PRODUCTS = Kind(
    "products",
    "app.catalog",
    (
        Column("brand", REFERENCE),
        Column("sku", REFERENCE),
        Column("name", TEXT),
        Column("category", TEXT),
        Column("price", AMOUNT),
        Column("currency", CURRENCY),
        Column("commissionable", YES_NO),
    ),
    key=("brand", "sku"),
    tables=("product",),
    matched_by=("brand_id", "sku"),
    store=("products_store",),
    update=("products_update",),
    by_brand=True,
)
