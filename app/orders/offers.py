"""What a show has on offer, for the watch page and for who reserves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.database import raw, rows
from app.orders.prices import minor
from app.streams.models import Show, ShowStatus

BUYABLE = frozenset({ShowStatus.ON_AIR, ShowStatus.ENDED})  # also from the replay


@dataclass(frozen=True)
class Offer:
    """An item of a run sheet as it can be bought at an instant. Prices are in minor units, with VAT and delivery."""

    item_id: int
    brand_id: int
    brand_uuid: UUID
    brand: str
    product_id: int
    sku: str
    name: str
    price: int  # in force now
    usual_price: int  # outside of a price for minutes
    reference: int | None  # the lowest price of the last thirty days, where the price in force is a lower one
    currency: str
    left: int | None  # that somebody new can have; None: never sold out
    held: int  # pieces in others' reservations, which may come free
    flash_id: int | None
    flash_ends_at: datetime | None
    flash_left: int | None  # pieces at the price for minutes; None: as many as there are
    flash_max: int | None  # for each buyer
    max_per_buyer: int
    selling: str

    @property
    def sold_out(self) -> bool:
        """Whether nobody new can have one."""
        return self.left == 0


def offers_of(show: Show, at: datetime) -> list[Offer]:
    """Every item of the run sheet as it can be bought at `at`, in the sheet's order; nothing of a show that is neither
    on air nor over."""
    return _offers(show.id, None, at) if show.status in BUYABLE else []


def left_of(show: Show, at: datetime) -> dict[int, int | None]:
    """What is left of every item of a run sheet, by its number, also before the show; None: never sold out."""
    return {offer.item_id: offer.left for offer in _offers(show.id, None, at)}


def offer_of(show: Show, item_id: int, at: datetime) -> Offer | None:
    """One item; None where the show has no such item on offer."""
    found = _offers(show.id, item_id, at) if show.status in BUYABLE else []
    return found[0] if found else None


def _offers(show_id: int, item_id: int | None, at: datetime) -> list[Offer]:
    values = {"show": show_id, "item": item_id, "at": at}
    return [_offer(row) for row in rows(raw(), "app.orders", "offers", values)]


def _offer(row: Any) -> Offer:
    usual = minor(row.price if row.announced_price is None else row.announced_price, row.currency)
    left = None if row.on_hand is None else max(0, row.on_hand - row.held - row.sold)
    flash_left = None if row.flash_pieces is None else max(0, row.flash_pieces - row.flash_taken)
    runs = row.flash_id is not None and flash_left != 0 and row.flash_price < usual
    return Offer(
        item_id=row.item_id,
        brand_id=row.brand_id,
        brand_uuid=row.brand_uuid,
        brand=row.brand,
        product_id=row.product_id,
        sku=row.sku,
        name=row.name,
        price=row.flash_price if runs else usual,
        usual_price=usual,
        reference=row.flash_reference if runs else None,
        currency=row.currency,
        left=left,
        held=row.held,
        flash_id=row.flash_id if runs else None,
        flash_ends_at=row.flash_ends_at if runs else None,
        flash_left=flash_left if runs else None,
        flash_max=row.flash_max if runs else None,
        max_per_buyer=row.max_per_buyer,
        selling=row.selling,
    )
