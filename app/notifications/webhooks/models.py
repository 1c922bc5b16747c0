"""Endpoints of brands, events, deliveries, attempts. Constraints are in migrations/versions/0056_outgoing.py."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Instant, PublicId
from app.users.models import Brand
from app.words import Word


class OffAs(Word):
    """Why nothing is sent to an endpoint."""

    KEPT_FAILING = "kept_failing", _("Off: kept failing"), "bad"
    GONE = "gone", _("Off: answered 410 Gone"), "bad"
    SWITCHED_OFF = "switched_off", _("Off"), "quiet"


class DeliveryStatus(Word):
    """Where an event stands on its way to an endpoint. A failed one was tried as often as we try."""

    WAITING = "waiting", _("Waiting"), "info"
    REACHED = "reached", _("Delivered"), "good"
    FAILED = "failed", _("Failed"), "bad"


class Trigger(Word):
    """Why an attempt was made."""

    FIRST = "first", _("First attempt"), "quiet"
    RETRY = "retry", _("Tried again"), "quiet"
    AGAIN = "again", _("Sent again by a person"), "info"
    TRIAL = "trial", _("Test event"), "info"


class Endpoint(Base):
    """An address of a brand to which we send events of the types it wants."""

    __tablename__ = "outgoing_endpoint"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    url: Mapped[str] = mapped_column(Text)
    types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    failures: Mapped[int] = mapped_column(server_default="0")
    free_at: Mapped[datetime] = mapped_column(Instant)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    off_as: Mapped[str | None] = mapped_column(Text)
    off_at: Mapped[datetime | None] = mapped_column(Instant)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()


class EndpointSecret(Base):
    """One secret of an endpoint, sealed with a key that follows from SECRET_KEY."""

    __tablename__ = "outgoing_secret"
    id: Mapped[int] = mapped_column(primary_key=True)
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("outgoing_endpoint.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)


class OutgoingEvent(Base):
    """A fact as it is told: `body` is what is signed and sent, byte for byte."""

    __tablename__ = "outgoing_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    type: Mapped[str] = mapped_column(Text)
    fact: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    happened_at: Mapped[datetime] = mapped_column(Instant)


class Delivery(Base):
    """One event on its way to one endpoint."""

    __tablename__ = "outgoing_delivery"
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("outgoing_endpoint.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("outgoing_event.id"), primary_key=True)
    status: Mapped[str] = mapped_column(Text, server_default=DeliveryStatus.WAITING)
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    trigger: Mapped[str] = mapped_column(Text, server_default=Trigger.FIRST)
    endpoint: Mapped[Endpoint] = relationship()
    event: Mapped[OutgoingEvent] = relationship()


class DeliveryAttempt(Base):
    """One attempt to deliver, with what was answered."""

    __tablename__ = "outgoing_attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    endpoint_id: Mapped[int]
    event_id: Mapped[int]
    trigger: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    milliseconds: Mapped[int]
    code: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
