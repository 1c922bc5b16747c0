"""Contracts, terms, coupons, how they rest and end. Constraints are in migrations 0005 and 0014."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, Text
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Instant, PublicId, Reference
from app.users.models import Brand, Creator
from app.words import Word


class EndingKind(Word):
    """How a contract ends before its time."""

    NOTICE = "notice", _("By notice"), "quiet"
    CAUSE = "cause", _("For cause"), "warn"


class EndingCause(Word):
    """For what a contract ends at once."""

    FRAUD = "fraud", _("Fraud"), "bad"
    BREACH_NOT_CURED = "breach_not_cured", _("Breach that was not cured"), "bad"
    LEGAL_DUTY = "legal_duty", _("Legal duty"), "warn"


class PauseStatus(Word):
    """Where a pause stands."""

    ASKED = "asked", _("Asked for"), "warn"
    AGREED = "agreed", _("Agreed"), "good"
    REFUSED = "refused", _("Refused"), "bad"


class Contract(Base):
    """A brand and a creator, for the instants of `period`; those of one pair never overlap."""

    __tablename__ = "contract"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    ref: Mapped[str] = mapped_column(Reference)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[str] = mapped_column(Text)
    period: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    exclusive_category: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int | None]
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    notice_brand_days: Mapped[int] = mapped_column(server_default="30")
    notice_creator_days: Mapped[int] = mapped_column(server_default="14")
    evaluation_day: Mapped[int] = mapped_column(server_default="5")
    cap_month: Mapped[int | None]
    cap_contract: Mapped[int | None]
    stream_minutes: Mapped[int] = mapped_column(server_default="60")
    day_minutes: Mapped[int] = mapped_column(server_default="240")
    month_minutes: Mapped[int | None]
    offset_bps: Mapped[int] = mapped_column(server_default="5000")
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    follows_since: Mapped[datetime | None] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator] = relationship()


class Terms(Base):
    """What a contract pays, as a version in time. Percentages in basis points; an empty label falls to the base."""

    __tablename__ = "terms"
    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    brand_id: Mapped[int]  # those of the contract: settlement looks terms up by them
    creator_id: Mapped[int]
    nr: Mapped[int]
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    commission_bps: Mapped[int]
    in_stream_bps: Mapped[int | None]
    replay_bps: Mapped[int | None]
    after_stream_bps: Mapped[int | None]
    off_stream_bps: Mapped[int | None]
    window_days: Mapped[int]
    hold_days: Mapped[int]
    keeps_cancelled: Mapped[bool] = mapped_column(server_default="false")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    contract: Mapped[Contract] = relationship()


class Coupon(Base):
    """A code of a contract. `key` is what is compared (coupons.py)."""

    __tablename__ = "coupon"
    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    code: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Reference)
    period: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class Ending(Base):
    """How a contract ends before its time: by notice or for cause, and on which last day."""

    __tablename__ = "ending"
    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    kind: Mapped[str] = mapped_column(Text)
    side: Mapped[str] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    last_day: Mapped[date]
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime] = mapped_column(Instant)


class Pause(Base):
    """Days on which a contract rests, once the other side has agreed."""

    __tablename__ = "pause"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        PauseStatus.ASKED: frozenset({PauseStatus.AGREED, PauseStatus.REFUSED})
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    side: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(Text, server_default=PauseStatus.ASKED)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    contract: Mapped[Contract] = relationship()
