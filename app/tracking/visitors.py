"""Buyers are only ever keyed hashes: equality is all that settlement needs (spec/formats.md)."""

from __future__ import annotations

import hmac
import re
from functools import lru_cache

WRITTEN = re.compile("hmac:[0-9a-f]{32}")  # how an export writes a hash, and an import takes it back


def buyer(email: str) -> str:
    """A buyer as a shop tells of one, in the text that is hashed: the e-mail address in small letters, whichever way
    it comes; empty where it is none. A hash that we have written ourselves stays one."""
    address = "".join(email.split()).lower()
    return address if "@" in address or WRITTEN.fullmatch(address) else ""


@lru_cache(maxsize=1 << 16)  # a visitor's lines stand close together
def visitor_hash(brand: str, visitor: str, key: bytes) -> str:
    """The hash of a visitor of the brand with that handle, as 32 hexadecimal digits.

    The first 16 bytes of HMAC-SHA256 over handle, NUL, visitor. `hmac:<32 digits>` is such a hash already.
    """
    if WRITTEN.fullmatch(visitor):
        return visitor[5:]
    return hmac.digest(key, f"{brand}\0{visitor}".encode(), "sha256")[:16].hex()
