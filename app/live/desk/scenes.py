"""What a desk is about, for who looks at it: a show on our own page, or a stream elsewhere; all brands or one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.database import db
from app.errors import NotFound
from app.streams.models import Show, ShowBrand, ShowItem, ShowStatus, Stream
from app.streams.planning import get_show, shows_of
from app.users.models import Brand, Creator
from app.users.party_pages import Party
from app.users.sides import Side

LONGEST = timedelta(hours=24)  # what a desk looks at of a stream that nobody ended


@dataclass(frozen=True)
class Scene:
    """What is looked at. `streams` are those that the reader may see the money of; there are none before the show.

    `brand_id` is the brand whose side it is; None for the creator, who sees all brands of the show.
    """

    creator: Creator
    show: Show | None
    streams: Sequence[Stream]
    items: Sequence[ShowItem]
    brand_id: int | None
    begins: datetime | None
    ends: datetime | None

    @property
    def state(self) -> str:
        """planned, on_air, ended, or another status of a show that will not be."""
        if self.show is not None:
            return str(ShowStatus.PLANNED if self.show.status == ShowStatus.REHEARSAL else self.show.status)
        if self.begins is None:
            return str(ShowStatus.PLANNED)
        return str(ShowStatus.ENDED if self.ends else ShowStatus.ON_AIR)

    @property
    def running(self) -> bool:
        """Whether it is on air."""
        return self.state == ShowStatus.ON_AIR

    @property
    def open(self) -> bool:
        """Whether it is on air, or will be."""
        return self.state in (ShowStatus.PLANNED, ShowStatus.ON_AIR)

    @property
    def over(self) -> bool:
        """Whether it has been on air and is not any more."""
        return self.state == ShowStatus.ENDED

    @property
    def brand_ids(self) -> list[int]:
        """The brands whose products and money are looked at."""
        if self.brand_id is not None:
            return [self.brand_id]
        shown = {item.brand_id for item in self.items} | {stream.brand_id for stream in self.streams}
        return sorted(shown)

    @property
    def stream_ids(self) -> list[int]:
        """Their streams."""
        return [stream.id for stream in self.streams]

    @property
    def title(self) -> str:
        """What people call it."""
        return self.show.title if self.show else self.streams[0].ref

    def until(self, at: datetime) -> datetime:
        """Until when there is something to look at."""
        begun = self.begins or at
        return min(self.ends or at, begun + LONGEST)

    def seconds(self, at: datetime) -> int:
        """How long it has been on air."""
        return max(0, int((self.until(at) - self.begins).total_seconds())) if self.begins else 0


def show_scene(party: Party, public_id: UUID) -> Scene:
    """A show from this side; NotFound where it is not the side's."""
    show = get_show(party.owner, public_id)
    brand_id = party.owner.id if party.side == Side.BRAND else None
    rows = select(ShowBrand).options(joinedload(ShowBrand.stream)).where(ShowBrand.show_id == show.id)
    sheet = select(ShowItem).options(joinedload(ShowItem.product)).where(ShowItem.show_id == show.id)
    if brand_id is not None:
        rows, sheet = rows.where(ShowBrand.brand_id == brand_id), sheet.where(ShowItem.brand_id == brand_id)
    streams = [each.stream for each in db.session.scalars(rows.order_by(ShowBrand.brand_id)) if each.stream]
    items = db.session.scalars(sheet.order_by(ShowItem.position)).all()
    return Scene(show.creator, show, streams, items, brand_id, show.on_air_at, show.ended_at)


def stream_scene(party: Party, public_id: UUID, *, at: datetime) -> Scene:
    """A stream elsewhere from this side; NotFound where it is not the side's. One of a show is the show's."""
    query = select(Stream).options(joinedload(Stream.creator)).where(Stream.public_id == public_id)
    stream = db.session.scalar(query)
    owner = None if stream is None else stream.brand_id if party.side == Side.BRAND else stream.creator_id
    if stream is None or owner != party.owner.id:
        raise NotFound(gettext("There is no such stream, or it is not yours."))
    brand_id = stream.brand_id if party.side == Side.BRAND else None
    ends = stream.ends_at if stream.ends_at and stream.ends_at <= at else None
    begins = stream.starts_at if stream.starts_at <= at else None
    return Scene(stream.creator, None, [stream], [], brand_id, begins, ends)


def on_air(owner: Brand | Creator | None = None, *, most: int = 50) -> Sequence[Show]:
    """The shows that are on air, of a creator, of a brand that shows something in it, or (None) of everybody; the
    latest first."""
    query = shows_of(owner) if owner else select(Show).order_by(Show.planned_start.desc(), Show.id.desc())
    query = query.options(joinedload(Show.creator)).where(Show.status == ShowStatus.ON_AIR)
    return db.session.scalars(query.limit(most)).all()


def lately(*, most: int = 50) -> Sequence[Show]:
    """The shows of everybody that ended last."""
    query = select(Show).options(joinedload(Show.creator)).where(Show.status == ShowStatus.ENDED)
    return db.session.scalars(query.order_by(Show.ended_at.desc(), Show.id.desc()).limit(most)).all()


def show_of(stream_public_id: UUID) -> Show | None:
    """The show that a stream belongs to; None for a stream elsewhere."""
    query = select(Show).join(ShowBrand, ShowBrand.show_id == Show.id).join(Stream, Stream.id == ShowBrand.stream_id)
    return db.session.scalar(query.where(Stream.public_id == stream_public_id))


def brands_of(scene: Scene) -> Sequence[Brand]:
    """The brands that are looked at, by name."""
    return db.session.scalars(select(Brand).where(Brand.id.in_(scene.brand_ids)).order_by(Brand.name)).all()
