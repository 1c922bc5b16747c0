"""Pieces: what is on the shelf, what of it is held, what is sold and not shipped yet.

Who gives pieces out, takes them back or counts them locks the row of the product's stock first, and nothing is called
outside while it is held.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from app.catalog.models import Product
from app.database import db, raw, rows
from app.errors import BadInput
from app.orders.models import ProductStock
from app.security import Identity
from app.users.trail import record

MOST = 1_000_000


@dataclass(frozen=True)
class Pieces:
    """Of one product: on the shelf (None: it is never sold out), held by reservations, sold and not shipped."""

    on_hand: int | None
    held: int
    sold: int

    @property
    def left(self) -> int | None:
        """What somebody new can have; None: as many as they like."""
        return None if self.on_hand is None else max(0, self.on_hand - self.held - self.sold)

    def covers(self, quantity: int, *, own_hold: bool) -> bool:
        """Whether so many can be sold now, to who holds them or to who does not. What is paid comes before what is only
        held, where a brand has counted fewer pieces than were held."""
        return self.on_hand is None or self.on_hand - self.sold - (0 if own_hold else self.held) >= quantity


@dataclass(frozen=True)
class Taken:
    """What a visitor has or holds of an item, and how much of it at a price for minutes."""

    pieces: int
    at_flash: int


def lock(brand_id: int, product_id: int) -> bool:
    """Takes the lock under which pieces of a product are given out, until the transaction ends. False where the product
    is never sold out."""
    query = "select 1 from product_stock where brand_id = %s and product_id = %s for update"
    return raw().execute(query, [brand_id, product_id]).fetchone() is not None


def pieces(brand_id: int, product_id: int, at: datetime) -> Pieces:
    """How many there are of a product at an instant."""
    return pieces_of(brand_id, [product_id], at)[product_id]


def pieces_of(brand_id: int, product_ids: Collection[int], at: datetime) -> dict[int, Pieces]:
    """The same of several products, by number."""
    values = {"brand": brand_id, "products": list(product_ids), "at": at}
    found = rows(raw(), "app.orders", "pieces", values)
    return {row.product_id: Pieces(row.on_hand, row.held, row.sold) for row in found}


def taken_by(visitor: bytes, item_id: int, flash_id: int | None, at: datetime) -> Taken:
    """What a visitor has bought or holds of an item."""
    values = {"item": item_id, "visitor": visitor, "flash": flash_id, "at": at}
    taken: Taken = rows(raw(), "app.orders", "taken_by", values, Taken)[0]
    return taken


def set_on_hand(product: Product, on_hand: int | None, *, by: Identity, at: datetime) -> None:
    """Notes what the brand has counted; None: the product is never sold out. The caller then offers what is free to who
    waits (`waiting.serve`). Raises BadInput for what can't be."""
    if on_hand is not None and not 0 <= on_hand <= MOST:
        raise BadInput(gettext("Enter how many pieces there are: 0 to 1,000,000."))
    lock(product.brand_id, product.id)
    row = db.session.get(ProductStock, (product.brand_id, product.id), populate_existing=True)
    before = row.on_hand if row else None
    if on_hand is None and row:
        db.session.delete(row)
    elif on_hand is not None:
        row = row or ProductStock(brand_id=product.brand_id, product_id=product.id)
        row.on_hand, row.changed_by, row.changed_at = on_hand, by.person_id, at
        db.session.add(row)
    db.session.flush()
    if before != on_hand:
        record("count stock", "product", product.id, by=by, at=at, sku=product.sku, pieces=on_hand)


def take_off_shelf(brand_id: int, product_id: int, quantity: int) -> None:
    """Pieces have left the house; the caller holds the lock."""
    query = (
        "update product_stock set on_hand = greatest(0, on_hand - %s)  -- a brand may have counted without them already"
        " where brand_id = %s and product_id = %s"
    )
    raw().execute(query, [quantity, brand_id, product_id])
