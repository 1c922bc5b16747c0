"""Products, and the trees of shared words. Constraints are in migrations 0003 and 0012."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Currency, Instant, Reference
from app.words import Word


class TreeName(Word):
    """One of the four trees of shared words."""

    CATEGORY = "category", _("Category"), "quiet"
    PLATFORM = "platform", _("Platform"), "quiet"
    TERRITORY = "territory", _("Territory"), "quiet"
    FORMAT = "format", _("Format"), "quiet"


class Product(Base):
    """Something a brand sells. `commissionable` says whether its sales can earn a commission."""

    __tablename__ = "product"
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(Reference)
    name: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    price: Mapped[Decimal] = mapped_column(Numeric)
    currency: Mapped[str] = mapped_column(Currency)
    commissionable: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int | None]


class Node(Base):
    """A word of one of the four trees (category, platform, territory, format): the half-open range of its subtree."""

    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    tree: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Reference)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    name_en: Mapped[str] = mapped_column(Text)
    name_nl: Mapped[str] = mapped_column(Text)
    lo: Mapped[int]
    hi: Mapped[int]
    interest: Mapped[bool] = mapped_column(server_default="false")  # creators are about it, brands hardly sell it

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_nl if str(get_locale()) == "nl" else self.name_en


class BrandCategory(Base):
    """A category that a brand says it sells in."""

    __tablename__ = "brand_category"
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("node.id"), primary_key=True)
