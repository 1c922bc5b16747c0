"""Files that a browser keeps instead of showing."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response

CSV = "text/csv; charset=utf-8"


def download(content: str | bytes | Iterable[str] | Iterable[bytes], name: str, kind: str = CSV) -> Response:
    """The answer that hands over `content`, whole or in pieces, as a file called `name`; `kind` is its media type."""
    response = Response(content, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
