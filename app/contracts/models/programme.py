"""Programmes and what was announced of them. Constraints: migration 0018."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Instant, PublicId
from app.users.models import Brand


class Programme(Base):
    """Rates that a brand offers to many creators at once, under a name."""

    __tablename__ = "programme"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    name: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()
    rates: Mapped[list[ProgrammeRate]] = relationship(order_by="ProgrammeRate.nr")


class ProgrammeRate(Base):
    """The rates of a programme as they were announced; the highest number is the newest."""

    __tablename__ = "programme_rate"
    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    nr: Mapped[int]
    commission_bps: Mapped[int]
    in_stream_bps: Mapped[int | None]
    replay_bps: Mapped[int | None]
    after_stream_bps: Mapped[int | None]
    off_stream_bps: Mapped[int | None]
    announced_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    announced_at: Mapped[datetime] = mapped_column(Instant)
