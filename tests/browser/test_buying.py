"""A viewer buys on a phone, in the dark and in Dutch, without an account and without JavaScript, waits in line with it,
and withdraws by the link in the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import current_app
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.database import db
from app.notifications.rendering import render
from app.orders.jobs import tend_orders
from app.outbox import Letter
from app.users.models import Brand, Creator
from config import settings
from tests.browser.desk import Desk, axe, fits, screenshot
from tests.browser.test_topping_up import SECRET, hear
from tests.cast import Cast
from tests.orders.buying import now
from tests.orders.selling import show_of
from tests.payouts.stripe_people import KEY, use_stripe
from tests.stripe_server import Provider, running

pytestmark = pytest.mark.browser


@pytest.fixture
def provider(live_server: str, cast: Cast, tmp_path: Path) -> Iterator[Provider]:
    """A provider that brings its events to the live server."""
    before = settings()
    with running(tmp_path / "books.db", webhook=f"{live_server}/webhooks/stripe", secret=SECRET) as provider:
        provider.tell(secret=KEY)
        use_stripe(provider, stripe_webhook_secret=SECRET, base_url=live_server)
        yield provider
    current_app.extensions["streamcut"] = before


def letter(event: str) -> str:
    """What was written last about something."""
    db.session.rollback()
    query = select(Letter).where(Letter.event == event).order_by(Letter.id.desc()).limit(1)
    text = render(db.session.scalars(query).one())[1]
    db.session.rollback()
    return text


def link_in(text: str) -> str:
    """The address in a letter."""
    (found,) = re.findall(r"http://\S+/orders/\S+", text)
    return str(found)


def fill_in(page: Page, words: tuple[str, ...]) -> None:
    """Where it goes, by the labels of the reader's language."""
    values = ("anna@buyer.example", "Anna de Vries", "Kade 1", "1011 AB", "Amsterdam")
    for word, value in zip(words, values, strict=True):
        page.get_by_label(word, exact=True).fill(value)


def sound(page: Page, name: str) -> None:
    """As it should be, at its width; kept as a picture."""
    axe(page)
    assert fits(page)
    screenshot(page, name)


def test_a_viewer_buys_waits_and_withdraws(desk: Desk, provider: Provider, lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=1, at=now())
    watch, at_sold_out = f"/live/{show.public_id}", f"/live/{show.public_id}/items/{item.id}/wait"
    anna = desk.page(width=360, dark=True, script=False)
    anna.goto(desk.url(watch))
    anna.locator(f"button[form=buy-{item.id}]").click()
    expect(anna.get_by_text(re.compile(r"When this page was shown, (9|10) min \d+ s were left"))).to_be_visible()
    expect(anna.get_by_text("Lumen Lighting B.V.", exact=True)).to_be_visible()  # before anything is filled in
    fill_in(anna, ("E-mail", "Name", "Street and number", "Postcode", "Town"))
    anna.get_by_role("button", name="Go on").click()
    expect(anna.get_by_text("€24.20 including €4.20 VAT (21%)")).to_be_visible()
    ben = desk.page(language="nl")
    ben.goto(desk.url(at_sold_out))
    ben.get_by_label("E-mail").fill("ben@buyer.example")
    sound(ben, "sold-out")
    ben.get_by_role("button", name="In de rij gaan staan").click()
    expect(ben.get_by_text("Je bent nummer 1 in de rij")).to_be_visible()
    anna.get_by_role("link", name="Order and pay €24.20").click()
    expect(anna.get_by_text("24.20 EUR")).to_be_visible()
    anna.get_by_role("button", name="Pay by card or iDEAL").click()
    expect(anna.get_by_text("waiting for Stripe")).to_be_visible()
    hear(1)
    order = link_in(letter("order.paid"))
    anna.goto(order)
    expect(anna.get_by_text("The order is paid and confirmed")).to_be_visible()
    anna.get_by_role("link", name="Withdraw from contract here").click()
    anna.get_by_role("button", name="Go on").click()
    anna.get_by_role("button", name="Confirm withdrawal").click()
    expect(anna.get_by_role("table", name="What goes back")).to_contain_text("(UTC)")
    assert "you declared that you withdraw" in letter("order.withdrawn")
    expect(ben.get_by_text("Er is er een voor jou")).to_be_visible()  # without a click
    sound(ben, "offered")
    ben.goto(link_in(letter("order.offered")))
    expect(ben.get_by_text(re.compile(r"^\d+:\d\d$"))).to_be_visible()
    sound(ben, "reservation")
    ben.get_by_role("button", name="Ik wil het niet: teruggeven").click()
    expect(ben.get_by_text("Je hebt dit teruggegeven.")).to_be_visible()
    tend_orders()
    db.session.rollback()
    assert provider.balance() == 0
