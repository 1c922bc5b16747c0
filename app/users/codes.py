"""One-time codes: six digits that follow from a nonce and our key, so that none has to be kept to be mailed."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from config import settings

DIGITS = 6


def nonce() -> str:
    """A new one, from which a code follows."""
    return secrets.token_hex(16)


def code_of(purpose: str, nonce: str) -> str:
    """The code for a purpose, e.g. to sign one agreement as one person. Who has not our key can't tell it from the
    nonce."""
    text = f"code {purpose} {nonce}".encode()
    number = int.from_bytes(hmac.digest(settings().secret_key.encode(), text, hashlib.sha256), "big")
    return f"{number % 10**DIGITS:0{DIGITS}d}"
