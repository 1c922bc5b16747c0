"""Settlement with others at work beside it: a refund is never lost, a lane is never shared, and nobody can tell from
the outcome how many workers there were.

Every guard has its negative control: the same race without it has to go wrong, or the race would show nothing.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from flask import Flask

from app.database import db, raw
from app.processes.database_setup import owner
from app.sales import jobs, settlement
from app.sales.corrections import Days, redecide
from app.sales.jobs import settle_due
from app.sales.models import Sale
from app.sales.settlement import LANES, lock_lane
from app.users.models import Brand
from tests import market
from tests.cast import Cast
from tests.payouts.at_once import in_thread
from tests.processes import crew
from tests.processes.crew import count
from tests.programs import until
from tests.sales.crowds import a_crowd
from tests.sales.outcome import assert_as_the_oracle_says, assert_in_order
from tests.sales.storing import Stored, empty

Owner = psycopg.Connection[Any]
ROUNDS = 30
STEPS = ("0_claim", "1_gather", "2_decide", "3_post_new", "4_done")


@pytest.fixture
def lumen(cast: Cast) -> Brand:
    """A brand under contract with mira, whose link the visitor v1 has used."""
    brand, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(brand, mira)
    market.touch(brand, mira, "v1")
    db.session.commit()
    return brand


# -- a refund that is committed while its sale is being settled --

REFUND = (
    "insert into refund (brand_id, source, order_ref, line_ref, refund_ref, occurred_at, amount, currency, recorded_at,"
    " import_id) values (%(brand)s, 'shop', %(order)s, '1', 'R', now(), 4000, 'EUR', now(), %(import)s)"
)
APPENDED = (
    "insert into due (brand_id, lane, source, order_ref, line_ref) select %(brand)s, %(lane)s, 'shop', %(order)s, '1'"
)
DEDUPLICATED = f"{APPENDED} where not exists (select from due where (brand_id, order_ref) = (%(brand)s, %(order)s))"
BY_KEY = (
    "delete from due d using due c where (d.brand_id, d.order_ref) = (c.brand_id, c.order_ref)"
    " and c.lane = any (%(lanes)s::smallint[]) and c.id = any (%(claimed)s::bigint[])"
)


class Race:
    """Rounds in which a worker that settles a sale and somebody who refunds it meet at a barrier before one of the
    worker's statements, and then run freely."""

    def __init__(self, app: Flask, brand: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.brand = app, {"brand": brand.id, "lane": brand.id % LANES}
        self.statements: dict[str, str] = {}
        self.step, self.barrier = "", threading.Barrier(2)
        original = settlement.statement

        def sql(package: str, name: str) -> Any:
            if name == self.step:
                self.step = ""
                self.barrier.wait(20)
            return self.statements.get(name) or original(package, name)

        monkeypatch.setattr(settlement, "statement", sql)

    def round(self, sale: Sale, step: str, due: str) -> None:
        """Settles the sale; its refund stands in `refund` and `due` by the commit at the barrier before `step`."""
        self.barrier, self.step = threading.Barrier(2), step
        given = {**self.brand, "order": sale.order_ref, "import": sale.import_id}
        with owner() as shop:
            shop.execute(REFUND, given)
            shop.execute(due, given)
            worker = in_thread(self.app, settle_due)
            self.barrier.wait(20)
            shop.commit()
        worker()

    def lost(self, due: str = APPENDED) -> int:
        """In how many of the rounds the refund is not in the books in the end."""
        for n in range(ROUNDS):
            sale = market.sale(db.session.get_one(Brand, self.brand["brand"]), visitor="v1")
            db.session.commit()
            self.round(sale, STEPS[n % len(STEPS)], due)
        settle_due()
        rows = raw().execute(
            "select cause, sum(case credit when 'creator' then amount else -amount end)::int from entry"
            " where kind = 'commission' group by cause"
        )
        earned = [amount for _, amount in rows]
        assert len(earned) == ROUNDS
        assert set(earned) <= {1000, 600}
        return earned.count(1000)


@pytest.fixture
def race(app: Flask, lumen: Brand, monkeypatch: pytest.MonkeyPatch) -> Race:
    return Race(app, lumen, monkeypatch)


def test_a_refund_committed_while_its_sale_is_being_settled_is_never_lost(race: Race) -> None:
    assert race.lost() == 0
    assert_in_order()


def test_a_queue_that_deduplicates_loses_refunds_in_the_same_race(race: Race) -> None:
    assert race.lost(DEDUPLICATED) > 0


def test_a_worker_that_deletes_by_key_loses_refunds_in_the_same_race(race: Race) -> None:
    race.statements["4_done"] = BY_KEY
    assert race.lost() > 0


# -- several workers --


def settle_at_the_signal(app: Flask, signal: int, batch: int) -> None:
    """Waits until the test lets go of an advisory lock, then settles everything."""
    raw().execute("select pg_advisory_xact_lock_shared(%s)", [signal])
    db.session.commit()
    settle_due(batch=batch, wait=True)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_any_number_of_workers_come_to_the_same(app: Flask, owner_connection: Owner, workers: int) -> None:
    empty(owner_connection)
    crowd = a_crowd(seed=workers // 4)
    Stored(crowd).add([*crowd.sales, *crowd.refunds])
    db.session.commit()
    with owner() as signal, crew.at_work(app, settle_at_the_signal, 1, 20, times=workers) as them:
        signal.execute("select pg_advisory_lock(1)")
        until(lambda: _waiting_for_locks() == workers, 60)
        signal.close()
        crew.end(them)
    assert_as_the_oracle_says(crowd)


def _waiting_for_locks() -> int:
    found = raw().execute(
        "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        " and database = (select oid from pg_database where datname = current_database())"
    )
    count = found.fetchone()
    db.session.rollback()
    return int(count[0]) if count else 0


def keep_settling(app: Flask, batch: int) -> None:
    """As the worker does, until it is killed."""
    while True:
        settle_due(batch=batch)
        time.sleep(0.001)


def test_four_workers_keep_up_with_facts_that_pour_in(app: Flask, owner_connection: Owner) -> None:
    empty(owner_connection)
    crowd = a_crowd(seed=3, brands=8)
    stored = Stored(crowd)
    db.session.commit()
    facts = [fact for pair in zip(crowd.refunds, crowd.sales[: len(crowd.refunds)], strict=True) for fact in pair]
    facts += crowd.sales[len(crowd.refunds) :]
    with crew.at_work(app, keep_settling, 10, times=4):
        for first in range(0, len(facts), 3):
            stored.connection = raw()
            stored.add(facts[first : first + 3])
            db.session.commit()
        until(lambda: count("due") == 0, 30)
    assert_as_the_oracle_says(crowd)


# -- lanes --


def test_a_lane_is_one_workers_until_its_transaction_ends(app: Flask) -> None:
    with owner() as one, owner() as other:
        assert lock_lane(one, 5)
        assert lock_lane(one, 5), "one's own lane may be asked for again"
        assert not lock_lane(other, 5)
        assert lock_lane(other, 6)
        one.rollback()
        assert lock_lane(other, 5)


def test_a_worker_leaves_a_lane_that_another_holds_and_does_the_rest(app: Flask, cast: Cast, lumen: Brand) -> None:
    for brand in cast.brands.values():
        market.sale(brand, visitor="v1")
    db.session.commit()
    with owner() as other:
        lock_lane(other, lumen.id % LANES)
        assert settle_due().lines == 1
        assert raw().execute("select brand_id from due").fetchall() == [(lumen.id,)]
        db.session.rollback()
    assert settle_due().lines == 1


def _most_in_the_lane(app: Flask, brand: Brand, monkeypatch: pytest.MonkeyPatch) -> int:
    """The greatest number of workers that were within a batch of the brand's lane at one moment."""
    for _ in range(120):
        market.sale(brand, visitor="v1")
    db.session.commit()
    original, inside, counts, lock = settlement.settle_batch, 0, [0], threading.Lock()

    def settle_batch(*args: Any, **kwargs: Any) -> Any:
        nonlocal inside
        with lock:
            inside += 1
            counts.append(inside)
        try:
            return original(*args, **kwargs)
        finally:
            with lock:
                inside -= 1

    def work() -> None:
        with suppress(psycopg.Error):
            settle_due(batch=3, wait=True)

    monkeypatch.setattr(jobs.settlement, "settle_batch", settle_batch)
    for wait in [in_thread(app, work) for _ in range(4)]:
        wait()
    return max(counts)


def test_workers_never_hold_a_lane_together(app: Flask, lumen: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _most_in_the_lane(app, lumen, monkeypatch) == 1
    assert_in_order()


def test_without_the_lock_workers_meet_in_a_lane(app: Flask, lumen: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settlement, "lock_lane", lambda *args, **kwargs: True)
    assert _most_in_the_lane(app, lumen, monkeypatch) > 1


def test_a_correction_waits_for_the_lane(app: Flask, lumen: Brand) -> None:
    market.sale(lumen, visitor="v1")
    db.session.commit()
    settle_due()
    days = Days(market.NOON.date(), market.NOON.date(), lumen.timezone)
    with owner() as worker:
        lock_lane(worker, lumen.id % LANES)
        brand = lumen.id
        db.session.commit()
        done = in_thread(app, lambda: redecide(raw(), brand, days, by="Olga", reason="why not", at=market.NOON))
        until(lambda: _waiting_for_locks() == 1)
    assert done().lines == 1


# -- a due row that is committed late, below rows the worker has walked past, or without its sale --


def _late(brand: Brand) -> psycopg.Connection[Any]:
    """A shop whose sale has its due row already, but not its commit."""
    shop = owner()
    shop.execute(
        "insert into sale (brand_id, source, order_ref, line_ref, occurred_at, sku, quantity, unit_price, base_minor,"
        " currency, recorded_at, import_id, visitor)"
        " values (%s, 'shop', 'late', '1', %s, 'X', 1, 1, 10000, 'EUR', now(), 0, %s)",
        [brand.id, market.NOON, market.hashed("v1")],
    )
    shop.execute(APPENDED, {"brand": brand.id, "lane": brand.id % LANES, "order": "late"})
    return shop


def test_a_due_row_committed_after_the_worker_passed_its_place_is_settled_next(lumen: Brand) -> None:
    with _late(lumen):
        market.sale(lumen)
        db.session.commit()
        assert settle_due().due == 1
    assert settle_due().due == 1
    assert count("decision") == 2
    assert_in_order()


def test_a_due_row_committed_while_the_worker_walks_on_is_settled_in_the_same_run(lumen: Brand) -> None:
    with _late(lumen) as shop:
        for _ in range(4):
            market.sale(lumen)
        db.session.commit()
        looks = iter(range(100))

        def stopping() -> bool:
            if next(looks) == 3:
                assert count("decision") == 2, "two batches of one are through"
                shop.commit()
            return False

        assert settle_due(batch=1, stopping=stopping).due == 5
    assert count("decision") == 5
    assert_in_order()


def test_a_refund_settled_while_its_sale_is_being_stored_counts_when_the_sale_comes(lumen: Brand) -> None:
    with _late(lumen), owner() as other:
        given = {"brand": lumen.id, "lane": lumen.id % LANES, "order": "late", "import": 0}
        other.execute(REFUND, given)
        other.execute(APPENDED, given)
        other.commit()
        assert settle_due().due == 1
        assert count("entry") == 0
    settle_due()
    rows = raw().execute("select amount::int from entry where kind = 'commission'").fetchall()
    assert rows == [(600,)]
    assert_in_order()
