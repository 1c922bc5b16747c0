"""Files that a browser keeps instead of showing: handed over whole, in pieces, or row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Response

from app.csvfiles.cells import guarded

CSV = "text/csv; charset=utf-8"
PIECE = 32_768  # characters


def download(content: str | bytes | Iterable[str] | Iterable[bytes], name: str, kind: str = CSV) -> Response:
    """The answer that hands over `content`, whole or in pieces, as a file called `name`; `kind` is its media type."""
    response = Response(content, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def csv_download(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """The rows under their header as the file `name`, sent while they are read; no cell is a spreadsheet's formula."""
    return download(pieces(header, rows), name)


def pieces(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The file in pieces of text; no cell is a spreadsheet's formula."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(header)
    for row in rows:
        write([guarded(cell) if isinstance(cell, str) else cell for cell in row])
        if out.tell() > PIECE:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()
