"""Uploads and their files. Constraints are in migrations/versions/0011_uploads.py."""

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
from app.users.models import Brand
from app.words import Word


class UploadStatus(Word):
    """Where an upload stands."""

    RECEIVED = "received", _("Waiting to be read"), "info"
    PREVIEWING = "previewing", _("Being read"), "info"
    PREVIEWED = "previewed", _("Ready to confirm"), "warn"
    CONFIRMED = "confirmed", _("Waiting to be imported"), "info"
    IMPORTING = "importing", _("Being imported"), "info"
    SETTLING = "settling", _("Being settled"), "info"
    IMPORTED = "imported", _("Imported"), "good"
    REFUSED = "refused", _("Refused"), "bad"
    DISCARDED = "discarded", _("Discarded"), "quiet"


WORKING = (
    UploadStatus.RECEIVED,
    UploadStatus.PREVIEWING,
    UploadStatus.CONFIRMED,
    UploadStatus.IMPORTING,
    UploadStatus.SETTLING,
)
DONE = (UploadStatus.IMPORTED, UploadStatus.REFUSED, UploadStatus.DISCARDED)


class FileKind(Word):
    """What a file that was imported brings (formats.md, and lists of accounts from elsewhere)."""

    BRANDS = "brands", _("Brands")
    CREATORS = "creators", _("Creators")
    CHANNELS = "channels", _("Channels")
    CREATOR_LISTS = "creator_lists", _("Lists of creators")
    PRODUCTS = "products", _("Products")
    CONTRACTS = "contracts", _("Contracts")
    STREAMS = "streams", _("Streams")
    MINUTES = "minutes", _("Minutes of streams")
    ENGAGEMENT = "engagement", _("Engagement")
    TOUCHES = "touches", _("Touches")
    SALES = "sales", _("Sales")
    REFUNDS = "refunds", _("Refunds")
    SHOPIFY_ORDERS = "shopify_orders", _("Orders of Shopify")
    SHOPIFY_TRANSACTIONS = "shopify_transactions", _("Payments of Shopify")
    WOOCOMMERCE_ORDERS = "woocommerce_orders", _("Orders of WooCommerce")
    WOOCOMMERCE_REPORT = "woocommerce_report", _("Order report of WooCommerce")
    TIKTOK_AFFILIATE = "tiktok_affiliate", _("Affiliate orders of TikTok Shop")
    BOL_SPECIFICATION = "bol_specification", _("Specification of Bol")
    MAPPED = "mapped", _("Orders of a shop")


class Upload(Base):
    """Files dropped together: a worker previews them, somebody confirms or discards, a worker imports and settles."""

    __tablename__ = "upload"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        UploadStatus.RECEIVED: frozenset({UploadStatus.PREVIEWING, UploadStatus.DISCARDED}),
        UploadStatus.PREVIEWING: frozenset({UploadStatus.PREVIEWED, UploadStatus.REFUSED}),
        UploadStatus.PREVIEWED: frozenset(
            {UploadStatus.CONFIRMED, UploadStatus.DISCARDED, UploadStatus.RECEIVED}  # read otherwise
        ),
        UploadStatus.CONFIRMED: frozenset({UploadStatus.IMPORTING}),
        UploadStatus.IMPORTING: frozenset({UploadStatus.SETTLING, UploadStatus.REFUSED}),
        UploadStatus.SETTLING: frozenset({UploadStatus.IMPORTED}),
    }
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(Text, server_default=UploadStatus.RECEIVED)
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
        return self.status in WORKING

    @property
    def unreadable(self) -> bool:
        """Whether none of its files can be read: there is nothing to confirm."""
        return all(file.problem for file in self.files)

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
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    flags: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    read_rows: Mapped[int] = mapped_column(BigInteger, server_default="0")
    new_rows: Mapped[int] = mapped_column(BigInteger, server_default="0")
    updated_rows: Mapped[int] = mapped_column(BigInteger, server_default="0")
    unchanged_rows: Mapped[int] = mapped_column(BigInteger, server_default="0")
    rejected_rows: Mapped[int] = mapped_column(BigInteger, server_default="0")
    repeated_rows: Mapped[int] = mapped_column(BigInteger, server_default="0")
    repeats: Mapped[list[int]] = mapped_column(JSONB, server_default="[]")
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
    repeated_rows: Mapped[int] = mapped_column(BigInteger, server_default="0")
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_by: Mapped[str | None] = mapped_column(Text)
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    brand: Mapped[Brand | None] = relationship()
