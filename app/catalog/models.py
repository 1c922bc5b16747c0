"""Products. Constraints are in migrations/versions/0003_catalog.py."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Currency, Instant, Reference


class Product(Base):
    """Something a brand sells. `commissionable` says whether its sales can earn a commission."""

    __tablename__ = "product"
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(Reference)
    name: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    price: Mapped[Decimal] = mapped_column(Numeric)
    currency: Mapped[str] = mapped_column(Currency)
    commissionable: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int | None]
