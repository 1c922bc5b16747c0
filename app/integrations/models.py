"""Events of other systems and their bodies. Constraints and triggers are in migrations/versions/0042_inbox.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Instant, PublicId
from app.words import Word


class EventStatus(Word):
    """Where an event stands. A stuck one was tried as often as we try, and waits for a person."""

    WAITING = "waiting", _("Waiting"), "info"
    STUCK = "stuck", _("Needs attention"), "bad"
    HANDLED = "handled", _("Handled"), "good"
    IGNORED = "ignored", _("Ignored"), "quiet"


UNHANDLED = (EventStatus.WAITING, EventStatus.STUCK)  # nobody has dealt with these


class IgnoredAs(Word):
    """Why nothing was done about an event."""

    UNKNOWN_TYPE = "unknown_type", _("We do nothing with events of this type")
    OVERTAKEN = "overtaken", _("A newer event about the same object was handled before")
    BY_PERSON = "by_person", _("Ignored by a person")


class Refusal(Word):
    """Why a delivery was not taken in; such deliveries are counted, and nothing of them is kept."""

    SIGNATURE = "signature", _("Wrong signature")
    TIME = "time", _("Signed too long ago, or in the future")
    MODE = "mode", _("A test event on a live market, or the other way round")
    CONTENT = "content", _("Content that can’t be read")


class WebhookEvent(Base):
    """One event, however often it was delivered. Only what becomes of it (from `status` on) ever changes."""

    __tablename__ = "webhook_event"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        EventStatus.WAITING: frozenset({EventStatus.WAITING, EventStatus.IGNORED}),
        EventStatus.STUCK: frozenset({EventStatus.WAITING, EventStatus.IGNORED}),
        EventStatus.IGNORED: frozenset({EventStatus.WAITING}),
    }
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    source: Mapped[str] = mapped_column(Text)
    event_id: Mapped[str] = mapped_column(Text)  # the source's own
    type: Mapped[str] = mapped_column(Text)
    happened_at: Mapped[datetime] = mapped_column(Instant)  # as the source says
    livemode: Mapped[bool]
    received_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(Text, server_default=EventStatus.WAITING)
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str | None] = mapped_column(Text)
    ignored_as: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    shop_id: Mapped[int | None] = mapped_column(ForeignKey("shop.id"))
    body: Mapped[WebhookBody | None] = relationship(viewonly=True)


class WebhookBody(Base):
    """What was sent, byte for byte, with the headers that matter. It goes when nobody needs it any more."""

    __tablename__ = "webhook_body"
    event_id: Mapped[int] = mapped_column(ForeignKey("webhook_event.id"), primary_key=True)
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[bytes] = mapped_column(LargeBinary)
