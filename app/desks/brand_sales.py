"""What a brand's desk shows: its sale lines with their decisions, and its days in figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, LiteralString

import psycopg
from sqlalchemy import Engine

from app.database import query_rows, rows, statement
from app.desks.download_rows import download_rows
from app.sales.models import HOUSE
from app.web.paging import (
    Page,
    Window,
    page,
    wanted,
)

Connection = psycopg.Connection[Any]
MONTH = 30  # days the home page looks back


@dataclass(frozen=True)
class Filters:
    """Which of a brand's lines are looked at; `begin` and `end` are instants, the end not included."""

    brand_id: int
    begin: datetime | None = None
    end: datetime | None = None
    creator_id: int | None = None
    rule: str | None = None
    label: str | None = None
    reason: str | None = None
    order: str | None = None
    imports: Sequence[int] | None = None

    def parameters(self) -> dict[str, Any]:
        """The parameters of brand_sales.sql and of its conditions."""
        return vars(self) | {"brand": self.brand_id}

    def lines(self) -> LiteralString:
        """brand_sales.sql with the conditions that are asked for."""
        decided = wanted(self, DECISION)
        base = statement("app.desks", "brand_sales_decided" if decided or self.rule else "brand_sales")
        house: LiteralString = " and d.rule is null" if self.rule == HOUSE else " and d.rule = %(rule)s"
        return base + wanted(self, SALE) + decided + (house if self.rule else "")


SALE: dict[str, LiteralString] = {
    "begin": " and s.occurred_at >= %(begin)s",
    "end": " and s.occurred_at < %(end)s",
    "order": " and s.order_ref = %(order)s",
    "imports": " and s.import_id = any (%(imports)s)",
}
DECISION: dict[str, LiteralString] = {
    "creator_id": " and d.creator_id = %(creator_id)s",
    "label": " and d.label = %(label)s",
    "reason": " and d.reason = %(reason)s",
}


@dataclass
class Month:
    """The last 30 days in one currency, in minor units."""

    currency: str
    lines: int = 0
    base: int = 0
    commission: int = 0
    fee: int = 0
    days: dict[date, int] = field(default_factory=dict)


def sales(connection: Connection, filters: Filters, window: Window) -> Page:
    """One page of the brand's sale lines with decision and amounts, newest first."""
    beyond: LiteralString = " and (s.occurred_at, s.id) {beyond} (%(key_at)s, %(key_id)s)" if window.key else ""
    newest: LiteralString = " order by s.occurred_at {direction}, s.id {direction} limit %(limit)s"
    text = _with_words(filters.lines() + beyond + newest) + " order by n.occurred_at {direction}, n.id {direction}"
    lines = query_rows(connection, window.direct(text), filters.parameters() | window.parameters())
    return page(lines, window)


def all_sales(engine: Engine, filters: Filters) -> Iterator[Any]:
    """Every line under the filters, oldest first, for a download."""
    query = _with_words(filters.lines()) + " order by n.occurred_at, n.id"
    return download_rows(engine, query, filters.parameters())


def days(connection: Connection, brand_id: int, *, since: datetime, zone: str) -> list[Any]:
    """By local day and currency since an instant: lines, base, commission and fee."""
    parameters = {"brand": brand_id, "since": since, "zone": zone}
    return rows(connection, "app.desks", "brand_days", parameters)


def month(figures: Sequence[Any], today: date) -> list[Month]:
    """The days by currency, those without a sale too, the currency with the most first."""
    by_currency: dict[str, Month] = {}
    for row in figures:
        month = by_currency.setdefault(row.currency, Month(row.currency))
        month.days[row.day] = row.base
        month.lines += row.lines
        month.base += row.base
        month.commission += row.commission
        month.fee += row.fee
    for month in by_currency.values():
        span = [today - timedelta(days=back) for back in reversed(range(MONTH))]
        month.days = {day: month.days.get(day, 0) for day in span}
    return sorted(by_currency.values(), key=lambda each: -each.base)


def _with_words(lines: LiteralString) -> LiteralString:
    """brand_sales_page.sql over these lines."""
    return statement("app.desks", "brand_sales_page").replace("{lines}", lines)
