"""From the bytes of a list to its headings and rows: what parts cells, what stands above the headings, and whether
there are any."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from flask_babel import gettext

from app.creators.accounts import is_address
from app.creators.lists import cells
from app.creators.lists.columns import known_by
from app.creators.lists.counts import written
from app.csvfiles.reading import Source, lines
from app.csvfiles.report import shown
from app.errors import BadFile

MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 1 << 26, 100_000, 200  # of a list, unpacked
MOST_TITLES = 5  # lines above the headings
DELIMITERS = (",", ";", "\t")
SEPARATOR = re.compile(r'"?sep=([^"\r\n]?)"?[,;\t]*\r?\n', re.IGNORECASE)  # with it spreadsheets say what parts cells
QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Listed:
    """A file as it lies there: its headings, and its rows with the line each begins on."""

    header: list[str]  # all empty where the file has none
    rows: list[tuple[int, list[str]]]
    sha256: bytes
    doubts: tuple[str, ...] = ()  # about where its headings are

    @property
    def cells(self) -> list[list[str]]:
        """The rows without their lines."""
        return [row for _line, row in self.rows]


def opened(content: bytes) -> Listed:
    """The file's headings and rows. BadFile where it is no CSV, has no rows, or is too large for a list."""
    source = Source(io.BytesIO(content))
    text = "".join(lines(source, MOST_BYTES))
    separator = SEPARATOR.match(text)
    text, before = (text[separator.end() :], 1) if separator else (text, 0)
    delimiter = separator[1] if separator and separator[1] else _delimiter(text)
    read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, begins = [], 1 + before
    try:
        for row in read:
            if any(map(cells.bare, row)):
                rows.append((begins, row))
            begins = read.line_num + 1 + before
            if len(rows) > MOST_ROWS + 1:
                raise BadFile(
                    gettext("A list can have at most %(count)s rows. Split the file.", count=f"{MOST_ROWS:,}")
                )
    except csv.Error as error:
        raise BadFile(gettext("Line %(line)s is not valid CSV: %(why)s.", line=begins, why=error)) from error
    return _with_header(rows, source.sha256)


def _with_header(rows: Sequence[tuple[int, list[str]]], sha256: bytes) -> Listed:
    """The rows parted into lines above the headings, headings and accounts. BadFile where nothing is left."""
    titles = [row for _line, row in takewhile(lambda each: _is_title(each[1]), rows[:MOST_TITLES])]
    rows = list(rows[len(titles) :])
    if len(rows) < 2 or not 1 < len(rows[0][1]) <= MOST_COLUMNS:
        raise BadFile(gettext("A list needs a row of headings, at least two columns, and one row per account."))
    doubts = [
        gettext("“%(line)s” stands above the headings and is skipped.", line=shown(cells.bare("".join(row))))
        for row in titles
    ]
    header = [cells.bare(heading) for heading in rows[0][1]]
    if _has_headings(header):
        return Listed(header, rows[1:], sha256, tuple(doubts))
    doubts.append(gettext("The file has no headings. Choose what each column is."))
    return Listed([""] * len(header), rows, sha256, tuple(doubts))


def _delimiter(text: str) -> str:
    """Some programs part cells by semicolons or tabs; those inside quotes part nothing."""
    first = QUOTED.sub("", text[: text.find("\n") + 1] or text)
    return max(DELIMITERS, key=first.count)


def _is_title(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cells.bare(cell)]
    return len(filled) == 1 and known_by(filled[0]) is None


def _has_headings(row: Sequence[str]) -> bool:
    """No heading we know, and a number or an account among them: that is a row of accounts."""
    if any(known_by(cell) is not None for cell in row):
        return True
    return not any(written(cell) or is_address(cell) or cell.startswith("@") for cell in row if cell)
