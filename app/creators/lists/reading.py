"""A list read by a mapping of its columns: what can be taken, and every cell that can't, with the reason.

A wrong cell is left empty, never guessed; a row without an account is not taken at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from flask_babel import gettext

from app.creators.accounts import account, beside, is_possible, key
from app.creators.lists import categories, cells
from app.creators.lists.columns import (
    CATEGORIES,
    CHECK,
    CHECKS,
    NUMBERS,
    SHARE,
    Columns,
    in_percent,
    is_whole,
    known_by,
    label,
)
from app.creators.lists.counts import MOST_LIKELY, DecimalSign, agree, count, is_three, sign_of
from app.creators.lists.opening import Listed
from app.creators.lists.words import platform_of
from app.csvfiles.cells import BREAKING
from app.csvfiles.report import shown

CONTROL = re.compile(f"[{BREAKING}]")
TOTAL = re.compile(
    r"(?:grand |eind|sub)?(?:total|totaal|totale|totali|summe|gesamt|gesamtsumme|somme|suma|soma|jumlah|sum|average|avg"
    r"|mean|gemiddelde?|durchschnitt|moyenne|promedio|media|média|rata-rata|median|mediaan)s?:?(?: ?\(.*\))?",
    re.IGNORECASE,
)
COUNTED = frozenset((*NUMBERS, *CHECKS))


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
    elsewhere: tuple[tuple[str, str], ...] = ()  # platform and account of what the row names beside it


@dataclass
class Read:
    """What came of reading."""

    rows: int = 0
    accounts: list[Account] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)  # headings of counts that fit two readings

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


def read(listed: Listed, columns: Columns, platform: str = "", decimal_sign: str = "") -> Read:
    """The accounts of a list of `platform` whose columns are these (columns.checked). `decimal_sign` is what parts the
    decimals of counts that fit two readings; without it those cells say nothing, and their columns are `undecided`."""
    signs = {name: _sign(listed, position, name) for name, position in columns.items() if name in COUNTED}
    undecided = [listed.header[columns[name]] for name, sign in signs.items() if sign is None and name in NUMBERS]
    given = DecimalSign(decimal_sign) if decimal_sign else None
    totals = _totals(listed, columns["name"])
    reader = _Reader(listed.header, columns, platform, {name: sign or given for name, sign in signs.items()}, totals)
    result, seen = Read(undecided=undecided if given is None else []), dict[str, int]()
    for line, row in listed.rows:
        result.rows += 1
        taken = reader.account(line, row, seen)
        if taken is not None:
            result.accounts.append(taken)
    result.faults = sorted(reader.faults, key=lambda fault: fault.line)
    return result


def _totals(listed: Listed, position: int) -> frozenset[int]:
    """The lines of totals and averages: they stand above all accounts, or below them."""
    ends = [takewhile(lambda row: _is_total(row[1], position), rows) for rows in (listed.rows, listed.rows[::-1])]
    return frozenset(line for rows in ends for line, _row in rows)


def _is_total(row: Sequence[str], position: int) -> bool:
    return position < len(row) and TOTAL.fullmatch(cells.bare(row[position])) is not None


def _beside(header: Sequence[str], columns: Columns, platform: str) -> dict[int, str]:
    """Which further columns name accounts of other platforms, and of which."""
    sides = {at: platform_of(heading) for at, heading in enumerate(header) if known_by(heading) == "name"}
    mapped = set(columns.values())
    return {at: side for at, side in sides.items() if platform and side not in ("", platform) and at not in mapped}


def _sign(listed: Listed, position: int, name: str) -> DecimalSign | None:
    column = [cells.bare(row[position]) for row in listed.cells if position < len(row)]
    sign = sign_of(column, whole=is_whole(name) and name in NUMBERS)
    # a number of a workbook has a point before its decimals, a text in it is written as its writer does
    if listed.workbook and sign is DecimalSign.COMMA and any(map(is_three, column)):
        return None
    return sign


class _Reader:
    """Reads rows and notes what can't be taken."""

    def __init__(
        self,
        header: Sequence[str],
        columns: Columns,
        platform: str,
        signs: Mapping[str, DecimalSign | None],
        totals: frozenset[int],
    ) -> None:
        self.header, self.columns, self.platform, self.signs = header, columns, platform, signs
        self.folded, self.totals = [heading.casefold() for heading in header], totals
        self.numbers = [name for name in NUMBERS if name in columns]
        self.beside = _beside(header, columns, platform)
        self.faults: list[Fault] = []
        self.meant: dict[str, tuple[str, ...]] = {}  # of the categories read so far
        self.reasons = {
            "nothing": gettext("no value"),
            "number": gettext("not a number"),
            "much": gettext("more than any account has"),
            "share": gettext("not a percentage"),
            "country": gettext("unknown country"),
            "language": gettext("unknown language"),
            "category": gettext("not one of our categories: kept as search words"),
            "differs": gettext("differs from the rounded number; this one is used"),
            "empty": gettext("0 next to an empty cell: it may mean unknown"),
        }

    def account(self, line: int, row: Sequence[str], seen: dict[str, int]) -> Account | None:
        """The row; None where it can't be taken. `seen`: the accounts before it, with their lines."""
        if any(map(cells.bare, row[len(self.header) :])) or len(row) < len(self.header):
            about = {"cells": len(row), "columns": len(self.header)}
            reason = gettext("the row has %(cells)s cells instead of %(columns)s", **about)
            self._refuse(line, row[0] if row else "", reason)
            return None
        cell, platform = self._cell(row, "name"), self._cell(row, "platform")
        elsewhere = cells.platform(platform) if platform and self.platform else None
        if elsewhere and elsewhere != self.platform:
            self._refuse(line, cell, gettext("an account of another platform"))
            return None
        unsound = cells.says_nothing(cell) or CONTROL.search(row[self.columns["name"]].strip())
        name = None if unsound else account(cell, self.platform)
        if self._is_no_account(row, line, cell):
            return None
        if not name or len(name) > cells.LONGEST_NAME or not is_possible(name, self.platform):
            self._refuse(line, cell, gettext("not a valid account name"))
            return None
        earlier = seen.setdefault(key(name), line)
        if earlier != line:
            reason = gettext("the account is on an earlier line, which is used")
            self._refuse(line, name, reason)
            return None
        return Account(
            line,
            name,
            self._title(row) or beside(cell, self.platform),
            self._word(line, row, "country", cells.country),
            tuple(filter(None, [self._word(line, row, "language", cells.language)])),
            self._categories(line, row),
            self._figures(line, row),
            self._elsewhere(row),
        )

    def _is_no_account(self, row: Sequence[str], line: int, cell: str) -> bool:
        """Whether it is a row of totals, or the headings once more; both are said."""
        again = cell.casefold() == self.folded[self.columns["name"]] and any(self.header)
        if again and [cells.bare(each).casefold() for each in row[: len(self.header)]] == self.folded:
            self._refuse(line, cell, gettext("the headings once more"))
            return True
        if line in self.totals:
            self._refuse(line, cell, gettext("a total, not an account"))
            return True
        return False

    def _elsewhere(self, row: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """The accounts of other platforms in columns of their own."""
        found = []
        for at, platform in self.beside.items():
            cell = cells.bare(row[at])
            name = None if cells.says_nothing(cell) else account(cell, platform)
            if name and is_possible(name, platform) and len(name) <= cells.LONGEST_NAME:
                found.append((platform, name))
        return tuple(found)

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
        """Each once: as it is written, and what our tree calls it."""
        words: list[str] = []
        for what in CATEGORIES:
            cell = self._cell(row, what)
            if not cell:
                continue
            if cells.says_nothing(cell):
                self._note(line, what, cell, "nothing")
                continue
            known = self.meant.get(cell)
            if known is None:
                known = self.meant[cell] = categories.known(cell)
            if not known:
                self._note(line, what, cell, "category", kept=True)
            words += [CONTROL.sub(" ", cell).replace("|", "/")[: cells.LONGEST_CATEGORY], *known]
        return tuple(dict.fromkeys(words))

    def _figures(self, line: int, row: Sequence[str]) -> dict[str, int]:
        values: dict[str, int | None] = {name: self._number(line, row, name) for name in self.numbers}
        for name in [SHARE] if SHARE in self.columns else ():
            cell = self._cell(row, name)
            values[name] = cells.share(cell, percent=in_percent(self.header[self.columns[name]]))
            if cell and values[name] is None:
                self._note(line, name, cell, "nothing" if cells.says_nothing(cell) else "share")
        return {name: value for name, value in values.items() if value is not None}

    def _number(self, line: int, row: Sequence[str], name: str) -> int | None:
        cell, beside = self._cell(row, name), self._cell(row, name + CHECK)
        sign, sign_beside = self.signs[name], self.signs.get(name + CHECK) or DecimalSign.POINT
        if sign is None:
            return None
        value = count(cell, sign)
        if value is None or value > MOST_LIKELY:
            if cell:
                self._note(
                    line, name, cell, "nothing" if cells.says_nothing(cell) else "number" if value is None else "much"
                )
            return None
        if name + CHECK not in self.columns or agree(beside, value, sign_beside):
            return value
        compared = count(beside, sign_beside) is not None
        if not compared and value == 0:  # a spreadsheet makes 0 of a cell that says nothing
            self._note(line, name, cell, "empty")
            return None
        if compared:
            self._note(line, name, f"{cell} / {beside}", "differs", kept=True)
        return value

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
