"""Evidence: pictures, PDF and text that come with a message. Few, small, and what they say they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from app.errors import BadInput
from config import settings

KINDS = {  # how the files of a kind begin, and how their names may end
    "image/png": (b"\x89PNG\r\n\x1a\n", (".png",)),
    "image/jpeg": (b"\xff\xd8\xff", (".jpg", ".jpeg")),
    "application/pdf": (b"%PDF-", (".pdf",)),
}
TEXTS = (".txt", ".csv", ".eml")


@dataclass(frozen=True)
class Evidence:
    """One file as it is kept."""

    name: str
    media_type: str
    body: bytes


def read(sent: Iterable[FileStorage]) -> Sequence[Evidence]:
    """The files of a form, checked; BadInput for too many, one that is empty or too large, or of another kind."""
    most, largest = settings().dispute_files, settings().dispute_file_bytes
    files = [each for each in sent if each and each.filename]
    try:
        if len(files) > most:
            raise BadInput(gettext("Attach at most %(count)s files.", count=most))
        return [_read(file, largest) for file in files]
    finally:
        for file in files:
            file.close()  # a large one lies on the disk


def _read(file: FileStorage, largest: int) -> Evidence:
    name = "".join(sign for sign in (file.filename or "") if sign.isprintable()).replace("\\", "/").split("/")[-1]
    body = file.stream.read(largest + 1)
    if not body:
        raise BadInput(gettext("The file “%(name)s” is empty.", name=name))
    if len(body) > largest:
        size = largest / 1024 / 1024
        raise BadInput(gettext("The file “%(name)s” is larger than %(size)g MB.", name=name, size=size))
    return Evidence(name[-200:] or "file", _kind(name.lower(), body), body)


def _kind(name: str, body: bytes) -> str:
    """What the file is, by its first bytes and its name both: nothing is shown as what it is not."""
    for kind, (begins, ends) in KINDS.items():
        if body.startswith(begins) and name.endswith(ends):
            return kind
    if name.endswith(TEXTS) and b"\x00" not in body:
        return "text/plain; charset=utf-8"
    raise BadInput(gettext("Attach pictures (PNG, JPEG), PDF or text: “%(name)s” is none of these.", name=name))
