"""Fifty buyers for the last five pieces, in processes of which some are killed, with webhooks that come late, twice or
never, and holds that end while somebody pays: five are sold, nothing is stranded, both books say the same.

Without the lock of the stock's row (a switch of this harness) the same rush sells too many.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.database import db, raw
from app.errors import WrongStatus
from app.integrations import inbox
from app.integrations.jobs import handle_due
from app.integrations.stripe import STRIPE
from app.ledger.told import Told
from app.orders import closing, holding, paying, reservations, stock, told
from app.orders.jobs import tend_orders
from app.orders.models import OPEN, Purchase, RefundStatus
from app.orders.paying import Buyer
from app.orders.reservations import SoldOut
from app.orders.selling import seller_of
from app.sales.models import Sale
from app.streams.models import Show
from app.stripe_gateway import gateway
from app.users.models import Brand, Creator
from config import settings
from tests.orders.buying import asked, bank_account, hear, now, pay, refunds, wrong_books
from tests.orders.selling import purchases, show_of, the_lamp, viewer
from tests.payouts.at_once import at_once
from tests.payouts.people import identity
from tests.stripe_server import Provider

PIECES, PROCESSES, BUYERS = 5, 10, 5  # of each process
HOLD = timedelta(seconds=2)
LONGEST = 40.0  # seconds until a rush counts as stuck
WAYS = ("prompt", "late", "gone", "prompt", "late")
DEATHS = ("dies before stripe", "dies after stripe")  # of the first buyers of four processes, with all the others there


class Rush:
    """One show that everybody wants something of."""

    def __init__(self, app: Flask, provider: Provider, show: Show, item_id: int, seed: int) -> None:
        self.app, self.provider, self.show_id, self.item_id = app, provider, show.id, item_id
        self.chance = random.Random(seed)
        self.kept: set[str] = set()

    def run(self) -> None:
        """Everybody comes at once; returns when everything is over."""
        db.session.rollback()
        children = [self._process(number) for number in range(PROCESSES)]
        end = time.monotonic() + LONGEST
        while children or self._open():
            assert time.monotonic() < end, [row.status for row in purchases()]
            self._deliver()
            handle_due()
            tend_orders()
            children = [child for child in children if os.waitpid(child, os.WNOHANG)[0] == 0]
            time.sleep(0.02)

    def _open(self) -> bool:
        db.session.rollback()
        rows = db.session.scalars(select(Purchase.id).where(Purchase.status.in_(OPEN))).all()
        return bool(rows) or any(each.status == RefundStatus.ASKED for each in refunds())

    def _deliver(self) -> None:
        """Brings what Stripe has to tell: some of it twice, under two numbers, out of order, or never."""
        told_of = [json.dumps(each) for each in gateway(settings()).events(now() - timedelta(hours=1))]
        self.chance.shuffle(told_of)
        for text in told_of:
            event = json.loads(text)
            if event["id"] in self.kept:
                continue
            self.kept.add(event["id"])
            times = self.chance.choice((0, 1, 1, 2))
            for number in range(times):
                body = json.dumps(event | {"id": f"{event['id']}_{number}"}).encode()
                inbox.keep(raw(), STRIPE, STRIPE.read(body), body, {}, at=now())
        db.session.commit()

    def _process(self, number: int) -> int:
        pid = os.fork()
        if pid:
            return pid
        try:
            signal.alarm(int(LONGEST))
            with self.app.app_context():
                db.engine.dispose(close=False)
            threads = [
                threading.Thread(target=self._buyer, args=(f"buyer-{number}-{each}", way_of(number, each)))
                for each in range(BUYERS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            os._exit(0)
        except BaseException:
            os._exit(3)

    def _buyer(self, name: str, way: str) -> None:
        """Tries until they have paid, walk away or everything is sold; who was too late hurries the next time."""
        with self.app.app_context():
            while not self._all_sold():
                try:
                    show = db.session.get_one(Show, self.show_id)
                    row = reservations.reserve(show, self.item_id, 1, viewer(name), now())
                    db.session.commit()
                except SoldOut:
                    db.session.rollback()
                else:
                    if self._go(row, name, way) or way == "gone":
                        return
                    way = "prompt"
                time.sleep(0.1)

    def _all_sold(self) -> bool:
        sold = db.session.scalars(select(Purchase.id).where(Purchase.status == "paid")).all()
        db.session.rollback()
        return len(sold) >= PIECES

    def _go(self, row: Purchase, name: str, way: str) -> bool:
        """On to Stripe's page; whether they have paid there."""
        seller = seller_of(row.brand)
        assert seller is not None
        buyer = Buyer(f"{name}@buyer.example", name, "Kade 1", "1011 AB", "Amsterdam", "NL")
        try:
            paying.fill_in(row, buyer, seller, at=now())
            paying.begin(row, at=now())
        except WrongStatus:  # the time is over, and Stripe is being asked
            db.session.rollback()
            return False
        wanted, until = paying.request(row), row.holds_until
        db.session.commit()
        if way == "dies before stripe":
            os.kill(os.getpid(), signal.SIGKILL)
        made = gateway(settings()).create_checkout(**wanted)
        if way == "dies after stripe":
            os.kill(os.getpid(), signal.SIGKILL)
        paying.opened(row, made)
        db.session.commit()
        if way == "gone":
            return False
        if way == "late":
            time.sleep(max(0.0, (until - now()).total_seconds()))
        return bool(self.provider.tell(do=[["pay", made.id]])["done"][0]["payment_status"] == "paid")


def way_of(process: int, number: int) -> str:
    """What becomes of a buyer."""
    return DEATHS[process % 2] if process < 4 and not number else WAYS[(process + number) % len(WAYS)]


@pytest.fixture
def short_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Holds of seconds, so that they end while one looks on."""
    for module in (holding, paying):
        monkeypatch.setattr(module, "HOLD", HOLD)
    monkeypatch.setattr(closing, "CLAIM", timedelta(seconds=1))


@pytest.mark.slow
@pytest.mark.usefixtures("short_holds")
@pytest.mark.parametrize("seed", [1, 2])
def test_fifty_buyers_for_the_last_five_pieces(
    app: Flask, provider: Provider, lumen: Brand, mira: Creator, seed: int
) -> None:
    show, item = show_of(lumen, mira, pieces=PIECES, at=now() - timedelta(hours=1))
    Rush(app, provider, show, item.id, seed).run()
    hear()  # and what never came
    statuses = [row.status for row in purchases()]
    assert statuses.count("paid") == PIECES, statuses
    assert set(statuses) <= {"paid", "expired"}
    assert len(db.session.scalars(select(Sale)).all()) == PIECES
    assert provider.balance() == bank_account(lumen) == PIECES * 2420
    charges = provider.tell(show=["charge", "checkout.session"])
    assert sum(each["amount"] - each["amount_refunded"] for each in charges["charge"]) == PIECES * 2420
    assert {each["status"] for each in charges["checkout.session"]} <= {"complete", "expired"}
    assert wrong_books() == []


def told_of(row: Purchase) -> Told:
    """What Stripe says of a paid page."""
    return Told(row.session or "", row.reference, f"pi_{row.id}", row.total, "EUR")


def without_lock(times: int) -> Callable[..., bool]:
    """The switch: nobody is kept waiting, and everybody has counted before anybody takes."""
    barrier = threading.Barrier(times)
    counted = stock.pieces

    def pieces(*about: Any) -> stock.Pieces:
        found = counted(*about)
        barrier.wait(20)
        return found

    def switch(monkeypatch: pytest.MonkeyPatch) -> bool:
        monkeypatch.setattr(stock, "lock", lambda *_: True)
        monkeypatch.setattr(told, "take_turn", lambda *_: None)
        monkeypatch.setattr(stock, "pieces", pieces)
        return True

    return switch


def test_without_the_lock_the_same_rush_sells_too_many(
    provider: Provider, lumen: Brand, mira: Creator, monkeypatch: pytest.MonkeyPatch
) -> None:
    show, item = show_of(lumen, mira, pieces=20, at=now() - timedelta(hours=1))
    names = [f"v{number}" for number in range(8)]
    made = {name: asked(show, item, name, now()).public_id for name in names}
    stock.set_on_hand(the_lamp(), PIECES, by=identity("olga"), at=now())
    db.session.commit()
    without_lock(len(names))(monkeypatch)
    about = {
        row.public_id: Told(row.session or "", row.reference, f"pi_{row.id}", row.total, "EUR") for row in purchases()
    }

    def come(name: str) -> bool:
        return told.paid(made[name], about[made[name]], happened_at=now(), at=now())

    at_once([lambda name=name: come(name) for name in names])  # type: ignore[misc]
    assert [row.status for row in purchases()].count("paid") > PIECES


def test_with_the_lock_it_sells_what_there_is(provider: Provider, lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=20, at=now() - timedelta(hours=1))
    rows = [asked(show, item, f"v{number}", now()) for number in range(8)]
    stock.set_on_hand(the_lamp(), PIECES, by=identity("olga"), at=now())
    db.session.commit()
    for row in rows:
        pay(provider, row.session)
    about = {row.public_id: told_of(row) for row in rows}
    at_once([lambda key=key: told.paid(key, about[key], happened_at=now(), at=now()) for key in about])  # type: ignore[misc]
    statuses = sorted(row.status for row in purchases())
    assert statuses == ["paid"] * PIECES + ["short"] * 3
