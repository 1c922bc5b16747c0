"""Which shows count, and how many minutes of them (rules.md B8), as far as a stream's record goes.

A show of the pair counts when it has ended, is as long as the contract asks, lists a product, and overlaps no other
show of the same creator; one broadcast that is listed for several brands (same platform, same first instant) is no
overlap. Of two that overlap neither counts; a show without an end overlaps nothing, for nobody knows yet. Minutes are
elapsed time, rounded down for each show, and cut at the contract's caps of a local day and a calendar month, the
earlier first. Minutes that no record shows are claimed as effort and count once the brand has said so, after the shows
of their day. Pins and the host's activity join when they are recorded.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from app.database import statement

Connection = psycopg.Connection[Any]

# Why a show or an effort does not count: no_end, too_short, no_product, overlap; claimed, refused.
REASONS = ("no_end", "too_short", "no_product", "overlap", "claimed", "refused")


@dataclass(frozen=True)
class Verdict:
    """A show (or an effort in minutes): how long it was, whether it counts, else why not, and its minutes that do."""

    contract_id: int
    stream_id: int | None
    effort_id: int | None
    on_day: date
    begun_at: datetime | None
    counts_at: datetime | None
    minutes: int
    reason: str | None
    counted: int


def judge(connection: Connection, contracts: Collection[int], *, first: date, last: date) -> int:
    """Fills the temporary table `stream_verdict` with a row for every show and effort of these contracts on the local
    days from `first` to `last`, and returns how many there are. The cap of a month holds over the days asked for: ask
    for whole months."""
    connection.execute(statement("app.streams", "open_verdicts"))
    connection.execute("truncate stream_verdict")
    given = {"contracts": list(contracts), "first": first, "last": last}
    return connection.execute(statement("app.streams", "valid_minutes"), given).rowcount


def verdicts(connection: Connection, contract_id: int, *, first: date, last: date) -> list[Verdict]:
    """The same for one contract, in the order in which they count; fills `stream_verdict` as well."""
    judge(connection, [contract_id], first=first, last=last)
    with connection.cursor(row_factory=class_row(Verdict)) as cursor:
        rows = cursor.execute("select * from stream_verdict order by on_day, begun_at nulls last, stream_id, effort_id")
        return rows.fetchall()
