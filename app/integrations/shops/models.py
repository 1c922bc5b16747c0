"""Shops, their keys, and what was not understood. Constraints are in migrations/versions/0054_shops.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Instant, PublicId, Reference
from app.users.models import Brand
from app.words import Word


class ShopKind(Word):
    """What the shop runs on."""

    SHOPIFY = "shopify", _("Shopify")
    WOOCOMMERCE = "woocommerce", _("WooCommerce")
    TIKTOK_SHOP = "tiktok_shop", _("TikTok Shop")


class ShopStatus(Word):
    """Whether a shop's deliveries are taken in."""

    CONNECTED = "connected", _("Connected"), "good"
    DISCONNECTED = "disconnected", _("Disconnected"), "quiet"


class Doubt(Word):
    """What of an order was not understood, or is left out."""

    TEST = "shop_test", _("A test order: it is no sale"), "quiet"
    DOES_NOT_ADD_UP = "does_not_add_up", _("Its lines do not add up to its total"), "warn"
    LINE_CHANGED = "line_changed", _("A line was changed after it was recorded"), "warn"
    REFUND_CHANGED = "refund_changed", _("A refund was changed after it was recorded"), "warn"
    SPREAD = "spread", _("The refund names no line: it is shared over the lines"), "warn"
    NO_MONEY_BACK = "no_money_back", _("Taken back without money: nothing was refunded"), "quiet"
    OTHER_CURRENCY = "other_currency", _("Refunded in another currency than it was paid in"), "warn"
    REFUSED = "row_refused", _("A row can’t be taken"), "bad"
    NO_AMOUNTS = "no_amounts", _("The event has no amounts: bring the order by a file"), "warn"
    DELETED = "order_deleted", _("The shop has deleted the order: what was sold of it stands"), "warn"
    ASKED = "data_asked_for", _("The buyer asks what is kept of the order"), "warn"


class Shop(Base):
    """A shop of a brand. `source` is what its orders are called in the sales."""

    __tablename__ = "shop"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        ShopStatus.CONNECTED: frozenset({ShopStatus.DISCONNECTED}),
        ShopStatus.DISCONNECTED: frozenset({ShopStatus.CONNECTED}),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Reference)
    app_key: Mapped[str] = mapped_column(Text, server_default="")
    status: Mapped[str] = mapped_column(Text, server_default=ShopStatus.CONNECTED)
    status_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()
    secrets: Mapped[list[ShopSecret]] = relationship(
        primaryjoin="and_(ShopSecret.shop_id == Shop.id, ShopSecret.removed_at.is_(None))",
        order_by="ShopSecret.id",
        viewonly=True,
    )


class ShopSecret(Base):
    """A key with which the shop signs; only its ending is ever shown."""

    __tablename__ = "shop_secret"
    id: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    ending: Mapped[str] = mapped_column(Text)
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(Instant)
    matched_at: Mapped[datetime | None] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class ShopDoubt(Base):
    """Something about one order that a person should know."""

    __tablename__ = "shop_doubt"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"))
    order_ref: Mapped[str] = mapped_column(Reference)
    about: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text, server_default="")
    noted_at: Mapped[datetime] = mapped_column(Instant)
