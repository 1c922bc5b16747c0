"""Sale lines, refunds, decisions, what is due. Constraints are in migrations/versions/0008_sales.py."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, LargeBinary, Numeric, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Currency, Instant, Reference


class Sale(Base):
    """One line of an order. `base_minor` is what a rate is applied to (settlement.md section 1)."""

    __tablename__ = "sale"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source: Mapped[str] = mapped_column(Reference)
    order_ref: Mapped[str] = mapped_column(Reference)
    line_ref: Mapped[str] = mapped_column(Reference)
    version: Mapped[int] = mapped_column(SmallInteger)
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    visitor: Mapped[bytes | None] = mapped_column(LargeBinary)
    sku: Mapped[str] = mapped_column(Reference)
    description: Mapped[str | None] = mapped_column(Text)
    quantity: Mapped[int]
    unit_price: Mapped[Decimal] = mapped_column(Numeric)
    discount_minor: Mapped[int] = mapped_column(BigInteger)
    base_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    country: Mapped[str | None] = mapped_column(Currency)
    coupon: Mapped[str | None] = mapped_column(Text)
    coupon_key: Mapped[str | None] = mapped_column(Reference)
    checkout_stream: Mapped[str | None] = mapped_column(Reference)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int]


class Refund(Base):
    """Money given back on one order line; it may come before its sale."""

    __tablename__ = "refund"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source: Mapped[str] = mapped_column(Reference)
    order_ref: Mapped[str] = mapped_column(Reference)
    line_ref: Mapped[str] = mapped_column(Reference)
    refund_ref: Mapped[str] = mapped_column(Reference)
    version: Mapped[int] = mapped_column(SmallInteger)
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    quantity: Mapped[int | None]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int]


class Due(Base):
    """A line to settle: appended with the fact, deleted by the worker that settled it. Without `sale_id`, which a
    refund does not know, the line is found by its key."""

    __tablename__ = "due"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    lane: Mapped[int] = mapped_column(SmallInteger)
    source: Mapped[str] = mapped_column(Reference)
    order_ref: Mapped[str] = mapped_column(Reference)
    line_ref: Mapped[str] = mapped_column(Reference)
    sale_id: Mapped[int | None] = mapped_column(BigInteger)


class DueAside(Base):
    """A line that could not be settled, and why; it never blocks the rest."""

    __tablename__ = "due_aside"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source: Mapped[str] = mapped_column(Reference)
    order_ref: Mapped[str] = mapped_column(Reference)
    line_ref: Mapped[str] = mapped_column(Reference)
    reason: Mapped[str] = mapped_column(Text)
    set_aside_at: Mapped[datetime] = mapped_column(Instant)
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)


class Decision(Base):
    """Whose a sale line is and on which terms; numbered, the highest counts. `rule` is empty for the house's."""

    __tablename__ = "decision"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    sale_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    nr: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    rule: Mapped[str | None] = mapped_column(Text)
    label: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    creator_id: Mapped[int | None]
    contract_id: Mapped[int | None]
    terms_id: Mapped[int | None]
    stream_id: Mapped[int | None] = mapped_column(BigInteger)
    touch_id: Mapped[int | None] = mapped_column(BigInteger)
    rate_bps: Mapped[int | None]
    rate_from: Mapped[str | None] = mapped_column(Text)
    fee_bps: Mapped[int | None]
    available_on: Mapped[date | None]
    decided_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
