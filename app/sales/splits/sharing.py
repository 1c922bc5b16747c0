"""Commissions shared among all whose links a buyer followed (rules.md B3), where the brand says so: who shares a line
is decided after the ordinary decision, and stored with it."""

from __future__ import annotations

from typing import Any

import psycopg

from app.database import statement


def share(connection: psycopg.Connection[Any], given: dict[str, Any]) -> None:
    """Shares the commissions of the gathered lines, and puts into `posting` what each share still wants, in the place
    of what the ordinary statements have put there. One look at the batch's brands where none of them shares."""
    row = connection.execute(_sql("split_brands"), given).fetchone()
    if row and row[0]:
        for name in ("split_copy", "split_share", "split_unpost", "split_post"):
            connection.execute(_sql(name), given)


def _sql(name: str) -> Any:
    return statement("app.sales", name)
