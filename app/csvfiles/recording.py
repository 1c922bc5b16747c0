"""Rows that come as values, from a shop's events or by the API, instead of a file: judged, stored and answered by the
very statements of a file of their kind, in one round for all of them, without a table of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, NamedTuple

import psycopg
from flask_babel import gettext
from psycopg import errors
from psycopg.sql import SQL, Identifier

from app.csvfiles.blocks import Layout
from app.csvfiles.kinds import Kind
from app.csvfiles.report import shown
from app.csvfiles.staging import ANY_WAY, BY_INDEX, DIFFERENCES, FOUND, JUDGED, commas, parameters, parts_of
from app.database import raw, statement
from app.errors import Conflict
from config import settings

Row = Mapping[str, str]  # the cells by column, as a file of the kind has them; what is left out is empty
Values = dict[str, Any]
MOST = 1_000  # rows in one call
NO_TEXT = re.compile("[\0\ud800-\udfff]")
TRIES = 3  # of a call whose rows others are storing at the same moment


@dataclass(frozen=True)
class Outcome:
    """What became of one row. A rejected one names the column and the reason, in the reader's language."""

    status: Literal["new", "unchanged", "rejected"]
    column: str = ""
    reason: str = ""


class Staged(NamedTuple):
    """A row in shape. Rows are stored in the order of their keys, so that two who store the same ones wait for each
    other and never for themselves; those with the same key stay in the order they were given."""

    key: Any
    number: int
    cells: list[str]


def record_rows(kind: Kind, brand_id: int, rows: Sequence[Row], *, through: str, at: datetime) -> list[Outcome]:
    """Stores the rows that are new, in the caller's transaction, and says of each what became of it, in their order.

    Only rows of the brand itself are taken, and only kinds that a brand may bring. `through` names the way they came,
    like "Shopify lumen.example": the rows of a day that came by it are one import, which can be withdrawn. A row that
    can't be taken keeps none of the others out. Raises Conflict when others store the same rows again and again at the
    same moment, ValueError for more than MOST rows.
    """
    if len(rows) > MOST:
        raise ValueError(f"{len(rows)} rows: at most {MOST} at once")
    layout = Layout(kind, list(kind.by_name), settings().visitor_key.encode())
    outcomes: dict[int, Outcome] = {}
    staged: list[Staged] = []
    for number, row in enumerate(rows):
        cells = [str(row.get(name, "")) for name in kind.by_name]
        if fault := _fault(layout, cells):
            outcomes[number] = fault
            continue
        key = layout.key(cells)
        if layout.derive:
            layout.derive(cells)
        staged.append(Staged(key, number, cells))
    if staged:
        outcomes |= _record(kind, brand_id, sorted(staged), through, at)
    return [outcomes[number] for number in range(len(rows))]


def _fault(layout: Layout, cells: Sequence[str]) -> Outcome | None:
    """The first cell that is out of shape, or holds what no text in a database can."""
    whole = "\t".join(cells)
    if layout.quick.fullmatch(whole) and not NO_TEXT.search(whole):
        return None
    for column, _, reason in layout.faults(cells):
        return Outcome("rejected", column, reason)
    for name, cell in zip(layout.header, cells, strict=True):
        if NO_TEXT.search(cell):
            return Outcome("rejected", name, layout.rules[name])
    return None


def import_of_day(kind: str, brand_id: int, file_name: str, by_name: str, at: datetime) -> int:
    """The import by which rows of the brand that come one by one are recorded: one a day for each way. Two at once may
    make two, which harms nobody."""
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    values = {"kind": kind, "brand_id": brand_id, "file_name": file_name, "by_name": by_name, "day": day}
    values |= {"next": day + timedelta(days=1)}
    found = raw().execute(statement("app.csvfiles", "import_of_day"), values).fetchone()
    return int(found[0]) if found else import_without_file(kind, brand_id, file_name, by_name, day)


def import_without_file(
    kind: str, brand_id: int, name: str, by_name: str, at: datetime, by_id: int | None = None
) -> int:
    """An import of rows that come in no file, called `name`: like every import, it can be withdrawn whole."""
    values = {"kind": kind, "brand_id": brand_id, "name": name, "by_name": by_name, "at": at, "by_id": by_id}
    row = raw().execute(statement("app.csvfiles", "import_without_file"), values).fetchone()
    assert row is not None  # noqa: S101 - an insert returns its row
    return int(row[0])


def _record(kind: Kind, brand_id: int, staged: Sequence[Staged], through: str, at: datetime) -> dict[int, Outcome]:
    """Stores what is new of rows in shape."""
    values: Values = {"at": at, **parameters([brand_id])}
    values["import_id"] = import_of_day(kind.name, brand_id, through, through, at)
    for _ in range(TRIES):
        try:
            with raw().transaction():
                if not kind.hot:
                    return _judged_and_stored(kind, staged, values)
                raw().execute(BY_INDEX)
                outcomes = _judged_and_stored(kind, staged, values)
                raw().execute(ANY_WAY)
                return outcomes
        except (errors.UniqueViolation, errors.DeadlockDetected, _Moved):
            continue  # somebody has stored one of them in between: judged again, it is there
    raise Conflict(gettext("Somebody is storing some of these rows at the same moment: send them again."))


class _Moved(Exception):
    """What was to be new is so no more."""


def _judged_and_stored(kind: Kind, staged: Sequence[Staged], values: Values) -> dict[int, Outcome]:
    values = values | {"rows": _written(kind, staged)}
    outcomes, fresh = _judged(kind, values)
    first: dict[Any, Staged] = {}
    for row in staged:
        if row.number in fresh:
            first.setdefault(row.key, row)
    if not first:
        return outcomes
    if len(first) < len(staged):
        values |= {"rows": _written(kind, first.values())}
    for name in kind.store:
        if _execute(_query(kind, name), values).rowcount != len(first):
            raise _Moved
    raw().execute("notify due")  # a worker hears it when this is committed
    if len(first) < len(fresh):  # others with the same key: they meet the first one stored
        rest = [row for row in staged if row.number in fresh and first[row.key] is not row]
        others, left = _judged(kind, values | {"rows": _written(kind, rest)})
        if left:
            raise _Moved
        outcomes |= others
    return outcomes


def _judged(kind: Kind, values: Values) -> tuple[dict[int, Outcome], set[int]]:
    """What becomes of each row, and which are new; nothing is stored yet."""
    outcomes: dict[int, Outcome] = {}
    new, changed = set[int](), []
    for line, fault, is_changed, fresh in _execute(_query(kind, JUDGED_ALREADY), values):
        if fault:
            outcomes[line] = Outcome("rejected", fault[0], gettext(fault[1]))
        elif is_changed:
            changed.append(line)
        else:
            outcomes[line] = Outcome("new" if fresh else "unchanged")
            new |= {line} if fresh else set()
    for line in changed:
        reason = gettext("conflict: this key is stored already, with another content")
        outcomes[line] = Outcome("rejected", kind.key[-1], reason)
    if changed:
        for line, column, stored in _execute(_query(kind, DIFFERING), values):
            nothing = gettext("conflict: stored is nothing")
            reason = gettext("conflict: stored is “%(stored)s”", stored=shown(stored)) if stored else nothing
            outcomes[line] = Outcome("rejected", column, reason)
    return outcomes, new


def _written(kind: Kind, staged: Iterable[Staged]) -> str:
    """The rows as the statements read them."""
    names = [*kind.by_name, *kind.derived]
    return json.dumps(
        [
            {"at_line": row.number, **{name: cell or None for name, cell in zip(names, row.cells, strict=True)}}
            for row in staged
        ]
    )


JUDGED_ALREADY, DIFFERING = "judged", "differing"
LAST = {JUDGED_ALREADY: SQL("select at_line, fault, changed, fresh from judged"), DIFFERING: DIFFERENCES}


@cache
def _query(kind: Kind, name: str) -> bytes:
    """One of LAST, or the statement of the kind called `name`, over `staged` and `judged`: they are what they are for a
    file (staging.py), but exist in this query alone, as a table made anew for each call would swell the catalogue."""
    parts = parts_of(kind)
    types = {column.name: column.cell.type for column in kind.columns} | dict(kind.derived)
    columns = commas(SQL("{} {}").format(Identifier(name), SQL(type_)) for name, type_ in types.items())
    last = LAST[name].format(**parts) if name in LAST else _store(kind, name)
    found = SQL(" found as materialized ({}),").format(FOUND.format(**parts)) if kind.hot else SQL("")
    query = SQL(
        "with staged as (select * from jsonb_to_recordset(%(rows)s::jsonb) as staged (at_line int, {columns})),"
        "{found} judged as materialized ({judged}) {last}"
    ).format(columns=columns, found=found, judged=JUDGED.format(**parts), last=last)
    return query.as_bytes(None)


def _store(kind: Kind, name: str) -> SQL:
    text = statement(kind.package, name)
    begun = text.removeprefix("with ")
    return SQL(text if begun == text else f", {begun}")


def _execute(query: bytes, values: Values) -> psycopg.Cursor[Any]:
    return raw().execute(query, values)
