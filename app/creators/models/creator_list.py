"""Lists of accounts from elsewhere, and who of them may be one person. Constraints: migrations 0020, 0032, 0063."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Instant, PublicId
from app.words import Word


class ListStatus(Word):
    """Where a list of accounts stands."""

    PREVIEWED = "previewed", _("Ready to confirm"), "warn"
    IMPORTED = "imported", _("Imported"), "good"
    DISCARDED = "discarded", _("Discarded"), "quiet"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "bad"
    KEPT = "kept", _("Yours alone"), "good"  # a brand's own list: nothing of it becomes a creator


class ListMapping(Base):
    """What the columns of a header were taken for, remembered for the next file that has it."""

    __tablename__ = "list_mapping"
    header_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    header: Mapped[list[str]] = mapped_column(ARRAY(Text))
    platform: Mapped[str] = mapped_column(Text)
    columns: Mapped[dict[str, int]] = mapped_column(JSONB)
    made_by_name: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Instant)


class CreatorList(Base):
    """One file of accounts: how it was read, and what came of it."""

    __tablename__ = "creator_list"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        ListStatus.PREVIEWED: frozenset({ListStatus.IMPORTED, ListStatus.KEPT, ListStatus.DISCARDED}),
        ListStatus.KEPT: frozenset({ListStatus.DISCARDED}),
        ListStatus.IMPORTED: frozenset({ListStatus.WITHDRAWN}),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    platform: Mapped[str] = mapped_column(Text)
    measured_on: Mapped[date]
    columns: Mapped[dict[str, int]] = mapped_column(JSONB)
    decimal_sign: Mapped[str] = mapped_column(Text, server_default="")  # of counts that fit two readings
    status: Mapped[str] = mapped_column(Text)
    read_rows: Mapped[int] = mapped_column(server_default="0")
    new_creators: Mapped[int] = mapped_column(server_default="0")
    updated_channels: Mapped[int] = mapped_column(server_default="0")
    unchanged_rows: Mapped[int] = mapped_column(server_default="0")
    rejected_rows: Mapped[int] = mapped_column(server_default="0")
    rejected_cells: Mapped[int] = mapped_column(server_default="0")
    kept_cells: Mapped[int] = mapped_column(server_default="0")
    rejected: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    seconds: Mapped[float | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int | None]
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))  # whose own list it is; none: the platform's
    offered_at: Mapped[datetime | None] = mapped_column(Instant)  # a brand's list: since when the admin may see it


class LikenessStatus(Word):
    """What became of two creators who may be one person."""

    ALIKE = "alike", _("To be decided"), "warn"
    MERGED = "merged", _("Merged"), "good"
    TWO = "two_people", _("Two people"), "quiet"


class Likeness(Base):
    """Two creators who may be one person, and what speaks for it; they may be gone by now."""

    __tablename__ = "likeness"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        LikenessStatus.ALIKE: frozenset({LikenessStatus.MERGED, LikenessStatus.TWO}),
    }
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    one_id: Mapped[int]
    other_id: Mapped[int]
    one_handle: Mapped[str] = mapped_column(Text)
    other_handle: Mapped[str] = mapped_column(Text)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(Text, server_default=LikenessStatus.ALIKE)
    found_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(Text)
