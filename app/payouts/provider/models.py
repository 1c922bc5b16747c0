"""What moved our balance at Stripe. Constraints are in migrations/versions/0049_movements.py."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, FetchedValue, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Currency, Instant
from app.payouts.reports.models import BankReportLine
from app.users.models import Person
from app.words import Word


class MovementKind(Word):
    """What a movement of our balance at Stripe is to us; refunds, disputes and fees have words of their own."""

    PAYMENT = "payment", _("Payment"), "good"
    TRANSFER = "transfer", _("Transfer to a creator"), "info"
    TRANSFER_REVERSAL = "transfer_reversal", _("Transfer brought back"), "warn"
    PLATFORM_PAYOUT = "platform_payout", _("Payout to our bank"), "info"
    PLATFORM_TOP_UP = "platform_top_up", _("From our bank to Stripe"), "info"
    OTHER_MOVEMENT = "other_movement", _("Other movement"), "quiet"


class ProviderMovement(Base):
    """A balance transaction of Stripe, as it was told; amounts in minor units. `kind` is a MovementKind, or `refund`,
    `dispute` or `provider_fee` (app/ledger/models.py); `cost` is what Stripe keeps of it."""

    __tablename__ = "provider_movement"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    fee: Mapped[int] = mapped_column(BigInteger)
    net: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    source: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(Instant)
    available_on: Mapped[datetime] = mapped_column(Instant)
    arrives_on: Mapped[date | None]
    kind: Mapped[str] = mapped_column(Text, FetchedValue())
    cost: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    fetched_at: Mapped[datetime] = mapped_column(Instant)
    fee_booked_at: Mapped[datetime | None] = mapped_column(Instant)
    bank_line_id: Mapped[int | None] = mapped_column(ForeignKey("bank_report_line.id"))
    bank_line: Mapped[BankReportLine | None] = relationship()


class ProviderStatement(Base):
    """From when until when all movements are known: one row, once Stripe was asked."""

    __tablename__ = "provider_statement"
    one: Mapped[bool] = mapped_column(primary_key=True, default=True)
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime] = mapped_column(Instant)


class ProviderNote(Base):
    """Why two sums differ, in the words of somebody who stands for it; of these sums and no others."""

    __tablename__ = "provider_note"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Currency)
    theirs: Mapped[int] = mapped_column(BigInteger)
    ours: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text)
    noted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noter: Mapped[Person] = relationship()
