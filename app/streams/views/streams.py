"""A brand's streams."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db
from app.security import BRAND, PLATFORM, identity, require
from app.streams.blueprint import blueprint
from app.streams.models import Stream
from app.users.models import Creator
from app.users.scope import brand_for
from app.web import query_args


@blueprint.get("/brands/<uuid:brand>/streams")
@require(BRAND | PLATFORM)
def brand_streams(brand: UUID) -> ResponseReturnValue:
    """The brand's streams: past, running and announced."""
    owner = brand_for(identity(), brand, read=True)
    query = select(Stream).options(joinedload(Stream.creator)).where(Stream.brand_id == owner.id)
    query = query.order_by(Stream.starts_at.desc(), Stream.id.desc())
    if words := query_args.text(request.args, "creator"):
        query = query.join(Creator).where(or_(Creator.handle == words, Creator.name.icontains(words, autoescape=True)))
    begin, end = query_args.period(request.args, owner.timezone)
    if begin:
        query = query.where(Stream.starts_at >= begin)
    if end:
        query = query.where(Stream.starts_at < end)
    pagination = db.paginate(query)
    return render_template("streams/brand_streams.html", brand=owner, pagination=pagination, at=clock.now())
