"""Any table people have at hand as rows of text: CSV in the encodings and with the separators that programs write, and
the first sheet of a workbook. Rows are read while they are asked for, so that memory stays flat.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from flask_babel import gettext

from app.csvfiles.blocks import no_csv
from app.csvfiles.reading import UTF_8, Source, lines, opened, pieces
from app.csvfiles.workbook import opened_sheet
from app.errors import BadFile

Row = tuple[int, list[str]]  # the line it begins on, and its cells
SEPARATORS = (",", ";", "\t", "|")
SEPARATOR = re.compile(r'"?sep=([^"\r\n]?)"?[,;\t]*\r?\n', re.IGNORECASE)  # with it spreadsheets say what parts cells
QUOTED = re.compile(r'"[^"]*"')
HEAD = 40  # lines from which the separator is told
WESTERN = "cp1252"
WORKBOOK = b"PK\x03\x04"


@dataclass(frozen=True)
class Table:
    """The rows of a file."""

    rows: Iterator[Row]
    source: Source | None = None  # counts the bytes that are read of a CSV file


@contextmanager
def opened_table(path: str | Path, max_bytes: int) -> Iterator[Table]:
    """The rows of the file, without those that are empty. BadFile where it can't be read as a table."""
    if is_workbook(path):
        with opened_sheet(path, max_bytes) as rows:
            yield Table(rows)
        return
    encoding = encoding_of(path, max_bytes)
    with opened(str(path)) as source:
        yield Table(_rows(source, max_bytes, encoding), source)


def is_workbook(path: str | Path) -> bool:
    """Whether it begins as a workbook does."""
    with opened(str(path)) as source:
        return source.read(len(WORKBOOK)) == WORKBOOK


def encoding_of(path: str | Path, max_bytes: int) -> str:
    """UTF-8, UTF-16 or, for what is neither, Western European (Windows-1252), which nearly all programs mean then.
    BadFile for what is no text at all."""
    with opened(str(path)) as source:
        unpacked, read = 0, pieces(source, "utf-16")
        head = next(read, b"")
        if encoding := _of_head(head):
            return encoding
        decoder, western = codecs.getincrementaldecoder(UTF_8)(), False
        for piece in chain([head], read):
            unpacked += len(piece)
            if unpacked > max_bytes:
                return UTF_8  # `lines` has the sentence
            try:
                decoder.decode(piece) if not western else piece.decode(WESTERN)
            except UnicodeDecodeError:
                if western or not _is_western(piece):
                    return UTF_8
                western = True
    return WESTERN if western else UTF_8


def _is_western(piece: bytes) -> bool:
    try:
        return "\0" not in piece.decode(WESTERN)
    except UnicodeDecodeError:
        return False


def _of_head(head: bytes) -> str:
    """UTF-16 by its mark, or by the zeros beside every letter."""
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    start = head[:200]
    if len(start) >= 4 and start[1::2].count(0) > len(start) // 3:
        return "utf-16-le"
    if len(start) >= 4 and start[::2].count(0) > len(start) // 3:
        return "utf-16-be"
    return ""


def _rows(source: Source, max_bytes: int, encoding: str) -> Iterator[Row]:
    text = lines(source, max_bytes, encoding)
    head = list(islice(text, HEAD))
    before = 0
    separator = SEPARATOR.fullmatch(head[0]) if head else None
    if separator:
        head, before = head[1:], 1
    delimiter = separator[1] if separator and separator[1] else separator_of(head)
    rows = csv.reader(chain(head, text), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in rows:
            if any(cells):
                yield line + before, cells
            line = rows.line_num + 1
    except csv.Error as error:
        raise no_csv(line + before, error) from error
    except UnicodeError as error:
        raise BadFile(gettext("Line %(line)s is not text: save the file as CSV in UTF-8.", line=line)) from error


def separator_of(head: list[str]) -> str:
    """What parts the cells: the sign that stands equally often in the most lines, quoted ones aside."""

    def agreement(sign: str) -> tuple[int, int]:
        counts = Counter(QUOTED.sub("", line).count(sign) for line in head)
        counts.pop(0, None)
        often, lines_ = max(counts.items(), key=lambda each: (each[1], each[0]), default=(0, 0))
        return lines_, often

    return max(SEPARATORS, key=agreement)
