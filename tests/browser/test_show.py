"""A show from its first pin to the withdrawal of what was bought in it: host, two viewers and the brand, each in a
browser of their own, with the provider and the event stream as processes of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from app import clock
from app.database import db, raw
from app.ledger.models import Entry
from app.orders import stock
from app.orders.jobs import tend_orders
from app.payouts.checks import check_books
from app.sales.jobs import settle_due
from app.streams.models import Show
from tests import market
from tests.browser.desk import Desk, axe
from tests.browser.test_buying import fill_in, letter, link_in
from tests.browser.test_topping_up import SECRET, hear
from tests.browser.test_watching import becomes
from tests.cast import Cast
from tests.live.listener import Process, event_process
from tests.live.moving import record, served
from tests.payouts.people import identity
from tests.payouts.stripe_people import KEY
from tests.programs import open_folder
from tests.streams.access import DAYS
from tests.streams.showing import planned
from tests.stripe_server import Provider, running

pytestmark = pytest.mark.browser
WHERE = ("E-mail", "Name", "Street and number", "Postcode", "Town")


@pytest.fixture
def show(cast: Cast, chromium: Browser) -> Iterator[Show]:
    """Planned with a picture that moves and two products; the lamp costs 24.20 with VAT, and there are two."""
    lumen, mira, at = cast.brands["lumen"], cast.creators["mira"], clock.now()
    market.contract(lumen, mira, *DAYS)
    lamp = market.product(lumen, "LAMP", price=Decimal("24.20"))
    market.product(lumen, "CORD", price=Decimal("9.00"))
    with served(record(chromium)) as pictures:
        made = planned(mira, skus={lumen: ("LAMP", "CORD")}, at=at, address=f"{pictures}/index.m3u8")
        stock.set_on_hand(lamp, 2, by=identity("olga"), at=at)
        db.session.commit()
        yield made


@pytest.fixture
def provider(app: Flask, live_server: str, cast: Cast, tmp_path: Path) -> Iterator[Provider]:
    """The provider, which brings its events to the live server; the event stream is beside it."""
    before = app.extensions["streamcut"]
    books = running(tmp_path / "books.db", webhook=f"{live_server}/webhooks/stripe", secret=SECRET)
    with books as provider, open_folder() as folder, event_process(app, folder) as events:
        provider.tell(secret=KEY)
        app.extensions["streamcut"] = replace(before, base_url=live_server, **wires(provider, events))
        yield provider
    app.extensions["streamcut"] = before


def wires(provider: Provider, events: Process) -> dict[str, str]:
    """The settings that lead to both."""
    return {
        "stripe_secret_key": KEY,
        "stripe_api_base": provider.base,
        "stripe_webhook_secret": SECRET,
        "events_listen": f"127.0.0.1:{events.port}",
    }


def buy(page: Page, watch: str) -> None:
    """Buys what is shown, up to the provider's answer."""
    page.goto(watch)
    expect(page.locator(".pin-card")).to_contain_text("Lamp")
    page.locator(".pin-card").get_by_role("button", name="Buy").click()
    fill_in(page, WHERE)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="Order and pay €24.20").click()
    page.get_by_role("button", name="Pay by card or iDEAL").click()
    expect(page.get_by_text("waiting for Stripe")).to_be_visible()


def figure(page: Page, name: str, value: str) -> None:
    expect(page.locator(f"[data-figure={name}]")).to_have_text(value)


def settled() -> None:
    """What the worker does next."""
    settle_due(wait=True)
    tend_orders()
    db.session.rollback()


def test_a_show_from_the_first_pin_to_a_withdrawal(desk: Desk, provider: Provider, cast: Cast, show: Show) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    watch, of_show = desk.url(f"/live/{show.public_id}"), f"shows/{show.public_id}"
    host, brand = desk.sign_in("mira"), desk.sign_in("olga")
    anna, ben = desk.page(motion=True), desk.page()
    anna.goto(watch)
    expect(anna.get_by_text("This page shows the picture as soon as the show begins.")).to_be_visible()
    host.goto(desk.url(f"/shows/{show.public_id}/console"))
    host.get_by_role("button", name="Go on air").click()
    becomes(anna, "document.querySelector('video')?.currentTime > 0.5")  # the picture has come, and moves
    brand.goto(desk.url(f"/brands/{lumen.public_id}/{of_show}/desk"))
    expect(brand.locator("#desk[data-hears=stream]")).to_be_attached()
    host.get_by_role("row", name="Lamp").get_by_role("button", name="Pin").click()
    expect(anna.locator(".pin-card")).to_contain_text("Lamp")  # without asking for the page again

    buy(anna, watch)
    buy(ben, watch)
    hear(2)
    figure(brand, "orders", "2")
    figure(brand, "net", "€40.00")  # without VAT
    settled()
    desk_of_mira = desk.url(f"/creators/{mira.public_id}/{of_show}/desk")
    host.goto(desk_of_mira)
    figure(host, "commission", "€4.00")
    anna.goto(watch)
    expect(anna.locator(".pin-card").get_by_role("button", name="Join the waiting list Lamp")).to_be_visible()

    anna.goto(link_in(letter("order.paid")))
    anna.get_by_role("link", name="Withdraw from contract here").click()
    anna.get_by_role("button", name="Go on").click()
    anna.get_by_role("button", name="Confirm withdrawal").click()
    expect(anna.get_by_role("table", name="What goes back")).to_contain_text("€24.20")
    settled()
    figure(brand, "net", "€20.00")
    host.goto(desk_of_mira)
    figure(host, "commission", "€2.00")
    assert provider.balance() == 2420 == held()
    assert [check.name for check in check_books(raw()) if not check.ok] == []
    db.session.rollback()
    for page in (host, brand, anna):
        axe(page)


def held() -> int:
    """What our books say lies at the bank."""
    came = select(func.coalesce(func.sum(Entry.amount), 0))
    into, out_of = (int(db.session.scalar(came.where(side == "bank")) or 0) for side in (Entry.debit, Entry.credit))
    db.session.rollback()
    return into - out_of
