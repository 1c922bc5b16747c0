"""Files of brands and creators (spec/formats.md)."""

from app.csvfiles.cells import COUNTRY, CURRENCY, NAME, PERCENT, REFERENCE, SPOKEN, TIMEZONE
from app.csvfiles.kinds import Column, Kind

BRANDS = Kind(
    "brands",
    "app.users",
    (
        Column("handle", REFERENCE),
        Column("name", NAME),
        Column("country", COUNTRY),
        Column("currency", CURRENCY),
        Column("timezone", TIMEZONE),
        Column("platform_fee_percent", PERCENT),
    ),
    key=("handle",),
    tables=("brand",),
    store=("brands_store", "brands_store_fee"),
    update=("brands_update", "brands_end_fee", "brands_begin_fee"),
)

CREATORS = Kind(
    "creators",
    "app.users",
    (
        Column("handle", REFERENCE),
        Column("name", NAME),
        Column("country", COUNTRY),
        Column("languages", SPOKEN),
        Column("timezone", TIMEZONE),
    ),
    key=("handle",),
    tables=("creator",),
    store=("creators_store",),
    update=("creators_update",),
)
