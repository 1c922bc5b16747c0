"""Everything that reaches the books passes here: entries stand in the temporary table `posting`, then `post` writes
them and their balances in one go, in the caller's transaction (settlement.md section 8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from app.database import statement


def open_posting(connection: psycopg.Connection[Any]) -> None:
    """Makes an empty `posting` table for this connection: the columns of `entry` without id and recorded_at."""
    connection.execute(statement("app.ledger", "open_posting"))
    if connection.execute("select from posting limit 1").fetchone() is not None:  # of the same transaction
        connection.execute("truncate posting")


def post(connection: psycopg.Connection[Any], *, at: datetime) -> int:
    """Writes what stands in `posting` as entries recorded `at`, adds one delta per account and day to the balances,
    empties `posting`, and returns how many entries were written."""
    written = connection.execute(statement("app.ledger", "post_entries"), {"at": at}).rowcount
    if written:
        connection.execute(statement("app.ledger", "post_balances"))
        connection.execute("truncate posting")
    return written
