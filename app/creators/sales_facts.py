"""The facts of the market, from the books: what creators sold for whom, where, in what, and how long they streamed.

All of it lies in tables that can be thrown away and made anew (`outcome`, `airtime`), and in temporary ones from which
fatigue and standings are worked out in the same transaction. Facts count by when they happened, not by when they were
recorded, so that a market which was imported later can be looked at as it was.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies
from psycopg import sql
from psycopg.types.json import Jsonb

from app.catalog import taxonomy
from app.database import statement

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Span:
    """Facts of [since, until), of some creators or of all (None)."""

    since: datetime
    until: datetime
    creators: list[int] | None

    @classmethod
    def before(cls, until: datetime, creators: Collection[int] | None = None) -> Span:
        """The twelve whole months (UTC) before an instant's, and what there is of its own."""
        month = until.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return cls(month.replace(year=month.year - 1), until, None if creators is None else sorted(creators))


def open_tables(connection: Connection, at: datetime) -> None:
    """Makes the temporary tables of a refresh, with the countries, categories and what they are called."""
    connection.execute(statement("app.creators", "refresh_open"))
    places = (
        "insert into place (country, region, currency, languages) select country, region, currency, languages"
        " from jsonb_to_recordset(%s) place (country text, region text, currency text, languages text[])"
    )
    connection.execute(places, [Jsonb(_places(at))])
    run(connection, "refresh_words", {})
    run(connection, "refresh_branches", {})


def gather(connection: Connection, span: Span) -> tuple[int, int]:
    """Fills `outcome` and `airtime`, and the temporary tables of single sales and streams; returns how many rows of
    each. `open_tables` comes first."""
    values = vars(span)
    for name in ("refresh_sold", "refresh_shown"):
        run(connection, name, values)
    connection.execute("analyze sold")
    connection.execute("analyze shown")
    empty(connection, "outcome", span)
    empty(connection, "airtime", span)
    return run(connection, "outcome", values), run(connection, "airtime", values)


def empty(connection: Connection, table: str, span: Span) -> None:
    """Deletes the rows of the creators that are worked out anew."""
    query = "delete from {} where %(creators)s::int[] is null or creator_id = any (%(creators)s::int[])"
    connection.execute(sql.SQL(query).format(sql.Identifier(table)), vars(span), prepare=False)


def run(connection: Connection, name: str, values: dict[str, Any], room: str = "app.creators") -> int:
    """Runs a statement of a room; returns how many rows it wrote."""
    return connection.execute(statement(room, name), values, prepare=False).rowcount


def _places(at: datetime) -> list[dict[str, Any]]:
    """Every country with its part of the world, its money and the languages that are spoken officially there."""
    world = taxonomy.tree(taxonomy.TERRITORY).words
    regions = [word for word in world if word.depth == 1]
    return [
        {
            "country": word.code,
            "region": next(region.code for region in regions if region.lo <= word.lo < region.hi),
            "currency": next(iter(get_territory_currencies(word.code, start_date=at.date())), None),
            "languages": [each[:2] for each in get_official_languages(word.code, de_facto=True)],
        }
        for word in world
        if word.depth > 1 and word.code != "EU"
    ]
