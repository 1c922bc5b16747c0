"""Excel workbooks as tests write them: no more than a reader needs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape
from zipfile import ZipFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Cell = str | int | float | datetime | date | None


def workbook(*rows: Sequence[Cell], hidden: bool = False, old: bool = False, raw: str = "") -> bytes:
    """A workbook with these rows; with a `hidden` sheet before it, or days counted from 1904. `raw` is XML of further
    rows."""
    texts: list[str] = []
    sheet = "".join(_row(number, row, texts, old) for number, row in enumerate(rows, 1) if row)
    sheets = '<sheet name="Notes" sheetId="2" state="hidden" r:id="rId2"/>' if hidden else ""
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr date1904="{int(old)}"/>'
        f'<sheets>{sheets}<sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": "<Relationships>"
        '<Relationship Id="rId1" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="rId2" Target="worksheets/sheet2.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/>'
        '<numFmt numFmtId="165" formatCode="[Red]#,##0.00 &quot;day&quot;"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">'
        + "".join(f"<si><r><t>{escape(text[:2])}</t></r><r><t>{escape(text[2:])}</t></r></si>" for text in texts)
        + "</sst>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}{raw}</sheetData></worksheet>',
        "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>',
    }
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{part}')
    return out.getvalue()


def _row(number: int, row: Sequence[Cell], texts: list[str], old: bool) -> str:
    cells = "".join(_cell(f"{chr(65 + at)}{number}", cell, texts, old) for at, cell in enumerate(row))
    return f'<row r="{number}">{cells}</row>'


def _cell(reference: str, cell: Cell, texts: list[str], old: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        whole = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001
        days = (whole - (datetime(1904, 1, 1) if old else datetime(1899, 12, 30))) / timedelta(days=1)  # noqa: DTZ001
        return f'<c r="{reference}" s="{2 if isinstance(cell, datetime) else 1}"><v>{days!r}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{reference}" s="3"><v>{cell!r}</v></c>'
    texts.append(cell)
    return f'<c r="{reference}" t="s"><v>{len(texts) - 1}</v></c>'
