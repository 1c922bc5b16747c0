"""Facts for tests, one line each: contracts, streams, touches, sales, refunds. Every builder flushes, none commits.

Amounts are minor units, instants aware datetimes; what is not said has a sensible default. A sale or refund comes with
its `due` row, as it does in the product, so `settle_due` finds it.
"""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range

from app.catalog.models import Product
from app.clock import first_instant
from app.contracts.models import Contract, Coupon, Terms
from app.contracts.terms.coupons import coupon_key
from app.database import db
from app.sales.models import Due, Refund, Sale
from app.streams.models import Stream
from app.tracking.models import Touch
from app.users.models import Brand, Creator

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)  # when things happen unless said otherwise
LANES = 64  # settlement.md section 7
numbers = itertools.count(1)
Fact = TypeVar("Fact")


def file_import(kind: str = "sales", brand: Brand | None = None, *, at: datetime = LONG_AGO, **columns: Any) -> int:
    """An import's row; returns its id. Facts name one, so the builders make one where none is given."""
    row = dict.fromkeys(("read_rows", "new_rows"), 1) | {
        "kind": kind,
        "file_name": f"{kind}.csv",
        "sha256": sha256(str(next(numbers)).encode()).digest(),
        "brand_id": brand.id if brand else None,
        "by_name": "Olga",
        "started_at": at,
        "finished_at": at,
    }
    row |= columns
    names = ", ".join(row)
    insert = f"insert into import ({names}) values ({', '.join(f':{name}' for name in row)}) returning id"
    return int(db.session.execute(text(insert), row).scalar_one())


def product(brand: Brand, sku: str = "LAMP", **columns: Any) -> Product:
    """Something the brand sells, commissionable unless said otherwise."""
    row = {"name": sku.title(), "category": "home", "price": Decimal("10.00"), "commissionable": True} | columns
    row = {"recorded_at": LONG_AGO} | row
    return _store(Product, brand_id=brand.id, sku=sku, currency=brand.currency, **row)


def contract(
    brand: Brand,
    creator: Creator,
    starts_on: date = date(2026, 1, 1),
    ends_on: date = date(2026, 12, 31),
    *,
    coupons: tuple[str, ...] = (),
    recorded_at: datetime = LONG_AGO,
    ref: str = "",
    **terms: Any,
) -> Contract:
    """A contract in the brand's zone with one version of terms (10 %, 14 days' window, 30 days' hold) and its codes."""
    begins = first_instant(starts_on, brand.timezone)
    period = Range(begins, first_instant(ends_on + timedelta(days=1), brand.timezone))
    made = _add(
        Contract(
            ref=ref or f"K{next(numbers)}",
            brand_id=brand.id,
            creator_id=creator.id,
            starts_on=starts_on,
            ends_on=ends_on,
            timezone=brand.timezone,
            period=period,
            recorded_at=recorded_at,
        )
    )
    promised = {"commission_bps": 1000, "window_days": 14, "hold_days": 30} | terms
    _add(Terms(contract_id=made.id, nr=1, valid=period, recorded_at=recorded_at, **promised))
    for code in coupons:
        key = coupon_key(code)
        row = {"brand_id": brand.id, "contract_id": made.id, "period": period, "recorded_at": recorded_at}
        _add(Coupon(code=code, key=key, **row))
    return made


def stream(
    brand: Brand, creator: Creator, starts_at: datetime = NOON, hours: float | None = 2, **columns: Any
) -> Stream:
    """A show of so many hours; None: it is still running."""
    row = {"ref": f"S{next(numbers)}", "platform": "tiktok", "skus": [], "recorded_at": LONG_AGO} | columns
    ends_at = None if hours is None else starts_at + timedelta(hours=hours)
    return _add(Stream(brand_id=brand.id, creator_id=creator.id, starts_at=starts_at, ends_at=ends_at, **row))


def hashed(visitor: str) -> bytes:
    """Stands for the keyed hash: equality is all that matters."""
    return sha256(visitor.encode()).digest()[:16]


def touch(
    brand: Brand,
    creator: Creator,
    visitor: str | bytes = "v1",
    at: datetime = NOON,
    stream: Stream | None = None,
    **columns: Any,
) -> Touch:
    """The visitor came by the creator's link, in a stream or not; bytes are a visitor's hash."""
    row = {"ref": f"T{next(numbers)}", "recorded_at": LONG_AGO, "stream_id": stream.id if stream else None} | columns
    row.setdefault("import_id", 0)
    seen = visitor if isinstance(visitor, bytes) else hashed(visitor)
    return _store(Touch, brand_id=brand.id, creator_id=creator.id, visitor=seen, occurred_at=at, **row)


def sale(
    brand: Brand, base_minor: int = 10_000, at: datetime = NOON, *, visitor: str | bytes | None = None, **columns: Any
) -> Sale:
    """One piece sold for `base_minor`, and what is due for it. `coupon` sets its key too; bytes are a hash."""
    number = next(numbers)
    row: dict[str, Any] = {
        "source": "shop",
        "order_ref": f"O{number}",
        "line_ref": "1",
        "version": 1,
        "sku": "LAMP",
        "quantity": 1,
        "unit_price": Decimal(base_minor) / 100,
        "discount_minor": 0,
        "currency": brand.currency,
        "country": "NL",
        "recorded_at": at + timedelta(minutes=1),
    } | columns
    if row.get("coupon"):
        row["coupon_key"] = coupon_key(row["coupon"])
    if "import_id" not in row:
        row["import_id"] = file_import("sales", brand, at=row["recorded_at"])
    seen = visitor if isinstance(visitor, bytes) else hashed(visitor) if visitor else None
    made = _store(Sale, brand_id=brand.id, base_minor=base_minor, occurred_at=at, visitor=seen, **row)
    due(made)
    return made


def refund(sale: Sale, amount: int, at: datetime = NOON + timedelta(days=1), **columns: Any) -> Refund:
    """Money given back on the sale's line, and what is due for it."""
    keys = {name: getattr(sale, name) for name in ("brand_id", "source", "order_ref", "line_ref", "currency")}
    row: dict[str, Any] = keys | {
        "refund_ref": f"R{next(numbers)}",
        "version": 1,
        "recorded_at": at + timedelta(minutes=1),
    }
    row |= columns
    if "import_id" not in row:
        brand = db.session.get_one(Brand, sale.brand_id)
        row["import_id"] = file_import("refunds", brand, at=row["recorded_at"])
    made = _store(Refund, amount=amount, occurred_at=at, **row)
    due(made)
    return made


def due(fact: Sale | Refund) -> None:
    """Asks for the settlement of the fact's line."""
    keys = {name: getattr(fact, name) for name in ("brand_id", "source", "order_ref", "line_ref")}
    _store(Due, lane=fact.brand_id % LANES, **keys)


def _add(fact: Fact) -> Fact:
    db.session.add(fact)
    db.session.flush()
    return fact


def _store(kind: type[Fact], **row: Any) -> Fact:
    """A row of a table whose key is (brand, number): the database gives the number."""
    table = kind.__tablename__  # type: ignore[attr-defined]
    values = ", ".join(f":{name}" for name in row)
    insert = text(f"insert into {table} ({', '.join(row)}) values ({values}) returning id")
    return db.session.get_one(kind, (row["brand_id"], db.session.execute(insert, row).scalar_one()))
