"""The inbox of other people's events. Constraints are in migrations/versions/0039_transfers.py."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Instant
from app.words import Word


class EventStatus(Word):
    """Where an event stands. A dropped one is not handled, with a reason."""

    WAITING = "waiting", _("Waiting"), "info"
    DONE = "done", _("Done"), "good"
    DROPPED = "dropped", _("Dropped"), "quiet"


class InboxEvent(Base):
    """An event as it came in; what was signed never changes."""

    __tablename__ = "inbox_event"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    event_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    happened_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    body: Mapped[str] = mapped_column(Text)
    swept: Mapped[bool] = mapped_column(server_default="false")
    status: Mapped[str] = mapped_column(Text, server_default="waiting")
    tries: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    dropped_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    dropped_reason: Mapped[str | None] = mapped_column(Text)
