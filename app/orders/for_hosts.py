"""What hosts are told of the stock: how many pieces of each product of their run sheet somebody new can have."""

from __future__ import annotations

from datetime import datetime

from app.orders.stock import pieces_of
from app.streams.models import Show
from app.streams.shows import items_of


def left_of(show: Show, at: datetime) -> dict[int, int | None]:
    """By the number of the item how many are left; None: it is never sold out, or nobody counts it."""
    items = items_of(show)
    left: dict[int, int | None] = {}
    for brand_id in {item.brand_id for item in items}:
        own = {item.product_id: item.id for item in items if item.brand_id == brand_id}
        counted = pieces_of(brand_id, list(own), at)
        left |= {own[product_id]: each.left for product_id, each in counted.items() if product_id in own}
    return left
