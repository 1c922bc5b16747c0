"""Touches. Constraints are in migrations/versions/0007_tracking.py; the database lets nobody change one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Instant, Reference


class Touch(Base):
    """A visitor of a brand came by a creator's link. The visitor is a keyed hash."""

    __tablename__ = "touch"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ref: Mapped[str] = mapped_column(Reference)
    visitor: Mapped[bytes] = mapped_column(LargeBinary)
    creator_id: Mapped[int]
    stream_id: Mapped[int | None] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int]
