"""Every row of a statement, for a file as long as it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, LiteralString, cast

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Engine

AT_ONCE = 2_000  # rows in memory


def download_rows(engine: Engine, query: LiteralString, parameters: Mapping[str, Any]) -> Iterator[Any]:
    """The rows by a connection of their own, which lasts as long as the download, not as the request."""
    with engine.connect() as connection:
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        with driver.cursor("desk_download", row_factory=namedtuple_row) as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(query, parameters)
            yield from cursor
