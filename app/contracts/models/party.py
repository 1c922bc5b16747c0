"""Who the parties of contracts are by law. Constraints: migration 0031."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Currency, Instant


class LegalDetails(Base):
    """How a brand or a creator stands in contracts, as a version: the newest counts. An address has several lines."""

    __tablename__ = "legal_details"
    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("creator.id"))
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Currency)
    email: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
