"""Files of banks and what became of them. Constraints are in migrations/versions/0038_reports.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, FetchedValue, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Instant, PublicId
from app.ledger.models import TopUp
from app.payouts.models import PayoutBatch
from app.users.models import Person
from app.words import Word


class ReportStatus(Word):
    """Whether somebody has looked at a file of the bank."""

    UNCHECKED = "unchecked", _("To be looked at"), "warn"
    TAKEN_OVER = "taken_over", _("Taken over"), "good"
    PUT_ASIDE = "put_aside", _("Put aside"), "quiet"


class Outcome(Word):
    """What a line of such a file does."""

    MARKS_PAID = "marks_paid", _("Marks as paid"), "good"
    MARKS_FAILED = "marks_failed", _("Marks as failed"), "bad"
    MARKS_RETURNED = "marks_returned", _("Marks as returned"), "bad"
    TOPS_UP = "tops_up", _("Top-up of a brand"), "good"
    TOPPED_UP = "topped_up", _("Top-up that is recorded already"), "info"
    SAYS_ONLY = "says_only", _("Changes nothing"), "quiet"
    KNOWN_ALREADY = "known_already", _("Known already"), "quiet"
    UNMATCHED = "unmatched", _("Not matched"), "warn"


class BankReport(Base):
    """A file of the bank, kept byte for byte; the same file is stored once."""

    __tablename__ = "bank_report"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        ReportStatus.UNCHECKED: frozenset({ReportStatus.TAKEN_OVER, ReportStatus.PUT_ASIDE}),
    }
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    kind: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, FetchedValue())
    status: Mapped[str] = mapped_column(Text, server_default="unchecked")
    read_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)
    reader: Mapped[Person] = relationship(foreign_keys=[read_by])
    decider: Mapped[Person | None] = relationship(foreign_keys=[decided_by])


class BankReportLine(Base):
    """One thing that a file says (app/payouts/reports/lines.py), and what became of it."""

    __tablename__ = "bank_report_line"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    report_id: Mapped[int] = mapped_column(ForeignKey("bank_report.id"))
    seq: Mapped[int]
    level: Mapped[str] = mapped_column(Text)
    account: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    payment_group: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    remark: Mapped[str] = mapped_column(Text)
    amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Text)
    incoming: Mapped[bool | None]
    is_return: Mapped[bool]
    payments: Mapped[int | None] = mapped_column(BigInteger)
    booked_on: Mapped[date | None]
    value_on: Mapped[date | None]
    name: Mapped[str] = mapped_column(Text)
    iban: Mapped[str] = mapped_column(Text)
    remittance: Mapped[str] = mapped_column(Text)
    bank_reference: Mapped[str] = mapped_column(Text)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[str | None] = mapped_column(Text)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("payout_batch.id"))
    top_up_id: Mapped[int | None] = mapped_column(ForeignKey("top_up.id"))
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)
    report: Mapped[BankReport] = relationship()
    batch: Mapped[PayoutBatch | None] = relationship()
    top_up: Mapped[TopUp | None] = relationship()
    settler: Mapped[Person | None] = relationship(foreign_keys=[settled_by])


class BankReportPayout(Base):
    """What a line says became of a payout."""

    __tablename__ = "bank_report_payout"
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_report_line.id"), primary_key=True)
    payout_id: Mapped[int] = mapped_column(ForeignKey("payout.id"), primary_key=True)
    says: Mapped[str] = mapped_column(Text)


class BatchClosing(Base):
    """A batch and rail whose money is accounted for: at difference zero, or with a note that somebody stands for."""

    __tablename__ = "batch_closing"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batch.id"))
    rail: Mapped[str] = mapped_column(Text)
    sent: Mapped[int] = mapped_column(BigInteger)
    booked: Mapped[int] = mapped_column(BigInteger)
    difference: Mapped[int] = mapped_column(BigInteger)
    mismatches: Mapped[int]
    note: Mapped[str | None] = mapped_column(Text)
    closed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime] = mapped_column(Instant)
    closer: Mapped[Person] = relationship()
