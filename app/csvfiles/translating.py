"""Files that are not ours into the database: what one order of them says becomes rows of our kinds, which are judged
and stored as those of our own files are. What can't be taken is told by the line, the column and the cell of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from flask_babel import gettext

from app.csvfiles.blocks import BLOCK, Block, Layout, escaped
from app.csvfiles.cells import guarded
from app.csvfiles.importing import Bringer, Intake, Options, bringing
from app.csvfiles.kinds import Kind
from app.csvfiles.reading import PIECE
from app.csvfiles.report import LISTED, Fault, ImportResult, shown
from app.csvfiles.staging import Differences, Refused
from app.csvfiles.tables import Row, opened_table
from app.security import Identity
from config import settings


@dataclass
class Piece:
    """What belongs together in the file, like the lines of an order: its rows as they were read, and what becomes of
    them: rows of a kind, each with the line that it comes from, or faults, and then none."""

    origin: list[Row]
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class Translation(Protocol):
    """How the files of some program are read.

    `header` are the headings of the rejected rows' file, `kept` makes such a row of one of the file; `headings` says
    for a column of a kind what the file calls it.
    """

    name: str
    header: list[str]

    @property
    def kinds(self) -> Sequence[Kind]:
        """The kinds that come of it, in the order in which they need each other."""

    def pieces(self, kind: Kind, rows: Iterable[Row]) -> Iterator[Piece]:
        """The file as rows of a kind. Faults stand in the pieces of the first kind only."""

    def heading(self, column: str) -> str:
        """What the file calls a column of a kind."""

    def kept(self, cells: Sequence[str]) -> list[str]:
        """A row of the file as it is written down when it is rejected."""


def import_translated(
    translation: Translation, path: str | Path, options: Options, *, by: Identity | None, at: datetime
) -> ImportResult:
    """Reads the file into the caller's transaction as one import, as `import_file` does for our own kinds."""
    with bringing(translation.name, str(path), options, by=by, at=at) as bringer:
        bringer.rejected.header = list(translation.header)
        while bringer.source.read(PIECE):
            pass  # its digest is of the whole file
        for nr, kind in enumerate(translation.kinds):
            _take_in(translation, kind, nr, path, bringer)
    return bringer.result


def _take_in(translation: Translation, kind: Kind, nr: int, path: str | Path, bringer: Bringer) -> None:
    limits = settings()
    layout = Layout(kind, list(kind.by_name), limits.visitor_key.encode())
    with opened_table(path, limits.max_file_bytes) as table:

        def done() -> int:
            read = table.source.size if table.source else bringer.source.size // 2
            return (nr * bringer.source.size + read) // len(translation.kinds)

        blocks = _blocks(translation.pieces(kind, table.rows), layout)
        bringer.take_in(kind, layout, blocks, partial(_Intake, translation), done)


@dataclass
class _Block(Block):
    """Rows are numbered through here, as several may come from one line; `pieces` says whence each comes."""

    pieces: dict[int, tuple[int, Piece]] = field(default_factory=dict)
    unread: list[Piece] = field(default_factory=list)

    def add(self, number: int, line: int, piece: Piece, cells: list[str], layout: Layout) -> None:
        """A row whose cells are in shape, or not."""
        row = "\t".join(cells)
        quick = layout.quick.fullmatch(row)
        self.pieces[number] = line, piece
        if not quick:
            guarded_cells = [guarded(cell) for cell in cells]
            if any(layout.faults(guarded_cells)):
                self.bad.append((number, guarded_cells))
                return
        self.lines.append(number)
        self.rows.append(row if quick else escaped(cells))
        if layout.derive:
            layout.derive(cells)
        self.staged.append(escaped(cells))


def _blocks(pieces: Iterable[Piece], layout: Layout) -> Iterator[Block]:
    """As blocks.blocks, of pieces."""
    number, block, again, seen = 0, _Block(), _Block(again=True), set[Any]()
    for piece in pieces:
        if piece.faults:
            block.unread.append(piece)
        for line, cells in piece.rows:
            number += 1
            key = layout.key(cells)
            (again if key in seen else block).add(number, line, piece, cells, layout)
            seen.add(key)
        if len(block) + len(again) >= BLOCK:
            yield block
            if again.lines or again.bad:
                yield again
            block, again = _Block(), _Block(again=True)
            seen.clear()
    yield block
    if again.lines or again.bad:
        yield again


class _Intake(Intake):
    """Tells of faults in the words of the file."""

    def __init__(self, translation: Translation, *given: Any) -> None:
        super().__init__(*given)
        self.translation = translation
        self.beside = gettext("another row of this order is rejected")

    def take(self, block: Block) -> None:
        """As for our own files; rows that were not understood count too, and rows that a kind's `first` statement has
        found to change nothing only where the kind says so."""
        result = self.result
        before = result.read - result.new - result.rejected
        super().take(block)
        if self.staging.kind.first and not self.staging.kind.counted:
            result.read -= result.read - result.new - result.rejected - before
        rows = sum(len(piece.origin) for piece in _of(block).unread)
        result.read += rows
        result.rejected += rows
        result.unchanged = result.read - result.new - result.updated - result.rejected

    def line(self, block: Block, line: int) -> int:
        """Where in the file the row comes from."""
        return _of(block).pieces[line][0]

    def list_bad(self, block: Block, refused: Refused, differences: Differences) -> None:
        """Faults by piece: where one row is bad, all of them are written down."""
        found: list[tuple[Piece, list[Fault]]] = [(piece, piece.faults) for piece in _of(block).unread]
        for number, cells in block.bad:
            line, piece = _of(block).pieces[number]
            found.append((piece, [self._fault(line, *fault) for fault in self.layout.faults(cells)]))
        for number, fault in refused:
            line, piece = _of(block).pieces[number]
            cells = self.cells(block, number)
            reasons = self.reasons(block, number, fault, differences)
            values = [(name, cells[self.layout.index[name]], reason) for name, reason in reasons]
            found.append((piece, [self._fault(line, *each) for each in values]))
        found.sort(key=lambda each: each[0].origin[0][0])
        for _start, same in groupby(found, key=lambda each: each[0].origin[0][0]):
            group = list(same)
            faults = [fault for _piece, own in group for fault in own]
            self.result.faults += faults[: LISTED - len(self.result.faults)]
            self._write(group[0][0], faults)

    def _fault(self, line: int, column: str, value: str, reason: str) -> Fault:
        return Fault(line, self.translation.heading(column), shown(value), reason)

    def _write(self, piece: Piece, faults: Sequence[Fault]) -> None:
        """The rows of the piece, each with its own faults."""
        if self.rejected is None:
            return
        begins = [line for line, _cells in piece.origin]
        for line, cells in piece.origin:
            own = [each for each in faults if _row_of(begins, each.line) == line]
            reason = "; ".join(f"{each.column}: {each.reason}" for each in own) or self.beside
            self.rejected.write(self.translation.kept(cells), line, reason)


def _row_of(begins: Sequence[int], line: int) -> int:
    """The first line of the row that the line belongs to."""
    return max((begin for begin in begins if begin <= line), default=begins[0])


def _of(block: Block) -> _Block:
    assert isinstance(block, _Block)  # noqa: S101 - _blocks made it
    return block
