"""Viewers without an account: an opaque number in the session's cookie, which a cart can't do without. What is stored
is its keyed hash, by the key that touches are hashed with."""

from __future__ import annotations

import hmac
import secrets

from flask import session

from app.database import Lock, raw, take_turn
from app.tracking.visitors import visitor_hash
from config import settings

NUMBER = "viewer"  # in the session


def visitor_key() -> bytes:
    """The viewer behind this request, in 16 bytes; somebody new gets a number. Needs a request."""
    number = session.get(NUMBER)
    if not isinstance(number, str) or not number:
        number = session[NUMBER] = secrets.token_urlsafe(16)
    return hmac.digest(settings().visitor_key.encode(), f"viewer\0{number}".encode(), "sha256")[:16]


def take_viewers_turn(visitor: bytes) -> None:
    """Waits until nobody else clicks as this viewer, until the transaction ends."""
    take_turn(raw(), Lock.BUYER, int.from_bytes(visitor[:3]))


def brands_visitor(handle: str, visitor: bytes) -> bytes:
    """The same viewer as a brand's sale lines know them: alike in all orders at the brand, and nowhere else."""
    return bytes.fromhex(visitor_hash(handle, visitor.hex(), settings().visitor_key.encode()))
