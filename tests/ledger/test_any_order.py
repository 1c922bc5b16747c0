"""Whatever happens in whatever order - sales, refunds, top-ups, batches, payments, corrections - the books hold."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.database import db, raw
from app.errors import StreamcutError
from app.payouts import transfers
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.checks import check_books
from app.payouts.models import Payout, PayoutBatch
from app.payouts.withdrawal import withdraw_import
from app.sales.corrections import redecide_line
from app.sales.jobs import settle_due
from app.sales.models import Sale
from app.users.models import Brand, Creator
from config import settings as config
from tests import market
from tests.cast import Cast
from tests.ledger import story
from tests.payouts.books import IBANS, bank
from tests.payouts.people import answer_of, hand_over, identity

DONE = "payout_line payout_skip payout_file payout payout_promise batch_approval payout_batch".split()
DONE += "decision due refund sale entry balance receipt top_up".split()
MOMENTS = (market.NOON, market.NOON, story.YESTERDAY)  # what sells yesterday is not payable at the cut-off
CURRENCIES = ("EUR", "GBP")
BASES = (1, 333, 9_999, 50_000)


class World:
    """Two brands, two creators, and what can happen to them. What an event does not find, it leaves alone."""

    def __init__(self, cast: Cast, draw: Callable[[Any], Any]) -> None:
        self.brands, self.creators = list(cast.brands.values()), list(cast.creators.values())
        self.draw = draw
        self.references = itertools.count(1)
        self.at = story.AT
        self.sales: list[Sale] = []
        self.withdrawn: set[int] = set()
        self.topped_up = 0

    def happen(self, name: str) -> None:
        """One event, committed; one that is refused leaves nothing."""
        self.at += timedelta(minutes=1)
        topped_up = self.topped_up
        try:
            getattr(self, name)()
            db.session.commit()
            event(name)
        except StreamcutError as error:
            db.session.rollback()
            self.topped_up = topped_up
            event(f"{name}: {type(error).__name__}")

    def one_of(self, things: Any) -> Any:
        return self.draw(st.sampled_from(list(things)))

    # -- sales --

    def sell(self) -> None:
        brand: Brand = self.one_of(self.brands)
        creator: Creator = self.one_of(self.creators)
        coupon = self.one_of([f"{creator.handle} {brand.handle}"] * 3 + [None])
        how = {"currency": self.one_of(CURRENCIES), "coupon": coupon}
        self.sales.append(market.sale(brand, self.one_of(BASES), self.one_of(MOMENTS), **how))

    def refund(self) -> None:
        if self.sales:
            sale = self.one_of(self.sales)
            part = self.one_of((1, sale.base_minor // 3 + 1, sale.base_minor, 2 * sale.base_minor))
            market.refund(sale, part, currency=self.one_of([sale.currency] * 4 + ["USD"]))

    def settle(self) -> None:
        db.session.commit()
        settle_due(batch=self.one_of((1, 5000)))

    def withdraw(self) -> None:
        if self.sales:
            sale = self.one_of(self.sales)
            withdraw_import(raw(), sale.import_id, by="Olga", reason="wrong", at=self.at)
            self.withdrawn.add(sale.import_id)

    def redecide(self) -> None:
        """After the terms have changed, for all time."""
        if self.sales:
            sale = self.one_of(self.sales)
            rate = {"rate": self.one_of((0, 777, 1000, 2000)), "hold": self.one_of((0, 30))}
            raw().execute("update terms set commission_bps = %(rate)s, hold_days = %(hold)s", rate)
            redecide_line(raw(), sale.brand_id, sale.id, by="Olga", reason="new terms", at=self.at)

    # -- money --

    def top_up(self) -> None:
        approve = self.one_of((True, True, False))
        self._top_up(self.one_of(self.brands), self.one_of(CURRENCIES), 1_000, approve)

    def begin(self) -> None:
        """Something is sold, and everybody can pay."""
        for brand, currency in itertools.product(self.brands, CURRENCIES):
            self._top_up(brand, currency, 50_000, True)
            self.sell()

    def _top_up(self, brand: Brand, currency: str, amount: int, approve: bool) -> None:
        story.top_up(brand, amount, approve=approve, currency=currency, reference=str(next(self.references)))
        self.topped_up += amount * approve

    def assemble(self) -> None:
        by = identity("mo").person_id
        assemble(raw(), currency=self.one_of(CURRENCIES), cutoff_on=story.CUTOFF, minimum=1, by=by, at=self.at)

    def pay_out(self) -> None:
        """Steps in a row, which else seldom come together: all that is needed for money to be sent."""
        self.settle()
        self.assemble()
        self.submit()
        self.approve()
        self.hand_over()

    def submit(self) -> None:
        if batch := self._batch("draft"):
            approval.submit(batch.public_id, by=identity("mo"), at=self.at, bank_hold=BANK_HOLD)

    def approve(self) -> None:
        if batch := self._batch("submitted"):
            seen = (batch.fingerprint or b"").hex()
            approval.approve(
                batch.public_id,
                seen=seen,
                by=identity("che"),
                at=self.at,
                config=config(),
                answer=answer_of("che", self.at),
            )

    def hand_over(self) -> None:
        if batch := self._batch("approved"):
            hand_over(batch, at=self.at)

    def recall(self) -> None:
        if batch := self._batch(self.one_of(("submitted", "approved"))):
            approval.recall(batch.public_id, reason="wait", by=identity("mo"), at=self.at)

    def cancel(self) -> None:
        if batch := self._batch("draft"):
            approval.cancel(batch.public_id, by=identity("mo"), at=self.at)

    def mark(self) -> None:
        payouts = db.session.scalars(select(Payout).where(Payout.status.in_(("reserved", "sent", "paid")))).all()
        if payouts:
            payout = self.one_of(payouts)
            status = self.one_of(Payout.TRANSITIONS[payout.status] & transfers.MOVES.keys())
            reason = self.one_of(("AC04", "TM01", "so it was"))
            at = self.at + timedelta(days=self.one_of((0, 1)))  # the bank pays on the next day
            transfers.mark(payout.public_id, status, reason=reason, by=identity("mo"), at=at)

    def _batch(self, status: str) -> PayoutBatch | None:
        found = db.session.scalars(select(PayoutBatch).where(PayoutBatch.status == status)).all()
        return self.one_of(found) if found else None


EVENTS = "sell sell sell refund refund settle settle top_up assemble submit approve mark mark recall cancel".split()
EVENTS += ["withdraw", "redecide", "pay_out", "mark", "hand_over"]


def sums() -> dict[str, int]:
    """By account, all brands and currencies together."""
    rows = raw().execute("select account, sum(amount)::bigint from balance group by account having sum(amount) <> 0")
    return dict(rows.fetchall())


def worked_out(world: World) -> dict[str, int]:
    """The same, from the sales, the refunds and the payments alone."""
    lines = raw().execute(
        "select s.base_minor, d.rate_bps, d.fee_bps, s.import_id, coalesce((select sum(amount) from refund r where"
        " (r.brand_id, r.source, r.order_ref, r.line_ref, r.currency) = (s.brand_id, s.source, s.order_ref, s.line_ref,"
        " s.currency)), 0)::bigint from sale s join (select distinct on (sale_id) * from decision order by sale_id, nr"
        " desc) d on d.sale_id = s.id where d.rule is not null"
    )
    commission = fee = 0
    for base, rate, fee_rate, brought, refunded in lines:
        assert brought not in world.withdrawn
        left = base - min(base, refunded)
        commission += (2 * left * rate + 10_000) // 20_000
        fee += (2 * left * fee_rate + 10_000) // 20_000
    moved = dict(raw().execute("select status, sum(amount)::bigint from payout group by status").fetchall())
    paid, moving = moved.get("paid", 0), moved.get("reserved", 0) + moved.get("sent", 0)
    found = {
        "bank": paid - world.topped_up,
        "brand_funds": world.topped_up - commission - fee,
        "creator": commission - paid - moving,
        "payouts_in_transit": moving,
        "platform_revenue": fee,
    }
    return {account: amount for account, amount in found.items() if amount}


FORGIVEN = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def test_the_books_hold_whatever_happens(cast: Cast, owner_connection: psycopg.Connection[Any]) -> None:
    bank(None, IBANS[3])
    for creator, iban in zip(cast.creators.values(), IBANS, strict=False):
        bank(creator, iban, by=cast.people["sam"].id)
        for brand in cast.brands.values():
            ends_on = date(2026, 12, 31)
            market.contract(brand, creator, ends_on=ends_on, coupons=(f"{creator.handle} {brand.handle}",))
    db.session.commit()

    @settings(max_examples=25, deadline=None, suppress_health_check=FORGIVEN)
    @given(events=st.lists(st.sampled_from(EVENTS), min_size=6, max_size=20), data=st.data())
    def hold(events: list[str], data: st.DataObject) -> None:
        db.session.rollback()
        for table in DONE:
            owner_connection.execute(f"delete from {table}")
        owner_connection.commit()
        world = World(cast, data.draw)
        for name in ["begin", *events, "settle"]:
            world.happen(name)
        assert [check for check in check_books(raw()) if not check.ok] == []
        db.session.rollback()
        assert sums() == worked_out(world)

    hold()
