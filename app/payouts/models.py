"""Bank details, batches, payouts. Constraints are in migrations/versions/0009_payouts.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, FetchedValue, ForeignKey, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Currency, Instant, PublicId
from app.users.factors.models import FactorUse
from app.users.models import Brand, Creator, Person
from app.words import Word


class BatchStatus(Word):
    """Where a batch stands."""

    DRAFT = "draft", _("Draft"), "quiet"
    SUBMITTED = "submitted", _("Waiting for approval"), "warn"
    APPROVED = "approved", _("Approved"), "good"
    COMPLETED = "completed", _("Completed"), "good"
    CANCELLED = "cancelled", _("Cancelled"), "quiet"


class PayoutStatus(Word):
    """Where a payout stands."""

    RESERVED = "reserved", _("Reserved"), "info"
    SENT = "sent", _("Sent"), "info"
    PAID = "paid", _("Paid"), "good"
    FAILED = "failed", _("Failed"), "bad"
    RETURNED = "returned", _("Returned"), "bad"
    DROPPED = "dropped", _("Dropped"), "quiet"


class Obstacle(Word):
    """What keeps a creator's money, or a brand's part of it, from being paid: the blocking codes of rules.md B21."""

    BELOW_MINIMUM = "below_minimum", _("Below the minimum"), "quiet"
    NEGATIVE = "negative", _("Negative balance"), "warn"
    CURRENCY = "currency", _("Currency is not paid out"), "warn"
    NO_METHOD = "no_method", _("No bank details"), "warn"
    METHOD_CHANGED = "method_changed", _("Bank details just changed"), "warn"
    METHOD_UNVERIFIED = "method_unverified", _("Last payment to this account failed"), "bad"
    STRIPE_NOT_READY = "stripe_not_ready", _("Stripe account not ready"), "bad"
    NAME_MISMATCH = "name_mismatch", _("Name and account do not match"), "bad"
    NO_TAX_DATA = "no_tax_data", _("Tax data overdue"), "bad"
    ON_HOLD = "on_hold", _("On hold"), "warn"
    SANCTION_REVIEW = "sanction_review", _("Legal review"), "bad"
    HELD = "commission_held", _("Commissions on hold"), "warn"
    UNFUNDED = "brand_unfunded", _("Brand has too little funds"), "bad"


class Rail(Word):
    """How the money travels."""

    SEPA = "sepa", _("SEPA file"), "quiet"
    LIST = "list", _("Payment list"), "quiet"
    STRIPE = "stripe", _("Stripe"), "quiet"
    OUTBOUND = "outbound", _("Stripe, to the bank"), "quiet"


BY_STRIPE = frozenset({Rail.STRIPE, Rail.OUTBOUND})  # which sends them, and tells what becomes of them


class Refusal(Word):
    """What has to change before a payment that failed can succeed: the account, or anything of its details."""

    IBAN = "iban", _("The account number"), "bad"
    DETAILS = "details", _("The bank details"), "warn"


class BankDetail(Base):
    """Whom to pay, as a version: the newest counts. Without a creator it is the platform's own account."""

    __tablename__ = "bank_detail"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("creator.id"))
    holder: Mapped[str] = mapped_column(Text)
    iban: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    spelling_of: Mapped[int | None] = mapped_column(ForeignKey("payee_check.id"))  # the bank's name, taken from there


class BankConfirmation(Base):
    """Finance has made sure that an account is right although a payment to it failed."""

    __tablename__ = "bank_confirmation"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    bank_detail_id: Mapped[int] = mapped_column(ForeignKey("bank_detail.id"))
    reason: Mapped[str] = mapped_column(Text)
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime] = mapped_column(Instant)


class PayoutHold(Base):
    """Finance keeps a creator's money back, with a reason."""

    __tablename__ = "payout_hold"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    kind: Mapped[str] = mapped_column(Text, server_default="on_hold")  # ON_HOLD or SANCTION_REVIEW
    reason: Mapped[str] = mapped_column(Text)
    placed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    placed_at: Mapped[datetime] = mapped_column(Instant)
    released_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    creator: Mapped[Creator] = relationship()
    placer: Mapped[Person] = relationship(foreign_keys=[placed_by])
    releaser: Mapped[Person | None] = relationship(foreign_keys=[released_by])


class PayoutBatch(Base):
    """Payouts made together: one person submits, another approves (rules.md B22)."""

    __tablename__ = "payout_batch"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        BatchStatus.DRAFT: frozenset({BatchStatus.SUBMITTED, BatchStatus.CANCELLED}),
        BatchStatus.SUBMITTED: frozenset({BatchStatus.DRAFT, BatchStatus.APPROVED}),
        BatchStatus.APPROVED: frozenset({BatchStatus.COMPLETED, BatchStatus.DRAFT}),
    }
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    number: Mapped[int | None]  # what people call it, without gaps; a preview has none
    currency: Mapped[str] = mapped_column(Currency)
    cutoff_on: Mapped[date]
    minimum: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(Text, server_default="draft")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    own_days: Mapped[bool] = mapped_column(server_default="false")  # of brands with days of their own alone
    made_at: Mapped[datetime] = mapped_column(Instant)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary)
    approvers: Mapped[int | None]  # how many have to approve it: the database counts when it is submitted
    execute_on: Mapped[date | None]
    downloaded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    downloaded_at: Mapped[datetime | None] = mapped_column(Instant)  # the first time: nothing is recalled any more
    sending_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who had its payouts sent by Stripe
    sending_at: Mapped[datetime | None] = mapped_column(Instant)
    sending_after: Mapped[datetime | None] = mapped_column(Instant)  # not before: Stripe had too little money of ours
    file_version: Mapped[int] = mapped_column(server_default="0")
    note: Mapped[str | None] = mapped_column(Text)


class ApprovalBand(Base):
    """Up to which amount how many people approve a batch, as a version: the newest counts. Without a brand it is the
    platform's own (rules.md B22)."""

    __tablename__ = "approval_band"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    currency: Mapped[str] = mapped_column(Currency)
    first_limit: Mapped[int] = mapped_column(BigInteger)
    second_limit: Mapped[int] = mapped_column(BigInteger)
    first_approvers: Mapped[int]
    second_approvers: Mapped[int]
    third_approvers: Mapped[int]
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(Instant)
    brand: Mapped[Brand | None] = relationship()
    setter: Mapped[Person] = relationship()


class BatchApproval(Base):
    """One person's approval of a batch as it was submitted; void once the batch has another fingerprint."""

    __tablename__ = "batch_approval"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batch.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    comment: Mapped[str | None] = mapped_column(Text)
    factor_use_id: Mapped[int | None] = mapped_column(ForeignKey("factor_use.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    person: Mapped[Person] = relationship()
    factor_use: Mapped[FactorUse | None] = relationship()  # none in batches of before second factors were asked for


class Payout(Base):
    """Money to one creator in one batch. Failed or returned money is payable again."""

    __tablename__ = "payout"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        PayoutStatus.RESERVED: frozenset({PayoutStatus.SENT, PayoutStatus.DROPPED}),
        PayoutStatus.SENT: frozenset(
            {PayoutStatus.PAID, PayoutStatus.FAILED, PayoutStatus.RESERVED, PayoutStatus.DROPPED}
        ),
        PayoutStatus.PAID: frozenset({PayoutStatus.RETURNED}),
    }
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batch.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    currency: Mapped[str] = mapped_column(Currency)
    amount: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(Text, server_default="reserved")
    status_at: Mapped[datetime] = mapped_column(Instant)
    rail: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(Text)
    holder: Mapped[str | None] = mapped_column(Text)
    iban: Mapped[str | None] = mapped_column(Text)
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary)  # of this line, as it was submitted
    account: Mapped[str | None] = mapped_column(Text)  # at Stripe, in place of holder and IBAN
    reason: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(Text)  # the bank's reason code, where it gave one
    refused: Mapped[str | None] = mapped_column(Text)  # a `Refusal`: what has to change before it is tried again
    paid_on: Mapped[date | None]  # the bank's value date
    batch: Mapped[PayoutBatch] = relationship()
    creator: Mapped[Creator] = relationship()


class PayoutFile(Base):
    """The bytes that go to the bank, by rail. Never changed: those of a recalled approval, or of a day that passed
    before anybody took them, stay with a version that counts no more."""

    __tablename__ = "payout_file"
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batch.id"), primary_key=True)
    rail: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    number: Mapped[str | None] = mapped_column(Text)  # MsgId and PmtInfId: what the bank's reports name it by
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, FetchedValue())  # SHA-256 of the content, by the database


class PayoutLine(Base):
    """An entry that a payout pays; released lines are payable again."""

    __tablename__ = "payout_line"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    payout_id: Mapped[int] = mapped_column(ForeignKey("payout.id"), primary_key=True)
    released_at: Mapped[datetime | None] = mapped_column(Instant)


class PayoutSkip(Base):
    """Who was passed over in a batch, with the reason; by brand where the reason is the brand's."""

    __tablename__ = "payout_skip"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batch.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    further: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    batch: Mapped[PayoutBatch] = relationship()
    creator: Mapped[Creator] = relationship()
    brand: Mapped[Brand | None] = relationship()

    @property
    def reasons(self) -> list[str]:
        """All of them, the first one first."""
        return [self.reason, *self.further]
