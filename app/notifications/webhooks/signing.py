"""Signatures of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com), and the secrets that make them.

What is signed is "<id>.<timestamp>.<body>", by HMAC-SHA256 with the bytes behind `whsec_`. While a secret is being
replaced, the old and the new one sign: the header has both signatures, and who checks needs one of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import gettext

from app import sealing
from app.errors import Conflict

PREFIX = "whsec_"
BYTES = 32
USE = "webhook secrets"


def new_secret() -> str:
    """A secret as it is shown: whsec_ and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def headers(id: str, body: bytes, keys: Sequence[str], *, at: datetime) -> Mapping[str, str]:
    """webhook-id, webhook-timestamp and webhook-signature of a body sent at `at`, with a signature for each key."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join((id.encode(), timestamp.encode(), body))
    signatures = [
        base64.b64encode(hmac.digest(base64.b64decode(key.removeprefix(PREFIX)), signed, hashlib.sha256)).decode()
        for key in keys
    ]
    return {
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def seal(secret: str) -> bytes:
    """A secret as it lies in the table."""
    return sealing.seal(USE, secret)


def unseal(sealed: bytes) -> str:
    """The secret again; Conflict when it was sealed with another SECRET_KEY."""
    try:
        return sealing.unseal(USE, sealed)
    except sealing.SealedOtherwise:
        raise Conflict(gettext("This secret can’t be read here any more: make a new one.")) from None
