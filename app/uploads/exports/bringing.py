"""An export of a brand into the database, as it is read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext

from app.csvfiles.importing import Options
from app.csvfiles.report import ImportResult
from app.csvfiles.tables import WESTERN, encoding_of, is_workbook, opened_table
from app.csvfiles.translating import import_translated
from app.database import raw, statement
from app.errors import BadFile
from app.security import Identity
from app.uploads.exports.flags import Flags
from app.uploads.exports.mapping import MAPPED
from app.uploads.exports.programs import BOL_SPECIFICATION, PROGRAMS, SHOPIFY_TRANSACTIONS
from app.uploads.exports.reading import Reading
from app.uploads.exports.transactions import Payments, Specification
from app.uploads.exports.translation import Orders
from app.uploads.exports.visits import FIELDS, visitors_of
from app.users.models import Brand
from config import settings

TRANSLATIONS = {BOL_SPECIFICATION.name: Specification, SHOPIFY_TRANSACTIONS.name: Payments}  # the rest are orders
Flagged = list[dict[str, Any]]


def import_export(
    reading: Reading, path: Path, brand: Brand, options: Options, *, by: Identity | None, at: datetime
) -> tuple[ImportResult, Flagged]:
    """Reads the file into the caller's transaction, as import_file does; what came of it, and what is to be said of it.

    BadFile while a column is not chosen without which nothing can be read, and as import_file.
    """
    if reading.lacking and reading.program != SHOPIFY_TRANSACTIONS.name:
        raise BadFile(gettext("Choose the column of “%(what)s”.", what=reading.lacking))
    flags = Flags()
    translation = TRANSLATIONS.get(reading.program, Orders)(
        reading,
        brand.handle,
        settings().visitor_key.encode(),
        at,
        PROGRAMS.get(reading.program, MAPPED).tax_inside,
        flags,
        _visitors(reading, path, brand, flags, at),
    )
    if not is_workbook(path) and encoding_of(path, settings().max_file_bytes) == WESTERN:
        flags.put("western")
    result = import_translated(translation, path, options, by=by, at=at)
    if isinstance(translation, Payments):
        for order in sorted(_unknown(translation, brand)):
            flags.put("unknown", order)
    return result, flags.as_json()


def _unknown(payments: Payments, brand: Brand) -> set[str]:
    """Which of the orders of which money went back are no sales here."""
    values = [list(payments.refunded), brand.id, payments.reading.source]
    found = raw().execute(statement("app.uploads", "orders_unknown"), values)
    return {order for (order,) in found}


def _visitors(reading: Reading, path: Path, brand: Brand, flags: Flags, at: datetime) -> dict[str, str]:
    """Who came by a link, where the file has a column that may say it."""
    if not any(name in reading.columns for name in FIELDS):
        return {}
    with opened_table(path, settings().max_file_bytes) as table:
        return visitors_of(reading, brand, table.rows, flags=flags, at=at)
