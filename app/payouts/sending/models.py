"""Accounts at Stripe and transfers to them. Constraints and triggers are in migrations/versions/0039_transfers.py."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Currency, Instant, PublicId
from app.payouts.models import Payout
from app.users.models import Creator
from app.words import Word


class AccountStatus(Word):
    """Whether an account at Stripe can take money, in Stripe's words; `asked`: it has not answered yet."""

    ASKED = "asked", _("Asked for"), "warn"
    PENDING = "pending", _("Pending"), "info"
    ACTIVE = "active", _("Ready"), "good"
    RESTRICTED = "restricted", _("Details missing"), "warn"
    REJECTED = "rejected", _("Rejected"), "bad"
    UNSUPPORTED = "unsupported", _("Not possible"), "bad"
    CLOSED = "closed", _("Closed"), "quiet"


class TransferStatus(Word):
    """What is known of a transfer. An `unknown` one may have arrived; a `refused` one has not, or is ours again."""

    SENDING = "sending", _("Being sent"), "info"
    UNKNOWN = "unknown", _("Outcome unknown"), "warn"
    TAKEN = "taken", _("On its way to the bank"), "info"
    ARRIVED = "arrived", _("Arrived"), "good"
    REFUSED = "refused", _("Refused"), "bad"


class NotSent(Word):
    """Why a payout by Stripe is not sent although somebody has started it."""

    HELD_BACK = "held_back", _("Held back"), "warn"


class StripeAccount(Base):
    """A creator's account at Stripe; one without `unlinked_at` at most."""

    __tablename__ = "stripe_account"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    account: Mapped[str | None] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, server_default="gen_random_uuid()")
    status: Mapped[str] = mapped_column(Text, server_default="asked")
    codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    ready_at: Mapped[datetime | None] = mapped_column(Instant)
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    look_at: Mapped[datetime | None] = mapped_column(Instant)
    unlink_asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    unlink_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    emptied_at: Mapped[datetime | None] = mapped_column(Instant)  # what lay there was asked for, before it is unlinked
    unlinked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    unlinked_at: Mapped[datetime | None] = mapped_column(Instant)
    creator: Mapped[Creator] = relationship()


class StripeRecipient(Base):
    """That Stripe pays to a creator's bank account directly, as it is entered here; one without `ended_at` at most."""

    __tablename__ = "stripe_recipient"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    holder: Mapped[str] = mapped_column(Text)
    iban: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, server_default="gen_random_uuid()")
    account: Mapped[str | None] = mapped_column(Text)
    method: Mapped[str | None] = mapped_column(Text)
    set_ups: Mapped[int] = mapped_column(server_default="0")
    status: Mapped[str] = mapped_column(Text, server_default="asked")
    codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    look_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    creator: Mapped[Creator] = relationship()


class Transfer(Base):
    """An attempt to send a payout. What is sent and its key never change, nor does what became of it."""

    __tablename__ = "transfer"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    payout_id: Mapped[int] = mapped_column(ForeignKey("payout.id"))
    attempt: Mapped[int]
    reference: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    key: Mapped[str] = mapped_column(Text, server_default="gen_random_uuid()")
    account: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    transfer_group: Mapped[str] = mapped_column(Text)
    method: Mapped[str | None] = mapped_column(
        Text
    )  # straight to a bank: which account, and that its name was verified
    verification: Mapped[str | None] = mapped_column(Text)
    prepared_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(Text, server_default="sending")
    tries: Mapped[int] = mapped_column(server_default="1")
    sent_at: Mapped[datetime] = mapped_column(Instant)
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    provider_id: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(Text)
    sentence: Mapped[str | None] = mapped_column(Text)
    reversed: Mapped[int] = mapped_column(BigInteger, server_default="0")
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    payout: Mapped[Payout] = relationship()


class TransferReversal(Base):
    """What we asked Stripe to bring back of a transfer, and what came of it."""

    __tablename__ = "transfer_reversal"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"))
    key: Mapped[str] = mapped_column(Text, server_default="gen_random_uuid()")
    amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(Text, server_default="sending")
    tries: Mapped[int] = mapped_column(server_default="0")
    first_try_at: Mapped[datetime | None] = mapped_column(Instant)
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    provider_id: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(Text)
    sentence: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    transfer: Mapped[Transfer] = relationship()
