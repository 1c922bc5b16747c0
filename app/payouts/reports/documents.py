"""Opens what somebody says is a file of a bank: safely, or refused in one sentence. Pure.

Elements are found by their local names, so that all versions of a message are read alike.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_babel import gettext
from lxml import etree

from app.errors import BadInput
from app.money import CURRENCIES, Money

MOST_BYTES = 20_000_000
LONGEST = 500  # of any text that is kept
VERSION = re.compile(r"[a-z]{4}\.\d{3}\.\d{3}\.\d{2}")
KNOWN = ("pain.002", "camt.053", "camt.054")


def opened(content: bytes) -> Any:
    """The root element. BadInput when it is no XML, cut off, encrypted, too large, or declares a document type."""
    if not content.strip():
        raise BadInput(gettext("This file is empty: download it from the bank again."))
    if len(content) > MOST_BYTES:
        raise BadInput(gettext("This file is larger than %(size)s MB: ask the bank for shorter periods.", size=20))
    if content[:2] == b"PK" or content[:2] == b"\x1f\x8b":
        raise BadInput(gettext("This file is packed: unpack it and upload the XML file in it."))
    if content[:10] == b"-----BEGIN" or not re.match(rb"^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(<|\x00<)", content[:100]):
        raise BadInput(gettext("This is no XML file of a bank, or it is encrypted: decrypt it first."))
    if b"<!DOCTYPE" in content[:2000]:
        raise BadInput(gettext("This file declares a document type, which no bank’s file does: it is not read."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise BadInput(gettext("This file is cut off or damaged: download it from the bank again.")) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadInput(gettext("This file declares a document type, which no bank’s file does: it is not read."))
    return root


def version(root: Any) -> str:
    """pain.002.001.03, from the namespace; empty when it names none."""
    found = VERSION.search(etree.QName(root).namespace or "")
    return found.group() if found else ""


def below(node: Any, path: str) -> Any | None:
    """The first element at `path` of local names below `node`: Id/IBAN."""
    return None if node is None else node.find("./" + "/".join(f"{{*}}{name}" for name in path.split("/")))


def each(node: Any, path: str) -> list[Any]:
    """All elements at that path, in their order."""
    return list(node.iterfind("./" + "/".join(f"{{*}}{name}" for name in path.split("/"))))


def text(node: Any, *paths: str) -> str:
    """The text at the first of the paths that has any, on one line; empty when none has."""
    for path in paths:
        element = below(node, path)
        if element is not None and element.text and element.text.strip():
            return " ".join(element.text.split())[:LONGEST]
    return ""


def amount(node: Any, *paths: str) -> tuple[int | None, str]:
    """Minor units and currency at the first of the paths that is there; (None, "") when none is. BadInput when it is
    not an amount."""
    for path in paths:
        element = below(node, path)
        if element is None:
            continue
        currency = element.get("Ccy", "")
        if currency not in CURRENCIES:
            raise BadInput(gettext("This file has an amount in no currency: “%(text)s”.", text=currency[:10]))
        digits = (element.text or "").strip()
        return Money.of(digits[1:] if digits[:1] == "+" else digits, currency).minor, currency
    return None, ""


def day(node: Any, *paths: str) -> date | None:
    """The day at the first of the paths (a day or an instant, Dt or DtTm below it); BadInput when it is none."""
    for path in paths:
        written = text(node, f"{path}/Dt", f"{path}/DtTm", path)
        if written:
            try:
                return date.fromisoformat(written[:10])
            except ValueError as error:
                raise BadInput(gettext("This file has a day that can't be: “%(text)s”.", text=written[:30])) from error
    return None


def number(node: Any, path: str) -> int | None:
    """A count at that path; None when there is none. BadInput when it is not a number."""
    written = text(node, path)
    if not written:
        return None
    if not re.fullmatch(r"[0-9]{1,15}", written):
        raise BadInput(gettext("This file has a count that can't be: “%(text)s”.", text=written[:30]))
    return int(written)
