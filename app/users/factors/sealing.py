"""What of a factor must not be read from the tables: sealed, or hashed with a key."""

from __future__ import annotations

import hashlib
import hmac

from flask_babel import gettext

from app import sealing
from app.errors import BadInput

USE = "totp secrets"


def seal(secret: str) -> bytes:
    """A secret as it lies in the table."""
    return sealing.seal(USE, secret)


def unseal(sealed: bytes) -> str:
    """The secret again; BadInput when it was sealed with another SECRET_KEY."""
    try:
        return sealing.unseal(USE, sealed)
    except sealing.SealedOtherwise:
        sentence = gettext(
            "Your app’s codes can’t be checked here any more: ask an admin to reset your second factors."
        )
        raise BadInput(sentence) from None


def hashed(code: str) -> bytes:
    """The hash of a recovery code: who has the table and not our key can't try them all."""
    return hmac.digest(sealing.key_for("recovery codes"), code.encode(), hashlib.sha256)
