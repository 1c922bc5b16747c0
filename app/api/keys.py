"""Keys of a brand: made, changed over to a new secret, revoked; and whose a secret is."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.api.models import Asked, Key, KeySecret, Scope
from app.database import db, lock
from app.errors import BadInput, Conflict, NotFound
from app.security import Identity
from app.users import trail
from app.users.models import Brand

SIGN = "sck_"  # what every secret begins with, so that one is known for what it is wherever it turns up
SHOWN = len(SIGN) + 8  # characters of it that stay visible
LAST = 100  # requests on a key's page


def make(brand: Brand, name: str, scopes: Collection[Scope], *, by: Identity, at: datetime) -> tuple[Key, str]:
    """A new key of the brand, and its secret, which is stored nowhere. BadInput without a scope."""
    if not scopes:
        raise BadInput(gettext("Choose at least one thing the key may do."))
    key = Key(brand_id=brand.id, name=name, scopes=sorted(scopes), made_by=by.person_id, made_at=at)
    db.session.add(key)
    db.session.flush()
    secret = _add_secret(key, by=by, at=at)
    _record("make", key, by=by, at=at, scopes=list(key.scopes), prefix=secret[:SHOWN])
    return key, secret


def rotate(key: Key, until: datetime, *, by: Identity, at: datetime) -> str:
    """A new secret beside the one there is, which is good until `until`; returned, and stored nowhere.

    Conflict when the key is revoked or two secrets are good already: a third would hide which one nobody uses.
    """
    key = _good(key)
    good = [each for each in key.secrets if each.ends_at is None or each.ends_at > at]
    if len(good) > 1:
        raise Conflict(gettext("Two secrets are good already: wait until the old one has ended, or end it now."))
    for old in good:
        old.ends_at = max(until, at)
    secret = _add_secret(key, by=by, at=at)
    _record("rotate", key, by=by, at=at, prefix=secret[:SHOWN], until=until.isoformat())
    return secret


def end_secret(key: Key, secret_id: int, *, by: Identity, at: datetime) -> None:
    """Ends an old secret before its day. NotFound when the key has no such secret; Conflict when it is the only one."""
    key = _good(key)
    secret = next((each for each in key.secrets if each.id == secret_id), None)
    if secret is None:
        raise NotFound(gettext("There is no such secret."))
    if secret.ends_at is None:
        raise Conflict(gettext("This is the secret in use: make a new one first, or revoke the key."))
    secret.ends_at = min(secret.ends_at, at)
    _record("end secret", key, by=by, at=at, prefix=secret.prefix)


def revoke(key: Key, *, by: Identity, at: datetime) -> None:
    """Ends a key and all its secrets, at once and for good. Conflict when it is revoked already."""
    key = _good(key)
    key.revoked_by, key.revoked_at = by.person_id, at
    _record("revoke", key, by=by, at=at)


def keys_of(brand: Brand) -> Sequence[Key]:
    """The brand's keys, those in use first, the newest first."""
    keys = select(Key).where(Key.brand_id == brand.id).options(selectinload(Key.secrets), joinedload(Key.use))
    return db.session.scalars(keys.order_by(Key.revoked_at.is_not(None), Key.id.desc())).all()


def key_for(brand: Brand, public_id: UUID) -> Key:
    """The brand's key with this public id; NotFound otherwise."""
    key = db.session.scalar(select(Key).where(Key.public_id == public_id, Key.brand_id == brand.id))
    if key is None:
        raise NotFound(gettext("There is no such key, or it is not yours."))
    return key


def requests_of(key: Key, request_id: UUID | None = None) -> Sequence[Asked]:
    """The key's last requests, the latest first; or the one with that id."""
    asked = select(Asked).where(Asked.key_id == key.id).order_by(Asked.id.desc()).limit(LAST)
    return db.session.scalars(asked.where(Asked.request_id == request_id) if request_id else asked).all()


def owner_of(secret: str, *, at: datetime) -> tuple[Key, KeySecret] | None:
    """The key that `secret` belongs to, with its brand; None when it is nobody's, has ended, or is revoked."""
    good = or_(KeySecret.ends_at.is_(None), KeySecret.ends_at > at)
    wanted = select(Key, KeySecret).join(KeySecret, KeySecret.key_id == Key.id).options(joinedload(Key.brand))
    row = db.session.execute(wanted.where(KeySecret.hash == _hash(secret), good, Key.revoked_at.is_(None))).first()
    return row and (row[0], row[1])


def identity_of(key: Key) -> Identity:
    """As whom a key acts: with its own name beside the person who made it, and with no role anywhere."""
    name = f"{key.name} (API)"
    return Identity(key.made_by, name, "", "en", key.brand.timezone, "", frozenset())


def _good(key: Key) -> Key:
    key = lock(key)
    if key.revoked_at:
        raise Conflict(gettext("This key is revoked already: make a new one."))
    return key


def _add_secret(key: Key, *, by: Identity, at: datetime) -> str:
    secret = SIGN + secrets.token_hex(24)
    row = KeySecret(key_id=key.id, prefix=secret[:SHOWN], hash=_hash(secret), made_by=by.person_id, made_at=at)
    db.session.add(row)
    db.session.flush()
    db.session.expire(key, ["secrets"])
    return secret


def _hash(secret: str) -> bytes:
    """What is stored of a secret. It is random and long, so one plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def _record(action: str, key: Key, *, by: Identity, at: datetime, **more: object) -> None:
    trail.record(action, "api_key", key.id, by=by, at=at, brand=key.brand_id, name=key.name, **more)
