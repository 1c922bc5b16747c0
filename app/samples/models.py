"""Samples. Constraints: migration 0023."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Currency, Instant, PublicId, Reference
from app.users.models import Brand, Creator
from app.words import Word


class SampleStatus(Word):
    """Where a sample stands (rules.md B18)."""

    REQUESTED = "requested", _("Requested"), "warn"
    APPROVED = "approved", _("Approved"), "good"
    REJECTED = "rejected", _("Rejected"), "bad"
    LAPSED = "lapsed", _("Expired"), "quiet"
    RETRACTED = "retracted", _("Withdrawn"), "quiet"
    SHIPPED = "shipped", _("Shipped"), "info"
    DELIVERED = "delivered", _("Delivered"), "info"
    FULFILLED = "fulfilled", _("Shown"), "good"
    MISSED = "missed", _("Not shown in time"), "bad"
    APPEALED = "appealed", _("Appealed"), "warn"


class Sample(Base):
    """A product sent to a creator to be shown (rules.md B18). `value` is that of all pieces, in minor units."""

    __tablename__ = "sample"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        SampleStatus.REQUESTED: frozenset(
            {SampleStatus.APPROVED, SampleStatus.REJECTED, SampleStatus.LAPSED, SampleStatus.RETRACTED}
        ),
        SampleStatus.APPROVED: frozenset(
            {SampleStatus.SHIPPED, SampleStatus.REJECTED, SampleStatus.LAPSED, SampleStatus.RETRACTED}
        ),
        SampleStatus.SHIPPED: frozenset({SampleStatus.DELIVERED, SampleStatus.LAPSED}),
        SampleStatus.DELIVERED: frozenset({SampleStatus.FULFILLED, SampleStatus.MISSED, SampleStatus.APPEALED}),
        SampleStatus.MISSED: frozenset({SampleStatus.APPEALED, SampleStatus.FULFILLED}),
        SampleStatus.APPEALED: frozenset(
            {SampleStatus.FULFILLED, SampleStatus.MISSED, SampleStatus.DELIVERED, SampleStatus.APPROVED}
        ),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    sku: Mapped[str] = mapped_column(Reference)
    product_name: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int] = mapped_column(server_default="1")
    value: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    message: Mapped[str] = mapped_column(Text, server_default="")
    status: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime] = mapped_column(Instant)
    decide_by: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
    shipped_at: Mapped[datetime | None] = mapped_column(Instant)
    tracking: Mapped[str] = mapped_column(Text, server_default="")
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    extended_at: Mapped[datetime | None] = mapped_column(Instant)
    fulfilled_at: Mapped[datetime | None] = mapped_column(Instant)
    stream_id: Mapped[int | None] = mapped_column(ForeignKey("stream.id"))
    proof: Mapped[str] = mapped_column(Text, server_default="")
    proof_at: Mapped[datetime | None] = mapped_column(Instant)
    missed_at: Mapped[datetime | None] = mapped_column(Instant)
    appeal: Mapped[str | None] = mapped_column(Text)
    appealed_at: Mapped[datetime | None] = mapped_column(Instant)
    appeal_decided_at: Mapped[datetime | None] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator] = relationship()
