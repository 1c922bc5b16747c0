"""Who wanted pieces that were not there. Constraints: migration 0046."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Currency, Instant, PublicId
from app.orders.models.purchase import Purchase
from app.users.models import Brand
from app.words import Word


class WaitingStatus(Word):
    """Where somebody stands who wanted pieces that were not there; who left no address can't be told of any."""

    CAME_LATE = "came_late", _("Found it sold out"), "quiet"
    IN_LINE = "in_line", _("In line"), "info"
    OFFERED = "offered", _("Offered a piece"), "warn"
    SERVED = "served", _("Bought it"), "good"
    GAVE_WAY = "gave_way", _("Passed it on"), "quiet"
    WENT_WITHOUT = "went_without", _("Went without"), "bad"


class WaitingBuyer(Base):
    """A viewer who found an item sold out, and perhaps waits for the next piece."""

    __tablename__ = "waiting_buyer"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        WaitingStatus.CAME_LATE: frozenset({WaitingStatus.IN_LINE}),
        WaitingStatus.IN_LINE: frozenset(
            {WaitingStatus.OFFERED, WaitingStatus.SERVED, WaitingStatus.GAVE_WAY, WaitingStatus.WENT_WITHOUT}
        ),
        WaitingStatus.OFFERED: frozenset({WaitingStatus.SERVED, WaitingStatus.GAVE_WAY, WaitingStatus.WENT_WITHOUT}),
        WaitingStatus.GAVE_WAY: frozenset({WaitingStatus.IN_LINE}),
        WaitingStatus.WENT_WITHOUT: frozenset({WaitingStatus.IN_LINE, WaitingStatus.SERVED}),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("show_item.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    product_id: Mapped[int]
    visitor: Mapped[bytes] = mapped_column(LargeBinary)
    quantity: Mapped[int]
    unit_price: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    email: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default=WaitingStatus.CAME_LATE)
    since: Mapped[datetime] = mapped_column(Instant)
    offered_at: Mapped[datetime | None] = mapped_column(Instant)
    purchase_id: Mapped[int | None] = mapped_column(ForeignKey("purchase.id"))
    brand: Mapped[Brand] = relationship()
    purchase: Mapped[Purchase | None] = relationship()
