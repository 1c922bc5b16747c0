"""A creator asks for an order she did not get and disputes it, the brand answers, the platform decides, and she sees
the money: four browsers, light and dark, on a phone and in Dutch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app import clock
from tests import market
from tests.browser.desk import Desk, axe, fits, screenshot
from tests.cast import Cast
from tests.desks.stories import settled

pytestmark = pytest.mark.browser
DAY = timedelta(days=1)


def sound(page: Page, name: str) -> None:
    """The page keeps nobody out and fits its window; what it looks like is kept."""
    axe(page)
    assert fits(page), f"{page.url} is wider than {page.viewport_size}"
    screenshot(page, f"dispute-{name}")


def test_an_order_that_was_lost_is_won_in_a_dispute(desk: Desk, cast: Cast) -> None:
    lumen, mira, joon, now = cast.brands["lumen"], cast.creators["mira"], cast.creators["joon"], clock.now()
    market.contract(lumen, mira)
    market.contract(lumen, joon, coupons=("JOONCODE",))
    market.touch(lumen, mira, "v", now - 2 * DAY, ref="T-MIRA")
    market.sale(lumen, 10_000, now - DAY, visitor="v", coupon="JOONCODE", order_ref="O-77")
    settled()
    page = desk.sign_in("mira", width=360)
    page.goto(desk.url(f"/creators/{mira.public_id}/missing-order"))
    page.get_by_label("Order number").fill("O-77")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("The buyer used a code of another creator")).to_be_visible()
    sound(page, "asked-small")
    page.get_by_role("link", name="Look at the line").click()
    page.get_by_role("link", name="Something wrong?").click()
    page.get_by_label("I brought this buyer").check()
    page.get_by_label("What happened").fill("She came from my link and only then typed a code she found.")
    page.get_by_label("Evidence").set_input_files(
        {"name": "chat.txt", "mimeType": "text/plain", "buffer": b"I found a code on a coupon site"}
    )
    sound(page, "new-small")
    page.get_by_role("button", name="Open a dispute").click()
    expect(page.get_by_text("Waits for the answer of Lumen Lighting")).to_be_visible()
    sound(page, "open-small")

    brand = desk.sign_in("olga", dark=True)
    brand.get_by_role("link", name="Answer the dispute about order O-77").click()
    expect(brand.get_by_text("She came from my link")).to_be_visible()
    brand.get_by_label("Answer", exact=True).fill("The code was leaked, that is true.")
    sound(brand, "answer-dark")
    brand.get_by_role("button", name="Answer", exact=True).click()
    expect(brand.get_by_text("The platform decides by")).to_be_visible()

    admin = desk.sign_in("adam")
    admin.goto(desk.url("/admin/disputes"))
    sound(admin, "list")
    admin.get_by_role("link", name="order O-77, line 1").click()
    admin.get_by_label("For the creator").check()
    admin.get_by_label("Reasons").fill("The code was leaked: the visit counts.")
    sound(admin, "decide")
    admin.get_by_role("button", name="Preview changes").click()
    expect(admin.get_by_text("Decide the dispute like this?")).to_be_visible()
    sound(admin, "preview")
    admin.get_by_role("button", name="Decide", exact=True).click()
    expect(admin.get_by_text("Decided: For the creator.")).to_be_visible()

    page.reload()
    expect(page.get_by_text("The code was leaked: the visit counts.")).to_be_visible()
    page.goto(desk.url(f"/creators/{mira.public_id}/earnings"))
    expect(page.get_by_text("€10.00").first).to_be_visible()
    dutch = desk.sign_in("mira", language="nl")
    dutch.goto(desk.url(f"/creators/{mira.public_id}/disputes"))
    sound(dutch, "list-dutch")
    dutch.get_by_role("link", name="O-77 / 1").click()
    sound(dutch, "decided-dutch")
