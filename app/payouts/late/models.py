"""Terms of payment, the reference rate, and what was paid too late. Constraints are in 0041_payees.py."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contracts.models import Contract
from app.database import Base, Currency, Instant
from app.users.models import Brand, Creator
from app.words import Word


class Size(Word):
    """How large a brand's firm is: a large one pays creators within 30 days."""

    LARGE = "large", _("Large firm"), "quiet"
    SMALL = "small_or_medium", _("Small or medium firm"), "quiet"


class ReferenceRate(Base):
    """The European Central Bank's rate on the first day of a half-year, in basis points."""

    __tablename__ = "reference_rate"
    since: Mapped[date] = mapped_column(primary_key=True)
    bps: Mapped[int]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class BrandSize(Base):
    """How large a brand is; without a row nobody has said so, and the longer term is allowed."""

    __tablename__ = "brand_size"
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    size: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()


class PaymentTerm(Base):
    """Within how many days of becoming payable a contract's money is to be paid; without a row within 30."""

    __tablename__ = "payment_term"
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), primary_key=True)
    days: Mapped[int]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    contract: Mapped[Contract] = relationship()


class LateClaim(Base):
    """What a brand paid a creator too late of one month's dues, or still owes: told anew from the books each night."""

    __tablename__ = "late_claim"
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(Currency, primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # in which it was due, by its first day
    amount: Mapped[int] = mapped_column(BigInteger)
    days: Mapped[int]
    interest: Mapped[int] = mapped_column(BigInteger)
    flat: Mapped[int] = mapped_column(BigInteger)
    paid_on: Mapped[date | None]  # the last day of payment; None while any of it is open
    counted_at: Mapped[datetime] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator] = relationship()
