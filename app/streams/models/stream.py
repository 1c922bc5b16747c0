"""Streams and channels. Constraints are in migrations 0006 and 0019."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Instant, PublicId, Reference
from app.users.models import Brand, Creator


class Stream(Base):
    """A live show of a creator for a brand. Without an end it is still running."""

    __tablename__ = "stream"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    ref: Mapped[str] = mapped_column(Reference)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    platform: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    skus: Mapped[list[str]] = mapped_column(ARRAY(Text))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int | None]
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator] = relationship()


class Channel(Base):
    """Where a creator streams, with the figures the platform shows."""

    __tablename__ = "channel"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    platform: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Reference)
    categories: Mapped[list[str]] = mapped_column(ARRAY(Text))
    followers: Mapped[int | None] = mapped_column(BigInteger)
    average_views: Mapped[int | None] = mapped_column(BigInteger)
    average_live_viewers: Mapped[int | None] = mapped_column(BigInteger)
    engagement_bps: Mapped[int | None]
    audience_countries: Mapped[dict[str, int]] = mapped_column(JSONB)
    audience_languages: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    audience_ages: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    verified_on: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int | None]
