"""Sale lines and refunds that come one by one or in small batches: from a shop's events, and by the API.

They are judged and stored as the rows of a file are (spec/formats.md): this only writes them as such rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from app.csvfiles.recording import Outcome, record_rows
from app.database import db
from app.sales.files import REFUNDS, SALES
from app.users.models import Brand


@dataclass(frozen=True)
class SaleLine:
    """One line of an order. Prices and discount are in major units; `visitor` is whatever the brand calls the buyer, or
    `hmac:` and the hash (app/tracking/visitors.py): it is stored as a hash only."""

    source: str
    order: str
    line: str
    occurred_at: datetime
    sku: str
    quantity: int
    unit_price: Decimal
    currency: str
    discount: Decimal | None = None
    visitor: str | None = None
    description: str | None = None
    country: str | None = None
    coupon: str | None = None
    checkout_stream: str | None = None


@dataclass(frozen=True)
class RefundLine:
    """Money given back on one order line, in major units; it may come before its sale."""

    source: str
    refund: str
    order: str
    line: str
    occurred_at: datetime
    amount: Decimal
    currency: str
    quantity: int | None = None


def record_sales(brand_id: int, lines: Sequence[SaleLine], *, through: str, at: datetime) -> list[Outcome]:
    """What became of each sale line, in their order; see record_rows for `through` and what it raises."""
    return record_rows(SALES, brand_id, _written(brand_id, lines), through=through, at=at)


def record_refunds(brand_id: int, lines: Sequence[RefundLine], *, through: str, at: datetime) -> list[Outcome]:
    """What became of each refund, in their order; see record_rows for `through` and what it raises."""
    return record_rows(REFUNDS, brand_id, _written(brand_id, lines), through=through, at=at)


def _written(brand_id: int, lines: Sequence[SaleLine | RefundLine]) -> list[dict[str, str]]:
    brand = db.session.get_one(Brand, brand_id).handle
    return [{"brand": brand, **{name: _cell(value) for name, value in vars(line).items()}} for line in lines]


def _cell(value: object) -> str:
    """The value as a file has it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
