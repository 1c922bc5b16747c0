"""Withdrawing a wrong import, as long as its money is not paid."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
from flask_babel import gettext

from app.database import statement
from app.errors import Conflict
from app.payouts.batches.assembly import lock_currency
from app.sales import corrections
from app.sales.correction_record import carries_out
from app.sales.models import CorrectionKind, CorrectionRecord


def withdraw_import(
    connection: psycopg.Connection[Any], import_id: int, *, by: str, reason: str, at: datetime
) -> corrections.Correction:
    """`app.sales.corrections.withdraw_import`, refused with Conflict when a commission it brought stands in a payout:
    what was paid is mended by refunds or a correction of the lines, which later payouts make good. No batch of its
    currencies is assembled meanwhile, or it would take what is being withdrawn."""
    currencies = "select distinct currency from sale where import_id = %s order by currency"
    for (currency,) in connection.execute(currencies, [import_id]).fetchall():
        lock_currency(connection, currency)
    row = connection.execute(statement("app.payouts", "lines_in_payouts"), {"import": import_id}).fetchone()
    if row and row[0]:
        raise Conflict(
            gettext(
                "%(count)s of the sale lines of this import are in a payout already, so it can't be withdrawn: "
                "import refunds for the wrong lines, or decide them again.",
                count=row[0],
            )
        )
    return corrections.withdraw_import(connection, import_id, by=by, reason=reason, at=at)


@carries_out(CorrectionKind.IMPORT)
def _withdraw(
    connection: psycopg.Connection[Any], record: CorrectionRecord, by: str, at: datetime
) -> corrections.Correction:
    if record.import_id is None:
        raise ValueError("an import without an import")
    return withdraw_import(connection, record.import_id, by=by, reason=record.reason, at=at)
