"""What must not be read from the tables: sealed with a key of its own for each use, which follows from SECRET_KEY."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config import settings


class SealedOtherwise(Exception):
    """It was sealed with another SECRET_KEY, or for another use."""


def seal(use: str, secret: str) -> bytes:
    """A secret as it lies in the table."""
    return _box(use).encrypt(secret.encode())


def unseal(use: str, sealed: bytes) -> str:
    """The secret again; SealedOtherwise where this key can't read it."""
    try:
        return _box(use).decrypt(sealed).decode()
    except InvalidToken:
        raise SealedOtherwise from None


def key_for(use: str) -> bytes:
    """The key of one use: 32 bytes."""
    return _derived(use, settings().secret_key)


@lru_cache(maxsize=64)
def _derived(use: str, secret_key: str) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"streamcut {use}".encode())
    return hkdf.derive(secret_key.encode())


def _box(use: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key_for(use)))
