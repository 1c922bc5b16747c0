"""The file `payouts` of spec/formats.md."""

from __future__ import annotations

from typing import BinaryIO

from app.csvfiles.exporting import export_report
from app.database import statement

COLUMNS = {  # True: somebody's own words
    "batch": False,
    "payout": False,
    "creator": True,
    "currency": False,
    "amount_minor": False,
    "status": False,
    "rail": False,
    "reference": False,
    "reason": True,
}


def export_payouts(out: BinaryIO) -> int:
    """Writes every payout to `out`; batch and payout are their public ids. Returns the number of rows."""
    return export_report(statement("app.payouts", "export_payouts"), COLUMNS, 2, {}, out)
