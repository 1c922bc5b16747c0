"""From lines to blocks of rows whose cells are in shape; the next block is read while the last one is stored.

One pattern is matched against the whole row at once; only a row that does not match is looked at cell by cell.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from operator import itemgetter
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from flask_babel import gettext

from app.csvfiles.cells import unguarded
from app.csvfiles.kinds import Column, Kind
from app.errors import BadFile

BLOCK = 20_000  # rows
T = TypeVar("T")


@dataclass
class Block:
    """Some rows of a file. Those in shape: the line each begins on, its cells as they were read and as they are
    staged, both as COPY takes them. Those out of shape: line and cells. In one block no key stands twice: rows whose
    key stands in the block before it are a block of their own, marked `again`."""

    again: bool = False
    lines: list[int] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    staged: list[str] = field(default_factory=list)
    bad: list[tuple[int, list[str]]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines) + len(self.bad)


class Layout:
    """How the rows of one file of a kind are read: its columns in the file's own order.

    Raises BadFile where the header is not the kind's and names the column.
    """

    def __init__(self, kind: Kind, header: Sequence[str], visitor_key: bytes) -> None:
        names = without_report(header)
        _check_header(kind, names)
        self.header = list(names)
        self.surplus = len(header) - len(names)
        self.columns: list[Column] = [kind.by_name[name] for name in names]
        self.index = {name: index for index, name in enumerate(names)}
        self.quick = re.compile("\t".join(map(_quick, self.columns)))
        self.key: Callable[[Sequence[str]], Any] = itemgetter(*(self.index[name] for name in kind.key))
        self.derive = kind.derive(self.index, visitor_key) if kind.derive else None
        # translated once a file: there may be millions of bad rows
        self.rules = {column.name: gettext(column.cell.rule) for column in self.columns}
        self.damaged = gettext(
            "a spreadsheet has damaged this number: take the file from where it was made and don't save it in one"
        )
        self.empty = gettext("empty: %(rule)s")
        self.uneven = gettext("the row has %(cells)s cells, the header %(header)s")

    def faults(self, cells: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """Column, value and reason of each cell that is out of shape."""
        if len(cells) != len(self.columns):
            yield self.header[0], cells[0], self.uneven % {"cells": len(cells), "header": len(self.columns)}
            return
        for column, cell in zip(self.columns, cells, strict=True):
            plain = unguarded(cell) if column.cell.words else cell
            if plain == "":
                if not column.optional:
                    yield column.name, cell, self.empty % {"rule": self.rules[column.name]}
            elif not column.cell.fits.fullmatch(plain):
                yield column.name, cell, self.damaged if column.cell.is_damaged(plain) else self.rules[column.name]

    def unescaped(self, cells: list[str]) -> list[str]:
        """The cells without the `'` that an export puts before what looks like a formula."""
        return [
            unguarded(cell) if column.cell.words else cell for column, cell in zip(self.columns, cells, strict=True)
        ]


def without_report(header: Sequence[str]) -> Sequence[str]:
    """The header without the two columns that FILE.rejected.csv adds."""
    return header[:-2] if list(header[-2:]) == ["line", "reason"] else header


def read_header(reader: Iterator[list[str]]) -> list[str]:
    """The first row of a file; BadFile where there is none."""
    try:
        return next(reader)
    except StopIteration:
        raise BadFile("The file is empty: the first row names the columns.") from None
    except csv.Error as error:
        raise no_csv(1, error) from error


def _check_header(kind: Kind, names: Sequence[str]) -> None:
    if not set(names) <= set(kind.by_name):
        refuse_foreign(names)
    wanted = ", ".join(kind.by_name)
    for index, name in enumerate(names):
        if name in names[:index]:
            raise BadFile(gettext("The column “%(name)s” stands twice in the header.", name=name))
    missing = [f"“{name}”" for name in kind.by_name if name not in names]
    unknown = [f"“{name[:60]}”" for name in names if name not in kind.by_name]
    if missing or unknown:
        parts = [gettext("%(names)s missing", names=", ".join(missing))] if missing else []
        parts += [gettext("%(names)s unknown", names=", ".join(unknown[:5]))] if unknown else []
        raise BadFile(
            gettext(
                "The columns of %(kind)s are %(wanted)s; here: %(different)s.",
                kind=kind.name,
                wanted=wanted,
                different=", ".join(parts),
            )
        )


def refuse_foreign(header: Sequence[str]) -> None:
    """BadFile where the header is of no kind, and it can be told why."""
    if len(header) == 1 and ";" in header[0]:
        raise BadFile("The columns are separated by semicolons: save the file with commas between them.")
    if len(header) == 1 and "\t" in header[0]:
        raise BadFile("The columns are separated by tabs: save the file with commas between them.")


def _quick(column: Column) -> str:
    """The pattern of a cell that can be staged as it stands."""
    pattern = f"(?:{column.cell.quick or column.cell.pattern})"
    return f"{pattern}?" if column.optional else pattern


def blocks(rows: Any, layout: Layout) -> Iterator[Block]:
    """The rows of a `csv.reader` in blocks. BadFile where what follows can't be told apart into rows."""
    line = rows.line_num + 1
    block, again, seen = Block(), Block(again=True), set[Any]()
    fits, joined, key_of, derive = layout.quick.fullmatch, "\t".join, layout.key, layout.derive
    try:
        for cells in rows:
            if layout.surplus:
                del cells[len(layout.header) :]
            row = joined(cells)
            quick = fits(row)
            if not quick and cells and any(layout.faults(cells)):
                block.bad.append((line, cells))
            elif cells:
                if not quick:
                    row, cells = escaped(cells), layout.unescaped(cells)
                key = key_of(cells)
                into = again if key in seen else block
                seen.add(key)
                into.lines.append(line)
                into.rows.append(row)
                if derive:
                    derive(cells)
                    row = joined(cells)
                # what was derived may have a backslash where the cell had none: a wide one, in a coupon's key
                into.staged.append(row if quick and "\\" not in row else escaped(cells))
            line = rows.line_num + 1
            if len(block) + len(again) >= BLOCK:
                yield block
                if again.lines:
                    yield again
                block, again = Block(), Block(again=True)
                seen.clear()
    except csv.Error as error:
        raise no_csv(line, error) from error
    yield block
    if again.lines:
        yield again


def no_csv(line: int, error: csv.Error) -> BadFile:
    """The reader's error in our words."""
    problem = str(error)
    if "field limit" in problem or "unexpected end" in problem:
        why = gettext("a quotation mark is opened and never closed, or a cell is longer than 131,072 characters")
    elif "new-line character" in problem:
        why = gettext("a row ends with a lone carriage return: let rows end with a line feed")
    else:
        why = gettext("a quotation mark stands in the middle of a cell: double it and put the cell in quotation marks")
    return BadFile(gettext("Line %(line)s can't be read as CSV: %(why)s.", line=line, why=why))


_COPY = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_FROM_COPY = {r"\\": "\\", r"\t": "\t", r"\n": "\n", r"\r": "\r"}


def escaped(cells: Iterable[str]) -> str:
    """The cells as a row of COPY's text format."""
    return "\t".join(cell.translate(_COPY) for cell in cells)


def cells_of(row: str) -> list[str]:
    """The cells of a row of COPY's text format."""
    return [re.sub(r"\\.", lambda escape: _FROM_COPY[escape[0]], cell) for cell in row.split("\t")]


_END: Any = object()


def ahead(items: Iterator[T], first: Callable[[T], object]) -> Iterator[T]:
    """Yields what `items` yields; the next one is made in a thread while the last one is worked on.

    `first` is called with each before that: for work that would fight the thread for the interpreter.
    """
    wanted: SimpleQueue[bool] = SimpleQueue()
    ready: SimpleQueue[tuple[T, BaseException | None]] = SimpleQueue()

    def make() -> None:
        while wanted.get():
            try:
                ready.put((next(items, _END), None))
            except BaseException as error:
                ready.put((_END, error))

    # in our context: what is wrong is said in the language of whoever brings the file
    Thread(target=copy_context().run, args=(make,), daemon=True).start()
    try:
        wanted.put(True)
        while True:
            item, error = ready.get()
            if error:
                raise error
            if item is _END:
                return
            first(item)
            wanted.put(True)
            yield item
    finally:
        wanted.put(False)
