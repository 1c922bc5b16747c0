"""`flask export attributions`: what every sale line of a creator earned (spec/formats.md)."""

from __future__ import annotations

from typing import BinaryIO

from app.csvfiles.exporting import export_report
from app.database import statement

WORDS = ("brand", "source", "order", "line", "creator", "contract", "stream", "touch")
COLUMNS = (
    "brand source order line rule label creator contract stream touch currency base_minor rate_bps commission_minor "
    "fee_minor refunded_minor net_commission_minor net_fee_minor available_on"
).split()
SORTED = COLUMNS.index("creator") + 1  # a line has one rule and one label


def export_attributions(out: BinaryIO) -> int:
    """Writes one row per attributed sale line, or per share of it, to `out`, sorted by brand, source, order and line in
    byte order, the shares of a line by their creators; returns how many."""
    columns = {name: name in WORDS for name in COLUMNS}
    return export_report(statement("app.sales", "export_attributions"), columns, SORTED, {}, out)
