"""A list read by a mapping of its columns: what can be taken, and every cell that can't, with the reason.

A wrong cell is left empty, never guessed; a row without an account is not taken at all.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext

from app.creators.lists import cells
from app.creators.lists.columns import (
    CATEGORIES,
    CHECK,
    NUMBERS,
    SHARE,
    Columns,
    label,
)
from app.csvfiles.cells import BREAKING
from app.csvfiles.reading import Source, lines
from app.csvfiles.report import shown
from app.errors import BadFile

MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 1 << 26, 100_000, 200  # of a list, unpacked
CONTROL = re.compile(f"[{BREAKING}]")
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class Listed:
    """A file as it lies there: its headings, and its rows with the line each begins on."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    sha256: bytes

    @property
    def cells(self) -> list[list[str]]:
        """The rows without their lines."""
        return [row for _line, row in self.rows]


@dataclass(frozen=True)
class Fault:
    """A cell that was not taken, or was taken all the same (`kept`) though something is not clear; or a whole row."""

    line: int
    column: str  # its heading
    value: str
    reason: str
    kept: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Account:
    """What a row says; empty is what it does not say. Figures by their names in `figure`, a share in basis points."""

    line: int
    name: str
    title: str
    country: str
    languages: tuple[str, ...]
    categories: tuple[str, ...]
    figures: dict[str, int]


@dataclass
class Read:
    """What came of reading."""

    rows: int = 0
    accounts: list[Account] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def rejected_rows(self) -> int:
        """How many rows were not taken at all."""
        return sum(fault.whole for fault in self.faults)

    @property
    def rejected_cells(self) -> int:
        """How many cells of rows that were taken are left empty."""
        return sum(not (fault.whole or fault.kept) for fault in self.faults)

    @property
    def kept_cells(self) -> int:
        """How many cells are taken all the same: categories we don't know, kept as words, and numbers that differ."""
        return sum(fault.kept for fault in self.faults)

    def by_reason(self) -> list[tuple[str, str, int]]:
        """(column, reason, how many), the most first."""
        counted = Counter((fault.column, fault.reason) for fault in self.faults)
        return [(column, reason, count) for (column, reason), count in counted.most_common()]


def opened(content: bytes) -> Listed:
    """The file's headings and rows. BadFile where it is no CSV, has no rows, or is too large for a list."""
    source = Source(io.BytesIO(content))
    text = "".join(lines(source, MOST_BYTES))
    read = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows, begins = [], 1
    try:
        for row in read:
            if any(map(cells.bare, row)):
                rows.append((begins, row))
            begins = read.line_num + 1
            if len(rows) > MOST_ROWS + 1:
                raise BadFile(
                    gettext("A list can have at most %(count)s rows. Split the file.", count=f"{MOST_ROWS:,}")
                )
    except csv.Error as error:
        raise BadFile(gettext("Line %(line)s is not valid CSV: %(why)s.", line=begins, why=error)) from error
    if len(rows) < 2 or not 1 < len(rows[0][1]) <= MOST_COLUMNS:
        raise BadFile(gettext("A list needs a row of headings, at least two columns, and one row per account."))
    header = [" ".join(heading.split()) for heading in rows[0][1]]
    return Listed(header, rows[1:], source.sha256)


def read(listed: Listed, columns: Columns) -> Read:
    """The accounts of a list whose columns are these (columns.checked)."""
    found, seen, reader = Read(), dict[bytes, int](), _Reader(listed.header, columns)
    for line, row in listed.rows:
        found.rows += 1
        account = reader.account(line, row, seen)
        if account is not None:
            found.accounts.append(account)
    found.faults = sorted(reader.faults, key=lambda fault: fault.line)
    return found


def _delimiter(text: str) -> str:
    """Some programs part cells by semicolons or tabs."""
    first = text[: text.find("\n") + 1] or text
    return max(DELIMITERS, key=first.count)


class _Reader:
    """Reads rows and notes what can't be taken."""

    def __init__(self, header: Sequence[str], columns: Columns) -> None:
        self.header, self.columns = header, columns
        self.faults: list[Fault] = []
        self.reasons = {
            "nothing": gettext("no value"),
            "number": gettext("not a number"),
            "share": gettext("not a percentage"),
            "country": gettext("unknown country"),
            "language": gettext("unknown language"),
            "category": gettext("not one of our categories: kept as search words"),
            "differs": gettext("differs from the rounded number; this one is used"),
            "empty": gettext("0 next to an empty cell: it may mean unknown"),
        }

    def account(self, line: int, row: Sequence[str], seen: dict[bytes, int]) -> Account | None:
        """The row; None where it can't be taken. `seen`: the accounts before it, with their lines."""
        if any(map(cells.bare, row[len(self.header) :])) or len(row) < len(self.header):
            about = {"cells": len(row), "columns": len(self.header)}
            reason = gettext("the row has %(cells)s cells instead of %(columns)s", **about)
            self._refuse(line, row[0] if row else "", reason)
            return None
        name = self._cell(row, "name")
        if not name or cells.says_nothing(name) or len(name) > cells.LONGEST_NAME or CONTROL.search(name):
            self._refuse(line, name, gettext("not a valid account name"))
            return None
        earlier = seen.setdefault(name.encode().lower(), line)  # as the database's order of bytes has it
        if earlier != line:
            reason = gettext("the account is on an earlier line, which is used")
            self._refuse(line, name, reason)
            return None
        return Account(
            line,
            name,
            self._title(row),
            self._word(line, row, "country", cells.country),
            tuple(filter(None, [self._word(line, row, "language", cells.language)])),
            self._categories(line, row),
            self._figures(line, row),
        )

    def _title(self, row: Sequence[str]) -> str:
        text = " ".join(CONTROL.sub(" ", self._cell(row, "title")).split())[: cells.LONGEST_TITLE]
        return "" if cells.says_nothing(text) else text

    def _word(self, line: int, row: Sequence[str], what: str, read: Callable[[str], str | None]) -> str:
        cell = self._cell(row, what)
        value = read(cell) if cell else None
        if cell and value is None:
            self._note(line, what, cell, "nothing" if cells.says_nothing(cell) else what)
        return value or ""

    def _categories(self, line: int, row: Sequence[str]) -> tuple[str, ...]:
        """Each once: what our tree knows by its name there, the rest as it is written."""
        found: list[str] = []
        for what in CATEGORIES:
            cell = self._cell(row, what)
            if not cell:
                continue
            if cells.says_nothing(cell):
                self._note(line, what, cell, "nothing")
                continue
            known = cells.category(cell)
            if known is None:
                self._note(line, what, cell, "category", kept=True)
            found.append(known or CONTROL.sub(" ", cell).replace("|", "/")[: cells.LONGEST_CATEGORY])
        return tuple(dict.fromkeys(found))

    def _figures(self, line: int, row: Sequence[str]) -> dict[str, int]:
        found: dict[str, int | None] = {name: self._number(line, row, name) for name in self._mapped(NUMBERS)}
        for name in self._mapped([SHARE]):
            cell = self._cell(row, name)
            found[name] = cells.share(cell)
            if cell and found[name] is None:
                self._note(line, name, cell, "nothing" if cells.says_nothing(cell) else "share")
        return {name: value for name, value in found.items() if value is not None}

    def _number(self, line: int, row: Sequence[str], name: str) -> int | None:
        cell, beside = self._cell(row, name), self._cell(row, name + CHECK)
        value = cells.number(cell)
        if value is None:
            if cell:
                self._note(line, name, cell, "nothing" if cells.says_nothing(cell) else "number")
            return None
        if name + CHECK not in self.columns or cells.agree(beside, value):
            return value
        said = cells.number(beside) is not None
        if not said and value == 0:  # a spreadsheet makes 0 of a cell that says nothing
            self._note(line, name, cell, "empty")
            return None
        if said:
            self._note(line, name, f"{cell} / {beside}", "differs", kept=True)
        return value

    def _mapped(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name in self.columns]

    def _cell(self, row: Sequence[str], what: str) -> str:
        position = self.columns.get(what)
        return "" if position is None else cells.bare(row[position])

    def _note(self, line: int, what: str, value: str, reason: str, *, kept: bool = False) -> None:
        self.faults.append(Fault(line, self._heading(what), shown(value), self.reasons[reason], kept))

    def _refuse(self, line: int, value: str, reason: str) -> None:
        self.faults.append(Fault(line, self._heading("name"), shown(value), reason, whole=True))

    def _heading(self, what: str) -> str:
        """As it stands in the file, and what it was taken for where that is not the same."""
        heading, taken = self.header[self.columns[what]], label(what)
        return heading if heading.casefold() == taken.casefold() else f"{heading} ({taken})"
