"""Whatever is done to commissions in whatever order, the books stay in order and nobody is paid what is held."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.database import db, raw
from app.errors import StreamcutError
from app.ledger.checks import LEDGER_CHECKS, run
from app.payouts import transfers
from app.payouts.batches.assembly import assemble
from app.payouts.checks import MARKET_CHECKS
from app.payouts.models import Payout
from app.sales import settlement
from app.sales.commissions import dates, holding, rejecting
from app.sales.commissions.models import HoldReason
from app.sales.models import Reason
from app.users.models import Brand, Creator
from tests import market
from tests.ledger.story import top_up
from tests.payouts.books import IBANS, bank
from tests.payouts.people import identity

BEGIN = datetime(2026, 3, 11, 9, tzinfo=UTC)
STEPS = st.tuples(
    st.sampled_from(
        ["hold", "release", "reject", "approve", "extend", "refund", "assemble", "assemble", "drop", "expire"]
    ),
    st.integers(0, 3),
    st.integers(0, 12),  # days that pass before
)
HELD_AND_PAID = """
    select h.id from commission_hold h join entry e on e.brand_id = h.brand_id and e.cause = h.sale_id
        and e.kind = 'commission'
    join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
    join payout p on p.id = l.payout_id join payout_batch b on b.id = p.batch_id
    where h.released_at is null and b.made_at > h.placed_at"""


def settle(brand: Brand, at: datetime) -> None:
    lane = brand.id % settlement.LANES
    settlement.lock_lane(raw(), lane, wait=True)
    settlement.settle_batch(raw(), lane, after=0, limit=1000, at=at)


def take(brand: Brand, sale: Any, step: str, at: datetime) -> None:
    olga = identity("olga")
    if step == "hold":
        holding.place(brand.id, sale.id, HoldReason.FRAUD, "why", by=olga, at=at)
    elif step == "release":
        holding.release(brand.id, sale.id, "why", by=olga, at=at)
    elif step == "reject":
        rejecting.reject(brand.id, sale.id, Reason.RETURNED, "why", by=olga, at=at)
    elif step == "approve":
        dates.approve_early(brand, sale.id, "why", by=olga, at=at)
    elif step == "extend":
        dates.extend(brand, sale.id, at.date() + timedelta(days=35), "why", by=olga, at=at)
    elif step == "refund":
        market.refund(sale, 3_300, at)
        settle(brand, at)
    elif step == "assemble":
        cutoff = at.date() - timedelta(days=1)
        assemble(raw(), currency="EUR", cutoff_on=cutoff, minimum=1, by=identity("mo").person_id, at=at)
    elif step == "expire":
        holding.expire(at=at)
    else:
        payout = db.session.scalars(select(Payout).where(Payout.status == "reserved").order_by(Payout.id)).first()
        if payout is not None:
            transfers.mark(payout.public_id, "dropped", reason="so", by=identity("mo"), at=at)


@pytest.mark.usefixtures("app")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=8, max_size=24))
def test_any_life_keeps_the_books_in_order(lumen: Brand, mira: Creator, steps: list[tuple[str, int, int]]) -> None:
    try:
        market.contract(lumen, mira, coupons=("M",))
        brought = market.file_import("sales", lumen)
        bank(None, IBANS[3])
        bank(mira)
        sales = [market.sale(lumen, 10_000, coupon="M", import_id=brought) for _ in range(4)]
        settle(lumen, BEGIN)
        top_up(lumen, 100_000)
        at = BEGIN
        for step, which, days in steps:
            at += timedelta(days=days, seconds=1)
            with suppress(StreamcutError), db.session.begin_nested():
                take(lumen, sales[which], step, at)
            assert raw().execute(HELD_AND_PAID).fetchall() == []
        db.session.flush()
        checks = run(raw(), "app.ledger", LEDGER_CHECKS) + run(raw(), "app.payouts", MARKET_CHECKS)
        assert [f"{check.name}: {check.detail}" for check in checks if not check.ok] == []
    finally:
        db.session.rollback()
