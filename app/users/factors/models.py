"""Second factors and their uses. Constraints are in migrations/versions/0036_factors.py."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Instant, PublicId
from app.words import Word


class FactorKind(Word):
    """With what somebody showed a second time that it was them."""

    TOTP = "totp", _("Authenticator app"), "quiet"
    PASSKEY = "passkey", _("Passkey"), "quiet"
    RECOVERY = "recovery", _("Recovery code"), "quiet"


class TotpFactor(Base):
    """An authenticator app (RFC 6238: six digits, 30 seconds). Without `confirmed_at` it has not shown a code yet."""

    __tablename__ = "totp_factor"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sealed: Mapped[bytes]
    last_step: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Passkey(Base):
    """A passkey (WebAuthn) of a person's device or password manager."""

    __tablename__ = "passkey"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class PasskeyChallenge(Base):
    """What a passkey has to sign: for one person and purpose, once, within minutes."""

    __tablename__ = "passkey_challenge"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(Text)
    adds_one: Mapped[bool]
    challenge: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class RecoveryCode(Base):
    """A code for the day on which app and passkeys are lost; it was shown once, and its hash is kept."""

    __tablename__ = "recovery_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code_hash: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class FactorUse(Base):
    """One use of a second factor, kept for ever; the database lets each `mark` of a kind be used once."""

    __tablename__ = "factor_use"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    mark: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime] = mapped_column(Instant)
