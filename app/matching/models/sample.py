"""Samples, and how a brand keeps creators apart. Constraints: migration 0023."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Currency, Instant, PublicId, Reference
from app.users.models import Brand, Creator, Person


class Sample(Base):
    """A product sent to a creator to be shown (rules.md B18). `value` is that of all pieces, in minor units."""

    __tablename__ = "sample"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        "requested": frozenset({"approved", "rejected", "lapsed", "retracted"}),
        "approved": frozenset({"shipped", "rejected", "lapsed", "retracted"}),
        "shipped": frozenset({"delivered", "lapsed"}),
        "delivered": frozenset({"fulfilled", "missed", "appealed"}),
        "missed": frozenset({"appealed", "fulfilled"}),
        "appealed": frozenset({"fulfilled", "missed", "delivered", "approved"}),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    sku: Mapped[str] = mapped_column(Reference)
    product_name: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int] = mapped_column(server_default="1")
    value: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    message: Mapped[str] = mapped_column(Text, server_default="")
    status: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime] = mapped_column(Instant)
    decide_by: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
    shipped_at: Mapped[datetime | None] = mapped_column(Instant)
    tracking: Mapped[str] = mapped_column(Text, server_default="")
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    extended_at: Mapped[datetime | None] = mapped_column(Instant)
    fulfilled_at: Mapped[datetime | None] = mapped_column(Instant)
    stream_id: Mapped[int | None] = mapped_column(ForeignKey("stream.id"))
    proof: Mapped[str] = mapped_column(Text, server_default="")
    proof_at: Mapped[datetime | None] = mapped_column(Instant)
    missed_at: Mapped[datetime | None] = mapped_column(Instant)
    appeal: Mapped[str | None] = mapped_column(Text)
    appealed_at: Mapped[datetime | None] = mapped_column(Instant)
    appeal_decided_at: Mapped[datetime | None] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator] = relationship()


class Shortlist(Base):
    """A list of creators that a brand keeps under a name."""

    __tablename__ = "shortlist"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    name: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


class ShortlistEntry(Base):
    """A creator on a list."""

    __tablename__ = "shortlist_entry"
    shortlist_id: Mapped[int] = mapped_column(ForeignKey("shortlist.id"), primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(Instant)


class CreatorTag(Base):
    """A word a brand has put on a creator."""

    __tablename__ = "creator_tag"
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(Text, primary_key=True)


class CreatorNote(Base):
    """What somebody of a brand has written down about a creator; the brand's own people read it."""

    __tablename__ = "creator_note"
    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    body: Mapped[str] = mapped_column(Text)
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
    writer: Mapped[Person] = relationship()
