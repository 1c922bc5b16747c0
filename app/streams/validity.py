"""Which shows count, and how many minutes of them (rules.md B8), as far as a stream's record goes.

A show of the pair counts when it has ended, is as long as the contract asks, lists a product, and overlaps no other
show of the same creator; one broadcast that is listed for several brands (same platform, same first instant) is no
overlap. Of two that overlap neither counts; a show without an end overlaps nothing, for nobody knows yet. Minutes are
elapsed time, rounded down for each show, and cut at the contract's caps of a local day and a calendar month, the
earlier first. Minutes that no record shows are claimed as effort and count once the brand has said so, after the shows
of their day.

Of a stream that was a show here the record has more, and only those quarters of an hour count in which the host did
something on the console and said that this is advertising, in half hours in which a product of the brand was on the
screen (the view stream_quarter of migration 0045); what people have decided on a quarter stands before the record.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from app.database import rows, statement

Connection = psycopg.Connection[Any]

# Why a show or an effort does not count: no_end, too_short, no_product, overlap, inactive; claimed, refused.
REASONS = ("no_end", "too_short", "no_product", "overlap", "inactive", "claimed", "refused")


@dataclass(frozen=True)
class Verdict:
    """A show (or an effort in minutes): how long it was, whether it counts, else why not, for how many minutes the
    record has what it takes, and how many of these count below the caps."""

    contract_id: int
    stream_id: int | None
    effort_id: int | None
    on_day: date
    begun_at: datetime | None
    counts_at: datetime | None
    minutes: int
    reason: str | None
    proven: int
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


def of_streams(connection: Connection, streams: Collection[int]) -> dict[int, Verdict]:
    """The verdicts of these streams by their numbers, each by the contract of the pair that covers its beginning; one
    that no contract covers is missing. Fills `stream_verdict` as well."""
    found = rows(connection, "app.streams", "contracts_of_streams", {"streams": list(streams)})
    if not found:
        return {}
    first, last = min(each.first_on for each in found), max(each.last_on for each in found)
    judge(connection, [each.contract_id for each in found], first=first, last=last)
    with connection.cursor(row_factory=class_row(Verdict)) as cursor:
        query = "select * from stream_verdict where stream_id = any (%s)"
        return {each.stream_id: each for each in cursor.execute(query, [list(streams)]) if each.stream_id is not None}
