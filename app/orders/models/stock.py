"""What a brand has to sell to viewers, at which prices and on what terms. Constraints: migration 0046."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CHAR, BigInteger, ForeignKey, Numeric
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Currency, Instant


class ProductStock(Base):
    """The pieces of a product on a brand's shelf, sold and not yet shipped ones among them. Its row is the lock under
    which pieces of the product are given out; a product without one is never sold out."""

    __tablename__ = "product_stock"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(primary_key=True)
    on_hand: Mapped[int]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(Instant)


class ProductPrice(Base):
    """A price that a product has had since an instant, in whole units of its currency. The database writes it."""

    __tablename__ = "product_price"
    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int]
    product_id: Mapped[int]
    price: Mapped[Decimal] = mapped_column(Numeric)
    currency: Mapped[str] = mapped_column(Currency)
    since: Mapped[datetime] = mapped_column(Instant)


class FlashPrice(Base):
    """A price for some minutes, in minor units. Its end is said at the beginning, and nothing of it ever changes."""

    __tablename__ = "flash_price"
    id: Mapped[int] = mapped_column(primary_key=True)
    show_id: Mapped[int]
    item_id: Mapped[int]
    brand_id: Mapped[int]
    product_id: Mapped[int]
    price: Mapped[int] = mapped_column(BigInteger)
    percent_bps: Mapped[int | None]
    reference: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    begins_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    pieces: Mapped[int | None]
    max_per_buyer: Mapped[int | None]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class SellingTerms(Base):
    """On what terms a brand sells to viewers."""

    __tablename__ = "selling_terms"
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    vat_bps: Mapped[int]
    delivery_days: Mapped[int]
    ships_to: Mapped[list[str]] = mapped_column(ARRAY(CHAR(2)))
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(Instant)
