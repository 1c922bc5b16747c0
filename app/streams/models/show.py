"""Shows that are planned, their brands, run sheet, pins and moderators. Constraints: migration 0045."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import Product
from app.contracts.models import Contract
from app.database import Base, Instant, PublicId
from app.streams.models.stream import Stream
from app.users.models import Brand, Creator, Person
from app.words import Word


class ShowStatus(Word):
    """Where a show stands. A rehearsal is seen by nobody and counts for nothing."""

    PROPOSED = "proposed", _("Proposed"), "warn"
    PLANNED = "planned", _("Planned"), "info"
    REHEARSAL = "rehearsal", _("Rehearsal"), "info"
    ON_AIR = "on_air", _("On air"), "good"
    ENDED = "ended", _("Ended"), "quiet"
    CANCELLED = "cancelled", _("Cancelled"), "quiet"
    DECLINED = "declined", _("Declined"), "bad"


class Player(StrEnum):
    """How the picture comes to the watch page: our own player, the platform's, or a link to it."""

    OWN = "own"
    YOUTUBE = "youtube"
    TWITCH = "twitch"
    TIKTOK = "tiktok"
    LINK = "link"


class Selling(StrEnum):
    """Who gets the last pieces: whoever reserved them first, or whoever paid first."""

    RESERVE = "reserve"
    FIRST_PAID = "first_paid"


class Show(Base):
    """A creator's broadcast from its plan to its replay. Where it stands while nobody watches is `status`."""

    __tablename__ = "show"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        ShowStatus.PROPOSED: frozenset({ShowStatus.PLANNED, ShowStatus.DECLINED, ShowStatus.CANCELLED}),
        ShowStatus.PLANNED: frozenset({ShowStatus.REHEARSAL, ShowStatus.ON_AIR, ShowStatus.CANCELLED}),
        ShowStatus.REHEARSAL: frozenset({ShowStatus.PLANNED, ShowStatus.ON_AIR, ShowStatus.CANCELLED}),
        ShowStatus.ON_AIR: frozenset({ShowStatus.ENDED}),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    title: Mapped[str] = mapped_column(Text)
    notes: Mapped[str] = mapped_column(Text, server_default="")
    planned_start: Mapped[datetime] = mapped_column(Instant)
    planned_minutes: Mapped[int]
    platform: Mapped[str] = mapped_column(Text)
    player: Mapped[str] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    replay_address: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    status: Mapped[str] = mapped_column(Text)
    on_air_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    end_by_itself: Mapped[bool] = mapped_column(server_default="false")
    edition: Mapped[int] = mapped_column(server_default="0")
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    creator: Mapped[Creator] = relationship()
    brands: Mapped[list[ShowBrand]] = relationship(order_by="ShowBrand.brand_id", back_populates="show")
    items: Mapped[list[ShowItem]] = relationship(order_by="ShowItem.position", back_populates="show")

    @property
    def planned_end(self) -> datetime:
        """When it is to be over."""
        return self.planned_start + timedelta(minutes=self.planned_minutes)


class ShowBrand(Base):
    """A brand whose products are shown, by a contract with the creator; its stream once the show is on air."""

    __tablename__ = "show_brand"
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"), primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    stream_id: Mapped[int | None] = mapped_column(ForeignKey("stream.id"))
    selling: Mapped[str] = mapped_column(Text, server_default="reserve")
    max_per_buyer: Mapped[int] = mapped_column(server_default="3")
    show: Mapped[Show] = relationship(back_populates="brands")
    brand: Mapped[Brand] = relationship()
    contract: Mapped[Contract] = relationship()
    stream: Mapped[Stream | None] = relationship()


class ShowItem(Base):
    """A product on the run sheet, with what the host says of it and what was announced. `announced_price` is in whole
    units of the product's currency."""

    __tablename__ = "show_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"))
    position: Mapped[int]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    product_id: Mapped[int]
    planned_minute: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text, server_default="")
    announced_price: Mapped[Decimal | None] = mapped_column(Numeric)
    announced_stock: Mapped[int | None]
    target: Mapped[int | None]
    show: Mapped[Show] = relationship(back_populates="items")
    brand: Mapped[Brand] = relationship()
    product: Mapped[Product] = relationship(
        primaryjoin="and_(ShowItem.brand_id == foreign(Product.brand_id), ShowItem.product_id == foreign(Product.id))",
        viewonly=True,
        uselist=False,
    )


class Pin(Base):
    """A product on the screen from one instant to another; without a second one it is there now."""

    __tablename__ = "pin"
    id: Mapped[int] = mapped_column(primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("show_item.id"))
    pinned_at: Mapped[datetime] = mapped_column(Instant)
    unpinned_at: Mapped[datetime | None] = mapped_column(Instant)
    pinned_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rehearsal: Mapped[bool]
    item: Mapped[ShowItem] = relationship()


class ShowModerator(Base):
    """Somebody with an account who helps the host: pins, hides, mutes, keeps the list of words."""

    __tablename__ = "show_moderator"
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(Instant)
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
