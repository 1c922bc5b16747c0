"""The temporary tables of an import, and the statements over them that are the same for every kind.

`staged` holds a block of rows as read, cast by COPY. `judged` holds them with the ids they stand for, with what is
stored under the same key (`stored`, its id; `same`, whether the content is the same), and with `fault`. What is looked
up in tables that lie with their brand (Kind.hot) is found first, by a plain join on the key, and stands in `found`: a
distributed PostgreSQL can do that, and can't look up row after row for a table of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, LiteralString

import psycopg
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from app.csvfiles.blocks import Block, Layout
from app.csvfiles.kinds import Column, Kind
from app.database import statement
from app.money import CURRENCIES, exponent

JUDGED = SQL("""
    select j.*, e.id as stored, e.id is not null and row({judged}) is not distinct from row({found}) as same,
        j.fault is null and e.id is null as fresh,
        coalesce(e.import_id = %(import_id)s, false) as again,
        j.fault is null and e.id is not null and row({judged}) is distinct from row({found}) as changed
    from ({judge}) j
    left join {one} on {met}""")

FOUND = SQL("""
    select j.at_line as of_line, e.*
    from staged j
    join ({select}) e on {brought}""")

DIFFERENCES = SQL("""
    select j.at_line, d.name, d.stored
    from judged j
    join {one} on {met} and {own}
    cross join lateral (values {values}) d (name, stored, differs)
    where j.changed and d.differs""")

REVISIONS = SQL("""
    insert into revision (kind, object_id, before, after, at, by_name, import_id)
    select %(kind)s, j.stored, jsonb_build_object({before}), jsonb_build_object({after}), %(at)s, %(by_name)s,
        %(import_id)s
    from judged j
    join {one} on {met}
    where j.changed""")

ONE = SQL("lateral (select * from ({select}) e where {key} limit 1) e")

# A block is small and the tables are large: whatever is known of their sizes, each row finds its own by index.
_WAYS = ("hashjoin", "mergejoin", "memoize")
BY_INDEX = SQL("; ").join(SQL("set local {} = off").format(Identifier(f"enable_{way}")) for way in _WAYS)
ANY_WAY = SQL("; ").join(SQL("set local {} to default").format(Identifier(f"enable_{way}")) for way in _WAYS)


Refused = list[tuple[int, list[str] | None]]  # line; column and reason, or None where other content is stored
Differences = dict[int, list[tuple[str, str | None]]]  # by line: columns, and what is stored in them


def parameters(brand_ids: Collection[int] | None) -> dict[str, Any]:
    """What the SQL of every Kind may use, but for %(at)s and %(import_id)s."""
    return {"brands": None if brand_ids is None else sorted(brand_ids), **_currencies()}


@cache
def _currencies() -> Mapping[str, str]:
    """ISO 4217 as PostgreSQL writes arrays and objects: written once, and not for each call."""
    digits = {currency: exponent(currency) for currency in sorted(CURRENCIES)}
    return {
        "currencies": f"{{{','.join(digits)}}}",
        "digits": f"{{{','.join(map(str, digits.values()))}}}",
        "minors": f"{{{','.join(str(10**each) for each in digits.values())}}}",
        "units": "{" + ",".join(f'"{currency}":1e-{each}' for currency, each in digits.items()) + "}",
    }


def commas(parts: Iterable[Composable]) -> Composed:
    """The parts as a list."""
    return SQL(", ").join(parts)


def column_of(row: LiteralString, name: str) -> Composed:
    """The column `name` of the row `row`."""
    return SQL("{}.{}").format(SQL(row), Identifier(name))


def written(row: LiteralString, column: Column) -> Composed:
    """The text of a column of the row, as a file would have it."""
    return SQL(column.cell.written).format(column_of(row, column.name))


def own_rows(row: LiteralString, kind: Kind) -> Composable:
    """Whether a stored row belongs to the brands in %(brands)s."""
    if not kind.by_brand:
        return SQL("true")
    return SQL("(%(brands)s::int[] is null or {} = any(%(brands)s))").format(column_of(row, "brand_id"))


class Staging:
    """The tables for one import of a kind, on a connection inside its transaction. `given` are the parameters that
    the statements of a Kind may use."""

    def __init__(
        self, connection: psycopg.Connection[Any], kind: Kind, layout: Layout, given: Mapping[str, Any]
    ) -> None:
        self.connection, self.kind, self.given = connection, kind, given
        names = [*(column.name for column in layout.columns), *kind.derived]
        self._copy = SQL("copy staged (at_line, {}) from stdin (null '')").format(commas(map(Identifier, names)))
        parts = parts_of(kind)
        self._found = FOUND.format(**parts) if kind.hot else None
        self._judged = JUDGED.format(**parts)
        self._differences = DIFFERENCES.format(**parts)
        self._revisions = REVISIONS.format(**parts)

    def __enter__(self) -> Staging:
        types = {column.name: column.cell.type for column in self.kind.columns} | dict(self.kind.derived)
        columns = commas(SQL("{} {}").format(Identifier(name), SQL(type_)) for name, type_ in types.items())
        self._execute(SQL("create temporary table staged (at_line int, {})").format(columns))
        with psycopg.ClientCursor(self.connection) as cursor:  # a CREATE TABLE AS takes no parameters on the server
            if self._found:
                cursor.execute(SQL("create temporary table found as {} with no data").format(self._found), self.given)
            cursor.execute(SQL("create temporary table judged as {} with no data").format(self._judged), self.given)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:  # else the caller rolls back
            self._execute(SQL("drop table {}").format(self._tables))

    @property
    def _tables(self) -> SQL:
        return SQL("staged, judged, found") if self._found else SQL("staged, judged")

    def load(self, block: Block) -> None:
        """Puts a block into `staged`."""
        self._execute(SQL("truncate {}").format(self._tables))
        rows = zip(block.lines, block.staged, strict=True)
        with self.connection.cursor() as cursor, cursor.copy(self._copy) as copy:
            copy.write("".join([f"{line}\t{row}\n" for line, row in rows]))

    def judge(self, *, again: bool) -> Refused:
        """Fills `judged`. Returns the rows that are neither new nor unchanged; of rows whose key stands earlier in the
        file `again`, those too that are new because the earlier one was not taken."""
        self._execute(SQL("select measure_tables({})").format(Literal(list(self.kind.tables))))
        if self.kind.first:
            self._execute(SQL(statement(*self.kind.first)))
        if self._found:
            self._execute(BY_INDEX)
            self._execute(SQL("insert into found {}").format(self._found))
            self._execute(ANY_WAY)
        self._execute(SQL("insert into judged {}").format(self._judged))
        query = SQL("select at_line, fault from judged where fault is not null or changed or fresh and {}")
        return self._execute(query.format(Literal(again))).fetchall()

    def repeated(self) -> list[int]:
        """The lines of `judged` that say what an earlier row of this file has brought."""
        query = SQL("select at_line from judged where fault is null and same and again order by at_line")
        return [line for (line,) in self._execute(query)]

    def differences(self) -> Differences:
        """Where the changed rows differ from what is stored; nothing of foreign rows."""
        differing: Differences = {}
        for line, name, stored in self._execute(self._differences):
            differing.setdefault(line, []).append((name, stored))
        return differing

    def store(self) -> int:
        """Inserts what is fresh; returns how many rows that were."""
        return self._run(self.kind.store)

    def update(self) -> int:
        """Changes what is changed and keeps the history; returns how many rows that were."""
        self._execute(self._revisions)
        return self._run(self.kind.update)

    def _run(self, names: Iterable[str]) -> int:
        counts = [self._execute(SQL(statement(self.kind.package, name))).rowcount for name in names]
        return counts[0]

    def _execute(self, query: SQL | Composed) -> psycopg.Cursor[Any]:
        # never prepared: a plan made while the tables were small would stay
        return self.connection.execute(query, self.given, prepare=False)


def parts_of(kind: Kind) -> dict[str, Composable]:
    """What the statements above differ in, by kind."""
    content = [column for column in kind.columns if column.name not in kind.key]
    select = SQL(statement(kind.package, f"{kind.name}_stored"))
    return {
        "judge": SQL(statement(kind.package, f"{kind.name}_judge")),
        "select": select,
        "one": SQL("found e") if kind.hot else ONE.format(select=select, key=_alike(kind.match)),
        "met": SQL("e.of_line = j.at_line") if kind.hot else SQL("true"),
        "brought": _alike(kind.key),
        "own": own_rows("e", kind),
        "judged": commas(column_of("j", column.name) for column in content),
        "found": commas(column_of("e", column.name) for column in content),
        "values": commas(
            SQL("({}, {}, {} is distinct from {})").format(
                Literal(column.name), written("e", column), column_of("j", column.name), column_of("e", column.name)
            )
            for column in content
        ),
        "before": commas(SQL("{}, {}").format(Literal(column.name), written("e", column)) for column in content),
        "after": commas(SQL("{}, {}").format(Literal(column.name), written("j", column)) for column in content),
    }


def _alike(names: Iterable[str]) -> Composed:
    return SQL(" and ").join(SQL("{} = {}").format(column_of("e", name), column_of("j", name)) for name in names)
