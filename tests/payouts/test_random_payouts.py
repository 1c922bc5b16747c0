"""Random markets, paid in every way and order: the statements agree with a plain reading, and the books hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.database import db, raw
from app.errors import WrongStatus
from app.payouts import transfers
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, NobodyToPay, assemble
from app.payouts.models import Payout, PayoutBatch, PayoutHold
from app.users.models import Creator
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, charge, earn, fund
from tests.payouts.oracle import Earned, Market
from tests.payouts.people import approve_as, hand_over, identity

PAID_AT = AT + timedelta(days=1)  # the first day after on which banks settle
MINIMUM = 1000
BRANDS = st.sampled_from([0, 0, 1])
CREATORS = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4])
GAINS, LOSSES = st.integers(MINIMUM - 1, 6000), st.integers(-3000, -1)
AMOUNTS = st.one_of(GAINS, GAINS, LOSSES, st.integers(1, MINIMUM))
DAYS = st.sampled_from([-3, -1, -1, 0, 0, 0, 1, 2])
CURRENCY = st.sampled_from(["EUR", "EUR", "JPY"])
EARN = st.tuples(st.just("earn"), BRANDS, CREATORS, AMOUNTS, DAYS, CURRENCY)
ASSEMBLE = st.tuples(st.just("assemble"), st.sampled_from([0, 1, 0, -1]), CURRENCY)
APPROVE = st.tuples(st.just("approve"), st.integers(0, 9))
MARK = st.tuples(st.sampled_from(["paid", "failed", "returned", "dropped"]), st.integers(0, 30))
STEPS = st.one_of(
    EARN,
    EARN,
    ASSEMBLE,
    ASSEMBLE,
    APPROVE,
    APPROVE,
    MARK,
    MARK,
    st.tuples(st.sampled_from(["cancel", "rest_paid"]), st.integers(0, 9)),
    st.tuples(st.just("fund"), BRANDS, st.integers(1, 20_000), CURRENCY),
    st.tuples(st.just("charge"), BRANDS, st.integers(1, 500), CURRENCY),
)


RICH = [("fund", 0, 30_000, "EUR"), ("fund", 1, 4_000, "EUR"), ("fund", 0, 12_000, "JPY"), ("fund", 1, 9_000, "JPY")]


class World:
    """The product and the plain reading, taking the same steps."""

    def __init__(self, cast: Cast) -> None:
        self.market = Market()
        self.brands = [cast.brands["lumen"], cast.brands["kettle"]]
        self.creators = [cast.creators["mira"], cast.creators["joon"], *map(_creator, ("nobank", "changed", "held"))]
        bank(None, IBANS[3])
        sam = cast.people["sam"].id
        for creator in self.creators:
            if creator.handle != "nobank":
                bank(creator, by=sam)
        _, _, nobank, changed, held = self.creators
        bank(changed, IBANS[1], at=AT - timedelta(hours=1), by=sam)
        db.session.add(PayoutHold(creator_id=held.id, reason="asked", placed_by=sam, placed_at=AT))
        db.session.flush()
        self.market.unpayable = {nobank.id: "no_method", changed.id: "method_changed", held.id: "on_hold"}
        self.parts: dict[int, dict[tuple[int, int], int]] = {}  # payout -> (creator, brand) -> amount

    def step(self, name: str, *values: Any) -> None:
        """Takes one step in both."""
        deed: Callable[..., None] = getattr(self, f"_{name}", None) or (lambda which: self._mark(name, which))
        deed(*values)

    def _earn(self, brand: int, creator: int, amount: int, days: int, currency: str) -> None:
        of, whose, day = self.brands[brand], self.creators[creator], CUTOFF + timedelta(days=days)
        earn(of, whose, amount, day, currency=currency, kind="bonus" if amount % 3 else "commission")
        self.market.earned.append(Earned(of.id, whose.id, currency, amount, day))

    def _fund(self, brand: int, amount: int, currency: str) -> None:
        fund(self.brands[brand], amount, currency=currency)
        self.market.cash[self.brands[brand].id, currency] += amount

    def _charge(self, brand: int, amount: int, currency: str) -> None:
        charge(self.brands[brand], amount, currency=currency)
        self.market.cash[self.brands[brand].id, currency] -= amount

    def _assemble(self, days: int, currency: str) -> None:
        cutoff = CUTOFF + timedelta(days=days)
        payable, skipped = self.market.assemble(currency, cutoff, MINIMUM)
        try:
            batch = assemble(raw(), currency=currency, cutoff_on=cutoff, minimum=MINIMUM, by=None, at=AT)
        except NobodyToPay:
            assert payable == {}
            return
        rows = "select creator_id, brand_id, amount, reason from payout_skip where batch_id = %s"
        assert set(raw().execute(rows, [batch]).fetchall()) == skipped
        sums: dict[int, int] = defaultdict(int)
        for (creator, brand), amount in payable.items():
            sums[creator] += amount
            self.market.cash[brand, currency] -= amount
        made = {payout.creator_id: payout for payout in self.payouts(Payout.batch_id == batch)}
        assert {creator: payout.amount for creator, payout in made.items()} == sums
        left = dict(payable)
        for entry in self.market.due(currency, cutoff):
            if (key := (entry.creator, entry.brand)) in payable:
                entry.payout = made[entry.creator].id
                left[key] -= entry.amount
        for (creator, brand), amount in left.items():
            if amount:
                assert amount > 0
                mine = Earned(brand, creator, currency, amount, cutoff, made[creator].id, carried=True)
                self.market.earned += [mine, Earned(brand, creator, currency, -amount, cutoff, carried=True)]
        for creator, payout in made.items():
            self.parts[payout.id] = {key: amount for key, amount in payable.items() if key[0] == creator}

    def _approve(self, which: int) -> None:
        if batch := self._batch(which, "draft"):
            open_ = self.payouts(Payout.batch_id == batch.id, Payout.status == "reserved")
            if open_:
                self._recall_sometimes(which, batch)
                approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
                seen = (batch.fingerprint or b"").hex()
                assert approve_as("che", batch.public_id, seen=seen, at=AT, comment="One account.") == []
                hand_over(batch, at=AT)

    def _recall_sometimes(self, which: int, batch: PayoutBatch) -> None:
        if which % 2:
            approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
            approval.recall(batch.public_id, reason="so", by=identity("mo"), at=AT)

    def _cancel(self, which: int) -> None:
        if batch := self._batch(which, "draft"):
            open_ = self.payouts(Payout.batch_id == batch.id, Payout.status == "reserved")
            approval.cancel(batch.public_id, by=identity("mo"), at=AT)
            for payout in open_:
                self._let_go(payout)

    def _rest_paid(self, which: int) -> None:
        if batch := self._batch(which, "approved"):
            transfers.mark_rest_paid(batch, by=identity("mo"), at=PAID_AT)
            assert batch.status == "completed"

    def _mark(self, status: str, which: int) -> None:
        payouts = self.payouts()
        if not payouts:
            return
        fitting = [payout for payout in payouts if status in Payout.TRANSITIONS.get(payout.status, ())]
        choice = fitting if fitting and which % 5 else payouts  # mostly what may be done, sometimes anything
        payout = choice[which % len(choice)]
        allowed = status in Payout.TRANSITIONS.get(payout.status, ())
        allowed &= status != "dropped" or payout.status == "reserved"  # what was approved is taken out by removal.py
        try:
            transfers.mark(payout.public_id, status, reason="TM01", by=identity("mo"), at=PAID_AT)
        except WrongStatus:
            assert not allowed
            return
        assert allowed
        if status != "paid":
            self._let_go(payout)

    def _let_go(self, payout: Payout) -> None:
        for (_, brand), amount in self.parts[payout.id].items():
            self.market.cash[brand, payout.currency] += amount
        for entry in self.market.earned:
            if entry.payout == payout.id:
                entry.payout = None

    def payouts(self, *where: Any) -> list[Payout]:
        found = select(Payout).where(*where).order_by(Payout.id).execution_options(populate_existing=True)
        return list(db.session.scalars(found))

    def _batch(self, which: int, status: str) -> PayoutBatch | None:
        found = db.session.scalars(
            select(PayoutBatch).where(PayoutBatch.status == status).order_by(PayoutBatch.id)
        ).all()
        return found[which % len(found)] if found else None


def _creator(handle: str) -> Creator:
    creator = Creator(handle=handle, name=handle, country="NL", languages=["nl"], timezone="UTC", recorded_at=AT)
    db.session.add(creator)
    db.session.flush()
    return creator


BROKEN = {
    "an entry in two live payouts": """
        select brand_id, entry_id from payout_line where released_at is null group by 1, 2 having count(*) > 1""",
    "a live payout that is not the sum of its entries": """
        select p.id from payout p left join payout_line l on l.payout_id = p.id and l.released_at is null
        left join entry e on e.brand_id = l.brand_id and e.id = l.entry_id
        where p.status in ('reserved', 'sent', 'paid')
        group by p.id, p.amount having p.amount is distinct from
            sum(case e.credit when 'creator' then e.amount else -e.amount end)""",
    "a line of a payout that is over, not let go": """
        select 1 from payout p join payout_line l on l.payout_id = p.id and l.released_at is null
        where p.status in ('dropped', 'failed', 'returned')""",
    "a payout that is not the sum of its reserve entries": """
        select p.id from payout p left join entry e on e.kind = 'reserve' and e.cause = p.id
        group by p.id, p.amount having p.amount is distinct from sum(e.amount)""",
    "a payout whose end is not in the books": """
        select p.id from payout p left join entry e on e.cause = p.id and e.kind = case p.status
            when 'paid' then 'settle' when 'returned' then 'return' else 'release' end
        where p.status in ('paid', 'failed', 'dropped', 'returned')
        group by p.id, p.amount having p.amount is distinct from sum(e.amount)""",
    "an entry of a payout on another day than its cut-off": """
        select e.id from entry e join payout p on p.id = e.cause join payout_batch b on b.id = p.batch_id
        where e.kind in ('reserve', 'settle', 'release', 'return') and e.available_on <> b.cutoff_on""",
    "money in transit that is not in an open payout": """
        select creator_id, currency from balance where account = 'payouts_in_transit' group by 1, 2
        having sum(amount) <> coalesce((select sum(p.amount) from payout p where p.creator_id = balance.creator_id
            and p.currency = balance.currency and p.status in ('reserved', 'sent')), 0)""",
    "a day of money in transit below zero": """
        select 1 from balance where account = 'payouts_in_transit' and amount < 0""",
    "earned that is neither paid, in transit, pending nor payable": """
        select creator_id, currency from (
            select creator_id, currency, case credit when 'creator' then amount else -amount end as amount
            from entry where kind in ('commission', 'bonus')
            union all select creator_id, currency, -amount from payout where status = 'paid'
            union all select creator_id, currency, -amount from balance
            where account in ('creator', 'payouts_in_transit')
        ) all_of_it group by 1, 2 having sum(amount) <> 0""",
    "a balance that is not the sum of its entries": """
        select brand_id, account, currency from (
            select brand_id, account, currency, amount from balance
            union all select brand_id, debit, currency, amount from entry
            union all select brand_id, credit, currency, -amount from entry
        ) all_of_it group by 1, 2, 3 having sum(amount) <> 0""",
    "a completed batch with open payouts, or the other way round": """
        select b.id from payout_batch b left join payout p on p.batch_id = b.id and p.status in ('reserved', 'sent')
        where b.status in ('approved', 'completed', 'cancelled')
        group by b.id, b.status having (b.status = 'approved') <> (count(p.id) > 0)""",
}


def _check(world: World) -> None:
    for what, query in BROKEN.items():
        assert raw().execute(query).fetchall() == [], what
    rows = raw().execute("select brand_id, currency, amount from brand_cash").fetchall()
    cash = {(brand, currency): amount for brand, currency, amount in rows if amount}
    assert cash == {key: amount for key, amount in world.market.cash.items() if amount}


@pytest.mark.usefixtures("app", "plain_files")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(EARN, min_size=5, max_size=12), st.lists(STEPS, min_size=10, max_size=40))
def test_any_market_paid_in_any_way_keeps_every_promise(
    cast: Cast, earned: list[tuple[Any, ...]], steps: list[tuple[Any, ...]]
) -> None:
    try:
        world = World(cast)
        for step in [*RICH, *earned, *steps]:
            world.step(*step)
            _check(world)
        event(f"{min(len(world.parts), 6)} payouts")
        for status in {payout.status for payout in world.payouts()}:
            event(status)
    finally:
        db.session.rollback()
