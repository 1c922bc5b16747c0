"""What a creator's desk shows: the lines that earned, their sums, and the days on which money becomes payable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, LiteralString

import psycopg
from sqlalchemy import Engine

from app.database import query_rows, statement
from app.desks.download_rows import download_rows
from app.streams.validity import Verdict
from app.web.paging import (
    Page,
    Window,
    page,
    wanted,
)

Connection = psycopg.Connection[Any]
CHART_DAYS = 90


@dataclass(frozen=True)
class Filters:
    """Which of a creator's lines are looked at; `begin` and `end` are instants, the end not included."""

    creator_id: int
    brands: Sequence[int]
    today: date
    begin: datetime | None = None
    end: datetime | None = None
    stream_id: int | None = None
    label: str | None = None
    status: str | None = None
    order: str | None = None

    def parameters(self) -> dict[str, Any]:
        """The parameters of earnings.sql and of its conditions."""
        return vars(self) | {"brands": list(self.brands), "creator": self.creator_id}

    def lines(self) -> LiteralString:
        """earnings.sql with the conditions that are asked for."""
        return statement("app.desks", "earnings") + wanted(self, CONDITIONS)


CONDITIONS: dict[str, LiteralString] = {
    "begin": " and s.occurred_at >= %(begin)s",
    "end": " and s.occurred_at < %(end)s",
    "stream_id": " and n.stream_id = %(stream_id)s",
    "label": " and n.label = %(label)s",
    "order": " and s.order_ref = %(order)s",
    "status": " and standing(n, %(today)s) = %(status)s",
}


@dataclass
class Sums:
    """Lines, base and net commission by brand and by stream, and the commission of each of the last days."""

    brands: list[Any] = field(default_factory=list)
    streams: list[Any] = field(default_factory=list)
    days: dict[str, dict[date, int]] = field(default_factory=lambda: defaultdict(dict))

    def chart(self, today: date) -> tuple[str, list[tuple[date, int]]]:
        """The currency with the most in it, and each of the last CHART_DAYS with its minor units."""
        if not self.days:
            return "", []
        currency = max(self.days, key=lambda each: sum(map(abs, self.days[each].values())))
        days = [today - timedelta(days=back) for back in reversed(range(CHART_DAYS))]
        return currency, [(day, self.days[currency].get(day, 0)) for day in days]


def brands_of(connection: Connection, creator_id: int) -> list[Any]:
    """The brands (id, public_id, name) a creator has or had a contract with, by name."""
    return query_rows(
        connection,
        """select b.id, b.public_id, b.name from brand b
        where b.id in (select brand_id from contract where creator_id = %(creator)s) order by b.name, b.id""",
        {"creator": creator_id},
    )


def lines(connection: Connection, filters: Filters, window: Window) -> Page:
    """One page of the lines that earned the creator something, newest first."""
    text = window.direct(_over("earnings_page", filters))
    return page(query_rows(connection, text, filters.parameters() | window.parameters()), window)


def all_lines(engine: Engine, filters: Filters) -> Iterator[Any]:
    """Every line under the filters, newest first, for a download."""
    everything = {"key_at": None, "key_id": None, "limit": None}
    query = Window().direct(_over("earnings_page", filters))
    return download_rows(engine, query, filters.parameters() | everything)


def sums(connection: Connection, filters: Filters, *, since: datetime, zone: str) -> Sums:
    """The same lines added up; days are those of `zone`, from the instant `since`."""
    totals = Sums()
    parameters = filters.parameters() | {"since": since, "zone": zone}
    for row in query_rows(connection, _over("earnings_sums", filters), parameters):
        if row.by == "day":
            if row.day is not None:
                totals.days[row.currency][row.day] = row.net
        else:
            (totals.brands if row.by == "brand" else totals.streams).append(row)
    return totals


def stream_sums(connection: Connection, filters: Filters, streams: Sequence[int]) -> dict[int, list[Any]]:
    """For each of the streams what it earned, by currency and label."""
    by_stream: dict[int, list[Any]] = defaultdict(list)
    parameters = filters.parameters() | {"streams": list(streams)}
    for row in query_rows(connection, _over("stream_sums", filters), parameters):
        by_stream[row.stream_id].append(row)
    return by_stream


def per_valid_hour(
    sums: Mapping[int, Sequence[Any]], verdicts: Mapping[int, Verdict]
) -> dict[int, list[tuple[int, str]]]:
    """What each stream earned for an hour of its valid minutes, in minor units by currency, half up; none where no
    minute counts."""
    found: dict[int, list[tuple[int, str]]] = {}
    for stream_id, parts in sums.items():
        minutes = verdicts[stream_id].counted if stream_id in verdicts else 0
        for currency in sorted({each.currency for each in parts}) if minutes else ():
            net = sum(each.net for each in parts if each.currency == currency)
            found.setdefault(stream_id, []).append(((2 * net * 60 + minutes) // (2 * minutes), currency))
    return found


def becoming_payable(connection: Connection, creator_id: int, brands: Sequence[int], today: date) -> list[Any]:
    """The days to come on which something becomes payable (available_on, currency, amount), the nearest first; what is
    held by then is not among it."""
    days = {"creator": creator_id, "brands": list(brands), "today": today}
    return query_rows(connection, statement("app.desks", "becoming_payable"), days)


def _over(name: str, filters: Filters) -> LiteralString:
    return statement("app.desks", name).replace("{earnings}", filters.lines())
