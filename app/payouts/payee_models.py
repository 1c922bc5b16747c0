"""What banks say about names and accounts, and who has seen it. Constraints: migrations/versions/0041_payees.py."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Currency, Instant
from app.users.models import Creator
from app.words import Word


class PayeeResult(Word):
    """Whether the bank of an account knows its holder by the name that we have (verification of payee)."""

    MATCH = "match", _("Name matches"), "good"
    CLOSE = "close_match", _("Name nearly matches"), "warn"
    NONE = "no_match", _("Another name"), "bad"
    IMPOSSIBLE = "impossible", _("Bank can’t say"), "warn"


class CheckSource(Word):
    """Where an answer came from."""

    BANK = "bank_report", _("Bank’s report"), "quiet"
    STRIPE = "stripe", _("Stripe"), "quiet"
    BY_HAND = "by_hand", _("Entered by hand"), "quiet"


class PayeeCheck(Base):
    """One answer about a name and an account. Never changed: the newest answer counts."""

    __tablename__ = "payee_check"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    iban: Mapped[str] = mapped_column(Text)
    holder: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    known_as: Mapped[str | None] = mapped_column(Text)  # the name that the bank knows, where it gave one
    source: Mapped[str] = mapped_column(Text)
    checked_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str | None] = mapped_column(Text)


class PayeeAcknowledgement(Base):
    """Somebody who approves has seen what the bank said of this payout's name and account."""

    __tablename__ = "payee_acknowledgement"
    payout_id: Mapped[int] = mapped_column(ForeignKey("payout.id"), primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("payee_check.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


class Stage(Word):
    """How far a payout is on its way, as its creator reads it."""

    TO_BE_APPROVED = "to_be_approved", _("To be approved"), "quiet"
    APPROVED = "approved", _("Approved"), "good"
    SCHEDULED = "with_the_bank", _("Scheduled at the bank"), "info"
    SENT = "sent", _("Sent"), "info"
    IN_ACCOUNT = "in_account", _("In your account"), "good"


class PayoutPromise(Base):
    """By when the payouts of a batch are to be in their accounts: as first shown, and each time it was moved. Never
    changed: the newest counts."""

    __tablename__ = "payout_promise"
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batch.id"), primary_key=True)
    nr: Mapped[int] = mapped_column(primary_key=True)
    due_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(Text)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


class PayoutWait(Base):
    """Money that waits for its creator to mend something; it counts as unclaimed from `unclaimed_at` on."""

    __tablename__ = "payout_wait"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    currency: Mapped[str] = mapped_column(Currency)
    amount: Mapped[int] = mapped_column(BigInteger)
    codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    since: Mapped[datetime] = mapped_column(Instant)
    reminders: Mapped[int] = mapped_column(server_default="0")
    next_reminder_at: Mapped[datetime] = mapped_column(Instant)
    unclaimed_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    creator: Mapped[Creator] = relationship()
