"""People, brands, creators and who may act for whom. Constraints are in migrations/versions/0001_people.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Currency, Instant, PublicId, Reference


class Person(Base):
    """Someone who signs in."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    email: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, server_default="en")
    timezone: Mapped[str] = mapped_column(Text, server_default="Europe/Amsterdam")
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)


class Brand(Base):
    """A brand that sells in streams."""

    __tablename__ = "brand"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    handle: Mapped[str] = mapped_column(Reference)
    name: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Currency)
    currency: Mapped[str] = mapped_column(Currency)
    timezone: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int | None]


class BrandFee(Base):
    """The platform's fee on a brand's sales, as a version in time."""

    __tablename__ = "brand_fee"
    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    fee_bps: Mapped[int]


class Creator(Base):
    """Someone who shows products in live streams and earns commissions."""

    __tablename__ = "creator"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    handle: Mapped[str] = mapped_column(Reference)
    name: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Currency)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    timezone: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int | None]


class Membership(Base):
    """One role of one person: for a brand, for a creator, or for the platform."""

    __tablename__ = "membership"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(Text)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("creator.id"))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    brand: Mapped[Brand | None] = relationship()
    creator: Mapped[Creator | None] = relationship()


class AuditEvent(Base):
    """What somebody did, kept for ever: who, when, what, to which thing."""

    __tablename__ = "audit_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    object_kind: Mapped[str] = mapped_column(Text)
    object_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class UserSession(Base):
    """A browser in which somebody is signed in, until it expires or is revoked."""

    __tablename__ = "user_session"
    id: Mapped[UUID] = mapped_column(PublicId, primary_key=True, server_default="gen_random_uuid()")
    token_hash: Mapped[bytes]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    address: Mapped[str] = mapped_column(Text)
    browser: Mapped[str] = mapped_column(Text)


class Attempt(Base):
    """One try that counts against the limit named `key`."""

    __tablename__ = "attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class PasswordReset(Base):
    """A mailed link with which its person may set a new password, once; nobody, when nobody has the address asked
    for."""

    __tablename__ = "password_reset"
    id: Mapped[UUID] = mapped_column(PublicId, primary_key=True, server_default="gen_random_uuid()")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Invitation(Base):
    """A role offered to whoever reads the mail of `email`, once."""

    __tablename__ = "invitation"
    id: Mapped[UUID] = mapped_column(PublicId, primary_key=True, server_default="gen_random_uuid()")
    email: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("creator.id"))
    invited_at: Mapped[datetime] = mapped_column(Instant)
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    brand: Mapped[Brand | None] = relationship()
    creator: Mapped[Creator | None] = relationship()
    inviter: Mapped[Person | None] = relationship(foreign_keys=[invited_by])
