"""The evidence that a host was there, and what people say against the record (rules.md B8). Constraints: migration
0045."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Instant, PublicId
from app.streams.models.stream import Stream
from app.words import Word


class ActivityKind(Word):
    """What shows that somebody was there."""

    PIN = "pin", _("Product pinned"), "quiet"
    CHAT = "chat", _("Chat answered"), "quiet"
    REMINDER = "reminder", _("Advertising said"), "quiet"


class QuarterStatus(Word):
    """Where a disagreement about a quarter of an hour stands."""

    CLAIMED = "claimed", _("Claimed"), "warn"
    DISPUTED = "disputed", _("Disputed"), "bad"
    COUNTED = "counted", _("Counted"), "good"
    REFUSED = "refused", _("Refused"), "bad"


class HostActivity(Base):
    """Something the host or a moderator did during a show."""

    __tablename__ = "host_activity"
    id: Mapped[int] = mapped_column(primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class AdReminder(Base):
    """That it was said, in this quarter of an hour since the show went on air, that this is advertising."""

    __tablename__ = "ad_reminder"
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"), primary_key=True)
    quarter: Mapped[int] = mapped_column(primary_key=True)
    said_at: Mapped[datetime] = mapped_column(Instant)
    said_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class QuarterReview(Base):
    """A quarter of an hour of a stream about which a side does not agree with the record. `said` is what it said,
    `reason` what was decided with."""

    __tablename__ = "quarter_review"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        QuarterStatus.CLAIMED: frozenset({QuarterStatus.COUNTED, QuarterStatus.REFUSED}),
        QuarterStatus.DISPUTED: frozenset({QuarterStatus.COUNTED, QuarterStatus.REFUSED}),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    stream_id: Mapped[int] = mapped_column(ForeignKey("stream.id"))
    quarter: Mapped[int]
    status: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text)
    said_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    stream: Mapped[Stream] = relationship()
