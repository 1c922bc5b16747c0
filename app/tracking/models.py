"""Touches, and the links by which they come. Constraints are in migrations 0007 and 0053; nobody may change a touch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contracts.models import Contract
from app.database import Base, Instant, PublicId, Reference
from app.streams.models import Stream
from app.users.models import Brand, Creator
from app.words import Word


class LinkStatus(Word):
    """Where a link stands. One that is off leads to the shop's own beginning, and earns nobody anything."""

    WORKING = "working", _("Working"), "good"
    PAUSED = "paused", _("Paused"), "warn"
    ENDED = "ended", _("Ended"), "quiet"


class Uncounted(Word):
    """Why a click on a link is no touch."""

    MACHINE = "machine", _("Machines"), "quiet"
    FETCHED_AHEAD = "fetched_ahead", _("Fetched ahead"), "quiet"
    FLOOD = "flood", _("Too many at once"), "warn"
    UNCOVERED = "uncovered", _("Outside the contract"), "warn"
    TURNED_OFF = "turned_off", _("While it was off"), "quiet"


class Touch(Base):
    """A visitor of a brand came by a creator's link. The visitor is a keyed hash.

    By a link of ours `ref` is the click id. `evidence` is what a shop has recorded where we have seen no click.
    """

    __tablename__ = "touch"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ref: Mapped[str] = mapped_column(Reference)
    visitor: Mapped[bytes] = mapped_column(LargeBinary)
    creator_id: Mapped[int]
    stream_id: Mapped[int | None] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int]
    link_id: Mapped[int | None] = mapped_column(BigInteger)
    evidence: Mapped[str | None] = mapped_column(Text)


class BrandDomain(Base):
    """A place where a brand sells: a host, with a port where it has one of its own."""

    __tablename__ = "brand_domain"
    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    domain: Mapped[str] = mapped_column(Reference)
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(Instant)


class Link(Base):
    """An address of ours, `/go/<code>`, that leads to a brand's shop, for one contract of a creator."""

    __tablename__ = "link"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        LinkStatus.WORKING: frozenset({LinkStatus.PAUSED, LinkStatus.ENDED}),
        LinkStatus.PAUSED: frozenset({LinkStatus.WORKING, LinkStatus.ENDED}),
    }
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    code: Mapped[str] = mapped_column(Reference)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    stream_id: Mapped[int | None] = mapped_column(ForeignKey("stream.id"))
    sku: Mapped[str | None] = mapped_column(Reference)
    label: Mapped[str] = mapped_column(Text, server_default="")
    destination: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default=LinkStatus.WORKING)
    status_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    contract: Mapped[Contract] = relationship(foreign_keys=[contract_id])
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator] = relationship()
    stream: Mapped[Stream | None] = relationship()


class LinkTally(Base):
    """How many clicks of a day on a link were no touches, by why."""

    __tablename__ = "link_tally"
    link_id: Mapped[int] = mapped_column(ForeignKey("link.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    clicks: Mapped[int] = mapped_column(BigInteger)
