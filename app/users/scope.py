"""The door to brands and creators: what is not yours is not there."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app.database import db
from app.errors import NotFound
from app.security import BRAND, CREATOR, PLATFORM, Identity, Role
from app.users.models import Brand, Creator


def brand_for(identity: Identity, public_id: UUID, roles: Iterable[Role] = BRAND, *, read: bool = False) -> Brand:
    """The brand with this public id, when `identity` has one of `roles` for it; NotFound otherwise.

    With `read=True` the platform's people (admin, auditor, finance) may see any brand.
    """
    brand = db.session.scalar(select(Brand).where(Brand.public_id == public_id))
    if brand is None or not (brand.id in identity.brand_ids(roles) or (read and identity.has(PLATFORM))):
        raise NotFound(gettext("There is no such brand, or it is not yours."))
    return brand


def creator_for(identity: Identity, public_id: UUID, roles: Iterable[Role] = CREATOR, *, read: bool = False) -> Creator:
    """The creator with this public id, when `identity` has one of `roles` for them; NotFound otherwise.

    With `read=True` the platform's people (admin, auditor, finance) may see any creator.
    """
    creator = db.session.scalar(select(Creator).where(Creator.public_id == public_id))
    if creator is None or not (creator.id in identity.creator_ids(roles) or (read and identity.has(PLATFORM))):
        raise NotFound(gettext("There is no such creator, or it is not yours."))
    return creator
