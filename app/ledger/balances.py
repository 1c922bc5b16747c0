"""What stands where: the balances as people and `flask export balances` see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

import psycopg

from app.csvfiles.exporting import export_report
from app.database import statement

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Standing:
    """What one creator has in one currency, in minor units: not yet payable, payable, on its way, paid."""

    currency: str
    pending: int
    payable: int
    in_transit: int
    paid: int


def standings(connection: Connection, creator_id: int, *, on: date) -> list[Standing]:
    """A creator's money by currency, as of the UTC day `on`."""
    rows = connection.execute(statement("app.ledger", "standings"), {"creator": creator_id, "on": on})
    return [Standing(*row) for row in rows]


def export_balances(out: BinaryIO, *, on: date) -> int:
    """Writes the file `balances` of formats.md to `out`; the UTC day `on` splits pending from payable. Returns how
    many rows there are."""
    columns = {"brand": True, "account": False, "creator": True, "currency": False, "balance_minor": False}
    return export_report(statement("app.ledger", "export_balances"), columns, 4, {"on": on}, out)
