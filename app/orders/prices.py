"""What a product costs, and what a lower price may be compared with."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from app.database import raw, rows
from app.money import exponent


def minor(price: Decimal, currency: str) -> int:
    """A price in whole units as minor ones, rounded half up."""
    return int((price * 10 ** exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP))


def lowest_of_30_days(brand_id: int, product_id: int, currency: str, *, at: datetime) -> int | None:
    """The lowest price, in minor units, at which the product was offered in the thirty days before; None while our own
    history is shorter than that (Directive 98/6/EC, art. 6a)."""
    values = {
        "brand": brand_id,
        "product": product_id,
        "currency": currency,
        "at": at,
        "minors": 10 ** exponent(currency),
    }
    found = rows(raw(), "app.orders", "lowest_price", values)[0]
    return minor(found.price, currency) if found.known and found.price is not None else None
