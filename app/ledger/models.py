"""The books. Constraints are in migrations/versions/0004_ledger.py; the database lets nobody change an entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, FetchedValue, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Currency, Instant, PublicId
from app.users.models import Brand, Person
from app.words import Word


class Account(Word):
    """What an entry debits or credits (settlement.md section 8)."""

    BRAND_FUNDS = "brand_funds", _("Brand funds")
    CREATOR = "creator", _("Creator")
    CREATOR_CARRIED = "creator_carried", _("Carried debts of creators")
    PLATFORM_REVENUE = "platform_revenue", _("Platform revenue")
    PAYOUTS_IN_TRANSIT = "payouts_in_transit", _("Payouts in transit")
    BANK = "bank", _("Bank")


class EntryKind(Word):
    """Why an entry was posted."""

    COMMISSION = "commission", _("Commission"), "good"
    FEE = "fee", _("Platform fee")
    BONUS = "bonus", _("Bonus"), "good"
    VAT = "vat", _("VAT")
    RESERVE = "reserve", _("Payout reserved"), "info"
    SETTLE = "settle", _("Payout settled"), "good"
    RELEASE = "release", _("Payout released"), "warn"
    RETURN = "return", _("Payout returned"), "bad"
    TOP_UP = "top_up", _("Top-up"), "good"
    TAKEN_BACK = "taken_back", _("Top-up taken back"), "bad"
    ORDER_PAID = "order_paid", _("Order paid"), "good"
    ORDER_REFUNDED = "order_refunded", _("Order refunded"), "warn"
    CARRY = "carry", _("Debt carried over"), "warn"
    WRITE_OFF = "write_off", _("Debt written off"), "quiet"
    PROVIDER_FEE = "provider_fee", _("Fee of Stripe"), "quiet"


class TopUpStatus(Word):
    """Where a top-up stands."""

    RECORDED = "recorded", _("Waiting for a second person"), "warn"
    APPROVED = "approved", _("Approved"), "good"
    REJECTED = "rejected", _("Rejected"), "bad"


class CheckoutStatus(Word):
    """Where a payment at Stripe stands. What was refused came and was not booked: a person has to look."""

    ASKED = "asked", _("Asked for"), "warn"
    OPEN = "open", _("Open"), "warn"
    ON_ITS_WAY = "on_its_way", _("On its way"), "info"
    PAID = "paid", _("Paid"), "good"
    FAILED = "failed", _("Failed"), "bad"
    EXPIRED = "expired", _("Expired"), "quiet"
    REFUSED = "refused", _("Refused"), "bad"


class ReturnKind(Word):
    """Why money of a top-up went back, or came again."""

    REFUND = "refund", _("Refund"), "warn"
    DISPUTE = "dispute", _("Payment disputed"), "bad"
    DISPUTE_WON = "dispute_won", _("Dispute won"), "good"


class PaidBy(Word):
    """How money of a top-up came."""

    AT_STRIPE = "at_stripe", _("At Stripe, by card, iDEAL or direct debit"), "quiet"
    BANK_TRANSFER = "bank_transfer", _("By bank transfer"), "quiet"


class Rhythm(Word):
    """How often a brand's payouts are assembled."""

    MONTH = "monthly", _("Monthly"), "quiet"
    WEEK = "weekly", _("Weekly"), "quiet"


class FundingState(Word):
    """How far a brand's money covers what it owes and promised."""

    FUNDED = "funded", _("Covered"), "good"
    PARTLY_FUNDED = "partly_funded", _("Covered for now"), "warn"
    UNFUNDED = "unfunded", _("Not covered"), "bad"


NOT_BEGUN = frozenset({CheckoutStatus.ASKED, CheckoutStatus.OPEN})
CAME = frozenset({CheckoutStatus.PAID, CheckoutStatus.REFUSED})
ANY_END = CAME | {CheckoutStatus.FAILED, CheckoutStatus.EXPIRED}


class Entry(Base):
    """One debit, one credit, one positive amount. It is also the commission line (settlement.md section 8)."""

    __tablename__ = "entry"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    debit: Mapped[str] = mapped_column(Text)
    credit: Mapped[str] = mapped_column(Text)
    creator_id: Mapped[int | None]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    kind: Mapped[str] = mapped_column(Text)
    cause: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int]
    available_on: Mapped[date | None]
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class Balance(Base):
    """The sum of an account's entries by day of availability: credits - debits. creator_id 0: no creator."""

    __tablename__ = "balance"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(Text, primary_key=True)
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(Currency, primary_key=True)
    available_on: Mapped[date] = mapped_column(primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)


class Checkout(Base):
    """A payment at Stripe that somebody of a brand has asked for; amounts in minor units."""

    __tablename__ = "checkout"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        CheckoutStatus.ASKED: ANY_END | {CheckoutStatus.OPEN, CheckoutStatus.ON_ITS_WAY},
        CheckoutStatus.OPEN: ANY_END | {CheckoutStatus.ON_ITS_WAY},
        CheckoutStatus.ON_ITS_WAY: ANY_END - {CheckoutStatus.EXPIRED},
        CheckoutStatus.FAILED: CAME,  # money that came all the same is never passed over
        CheckoutStatus.EXPIRED: CAME,
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    reference: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, server_default="gen_random_uuid()::text")  # of the request to Stripe
    status: Mapped[str] = mapped_column(Text, server_default=CheckoutStatus.ASKED)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    session: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    payment: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()
    asker: Mapped[Person] = relationship()


class TopUp(Base):
    """Money a brand sent: recorded by one person of finance and approved by another, or paid at Stripe."""

    __tablename__ = "top_up"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        TopUpStatus.RECORDED: frozenset({TopUpStatus.APPROVED, TopUpStatus.REJECTED}),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    received_on: Mapped[date]
    reference: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="recorded")
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)
    checkout_id: Mapped[int | None] = mapped_column(ForeignKey("checkout.id"))  # who vouches is Stripe
    brand: Mapped[Brand] = relationship()
    maker: Mapped[Person] = relationship(foreign_keys=[made_by])
    decider: Mapped[Person | None] = relationship(foreign_keys=[decided_by])
    receipt: Mapped[Receipt | None] = relationship(back_populates="top_up")


class TopUpReturn(Base):
    """Money of a top-up that was taken back by a refund or a dispute, or given again; never changed."""

    __tablename__ = "top_up_return"
    id: Mapped[int] = mapped_column(primary_key=True)
    top_up_id: Mapped[int] = mapped_column(ForeignKey("top_up.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    kind: Mapped[str] = mapped_column(Text)
    provider_ref: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    happened_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    top_up: Mapped[TopUp] = relationship()


class Receipt(Base):
    """What a brand gets for a top-up that counts, as it was then; never changed, and numbered without gaps by year."""

    __tablename__ = "receipt"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    top_up_id: Mapped[int] = mapped_column(ForeignKey("top_up.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    year: Mapped[int]
    nr: Mapped[int]
    number: Mapped[str] = mapped_column(Text, FetchedValue())
    brand_name: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    reference: Mapped[str] = mapped_column(Text)
    received_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()
    top_up: Mapped[TopUp] = relationship(back_populates="receipt")


class PayoutSchedule(Base):
    """When a brand's payouts are assembled, where that is not on the platform's day; `day` of the month, or the weekday
    (1: Monday). All such days until `done_until` are dealt with."""

    __tablename__ = "payout_schedule"
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    every: Mapped[str] = mapped_column(Text)
    day: Mapped[int]
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_on: Mapped[date]
    done_until: Mapped[date]
    brand: Mapped[Brand] = relationship()
