"""From the bytes of a list to its headings and rows: how its text is written, what parts cells, what stands above the
headings, and whether there are any."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

from flask_babel import gettext

from app.creators.accounts import is_address
from app.creators.lists import cells
from app.creators.lists.columns import known_by
from app.creators.lists.counts import written
from app.csvfiles.report import shown
from app.csvfiles.tables import WESTERN, Row, encoding_of, is_workbook, opened_table
from app.errors import BadFile

MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 1 << 26, 100_000, 200  # of a list, unpacked
MOST_TITLES = 12  # lines above the headings
SAID_TITLES = 3


@dataclass(frozen=True)
class Listed:
    """A file as it lies there: its headings, and its rows with the line each begins on."""

    header: list[str]  # all empty where the file has none
    rows: list[Row]
    sha256: bytes
    doubts: tuple[str, ...] = ()  # about how it is written, and where its headings are
    titles: str = ""  # what stands above the headings
    workbook: bool = False  # its numbers have points before their decimals, and rows may end early

    @property
    def cells(self) -> list[list[str]]:
        """The rows without their lines."""
        return [row for _line, row in self.rows]


def opened(content: bytes) -> Listed:
    """The file's headings and rows. BadFile where it is no table, has no rows, or is too large for a list."""
    rows = list[Row]()
    with TemporaryDirectory() as folder:
        path = Path(folder, "list")
        path.write_bytes(content)
        workbook = is_workbook(path)
        western = not workbook and encoding_of(path, MOST_BYTES) == WESTERN
        with opened_table(path, MOST_BYTES) as table:
            for line, row in table.rows:
                if any(map(cells.bare, row)):
                    rows.append((line, row))
                if len(rows) > MOST_ROWS + 1:
                    raise BadFile(
                        gettext("A list can have at most %(count)s rows. Split the file.", count=f"{MOST_ROWS:,}")
                    )
    listed = _with_header(rows, hashlib.sha256(content).digest(), [_of_western(rows)] if western else [])
    return replace(listed, rows=_filled(listed), workbook=True) if workbook else listed


def _filled(listed: Listed) -> list[Row]:
    """The rows of a workbook with the empty cells at their ends, which it leaves out."""
    width = len(listed.header)
    return [(line, row + [""] * (width - len(row))) for line, row in listed.rows]


def _of_western(rows: Sequence[Row]) -> str:
    """The doubt about text that says nowhere how it is written, with a cell that shows whether it is read rightly."""
    example = next((cell for _line, row in rows for cell in row if not cell.isascii()), "")
    return str(
        gettext(
            "The file is not UTF-8. It is read as Western European text (Windows-1252): check “%(example)s”.",
            example=shown(cells.bare(example)),
        )
    )


def _with_header(rows: Sequence[Row], sha256: bytes, doubts: Sequence[str]) -> Listed:
    """The rows parted into lines above the headings, headings and accounts. BadFile where nothing is left."""
    above = _lines_above(rows)
    titles = [" ".join(filter(None, map(cells.bare, row))) for _line, row in rows[:above]]
    rows = [(line, _without_empty_end(row, len(rows[above][1]))) for line, row in rows[above:]]
    if len(rows) < 2 or not 1 < len(rows[0][1]) <= MOST_COLUMNS:
        raise BadFile(gettext("A list needs a row of headings, at least two columns, and one row per account."))
    said = [
        gettext("“%(line)s” stands above the headings and is skipped.", line=shown(title))
        for title in titles[:SAID_TITLES]
    ]
    if len(titles) > SAID_TITLES:
        said.append(gettext("%(count)s lines stand above the headings and are skipped.", count=len(titles)))
    said, header = [*doubts, *said], [cells.bare(heading) for heading in rows[0][1]]
    if _has_headings(header):
        return Listed(header, rows[1:], sha256, tuple(said), " ".join(titles))
    said.append(gettext("The file has no headings. Choose what each column is."))
    return Listed([""] * len(header), rows, sha256, tuple(said), " ".join(titles))


def _lines_above(rows: Sequence[Row]) -> int:
    """How many lines stand above the headings: these are the first line with at least two headings that we know, and
    with more than any line before it; else the first that is more than a title."""
    known = [_known(row) for _line, row in rows[:MOST_TITLES]]
    if known and max(known) > 1:
        return known.index(max(known))
    return len(list(takewhile(lambda each: _is_title(each[1]), rows[: MOST_TITLES // 2 - 1])))


def _known(row: Sequence[str]) -> int:
    return 0 if any(map(is_address, row)) else sum(known_by(cell) is not None for cell in set(row))


def _without_empty_end(row: list[str], width: int) -> list[str]:
    """Without the empty cells that some programs write behind a row."""
    while len(row) > width and not row[-1].strip():
        row = row[:-1]
    return row


def _is_title(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cells.bare(cell)]
    return len(filled) == 1 and known_by(filled[0]) is None


def _has_headings(row: Sequence[str]) -> bool:
    """No heading we know, and a number or an account among them: that is a row of accounts."""
    if any(known_by(cell) is not None for cell in row):
        return True
    return not any(written(cell) or is_address(cell) or cell.startswith("@") or _is_place(cell) for cell in row if cell)


def _is_place(cell: str) -> bool:
    """Whether it names a country or a language in full: no heading is called so."""
    return len(cell) > 3 and (cells.country(cell) or cells.language(cell)) is not None
