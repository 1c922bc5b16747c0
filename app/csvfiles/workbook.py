"""The first sheet of an Excel workbook (.xlsx) as rows of text, a row at a time: a workbook is a ZIP archive of XML.

Dates come out as `2026-11-30` or `2026-11-30 14:05:00`, other numbers as they are stored. A number of more than 15
digits comes out as `4.5E+15`, as spreadsheets show it: they keep no more, so its last digits are lost.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from flask_babel import gettext
from lxml import etree

from app.errors import BadFile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
MOST_CELLS = 1 << 12  # of a row: a cell far to the right would make a row of millions
MOST_TEXTS = 5_000_000  # shared texts, which a sheet refers to by number
DATES = frozenset(
    (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))
)  # built-in formats of days and times
LETTERS = re.compile(r"""\\.|"[^"]*"|\[[^\]]*\]|_.|\*.""")  # of a format: what is printed as it stands, colours
EXACT = 15  # digits
DAMAGED = (
    etree.XMLSyntaxError,
    BadZipFile,
    KeyError,
    ValueError,
    IndexError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ArithmeticError,
    struct.error,
    zlib.error,
)


@contextmanager
def opened_sheet(path: str | Path, max_bytes: int) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """The rows of the first sheet that is shown, each with its number; empty ones are left out. BadFile where it can't
    be read, is protected by a password or unpacks to more than `max_bytes`."""
    try:
        archive = ZipFile(path)
    except DAMAGED as error:
        raise _damaged(error) from error
    with archive:
        if sum(each.file_size for each in archive.infolist()) > max_bytes:
            raise BadFile(
                gettext("The file holds more than %(limit)s bytes: cut it into pieces.", limit=f"{max_bytes:,}")
            )
        yield _sheet(archive)


def _damaged(error: Exception) -> BadFile:
    """The sentence for a workbook that can't be read."""
    why = str(error)[:80] or type(error).__name__
    return BadFile(
        gettext("The workbook can't be read (%(why)s): save it as .xlsx or CSV without a password.", why=why)
    )


def _sheet(archive: ZipFile) -> Iterator[tuple[int, list[str]]]:
    """The rows, read while they are asked for."""
    rows = _read(archive)
    while True:
        try:
            row = next(rows, None)
        except DAMAGED as error:
            raise _damaged(error) from error
        if row is None:
            return
        yield row


def _read(archive: ZipFile) -> Iterator[tuple[int, list[str]]]:
    place, epoch = _first_sheet(archive)
    texts, dates = _texts(archive), _dates(archive)
    number = 0
    with archive.open(place) as sheet:
        for row in _elements(sheet, "row"):
            given = row.get("r")
            number = int(given) if given else number + 1
            cells = _cells(row, texts, dates, epoch)
            if any(cells):
                yield number, cells


def _first_sheet(archive: ZipFile) -> tuple[str, datetime]:
    """Where the first sheet lies that is not hidden, and the day from which the workbook counts days."""
    book = _tree(archive, "xl/workbook.xml")
    properties = next(iter(_named(book, "workbookPr")), None)
    old = properties is not None and properties.get("date1904") in ("1", "true")
    sheets = list(_named(book, "sheet"))
    shown = next((each for each in sheets if each.get("state", "visible") == "visible"), None)
    if shown is None:
        raise ValueError("it has no sheet")
    relation = shown.get(RELATION) or shown.get(STRICT_RELATION)
    relations = _tree(archive, "xl/_rels/workbook.xml.rels")
    target = next((each.get("Target") for each in relations if each.get("Id") == relation), None)
    if not target:
        raise ValueError("it has no sheet")
    place = target[1:] if target.startswith("/") else f"xl/{target}"
    return place, datetime(1904, 1, 1) if old else datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet has no zone


def _texts(archive: ZipFile) -> list[str]:
    """The shared texts, in their order."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    texts = []
    with archive.open("xl/sharedStrings.xml") as file:
        for each in _elements(file, "si"):
            texts.append(_text(each))
            if len(texts) > MOST_TEXTS:
                raise ValueError("it has too many texts")
    return texts


def _dates(archive: ZipFile) -> list[bool]:
    """Of each style of cells whether it shows a day or a time."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    styles = _tree(archive, "xl/styles.xml")
    own = {each.get("numFmtId"): _shows_dates(each.get("formatCode", "")) for each in _named(styles, "numFmt")}
    formats = next(iter(_named(styles, "cellXfs")), ())
    numbers = [each.get("numFmtId", "0") for each in formats]
    return [own.get(number, number.isdecimal() and int(number) in DATES) for number in numbers]


def _shows_dates(code: str) -> bool:
    shown = LETTERS.sub("", code.split(";")[0]).lower()
    return bool(re.search("[dmyhs]", shown)) and "general" not in shown


def _cells(row: Any, texts: list[str], dates: list[bool], epoch: datetime) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if etree.QName(cell).localname != "c":
            continue
        at = _column(cell.get("r") or "") if cell.get("r") else len(cells)
        if at >= MOST_CELLS:
            raise ValueError("it has too many columns")
        cells += [""] * (at + 1 - len(cells))
        cells[at] = _cell(cell, texts, dates, epoch)
    return cells


def _cell(cell: Any, texts: list[str], dates: list[bool], epoch: datetime) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(_text(each) for each in cell if etree.QName(each).localname == "is")
    value = next((each.text or "" for each in cell if etree.QName(each).localname == "v"), "")
    if kind == "s" and value:
        return texts[int(value)]
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    if kind == "d":
        return value.replace("T", " ")
    if kind != "n" or not value:
        return value
    style = int(cell.get("s", "0"))
    return _number(value, dates[style] if style < len(dates) else False, epoch)


def _number(text: str, is_date: bool, epoch: datetime) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return text
    if is_date and 0 <= number < 2_958_466:  # the year 9999
        moment = epoch + timedelta(seconds=round(float(number) * 86_400))
        return moment.strftime("%Y-%m-%d %H:%M:%S").removesuffix(" 00:00:00")
    if number == number.to_integral_value():
        digits = str(int(number))
        return digits if len(digits.lstrip("-")) <= EXACT else f"{number:.14E}"
    # what a binary fraction adds beyond the digits a spreadsheet keeps is not the writer's
    return f"{number.normalize():f}" if len(number.as_tuple().digits) <= EXACT else f"{_rounded(number):f}"


def _rounded(number: Decimal) -> Decimal:
    return round(number, EXACT - 1 - number.adjusted()).normalize()


def _column(reference: str) -> int:
    """The position of a cell called `AB12`, from 0."""
    position = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        position = position * 26 + ord(letter) - 64
    if not 0 < position <= MOST_CELLS:
        raise ValueError("it has too many columns")
    return position - 1


def _text(element: Any) -> str:
    """What is written in a text of one or several runs, without how it is to be spoken."""
    parts = []
    for each in element:
        name = etree.QName(each).localname
        if name == "t":
            parts.append(each.text or "")
        elif name == "r":
            parts.append(_text(each))
    return "".join(parts)


def _tree(archive: ZipFile, place: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with archive.open(place) as file:
        return etree.parse(file, parser).getroot()


def _named(tree: Any, name: str) -> Iterator[Any]:
    return (each for prefix in (MAIN, STRICT) for each in tree.iter(prefix + name))


def _elements(file: IO[bytes], name: str) -> Iterator[Any]:
    """The elements of that name, one at a time: what was read is forgotten."""
    names = (MAIN + name, STRICT + name)
    for _event, element in etree.iterparse(file, tag=names, resolve_entities=False, no_network=True, load_dtd=False):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
