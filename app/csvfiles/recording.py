"""Rows that come as values, from a shop's events or by the API, instead of a file: judged, stored and answered by the
very statements of a file of their kind, in one round for all of them, without a table of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

import psycopg
from flask_babel import gettext
from psycopg import errors
from psycopg.sql import SQL, Composed, Identifier

from app.csvfiles.blocks import Layout
from app.csvfiles.kinds import Kind
from app.csvfiles.report import shown
from app.csvfiles.staging import DIFFERENCES, JUDGED, commas, parameters, parts_of
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
    outcomes: list[Outcome | None] = [None] * len(rows)
    rounds: list[dict[int, list[str]]] = []  # of rows with the same key each round has one: the next meets it stored
    met: dict[Any, int] = {}
    for number, row in enumerate(rows):
        cells = [str(row.get(name, "")) for name in kind.by_name]
        if fault := _fault(layout, cells):
            outcomes[number] = fault
            continue
        key = layout.key(cells)
        turn = met[key] = met.get(key, -1) + 1
        if turn == len(rounds):
            rounds.append({})
        if layout.derive:
            layout.derive(cells)
        rounds[turn][number] = cells
    for each in rounds:
        for number, outcome in _record(kind, brand_id, each, through, at).items():
            outcomes[number] = outcome
    return [outcome for outcome in outcomes if outcome]


def _fault(layout: Layout, cells: Sequence[str]) -> Outcome | None:
    """The first cell that is out of shape, or holds what no text in a database can."""
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
    row = found or raw().execute(statement("app.csvfiles", "begin_day"), values).fetchone()
    return int(row[0]) if row else 0


def _record(
    kind: Kind, brand_id: int, staged: Mapping[int, list[str]], through: str, at: datetime
) -> dict[int, Outcome]:
    """Stores what is new of rows in shape, of which no two have the same key."""
    names = [*kind.by_name, *kind.derived]
    objects = [
        {"at_line": number, **{name: cell or None for name, cell in zip(names, cells, strict=True)}}
        for number, cells in staged.items()
    ]
    values: Values = {"rows": json.dumps(objects), "at": at, **parameters([brand_id])}
    values["import_id"] = import_of_day(kind.name, brand_id, through, through, at)
    for _ in range(TRIES):
        try:
            with raw().transaction():
                return _judged_and_stored(kind, values)
        except (errors.UniqueViolation, _Moved):
            continue  # somebody has stored one of them in between: judged again, it is there
    raise Conflict(gettext("Somebody is storing some of these rows at the same moment: send them again."))


class _Moved(Exception):
    """What was to be new is so no more."""


def _judged_and_stored(kind: Kind, values: Values) -> dict[int, Outcome]:
    outcomes: dict[int, Outcome] = {}
    changed = []
    for line, fault, is_changed, fresh in _execute(_query(kind, JUDGED_ALREADY), values):
        if fault:
            outcomes[line] = Outcome("rejected", fault[0], gettext(fault[1]))
        elif is_changed:
            changed.append(line)
        else:
            outcomes[line] = Outcome("new" if fresh else "unchanged")
    for line in changed:
        reason = gettext("conflict: this key is stored already, with another content")
        outcomes[line] = Outcome("rejected", kind.key[-1], reason)
    if changed:
        for line, column, stored in _execute(_query(kind, DIFFERING), values):
            nothing = gettext("conflict: stored is nothing")
            reason = gettext("conflict: stored is “%(stored)s”", stored=shown(stored)) if stored else nothing
            outcomes[line] = Outcome("rejected", column, reason)
    new = sum(outcome.status == "new" for outcome in outcomes.values())
    if new:
        for name in kind.store:
            if _execute(_query(kind, name), values).rowcount != new:
                raise _Moved
        raw().execute("notify due")  # a worker hears it when this is committed
    return outcomes


JUDGED_ALREADY, DIFFERING = "judged", "differing"
LAST = {JUDGED_ALREADY: SQL("select at_line, fault, changed, fresh from judged"), DIFFERING: DIFFERENCES}


@cache
def _query(kind: Kind, name: str) -> Composed:
    """One of LAST, or the statement of the kind called `name`, over `staged` and `judged`: they are what they are for a
    file (staging.py), but exist in this query alone, as a table made anew for each call would swell the catalogue."""
    parts = parts_of(kind)
    types = {column.name: column.cell.type for column in kind.columns} | dict(kind.derived)
    columns = commas(SQL("{} {}").format(Identifier(name), SQL(type_)) for name, type_ in types.items())
    last = LAST[name].format(**parts) if name in LAST else _store(kind, name)
    return SQL(
        "with staged as (select * from jsonb_to_recordset(%(rows)s::jsonb) as staged (at_line int, {columns})),"
        " judged as materialized ({judged}) {last}"
    ).format(columns=columns, judged=JUDGED.format(**parts), last=last)


def _store(kind: Kind, name: str) -> SQL:
    text = statement(kind.package, name)
    begun = text.removeprefix("with ")
    return SQL(text if begun == text else f", {begun}")


def _execute(query: Composed, values: Values) -> psycopg.Cursor[Any]:
    return raw().execute(query, values)
