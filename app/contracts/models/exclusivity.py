"""Waivers and breaches; claims are written and read by statements over sets. Constraints: migration 0015."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import Node
from app.contracts.models.contract import Contract
from app.database import Base, Instant, PublicId
from app.users.models import Brand
from app.words import Word


class ClaimKind(Word):
    """What a contract claims of its creator: work for its brand, or that there is none for others."""

    WORK = "work", _("Work"), "info"
    BLOCK = "block", _("Exclusivity"), "warn"


class WaiverStatus(Word):
    """Where a waiver stands."""

    ASKED = "asked", _("Asked for"), "warn"
    GRANTED = "granted", _("Granted"), "good"
    REFUSED = "refused", _("Refused"), "bad"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "bad"


class BreachKind(Word):
    """What went against an exclusivity."""

    STREAM = "stream", _("Stream"), "quiet"
    CONTRACT = "contract", _("Contract"), "quiet"


class BreachStatus(Word):
    """Where a case stands."""

    OPEN = "open", _("Open"), "warn"
    UPHELD = "upheld", _("Upheld"), "bad"
    DISMISSED = "dismissed", _("Dismissed"), "good"


class Waiver(Base):
    """The holder of an exclusivity lets one brand pass, for some days, in all or one category."""

    __tablename__ = "waiver"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        WaiverStatus.ASKED: frozenset({WaiverStatus.GRANTED, WaiverStatus.REFUSED, WaiverStatus.WITHDRAWN}),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default=WaiverStatus.ASKED)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    contract: Mapped[Contract] = relationship()
    brand: Mapped[Brand] = relationship()
    category: Mapped[Node | None] = relationship()


class Breach(Base):
    """What was found to go against an exclusivity: the creator answers, then the holder decides."""

    __tablename__ = "breach"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        BreachStatus.OPEN: frozenset({BreachStatus.UPHELD, BreachStatus.DISMISSED})
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    kind: Mapped[str] = mapped_column(Text)
    cause: Mapped[int]
    found_at: Mapped[datetime] = mapped_column(Instant)
    answer_by: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(Text, server_default=BreachStatus.OPEN)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)
    contract: Mapped[Contract] = relationship()
