"""What was given in kind. Constraints are in migration 0023."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Currency, Instant, PublicId


class Gift(Base):
    """Goods a brand gave a creator beside what their contracts promise; `cause` is the public id of what it was for."""

    __tablename__ = "gift"
    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    cause: Mapped[UUID] = mapped_column(PublicId)
    what: Mapped[str] = mapped_column(Text)
    value: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    given_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
