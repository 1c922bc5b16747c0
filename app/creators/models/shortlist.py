"""How a brand keeps creators apart: lists, tags and notes. Constraints: migration 0023."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Instant, PublicId
from app.users.models import Person


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
