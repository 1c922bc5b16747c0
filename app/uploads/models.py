"""Uploads and their files. Constraints are in migrations/versions/0011_uploads.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Instant, PublicId
from app.users.models import Brand


class Upload(Base):
    """Files dropped together: a worker previews them, somebody confirms or discards, a worker imports and settles."""

    __tablename__ = "upload"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        "received": frozenset({"previewing", "discarded"}),
        "previewing": frozenset({"previewed", "refused"}),
        "previewed": frozenset({"confirmed", "discarded"}),
        "confirmed": frozenset({"importing"}),
        "importing": frozenset({"settling", "refused"}),
        "settling": frozenset({"imported"}),
    }
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(Text, server_default="received")
    status_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(server_default="0")
    skip_bad: Mapped[bool] = mapped_column(server_default="false")
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    progress_file: Mapped[int | None]
    progress_rows: Mapped[int] = mapped_column(BigInteger, server_default="0")
    progress_done: Mapped[int] = mapped_column(BigInteger, server_default="0")
    progress_total: Mapped[int] = mapped_column(BigInteger, server_default="0")
    earned: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    failure: Mapped[str | None] = mapped_column(Text)
    brand: Mapped[Brand | None] = relationship()
    files: Mapped[list[UploadFile]] = relationship(order_by="UploadFile.nr", back_populates="upload")

    @property
    def working(self) -> bool:
        """Whether a worker has something to do with it."""
        return self.status in ("received", "previewing", "confirmed", "importing", "settling")

    @property
    def faulty(self) -> bool:
        """Whether a file can't be read or has bad rows."""
        return any(file.problem or file.rejected_rows for file in self.files)


class UploadFile(Base):
    """One file of an upload: its kind, told from the header, or the problem with it; and what came of it."""

    __tablename__ = "upload_file"
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    nr: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    bytes: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[str | None] = mapped_column(Text)
    read_rows: Mapped[int] = mapped_column(BigInteger, server_default="0")
    new_rows: Mapped[int] = mapped_column(BigInteger, server_default="0")
    updated_rows: Mapped[int] = mapped_column(BigInteger, server_default="0")
    unchanged_rows: Mapped[int] = mapped_column(BigInteger, server_default="0")
    rejected_rows: Mapped[int] = mapped_column(BigInteger, server_default="0")
    bad: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    bad_file: Mapped[str | None] = mapped_column(Text)
    import_id: Mapped[int | None]
    upload: Mapped[Upload] = relationship(back_populates="files")


class Import(Base):
    """A file that was read into the market, from a page or by command line. Rows are written by app/csvfiles."""

    __tablename__ = "import"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    kind: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    by_name: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    read_rows: Mapped[int] = mapped_column(BigInteger)
    new_rows: Mapped[int] = mapped_column(BigInteger)
    updated_rows: Mapped[int] = mapped_column(BigInteger)
    unchanged_rows: Mapped[int] = mapped_column(BigInteger)
    rejected_rows: Mapped[int] = mapped_column(BigInteger)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_by: Mapped[str | None] = mapped_column(Text)
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    brand: Mapped[Brand | None] = relationship()
