"""From the database to a file, row by row: sorted by key in byte order, and safe to open in a spreadsheet."""

from __future__ import annotations

import gzip
import lzma
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, LiteralString, cast

from psycopg.sql import SQL, Composable, Identifier, Literal

from app.csvfiles.cells import FORMULA_PATTERN
from app.csvfiles.kinds import Column, Kind
from app.csvfiles.staging import column_of, commas, own_rows, parameters, written
from app.database import raw, statement
from app.errors import BadInput


def export(kind: Kind, out: BinaryIO, brand_ids: Collection[int] | None = None) -> int:
    """Writes every stored row of the kind to `out` in its own format; only those of `brand_ids` where that is given.

    Returns the number of rows.
    """
    query = SQL("select {} from ({}) e where {} order by {}").format(
        commas(SQL("{} as {}").format(_guarded(column), Identifier(column.name)) for column in kind.columns),
        SQL(statement(kind.package, f"{kind.name}_stored")),
        own_rows("e", kind),
        commas(_sorted(column_of("e", name), kind.by_name[name]) for name in kind.key),
    )
    return write_csv(query, parameters(brand_ids), out)


def export_report(
    query: LiteralString, columns: Mapping[str, bool], key: int, given: Mapping[str, Any], out: BinaryIO
) -> int:
    """Writes what `query` selects as a file that is not a kind: `columns` by name, True where they hold somebody's own
    words, sorted by the first `key` of them in byte order. Returns the number of rows."""
    names = list(columns)
    cells = (
        SQL("{} as {}").format(
            _guard(column_of("e", name)) if columns[name] else column_of("e", name), Identifier(name)
        )
        for name in names
    )
    order = (SQL('{} collate "C"').format(column_of("e", name)) for name in names[:key])
    whole = SQL("select {} from ({}) e order by {}").format(commas(cells), SQL(query), commas(order))
    return write_csv(whole, given, out)


def write_csv(query: Composable, given: Mapping[str, Any], out: BinaryIO) -> int:
    """Writes what `query` selects to `out` as CSV with a header. Returns the number of rows.

    Cells of somebody's own words have to be `guarded` by the query.
    """
    copied = SQL("copy ({}) to stdout (format csv, header)").format(query)
    with raw().cursor() as cursor:
        with cursor.copy(copied, given) as copy:
            for data in copy:
                out.write(data)
        return cursor.rowcount


def _sorted(key: Composable, column: Column) -> Composable:
    """A part of the key as rows are sorted by it: text in byte order."""
    return SQL('{} collate "C"').format(key) if column.cell.type == "text" else key


def _guarded(column: Column) -> Composable:
    """The text of a column; a `'` goes before what a spreadsheet would take for a formula (docs/files.md)."""
    text = written("e", column)
    return _guard(text) if column.cell.words else text


def _guard(text: Composable) -> Composable:
    """The text as `cells.guarded` writes it."""
    return SQL("case when {0} ~ {1} then '''' || {0} else {0} end").format(text, Literal("^" + FORMULA_PATTERN))


@contextmanager
def writing(path: str) -> Iterator[BinaryIO]:
    """The file at `path` to write to (packed when it ends in .gz or .xz), or standard output for `-`.

    It appears under its name only when it is complete. Raises BadInput where it can't be written.
    """
    target = Path(path)
    if path == "-":
        yield sys.stdout.buffer
        return
    special = target.exists() and not target.is_file()  # a device or a pipe must not be replaced
    draft = target if special else target.with_name(target.name + ".part")
    opener: Any = {".gz": gzip.open, ".xz": lzma.open}.get(target.suffix, open)
    try:
        with opener(draft, "wb") as file:
            yield cast(BinaryIO, file)
        draft.replace(target)
    except OSError as error:
        raise BadInput(f"{path} can't be written: {error.strerror or error}.") from error
    finally:
        if not special:
            with suppress(OSError):
                draft.unlink()
