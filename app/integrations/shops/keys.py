"""The keys with which shops sign: sealed in the table, several side by side while one is changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext

from app import sealing
from app.database import db
from app.errors import BadInput, Conflict, NotFound
from app.integrations.shops.models import Shop, ShopSecret
from app.security import Identity
from app.users.trail import record

USE = "shop keys"
MOST = 5  # keys of one shop
LENGTHS = (8, 200)


def add(shop: Shop, secret: str, *, by: Identity, at: datetime) -> ShopSecret:
    """Adds a key. BadInput for what can be none, Conflict for one that is there or one too many."""
    secret = secret.strip()
    if not LENGTHS[0] <= len(secret) <= LENGTHS[1] or not secret.isprintable() or " " in secret:
        raise BadInput(gettext("That is no key: copy it whole from the shop's page, without spaces."))
    if len(shop.secrets) >= MOST:
        raise Conflict(gettext("A shop has at most %(most)s keys: remove one first.", most=MOST))
    if any(known == secret for _, known in opened(shop)):
        raise Conflict(gettext("This key is there already."))
    row = ShopSecret(shop_id=shop.id, sealed=sealing.seal(USE, secret), ending=secret[-4:])
    row.added_by, row.added_at = by.person_id, at
    db.session.add(row)
    db.session.flush()
    db.session.expire(shop, ["secrets"])
    record("add key", "shop", shop.id, by=by, at=at, ending=row.ending)
    return row


def remove(shop: Shop, number: int, *, by: Identity, at: datetime) -> None:
    """Takes a key away: what is signed with it is refused from now on. NotFound where the shop has none such."""
    row = next((each for each in shop.secrets if each.id == number), None)
    if row is None:
        raise NotFound(gettext("There is no such key."))
    row.removed_at = at
    db.session.flush()
    db.session.expire(shop, ["secrets"])
    record("remove key", "shop", shop.id, by=by, at=at, ending=row.ending)


def opened(shop: Shop) -> list[tuple[int, str]]:
    """Number and text of every key."""
    return readable((row.id, row.sealed) for row in shop.secrets)


def readable(stored: Iterable[tuple[int, bytes]]) -> list[tuple[int, str]]:
    """Number and text of keys as they are stored; those that another SECRET_KEY has sealed can't be read and are left
    out."""
    keys = []
    for number, sealed in stored:
        try:
            keys.append((number, sealing.unseal(USE, sealed)))
        except sealing.SealedOtherwise:
            continue
    return keys
