"""Holds of commissions, and what was done to each. Constraints are in migrations/versions/0057_life.py."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Currency, Instant, PublicId
from app.security import Role
from app.users.models import Brand, Creator, Person
from app.words import Word

DECIDERS = frozenset({Role.BRAND_OWNER, Role.BRAND_FINANCE, Role.ADMIN})  # who holds, releases, rejects and moves


class Standing(Word):
    """Where the commission of a line stands, as the function `standing` of the database says."""

    PENDING = "pending", _("Pending"), "info"
    PAYABLE = "payable", _("Payable"), "good"
    ON_HOLD = "on_hold", _("On hold"), "warn"
    IN_TRANSIT = "in_transit", _("In transit"), "info"
    PAID = "paid", _("Paid"), "good"
    REJECTED = "rejected", _("Rejected"), "bad"
    REVERSED = "reversed", _("Reversed"), "quiet"
    CLAWBACK = "clawback", _("Taken back after payment"), "warn"
    NOTHING = "nothing", _("Nothing to pay"), "quiet"


class HoldReason(Word):
    """Why a commission is held: the first four are people's, the rest are rules' (rules.md B25)."""

    UNDER_REVIEW = "under_review", _("Being looked into"), "warn"
    FRAUD = "fraud", _("Fraud"), "bad"
    SELF_PURCHASE = "self_purchase", _("Own purchase"), "bad"
    DUPLICATE = "duplicate", _("Duplicate"), "bad"
    HOUSEHOLD = "household", _("Same household"), "warn"
    COUPON_LEAKED = "coupon_leaked", _("Leaked code"), "warn"
    ORDER_BURST = "order_burst", _("Burst of orders"), "warn"
    REFUND_RATE = "refund_rate", _("Many refunds"), "warn"
    CLICK_FLOOD = "click_flood", _("Flood of clicks"), "warn"


BY_PEOPLE = tuple(HoldReason)[:4]


class HoldOwner(Word):
    """Who decides on a hold."""

    BRAND = "brand", _("Brand"), "quiet"
    PLATFORM = "platform", _("Platform"), "quiet"


class HoldOutcome(Word):
    """How a hold ended."""

    RELEASED = "released", _("Released"), "quiet"
    REJECTED = "rejected", _("Rejected"), "bad"
    EXPIRED = "expired", _("Expired"), "quiet"
    LINE_MOVED = "line_moved", _("No longer theirs"), "quiet"  # the line is not this creator's any more


class EventKind(Word):
    """What was done to a commission, by a person, a rule or a deadline."""

    APPROVED_EARLY = "approved_early", _("Approved early"), "good"
    EXTENDED = "extended", _("Approval postponed"), "warn"
    HELD = "held", _("Put on hold"), "warn"
    RELEASED = "released", _("Released"), "quiet"
    EXPIRED = "expired", _("Expired"), "quiet"
    APPEALED = "appealed", _("Appealed"), "warn"
    REJECTED = "rejected", _("Rejected"), "bad"


class CommissionHold(Base):
    """What is kept back of one line's commission, by whom, until when, and how it ended."""

    __tablename__ = "commission_hold"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    sale_id: Mapped[int] = mapped_column(BigInteger)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    reason: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    placed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    placed_at: Mapped[datetime] = mapped_column(Instant)
    deadline: Mapped[datetime] = mapped_column(Instant)
    appeal: Mapped[str | None] = mapped_column(Text)
    appealed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    appealed_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    released_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator] = relationship()
    placer: Mapped[Person | None] = relationship(foreign_keys=[placed_by])


class CommissionEvent(Base):
    """One thing that was done to a commission. Never changed or deleted."""

    __tablename__ = "commission_event"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    sale_id: Mapped[int] = mapped_column(BigInteger)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    kind: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    amount_before: Mapped[int] = mapped_column(BigInteger)
    amount_after: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    available_before: Mapped[date]
    available_after: Mapped[date]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
