"""What of a factor must not be read from the tables: encrypted, or hashed with a key. Both follow from SECRET_KEY."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask_babel import gettext

from app.errors import BadInput
from config import settings


def seal(secret: str) -> bytes:
    """A secret as it lies in the table."""
    return _box().encrypt(secret.encode())


def unseal(sealed: bytes) -> str:
    """The secret again; BadInput when it was sealed with another SECRET_KEY."""
    try:
        return _box().decrypt(sealed).decode()
    except InvalidToken:
        sentence = gettext(
            "Your app’s codes can’t be checked here any more: ask an admin to reset your second factors."
        )
        raise BadInput(sentence) from None


def hashed(code: str) -> bytes:
    """The hash of a recovery code: who has the table and not our key can't try them all."""
    return hmac.digest(_key("recovery codes"), code.encode(), hashlib.sha256)


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key("totp secrets")))


def _key(use: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"streamcut {use}".encode()).derive(
        settings().secret_key.encode()
    )
