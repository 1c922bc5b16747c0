"""Reservations that become orders, and money that goes back. Constraints: migration 0046."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Currency, Instant, PublicId, Reference
from app.streams.models import Show
from app.users.models import Brand, Creator
from app.words import Word


class PurchaseStatus(Word):
    """Where a purchase stands, from the click to the parcel. Of what was paid without stock all money goes back."""

    RESERVED = "reserved", _("Reserved"), "info"
    PAYING = "paying", _("Being paid"), "info"
    ON_ITS_WAY = "on_its_way", _("On its way"), "info"
    EXPIRED = "expired", _("Expired"), "quiet"
    LET_GO = "let_go", _("Given back"), "quiet"
    PAID = "paid", _("Paid"), "good"
    SHIPPED = "shipped", _("Shipped"), "info"
    REFUNDED = "refunded", _("Refunded"), "warn"
    SHORT = "short", _("Paid without stock"), "bad"


class RefundReason(Word):
    """Why money goes back to a buyer, or comes again."""

    WITHDRAWAL = "withdrawal", _("Buyer withdrew"), "warn"
    BY_BRAND = "by_brand", _("Refunded by the brand"), "warn"
    NO_STOCK = "no_stock", _("Nothing left when it was paid"), "bad"
    OUTSIDE = "outside", _("Refunded at Stripe"), "warn"
    DISPUTE = "dispute", _("Payment disputed"), "bad"
    DISPUTE_WON = "dispute_won", _("Dispute won"), "good"


class RefundStatus(Word):
    """Where a refund stands; one that was refused has to be looked at by a person."""

    ASKED = "asked", _("Asked for"), "warn"
    DONE = "done", _("Done"), "good"
    REFUSED = "refused", _("Refused"), "bad"


OPEN = (PurchaseStatus.RESERVED, PurchaseStatus.PAYING, PurchaseStatus.ON_ITS_WAY)
SOLD = (PurchaseStatus.PAID, PurchaseStatus.SHIPPED, PurchaseStatus.REFUNDED)
CAME = frozenset({*SOLD, PurchaseStatus.SHORT})  # money has come for it
_COMES = frozenset({PurchaseStatus.PAID, PurchaseStatus.SHORT})
_GOES = frozenset({PurchaseStatus.EXPIRED, PurchaseStatus.LET_GO})


class Purchase(Base):
    """A viewer's reservation, and the order that it becomes; amounts in minor units, with VAT."""

    __tablename__ = "purchase"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        PurchaseStatus.RESERVED: _COMES | _GOES | {PurchaseStatus.PAYING},
        PurchaseStatus.PAYING: _COMES | _GOES | {PurchaseStatus.ON_ITS_WAY},
        PurchaseStatus.ON_ITS_WAY: _COMES | _GOES,
        PurchaseStatus.EXPIRED: _COMES,  # money that comes all the same is never passed over
        PurchaseStatus.LET_GO: _COMES,
        PurchaseStatus.PAID: frozenset({PurchaseStatus.SHIPPED, PurchaseStatus.REFUNDED}),
        PurchaseStatus.SHIPPED: frozenset({PurchaseStatus.REFUNDED}),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    reference: Mapped[str] = mapped_column(Text)
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("show_item.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    product_id: Mapped[int]
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    stream_ref: Mapped[str] = mapped_column(Reference)
    sku: Mapped[str] = mapped_column(Reference)
    name: Mapped[str] = mapped_column(Text)
    visitor: Mapped[bytes] = mapped_column(LargeBinary)
    quantity: Mapped[int]
    unit_price: Mapped[int] = mapped_column(BigInteger)
    reference_price: Mapped[int | None] = mapped_column(BigInteger)
    flash_id: Mapped[int | None] = mapped_column(ForeignKey("flash_price.id"))
    currency: Mapped[str] = mapped_column(Currency)
    vat_bps: Mapped[int]
    selling: Mapped[str] = mapped_column(Text)
    delivery_days: Mapped[int]
    held_at: Mapped[datetime] = mapped_column(Instant)
    holds_until: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(Text, server_default=PurchaseStatus.RESERVED)
    language: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    buyer: Mapped[str | None] = mapped_column(Text)
    street: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(Text)
    town: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Currency)
    session: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    payment: Mapped[str | None] = mapped_column(Text)
    paid_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    look_at: Mapped[datetime | None] = mapped_column(Instant)
    sale_id: Mapped[int | None] = mapped_column(BigInteger)
    refunded_pieces: Mapped[int] = mapped_column(server_default="0")
    shipped_at: Mapped[datetime | None] = mapped_column(Instant)
    tracking: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator] = relationship()
    show: Mapped[Show] = relationship()

    @property
    def total(self) -> int:
        """What is paid for all of it, VAT and delivery included."""
        return self.quantity * self.unit_price

    @property
    def vat(self) -> int:
        """The VAT in the total."""
        return self.total - without_vat(self.total, self.vat_bps)

    @property
    def pieces_left(self) -> int:
        """The pieces whose money has not gone back."""
        return self.quantity - self.refunded_pieces


class OrderRefund(Base):
    """Money of an order that goes back to the buyer; the row is there before Stripe is asked."""

    __tablename__ = "order_refund"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        RefundStatus.ASKED: frozenset({RefundStatus.DONE, RefundStatus.REFUSED}),
        RefundStatus.DONE: frozenset({RefundStatus.REFUSED}),  # the payer's bank did not take it after all
        RefundStatus.REFUSED: frozenset({RefundStatus.ASKED, RefundStatus.DONE}),  # done: by a person, at Stripe
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    reason: Mapped[str] = mapped_column(Text)
    pieces: Mapped[int | None]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    words: Mapped[str | None] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, server_default="gen_random_uuid()::text")
    status: Mapped[str] = mapped_column(Text, server_default=RefundStatus.ASKED)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    first_sent_at: Mapped[datetime | None] = mapped_column(Instant)
    look_at: Mapped[datetime | None] = mapped_column(Instant)
    provider_ref: Mapped[str | None] = mapped_column(Text)
    why: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    purchase: Mapped[Purchase] = relationship()


def without_vat(amount: int, vat_bps: int) -> int:
    """An amount in minor units without the VAT that is in it, rounded half up."""
    return (amount * 20_000 + 10_000 + vat_bps) // (2 * (10_000 + vat_bps))
