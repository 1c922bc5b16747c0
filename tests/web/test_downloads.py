"""A file to keep is handed over by one function, whatever it is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.http import parse_options_header

import app
from app.web.downloads import download


@pytest.mark.parametrize("name", ["sales.csv", 'a "quoted", name; really.csv', "crème brûlée.csv", "日本.csv"])
def test_a_download_keeps_its_name_and_content(name: str) -> None:
    response = download(iter([b"a,", b"b"]), name)
    disposition, options = parse_options_header(response.headers["Content-Disposition"])
    assert (disposition, options["filename"]) == ("attachment", name)
    assert (response.get_data(), response.mimetype) == (b"a,b", "text/csv")


def test_a_download_can_be_another_kind_of_file() -> None:
    assert download(b"%PDF", "contract.pdf", "application/pdf").mimetype == "application/pdf"


def test_no_room_writes_the_headers_of_a_download_by_itself() -> None:
    package = Path(app.__file__).parent
    writers = [path for path in package.rglob("*.py") if "Content-Disposition" in path.read_text(encoding="utf-8")]
    assert [path.relative_to(package).as_posix() for path in writers] == ["web/downloads.py"]
