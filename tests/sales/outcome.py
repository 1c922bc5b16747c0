"""What a settled market looks like from outside: its two exports, whether the books check out, what is still due."""

from __future__ import annotations

import io
from collections.abc import Callable
from csv import reader
from datetime import date, timedelta
from typing import BinaryIO

from app.database import db, raw
from app.ledger.balances import export_balances
from app.payouts.checks import check_books
from app.sales.exports import export_attributions
from tests.sales import oracle
from tests.sales.facts import Market

Rows = list[tuple[str, ...]]


def outcome(*days: date) -> tuple[Rows, ...]:
    """All that is exported: the attributions, and the balances on each of the days."""
    assert_in_order()
    return attributions(), *map(balance_rows, days)


def attributions() -> Rows:
    """The rows of `export attributions`, without the header."""
    return _written(export_attributions)


def balance_rows(day: date) -> Rows:
    """The rows of `export balances --at`, without the header."""
    return _written(lambda out: export_balances(out, on=day))


def _written(export: Callable[[BinaryIO], int]) -> Rows:
    out = io.BytesIO()
    export(out)
    return [tuple(row) for row in reader(io.StringIO(out.getvalue().decode(), newline=""))][1:]


def assert_in_order() -> None:
    """The books check out, and nothing is due any more."""
    db.session.rollback()
    assert [check for check in check_books(raw()) if not check.ok] == []
    db.session.rollback()
    assert raw().execute("select count(*) from due").fetchone() == (0,)


def assert_as_the_oracle_says(market: Market) -> None:
    """What is stored is what the plain reading of the spec makes of the market, and the books are in order."""
    lines = oracle.settle(market)
    assert attributions() == oracle.attribution_rows(market, lines)
    days = {line.available_on for line in lines.values() if line.available_on} or {date(2026, 1, 1)}
    for day in (min(days) - timedelta(days=1), min(days), max(days)):
        assert balance_rows(day) == oracle.balance_rows(market, lines, day)
    assert_in_order()
