"""The invariants that the books hold by themselves (settlement.md section 8). Each is one query for offending rows.

`app/payouts/checks.py` adds those that need sales and payouts; `flask check-books` runs them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from app.database import statement


@dataclass(frozen=True)
class Check:
    """One invariant: its sentence, whether it holds, how many rows offend, and the first of them."""

    name: str
    ok: bool
    count: int
    detail: str


LEDGER_CHECKS = {
    "balances_equal_entries": "Balances equal the sum of entries",
    "accounts_sum_to_zero": "All accounts sum to zero in each currency and brand",
    "entries_are_whole": "Every entry has one brand, two accounts, one currency and an amount above zero",
    "entries_have_owners": "Every entry's brand (or the platform) and creator exist",
}

ROOMS: dict[str, dict[str, str]] = {}  # the checks of rooms further to the right, which add their own when loaded


def run(connection: psycopg.Connection[Any], package: str, checks: dict[str, str]) -> list[Check]:
    """Runs the checks named in `checks` (statement name: sentence) of a package; each finds offending rows."""
    results = []
    for name, sentence in checks.items():
        query = statement(package, f"check_{name}")
        rows = connection.execute(f"select x.*, count(*) over () from ({query}) x limit 1").fetchall()  # noqa: S608
        count = rows[0][-1] if rows else 0
        results.append(Check(sentence, not rows, count, str(rows[0][:-1]) if rows else ""))
    return results
