"""Files that are no good: each one clear sentence, nothing stored, and no memory or time spent on them."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from flask_babel import force_locale

from app.csvfiles import reading
from app.csvfiles.importing import import_file
from app.csvfiles.reading import Source, lines
from app.database import db
from app.errors import BadFile
from app.uploads.file_kinds import KINDS, kind_of
from tests.csvfiles.rows import AT, GOOD, as_csv, bring, count, good

HEADER = ",".join(GOOD["touches"])
ROW = ",".join(GOOD["touches"].values())
UNPACKED = 1 << 30


def sentence(content: str | bytes, folder: Path) -> str:
    """What is said of a file of touches with this content; nothing of it may be stored."""
    with pytest.raises(BadFile) as caught:
        bring("touches", content, folder)
    db.session.rollback()
    assert (count("touch"), count("import")) == (0, 0)
    return caught.value.sentence


HEADERS = {
    "": "The file is empty: the first row names the columns.",
    "brand;touch;visitor;creator;stream;occurred_at": "separated by semicolons: save the file with commas",
    HEADER.replace("visitor", "Visitor"): "“visitor” missing, “Visitor” unknown.",
    HEADER.replace(",stream", ""): "The columns of touches are brand, touch, visitor, creator, stream, occurred_at; "
    "here: “stream” missing.",
    HEADER + ",price": "“price” unknown.",
    HEADER + ",touch": "The column “touch” stands twice in the header.",
    f"\n{HEADER}": "missing",
    '"brand': "a quotation mark is opened and never closed",
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_wrong_header_is_refused_and_names_the_column(header: str, app: Flask, tmp_path: Path) -> None:
    assert HEADERS[header] in sentence(f"{header}\n{ROW}\n" if header else "", tmp_path)


def test_columns_may_stand_in_any_order_and_a_byte_order_mark_before_them(app: Flask, tmp_path: Path) -> None:
    row = dict(reversed(good("sales", coupon="A", checkout_stream="S").items()))
    assert bring("sales", "\N{ZERO WIDTH NO-BREAK SPACE}" + as_csv([row]), tmp_path).new == 1
    assert bring("sales", as_csv([dict(sorted(row.items()))]).replace("\n", "\r\n"), tmp_path).unchanged == 1


CONTENTS = {
    f"{HEADER}\n{ROW}\n".encode("utf-16"): "The file is UTF-16 text, not CSV",
    f"{HEADER}\n{ROW}\n".encode("utf-16-le"): "Line 1 holds a NUL byte",
    f"{HEADER}\n{ROW}\ncafé,{ROW[6:]}".encode("latin-1"): "Line 3 is not UTF-8: save the file as CSV in UTF-8.",
    f"{HEADER}\n{ROW}\nl".encode() + b"\xe2\x82": "Line 3 is not UTF-8",
    f"{HEADER}\n{ROW}\n\n{ROW[:9]}\0{ROW[9:]}\n".encode(): "Line 4 holds a NUL byte",
    f"{HEADER}\r{ROW}\r".encode(): "Line 1 can't be read as CSV: a row ends with a lone carriage return",
    f'{HEADER}\n{ROW}\n"lumen" ,T2\n'.encode(): "Line 3 can't be read as CSV: a quotation mark stands in the middle",
    f'{HEADER}\n{ROW}\n"lumen,T2\n{ROW}\n'.encode(): "Line 3 can't be read as CSV: a quotation mark is opened",
    f"{HEADER}\n{ROW}\nlumen,{'x' * 200_000}\n".encode(): "or a cell is longer than 131,072 characters",
    b"PK\x03\x04 and so on": "The file is a ZIP archive or an Excel workbook, not CSV",
    b"%PDF-1.7": "The file is a PDF, not CSV",
    gzip.compress(f"{HEADER}\n{ROW}\n".encode(), mtime=0)[:-9]: "The file is damaged or was cut off",
    gzip.compress(f"{HEADER}\n{ROW}\n".encode(), mtime=0)[:-8] + b"crc_size": "The file is damaged or was cut off",
    lzma.compress(f"{HEADER}\n{ROW}\n".encode())[:-9]: "The file is damaged or was cut off",
    b"\xfd7zXZ\x00 but no more": "The file is damaged or was cut off",
}


@pytest.mark.parametrize("content", CONTENTS, ids=range(len(CONTENTS)))
def test_a_file_that_is_no_csv_in_utf8_is_refused_in_a_sentence(content: bytes, app: Flask, tmp_path: Path) -> None:
    assert CONTENTS[content] in sentence(content, tmp_path)


def test_what_is_wrong_is_said_in_the_readers_language_also_far_behind_in_the_file(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "touches.csv"
    path.write_bytes(f"{HEADER}\n{ROW}\n{ROW[:9]}\0\n".encode())
    with app.test_request_context(), force_locale("nl"), pytest.raises(BadFile, match=r"^In regel 3 "):
        import_file(KINDS["touches"], path, by=None, at=AT)


def test_a_missing_file_and_a_folder_are_refused_in_a_sentence(app: Flask, tmp_path: Path) -> None:
    for path, said in (
        (tmp_path / "none.csv", f"There is no file {tmp_path}/none.csv."),
        (tmp_path, f"{tmp_path} is a folder: give a file in it."),
        (tmp_path / ("n" * 300), "can't be read: File name too long."),
    ):
        with pytest.raises(BadFile) as caught:
            import_file(KINDS["touches"], path, by=None, at=AT)
        assert said in caught.value.sentence


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress], ids=["plain", "gzip", "xz"])
def test_packed_files_are_read_like_plain_ones_whatever_their_name(pack: object, app: Flask, tmp_path: Path) -> None:
    content = as_csv(good("touches", touch=str(number)) for number in range(2_000)).encode()
    middle = len(content) // 2
    assert callable(pack)
    result = bring("touches", pack(content[:middle]) + pack(content[middle:]), tmp_path)
    assert result.new == 2_000


# -- hostile ones --


class Endless(io.RawIOBase):
    """A file of 2 GB without a line end, made as it is read."""

    def __init__(self, piece: bytes) -> None:
        self.piece = piece
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        if self.given > 2 << 30:
            return b""
        self.given += size
        return (self.piece * (size // len(self.piece) + 1))[:size]


@pytest.mark.parametrize("piece", [b"x", b"a,", b'"', b"\xc3\xa9"], ids=["letters", "cells", "quotes", "two bytes"])
def test_a_line_of_two_gigabytes_is_refused_when_its_first_megabyte_is_read(piece: bytes) -> None:
    endless = Endless(piece)
    source = Source(endless)  # type: ignore[arg-type]
    tracemalloc.start()
    with pytest.raises(BadFile, match=r"Line 1 is longer than 1,048,576 characters: is this a CSV file\?"):
        list(lines(source, UNPACKED))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert endless.given < 4 << 20
    assert peak < 32 << 20


def test_a_pipe_that_brings_a_line_without_end_is_not_read_to_its_end(app: Flask, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    written = 0

    def pour() -> None:
        nonlocal written
        try:
            with pipe.open("wb") as file:
                file.write(f"{HEADER}\n".encode())
                while written < 2 << 30:
                    written += file.write(b"x" * 65_536)
        except BrokenPipeError:
            pass

    thread = Thread(target=pour)
    thread.start()
    with pytest.raises(BadFile, match="Line 2 is longer than"):
        import_file(KINDS["touches"], pipe, by=None, at=AT)
    thread.join(10)
    assert not thread.is_alive()
    assert written < 8 << 20


def bomb(unpacked: int) -> Iterator[bytes]:
    """Rows that pack very well."""
    row = f"{ROW}\n".encode()
    yield f"{HEADER}\n".encode()
    for _ in range(unpacked // len(row) // 1_000):
        yield row * 1_000


@pytest.mark.parametrize("opener", [gzip.open, lzma.open])
def test_a_bomb_is_refused_before_it_is_unpacked(
    opener: object, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "GENEROUS", 1 << 20)
    assert callable(opener)
    path = tmp_path / "touches.csv"
    with opener(path, "wb") as file:
        for piece in bomb(20 << 20):
            file.write(piece)
    with pytest.raises(BadFile, match="The file unpacks to more than 250 times its size"):
        bring("touches", path.read_bytes(), tmp_path)
    db.session.rollback()
    assert count("touch") == 0


def test_a_file_may_not_unpack_to_more_than_the_settings_allow() -> None:
    source = Source(io.BytesIO(gzip.compress(os.urandom(500_000).hex().encode() + b"\n")))
    with pytest.raises(BadFile, match="The file holds more than 900,000 bytes: cut it into pieces"):
        list(lines(source, 900_000))


def test_an_xz_file_that_asks_for_gigabytes_of_memory_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
    packed = bytearray(lzma.compress(b"x", filters=filters, check=lzma.CHECK_NONE))
    assert packed[16] == 16, "the size of the dictionary, as 2 to the power of something"
    source = Source(io.BytesIO(_with_dictionary(bytes(packed), 40)))
    with pytest.raises(BadFile, match="damaged or was cut off"):
        list(lines(source, UNPACKED))


def _with_dictionary(packed: bytes, size: int) -> bytes:
    """The xz file with another size of the dictionary in its block header, whose checksum is made right."""
    import zlib

    header = bytearray(packed[12:20])
    header[4] = size
    return packed[:12] + bytes(header) + zlib.crc32(bytes(header)).to_bytes(4, "little") + packed[24:]


def test_very_many_bad_rows_take_little_memory_and_time(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "touches.csv"
    with path.open("w") as file:
        file.write(f"{HEADER}\n")
        file.writelines(f"lumen,T{number},v,mira,,now\n" for number in range(200_000))
    started = time.process_time()
    tracemalloc.start()
    with pytest.raises(BadFile, match="Nothing was stored: 200000 of 200000 rows of touches can't be taken"):
        import_file(KINDS["touches"], path, by=None, at=AT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60 << 20
    assert time.process_time() - started < 60


# -- which kind --


def test_the_kind_is_told_from_the_header(app: Flask, tmp_path: Path) -> None:
    for kind in KINDS:
        path = tmp_path / "file.csv"
        path.write_text(as_csv([dict(reversed(good(kind).items()))]))
        assert kind_of(path) is KINDS[kind]
        path.write_text(",".join([*GOOD[kind], "line", "reason"]))
        assert kind_of(path) is KINDS[kind]


def test_a_header_of_no_kind_is_refused_and_the_nearest_is_named(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(",".join(GOOD["sales"]).replace("unit_price", "price"))
    with pytest.raises(BadFile, match="The nearest is sales; its columns are brand, source, order"):
        kind_of(path)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("name,country,email,phone", "The header is of no kind we know: the page of uploads has the columns"),
        ("id;date;total", "separated by semicolons"),
        ("id\tdate\ttotal", "separated by tabs"),
    ],
)
def test_a_header_that_is_near_to_nothing_is_not_called_near(
    header: str, words: str, app: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "file.csv"
    path.write_text(header + "\n")
    with pytest.raises(BadFile, match=words) as caught:
        kind_of(path)
    assert "nearest" not in caught.value.sentence
