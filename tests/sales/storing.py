"""Puts a market of facts.py straight into the tables, so that what files can't say (several fees, several versions of
terms) is tested too. Sales and refunds come with their `due` rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

import psycopg

from app.database import db, raw
from tests.sales.facts import Contract, Market, Product, Refund, Sale, Touch
from tests.sales.oracle import base_minor, coupon_key, to_bps, to_minor

RECORDED = datetime(2000, 1, 1, tzinfo=UTC)
LABELS = ("in_stream", "replay", "after_stream", "off_stream")
TABLES = (
    "payout_line payout_skip payout payout_batch decision due due_aside refund sale touch stream coupon terms contract"
    " product entry balance top_up import membership brand_fee legal_details brand creator"
).split()


def empty(owner: psycopg.Connection[Any]) -> None:
    """Empties the market's tables, which only their owner may. TRUNCATE would take forty times as long: new files."""
    db.session.rollback()
    for table in TABLES:
        owner.execute(f"delete from {table}")
    owner.commit()


def hashed(brand: str, visitor: str | None) -> bytes | None:
    return sha256(f"{brand}\0{visitor}".encode()).digest()[:16] if visitor else None


class Stored:
    """A market whose brands, creators, products, contracts, streams and touches are stored; sales and refunds follow
    in whatever order and pieces a test likes."""

    def __init__(self, market: Market) -> None:
        self.connection = raw()
        self.import_id = self.insert(
            "import", kind="sales", file_name="f", sha256=b"", by_name="t", started_at=RECORDED
        )
        self.brands = {
            b.handle: self.insert(
                "brand", handle=b.handle, name="B", country="NL", currency=b.currency, timezone=b.timezone,
                recorded_at=RECORDED,
            )
            for b in market.brands
        }  # fmt: skip
        for brand in market.brands:
            fees = sorted(brand.fees, key=lambda fee: fee.valid_from or RECORDED - timedelta(days=365000))
            starts = [fee.valid_from for fee in fees]
            for fee, (start, end) in zip(fees, pairwise([*starts, None]), strict=True):
                self.insert("brand_fee", brand_id=self.brands[brand.handle], valid=span(start, end),
                            fee_bps=to_bps(fee.percent))  # fmt: skip
        self.creators = {
            c.handle: self.insert(
                "creator", handle=c.handle, name="C", country="NL", languages=["nl"], timezone=c.timezone,
                recorded_at=RECORDED,
            )
            for c in market.creators
        }  # fmt: skip
        for product in market.products:
            self.product(product)
        for contract in market.contracts:
            self.contract(contract)
        self.streams = {
            s.stream: self.insert(
                "stream", ref=s.stream, creator_id=self.creators[s.creator], brand_id=self.brands[s.brand],
                platform=s.platform, starts_at=s.starts_at, ends_at=s.ends_at, recorded_at=RECORDED,
            )
            for s in market.streams
        }  # fmt: skip
        for touch in market.touches:
            self.touch(touch)

    def insert(self, table: str, **row: Any) -> int:
        columns, values = ", ".join(row), ", ".join(f"%({name})s" for name in row)
        query = f"insert into {table} ({columns}) values ({values}) returning id"
        found = self.connection.execute(query, row).fetchone()
        assert found
        return int(found[0])

    def product(self, p: Product) -> None:
        self.insert("product", brand_id=self.brands[p.brand], sku=p.sku, name="P", category="home", price=p.price,
                    currency=p.currency, commissionable=p.commissionable, recorded_at=RECORDED)  # fmt: skip

    def touch(self, t: Touch) -> None:
        self.insert(
            "touch", brand_id=self.brands[t.brand], ref=t.touch, visitor=hashed(t.brand, t.visitor),
            creator_id=self.creators[t.creator], stream_id=self.streams[t.stream] if t.stream else None,
            occurred_at=t.occurred_at, recorded_at=RECORDED, import_id=self.import_id,
        )  # fmt: skip

    def contract(self, contract: Contract) -> None:
        start, end = contract.period
        brand = self.brands[contract.brand]
        made = self.insert(
            "contract", ref=contract.contract, brand_id=brand, creator_id=self.creators[contract.creator],
            starts_on=contract.starts_on, ends_on=contract.ends_on, timezone=contract.timezone,
            period=span(start, end), recorded_at=RECORDED,
        )  # fmt: skip
        versions = sorted(contract.terms, key=lambda terms: terms.valid_from or start)
        starts = [start, *(terms.valid_from for terms in versions[1:]), end]
        for nr, (terms, (begin, until)) in enumerate(zip(versions, pairwise(starts), strict=True), 1):
            rates = {f"{label}_bps": getattr(terms, f"{label}_percent") for label in LABELS}
            self.insert(
                "terms", contract_id=made, nr=nr, valid=span(begin, until),
                commission_bps=to_bps(terms.commission_percent),
                **{name: None if percent is None else to_bps(percent) for name, percent in rates.items()},
                window_days=terms.window_days, hold_days=terms.hold_days, recorded_at=RECORDED,
            )  # fmt: skip
        for key in {coupon_key(code) for code in contract.coupons}:
            self.insert("coupon", brand_id=brand, contract_id=made, code=key, key=key, period=span(start, end),
                        recorded_at=RECORDED)  # fmt: skip

    def add(self, facts: Iterable[Sale | Refund], *, import_id: int | None = None, version: int = 1) -> None:
        """Stores sales and refunds in the order given, each with its due row."""
        for fact in facts:
            brought = {"import_id": import_id or self.import_id, "version": version}
            self._sale(fact, brought) if isinstance(fact, Sale) else self._refund(fact, brought)
            self.due(fact)

    def due(self, fact: Sale | Refund) -> None:
        brand = self.brands[fact.brand]
        self.insert(
            "due", brand_id=brand, lane=brand % 64, source=fact.source, order_ref=fact.order, line_ref=fact.line
        )

    def _sale(self, s: Sale, brought: dict[str, int]) -> None:
        self.insert(
            "sale", brand_id=self.brands[s.brand], source=s.source, order_ref=s.order, line_ref=s.line,
            occurred_at=s.occurred_at, visitor=hashed(s.brand, s.visitor), sku=s.sku, quantity=s.quantity,
            unit_price=s.unit_price, discount_minor=to_minor(s.discount, s.currency) if s.discount else 0,
            base_minor=base_minor(s), currency=s.currency, coupon=s.coupon,
            coupon_key=coupon_key(s.coupon) if s.coupon else None, checkout_stream=s.checkout_stream,
            recorded_at=RECORDED, **brought,
        )  # fmt: skip

    def _refund(self, r: Refund, brought: dict[str, int]) -> None:
        self.insert(
            "refund", brand_id=self.brands[r.brand], source=r.source, order_ref=r.order, line_ref=r.line,
            refund_ref=r.refund, occurred_at=r.occurred_at, amount=to_minor(r.amount, r.currency), currency=r.currency,
            recorded_at=RECORDED, **brought,
        )  # fmt: skip


def span(start: datetime | None, end: datetime | None) -> str:
    return f"[{start or ''},{end or ''})"
