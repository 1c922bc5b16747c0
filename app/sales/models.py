"""Sale lines, refunds, decisions, what is due. Constraints are in migrations/versions/0008_sales.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import BigInteger, LargeBinary, Numeric, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Currency, Instant, PublicId, Reference
from app.words import Word


class Rule(Word):
    """By what a sale line was won, in the order in which it is asked (settlement.md section 3)."""

    CHECKOUT = "checkout", _("Checkout in the stream"), "good"
    COUPON = "coupon", _("Coupon code"), "good"
    TOUCH = "touch", _("Link or visit"), "good"
    RULED = "ruled", _("Decided in a dispute"), "good"  # by a person, whatever the rules say


HOUSE = "house"  # in filters and sums: a line without a rule


class Label(Word):
    """Where a sale line stands to its stream (settlement.md section 4): it decides which rate is earned."""

    IN_STREAM = "in_stream", _("During the stream"), "info"
    REPLAY = "replay", _("Replay"), "info"
    AFTER_STREAM = "after_stream", _("After the stream"), "info"
    OFF_STREAM = "off_stream", _("Outside a stream"), "info"


class Reason(Word):
    """Why a line is a creator's (the first four) or the house's (the nearest miss)."""

    CHECKOUT_STREAM = "checkout_stream", _("Checkout in the stream"), "good"
    COUPON_CODE = "coupon_code", _("Coupon code"), "good"
    LAST_TOUCH = "last_touch", _("Link or visit"), "good"
    RULED = "ruled", _("Decided in a dispute"), "good"
    NOT_COMMISSIONABLE = "not_commissionable", _("Product earns no commission"), "quiet"
    WINDOW_PASSED = "window_passed", _("The window had passed"), "quiet"  # the latest touch had a contract
    COUPON_NOT_VALID = "coupon_not_valid", _("Code not valid then"), "quiet"  # its contract does not cover the sale
    NO_CONTRACT = "no_contract", _("No contract covered it"), "quiet"  # a creator's touch or stream, without a contract
    UNKNOWN_STREAM = "unknown_stream", _("Unknown stream"), "quiet"  # of the checkout: not this brand's
    UNKNOWN_COUPON = "unknown_coupon", _("Unknown code"), "quiet"  # of no contract of the brand
    NO_CANDIDATE = "no_candidate", _("Nobody brought this buyer"), "quiet"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "bad"  # the import that brought the sale
    RULED_OUT = "ruled_out", _("Taken away in a dispute"), "quiet"
    # The rest is why somebody rejected a creator's commission (rules.md B1).
    ORDER_CANCELLED = "order_cancelled", _("Order cancelled"), "bad"
    RETURNED = "returned", _("Returned"), "bad"
    PAYMENT_FAILED = "payment_failed", _("Payment failed"), "bad"
    FRAUD = "fraud", _("Fraud"), "bad"
    SELF_PURCHASE = "self_purchase", _("Own purchase"), "bad"
    DUPLICATE = "duplicate", _("Duplicate"), "bad"
    OUTSIDE_TERMS = "outside_terms", _("Outside the terms"), "bad"
    TEST_ORDER = "test_order", _("Test order"), "bad"


HOUSE_REASONS = tuple(Reason)[4:]
REJECTIONS = tuple(Reason)[tuple(Reason).index(Reason.ORDER_CANCELLED) :]


class CorrectionKind(Word):
    """What a correction by a person corrects."""

    IMPORT = "import", _("Withdrawn file")
    DAYS = "days", _("Recalculated days")
    LINE = "line", _("Recalculated line")
    RULING = "ruling", _("Decided dispute")
    REJECTION = "rejection", _("Rejected commission")


class CorrectionStatus(Word):
    """Where a correction stands."""

    SUBMITTED = "submitted", _("Waiting for approval"), "warn"
    DONE = "done", _("Done"), "good"
    REJECTED = "rejected", _("Rejected"), "bad"


class RefundFlag(Word):
    """Why a refund counts for nothing (settlement.md section 6)."""

    CURRENCY_MISMATCH = "currency_mismatch", _("Refunded in another currency"), "warn"


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


class CorrectionRecord(Base):
    """A correction by a person: what it corrects, the sums it changes, who asked for it and who decided."""

    __tablename__ = "correction"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        CorrectionStatus.SUBMITTED: frozenset({CorrectionStatus.DONE, CorrectionStatus.REJECTED}),
    }
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    kind: Mapped[str] = mapped_column(Text)
    brand_id: Mapped[int | None]
    import_id: Mapped[int | None]
    sale_id: Mapped[int | None] = mapped_column(BigInteger)
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    ruling_id: Mapped[int | None] = mapped_column(BigInteger)
    code: Mapped[str | None] = mapped_column(Text)  # why a commission is rejected: one of REJECTIONS
    reason: Mapped[str] = mapped_column(Text)
    sums: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    is_large: Mapped[bool]
    status: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int | None] = mapped_column(BigInteger)
    asked_by_name: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_by_name: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def what(self) -> LazyString:
        """What is done, in the reader's language."""
        if self.kind == CorrectionKind.IMPORT:
            return _("An imported file of sales or refunds was withdrawn")
        if self.kind == CorrectionKind.LINE:
            return _("A sale line was recalculated")
        if self.kind == CorrectionKind.RULING:
            return _("A dispute about a sale was decided")
        if self.kind == CorrectionKind.REJECTION:
            return _("The commission of a sale line was rejected")
        return _("The sales of %(first)s to %(last)s were recalculated", first=self.first_on, last=self.last_on)
