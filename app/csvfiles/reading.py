"""From a file to lines of text: plain, gzip or xz, with bounds on everything a hostile file could make grow."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import lzma
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from flask_babel import gettext

from app.errors import BadFile

UTF_8, UTF_16 = "utf-8-sig", "UTF-16 text"
PIECE = 1 << 18
LONGEST_LINE = 1 << 20  # characters
XZ_MEMORY = 1 << 27  # bytes; `xz -9` needs half of it
GENEROUS = 1 << 26  # bytes: up to here a packed file may unpack at any ratio
RATIO = 250  # ... and beyond at most so many times its size; real order files have 10 to 60

MAGIC = {
    b"\x1f\x8b": "gzip",
    b"\xfd7zXZ\x00": "xz",
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"BZh": "bzip2",
    b"(\xb5/\xfd": "zstandard",
    b"\xff\xfe": UTF_16,
    b"\xfe\xff": UTF_16,
    b"%PDF": "a PDF",
}


class Source:
    """An opened file: what is read of it is counted and digested as it lies on disk."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()
        self.size = 0
        self._head = file.read(6)
        self.format = next((name for magic, name in MAGIC.items() if self._head.startswith(magic)), "")

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; none at the end of the file."""
        end = len(self._head) if size < 0 else size
        data = self._head[:end] or self._file.read(size)
        self._head = self._head[end:]
        self._sha256.update(data)
        self.size += len(data)
        return data

    @property
    def sha256(self) -> bytes:
        """The digest of what was read."""
        return self._sha256.digest()


@contextmanager
def opened(path: str) -> Iterator[Source]:
    """The file at `path`, or standard input for `-`. Raises BadFile where it can't be read."""
    try:
        if path == "-":
            yield Source(sys.stdin.buffer)
        else:
            with Path(path).open("rb") as file:
                yield Source(file)
    except FileNotFoundError:
        raise BadFile(gettext("There is no file %(path)s.", path=path)) from None
    except IsADirectoryError:
        raise BadFile(gettext("%(path)s is a folder: give a file in it.", path=path)) from None
    except OSError as error:
        raise BadFile(gettext("%(path)s can't be read: %(why)s.", path=path, why=error.strerror or error)) from error


def lines(source: Source, max_bytes: int, encoding: str = UTF_8) -> Iterator[str]:
    """The lines with their ends. Raises BadFile at a line that is no UTF-8 (or `encoding`), holds a NUL or is too long;
    when the file unpacks to more than `max_bytes`, or is damaged."""
    decoder = codecs.getincrementaldecoder(encoding)()
    number, unpacked, rest = 1, 0, ""
    for piece in pieces(source, encoding):
        unpacked += len(piece)
        if unpacked > max_bytes:
            raise BadFile(
                gettext("The file holds more than %(limit)s bytes: cut it into pieces.", limit=f"{max_bytes:,}")
            )
        if source.format and unpacked > max(GENEROUS, RATIO * source.size):
            raise BadFile(
                gettext(
                    "The file unpacks to more than %(times)s times its size: send it unpacked if it is in order.",
                    times=RATIO,
                )
            )
        if b"\0" in piece and encoding == UTF_8:
            number += piece[: piece.index(b"\0")].count(b"\n")
            raise BadFile(gettext("Line %(line)s holds a NUL byte: save the file as CSV in UTF-8.", line=number))
        text = rest + _decoded(decoder, piece, number)
        number += text.count("\n")
        end = text.rfind("\n") + 1
        yield from io.StringIO(text[:end], newline="\n")
        rest = text[end:]
        if len(rest) > LONGEST_LINE:
            raise BadFile(
                gettext(
                    "Line %(line)s is longer than %(limit)s characters: is this a CSV file?",
                    line=number,
                    limit=f"{LONGEST_LINE:,}",
                )
            )
    rest += _decoded(decoder, b"", number, final=True)
    if rest:
        yield rest


def _decoded(decoder: codecs.IncrementalDecoder, piece: bytes, number: int, final: bool = False) -> str:
    try:
        return decoder.decode(piece, final)
    except UnicodeDecodeError as error:
        number += bytes(error.object[: error.start]).count(b"\n")
        raise BadFile(gettext("Line %(line)s is not UTF-8: save the file as CSV in UTF-8.", line=number)) from None


def pieces(source: Source, encoding: str = UTF_8) -> Iterator[bytes]:
    """The unpacked bytes, a piece at a time. Raises BadFile where they are no text in the encoding at first sight, or
    damaged."""
    try:
        if source.format == "gzip":
            yield from iter(partial(gzip.GzipFile(fileobj=cast(Any, source), mode="rb").read, PIECE), b"")
        elif source.format == "xz":
            yield from _unpacked_xz(source)
        elif source.format and not (source.format == UTF_16 and encoding != UTF_8):
            raise BadFile(
                gettext(
                    "The file is %(format)s, not CSV: save it as CSV in UTF-8 (.csv, .csv.gz or .csv.xz).",
                    format=source.format,
                )
            )
        else:
            yield from iter(partial(source.read, PIECE), b"")
    except (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError) as error:
        raise BadFile(gettext("The file is damaged or was cut off (%(why)s): pack it again.", why=error)) from error


def _unpacked_xz(source: Source) -> Iterator[bytes]:
    """Like lzma.LZMAFile, but with a bound on the memory that the file may ask for."""
    packed = source.read(PIECE)
    while packed:
        decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)
        while not decoder.eof:
            if decoder.needs_input and not packed:
                raise EOFError("it has no end")
            yield decoder.decompress(packed, PIECE)
            packed = b"" if decoder.eof or not decoder.needs_input else source.read(PIECE)
        packed = (decoder.unused_data or source.read(PIECE)).lstrip(b"\0")  # streams may be padded
