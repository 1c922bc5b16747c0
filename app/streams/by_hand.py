"""A stream that was elsewhere and comes by no file: one record, as a file's row would be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from flask_babel import gettext
from sqlalchemy import select

from app.catalog.models import Product
from app.catalog.taxonomy import PLATFORM, ROOTS, tree
from app.database import db
from app.errors import BadInput, Conflict
from app.security import Identity
from app.streams.models import Stream
from app.streams.shows import contract_at
from app.users.models import Brand, Creator
from app.users.trail import record

LONGEST_HOURS = 24


@dataclass(frozen=True)
class Broadcast:
    """Where a stream was and when, and what was shown, as SKUs of the brand. Without an end it still runs."""

    platform: str
    starts_at: datetime
    ends_at: datetime | None
    skus: tuple[str, ...] = ()
    ref: str = ""


def add(brand: Brand, creator: Creator, cast: Broadcast, *, by: Identity, at: datetime) -> Stream:
    """Records a stream of a creator for a brand.

    BadInput for a time that can't be, an unknown platform or product; Conflict where no contract covers its beginning,
    where its reference is taken, or the same stream is recorded already.
    """
    if tree(PLATFORM).word(cast.platform).code in (ROOTS[PLATFORM], "own"):
        raise BadInput(gettext("Choose a platform."))
    if cast.starts_at > at or (cast.ends_at and cast.ends_at > at):
        raise BadInput(
            gettext("This lies in the future: record a stream once it has begun, and its end once it is over.")
        )
    if cast.ends_at and not 0 < (cast.ends_at - cast.starts_at).total_seconds() <= LONGEST_HOURS * 3600:
        raise BadInput(gettext("The end lies after the beginning, at most %(hours)s hours.", hours=LONGEST_HOURS))
    if contract_at(brand.id, creator.id, cast.starts_at) is None:
        raise Conflict(gettext("No contract covers the beginning of this stream."))
    known = set(db.session.scalars(select(Product.sku).where(Product.brand_id == brand.id, Product.sku.in_(cast.skus))))
    for sku in cast.skus:
        if sku not in known:
            raise BadInput(gettext("The brand has no product “%(sku)s”.", sku=sku[:60]))
    same = (Stream.creator_id == creator.id, Stream.brand_id == brand.id, Stream.starts_at == cast.starts_at)
    if db.session.scalar(select(Stream.id).where(*same, Stream.platform == cast.platform).limit(1)):
        raise Conflict(gettext("This stream is recorded already."))
    ref = cast.ref.strip() or f"hand-{uuid4()}"
    if len(ref) > 128 or not ref.isprintable() or db.session.scalar(select(Stream.id).where(Stream.ref == ref)):
        raise Conflict(gettext("This reference is taken, or longer than 128 characters: choose another one."))
    made = Stream(ref=ref, creator_id=creator.id, brand_id=brand.id, platform=cast.platform, skus=list(cast.skus))
    made.starts_at, made.ends_at, made.recorded_at = cast.starts_at, cast.ends_at, at
    db.session.add(made)
    db.session.flush()
    record("add", "stream", made.id, by=by, at=at, ref=ref)
    return made
