"""Creators by what people know of them: their name, their handle, or a channel."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, or_, select

from app.database import db
from app.streams.models import Channel
from app.users.models import Creator

MOST = 20


@dataclass(frozen=True)
class Match:
    """A creator, and how their channels are called."""

    creator: Creator
    channels: list[str]


def matching(text: str) -> list[Match]:
    """The creators whose name, handle or channel has `text` in it, small and capital letters alike: those whose handle
    or name begins with it first, 20 at most."""
    text = text.strip().removeprefix("@")
    if not text:
        return []
    named = select(Channel.creator_id).where(Channel.name.icontains(text, autoescape=True))
    begins = or_(Creator.handle.istartswith(text, autoescape=True), Creator.name.istartswith(text, autoescape=True))
    fits = or_(
        Creator.handle.icontains(text, autoescape=True),
        Creator.name.icontains(text, autoescape=True),
        Creator.id.in_(named),
    )
    exact = func.lower(Creator.handle) == func.lower(text)
    order = case((exact, 0), (begins, 1), else_=2)
    query = select(Creator).where(fits).order_by(order, Creator.name, Creator.id).limit(MOST)
    creators = db.session.scalars(query).all()
    channels: dict[int, list[str]] = {creator.id: [] for creator in creators}
    of_them = select(Channel.creator_id, Channel.name).where(Channel.creator_id.in_(channels))
    for creator_id, name in db.session.execute(of_them.order_by(Channel.name)):
        channels[creator_id].append(name)
    return [Match(creator, channels[creator.id]) for creator in creators]
