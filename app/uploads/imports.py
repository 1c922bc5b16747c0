"""What an import brought: the first of its facts, whatever their kind."""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row

from app.uploads.exports.programs import PROGRAMS
from app.uploads.models import FileKind, Import

SHOWN = 50  # facts on the page of an import
EXPORTS = (*PROGRAMS, FileKind.MAPPED)  # of shops: sales and refunds
WITHDRAWABLE = (FileKind.SALES, FileKind.REFUNDS, *EXPORTS)

# By kind: what identifies a fact and says the most about it. Those of hot tables begin with their brand where it is
# known, so that its key leads to them; `id` is the sale's, which has a page of its own.
FACTS: dict[str, LiteralString] = {
    "brands": "select handle, name, country, currency from brand f where import_id = %(import)s",
    "creators": "select handle, name, country from creator f where import_id = %(import)s",
    "channels": """select c.handle creator, f.platform, f.name, f.followers from channel f
        join creator c on c.id = f.creator_id where f.import_id = %(import)s""",
    "creator_lists": "select handle, name, country from creator f where import_id = %(import)s",
    "products": """select f.sku, f.name, f.category, f.price::text price, f.currency from product f
        where f.import_id = %(import)s and (%(brand)s::int is null or f.brand_id = %(brand)s)""",
    "contracts": """select f.ref contract, b.name brand, c.name creator, f.starts_on, f.ends_on from contract f
        join brand b on b.id = f.brand_id join creator c on c.id = f.creator_id where f.import_id = %(import)s""",
    "streams": """select f.ref stream, c.name creator, f.platform, f.starts_at, f.ends_at from stream f
        join creator c on c.id = f.creator_id where f.import_id = %(import)s""",
    "minutes": """select s.ref stream, f.minute occurred_at, f.viewers, f.orders from stream_minute f
        join stream s on s.id = f.stream_id where f.import_id = %(import)s""",
    "engagement": """select s.ref stream, f.views, f.reactions, f.comments, f.shares from stream_engagement f
        join stream s on s.id = f.stream_id where f.import_id = %(import)s""",
    "touches": """select f.ref touch, c.name creator, f.occurred_at from touch f
        join creator c on c.id = f.creator_id
        where f.import_id = %(import)s and (%(brand)s::int is null or f.brand_id = %(brand)s)""",
    "sales": """select f.id, b.public_id brand_uuid, f.order_ref as order, f.line_ref line, f.occurred_at, f.sku,
            f.quantity, f.base_minor, f.currency
        from sale f join brand b on b.id = f.brand_id
        where f.import_id = %(import)s and (%(brand)s::int is null or f.brand_id = %(brand)s)""",
    "refunds": """select f.refund_ref refund, f.order_ref as order, f.line_ref line, f.occurred_at,
            f.amount base_minor, f.currency
        from refund f where f.import_id = %(import)s and (%(brand)s::int is null or f.brand_id = %(brand)s)""",
}


def facts(connection: psycopg.Connection[Any], imported: Import) -> list[dict[str, Any]]:
    """Up to SHOWN of the facts the import brought, with the columns of its kind."""
    kinds = ("sales", "refunds") if imported.kind in EXPORTS else (imported.kind,)
    parameters = {"import": imported.id, "brand": imported.brand_id, "limit": SHOWN}
    found: list[dict[str, Any]] = []
    with connection.cursor(row_factory=dict_row) as cursor:
        for kind in kinds:  # of an export its refunds where it brought no sales
            found = found or cursor.execute(FACTS[kind] + " limit %(limit)s", parameters).fetchall()
    return found
