"""Keys, their secrets, and what was asked with them. Constraints are in migrations/versions/0055_keys.py."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Instant, PublicId
from app.users.models import Brand, Person
from app.words import Word


class Scope(Word):
    """What a key may do. None of them lets it approve, pay, or change a contract."""

    READ = "read", _("Read what the brand has")
    SALES = "write:sales", _("Send sales and refunds")
    TOUCHES = "write:touches", _("Send touches")
    EMBED = "embed", _("Show a creator’s earnings on the brand’s own site")


class KeyStatus(Word):
    """Whether a key or secret is good."""

    GOOD = "in_use", _("In use"), "good"
    ENDING = "ending", _("Ends"), "warn"
    ENDED = "ended", _("Ended"), "quiet"
    REVOKED = "revoked", _("Revoked"), "bad"


class Key(Base):
    """With it a brand's program shows who it is; everything but its end stays as it was made."""

    __tablename__ = "api_key"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    name: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()
    maker: Mapped[Person] = relationship(foreign_keys=[made_by])
    secrets: Mapped[list[KeySecret]] = relationship(order_by="KeySecret.id.desc()", viewonly=True)
    use: Mapped[Use | None] = relationship(viewonly=True)

    @property
    def status(self) -> KeyStatus:
        """Whether it is still good."""
        return KeyStatus.REVOKED if self.revoked_at else KeyStatus.GOOD


class KeySecret(Base):
    """What a program sends, as a hash. A key may have two for the days on which a program changes over."""

    __tablename__ = "api_secret"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id"))
    prefix: Mapped[str] = mapped_column(Text)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)

    def status(self, at: datetime) -> KeyStatus:
        """Whether it is good at an instant."""
        if self.ends_at is None:
            return KeyStatus.GOOD
        return KeyStatus.ENDING if self.ends_at > at else KeyStatus.ENDED


class Use(Base):
    """When a key was used last, by which secret, and how much of its pace is spent."""

    __tablename__ = "api_use"
    key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id"), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(Instant)
    secret_id: Mapped[int] = mapped_column(ForeignKey("api_secret.id"))
    full_at: Mapped[datetime] = mapped_column(Instant)


class Asked(Base):
    """One request by a key and what came of it: no content, no query, nobody's data."""

    __tablename__ = "api_request"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    request_id: Mapped[UUID] = mapped_column(PublicId)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    method: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    status: Mapped[int]
    ms: Mapped[int]
    rows_read: Mapped[int | None]
    rows_new: Mapped[int | None]
    rows_rejected: Mapped[int | None]
    problem: Mapped[str | None] = mapped_column(Text)


class Answer(Base):
    """What was answered to a request that came with a name of its own, to be said again to whoever repeats it."""

    __tablename__ = "api_answer"
    key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    method: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Instant)
