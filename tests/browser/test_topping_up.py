"""A brand tops up at Stripe, in a browser that goes there and comes back, with the events that the provider sends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import current_app
from playwright.sync_api import expect
from sqlalchemy import func, select

from app.database import db
from app.integrations.jobs import handle_due
from app.integrations.models import WebhookEvent
from config import settings
from tests.browser.desk import Desk, axe, screenshot
from tests.cast import Cast
from tests.payouts.stripe_people import KEY, use_stripe
from tests.stripe_server import Provider, running

pytestmark = pytest.mark.browser
SECRET = "whsec_of_the_tests"


@pytest.fixture
def provider(live_server: str, cast: Cast, tmp_path: Path) -> Iterator[Provider]:
    """A provider that brings its events to the live server."""
    before = settings()
    with running(tmp_path / "books.db", webhook=f"{live_server}/webhooks/stripe", secret=SECRET) as provider:
        provider.tell(secret=KEY)
        use_stripe(provider, stripe_webhook_secret=SECRET, base_url=live_server)
        yield provider
    current_app.extensions["streamcut"] = before


def hear(events: int) -> None:
    """Waits until so many events have come in all, and does what the worker does with them."""
    deadline = time.monotonic() + 60
    while db.session.scalar(select(func.count()).select_from(WebhookEvent)) != events:
        assert time.monotonic() < deadline, "the provider's events have not come"
        db.session.rollback()
        time.sleep(0.05)
    db.session.rollback()
    handle_due()


def test_a_brand_pays_on_the_providers_page_and_sees_the_money_come(desk: Desk, provider: Provider, cast: Cast) -> None:
    olga = desk.sign_in("olga")
    funds = desk.url(f"/brands/{cast.brands['lumen'].public_id}/funds")
    olga.goto(funds)
    axe(olga)
    screenshot(olga, "top-up")
    olga.get_by_label("Amount").fill("1,250.00")
    olga.get_by_role("button", name="Go on").click()
    axe(olga)
    olga.get_by_role("link", name="Pay at Stripe").click()
    expect(olga.get_by_text("1,250.00 EUR")).to_be_visible()
    assert olga.url.startswith(provider.base)
    olga.get_by_role("button", name="Use a card that is refused").click()
    expect(olga.get_by_text("The card was refused")).to_be_visible()
    olga.get_by_role("button", name="Pay by card or iDEAL").click()
    expect(olga.get_by_text("The money is on its way.")).to_be_visible()
    assert olga.url.startswith(desk.base)
    axe(olga)
    hear(1)
    expect(olga.get_by_text("It has arrived, and stands in the funds.")).to_be_visible()  # without a click
    screenshot(olga, "top-up-arrived")
    charge = provider.tell(show=["charge"])["charge"][0]["id"]
    provider.tell(do=[["refund", charge, 25_000]])
    hear(2)
    olga.goto(funds)
    expect(olga.get_by_role("table", name="Taken back")).to_contain_text("-€250.00")
    expect(olga.get_by_text("€1,000.00").first).to_be_visible()
    axe(olga)
    screenshot(olga, "funds-taken-back")
    finance = desk.sign_in("mo", dark=True)
    finance.goto(desk.url("/finance/top-ups/payments"))
    expect(finance.get_by_role("row", name="Lumen")).to_contain_text("Paid")
    axe(finance)
    screenshot(finance, "checkouts")
