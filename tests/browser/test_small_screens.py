"""On a phone 360 pixels wide the menu is a drawer. Lists are looked at in test_every_page.py."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, screenshot
from tests.cast import Cast

pytestmark = pytest.mark.browser


def test_the_menu_is_a_drawer_that_shows_where_one_is(desk: Desk, cast: Cast) -> None:
    page: Page = desk.sign_in("olga", width=360)
    page.goto(desk.url(f"/brands/{cast.brands['lumen'].public_id}/people"))
    drawer = page.locator("details.drawer")
    expect(drawer.locator("summary")).to_contain_text("People")
    current = drawer.get_by_role("link", name="People", exact=True)
    expect(current).to_be_hidden()
    drawer.locator("summary").click()
    expect(current).to_be_in_viewport()
    screenshot(page, "drawer")
    drawer.get_by_role("link", name="Orders", exact=True).click()
    expect(page).to_have_url(desk.url(f"/brands/{cast.brands['lumen'].public_id}/sales"))
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(drawer).to_be_hidden()
    orders = page.locator(".side").get_by_role("link", name="Orders", exact=True)
    expect(orders).to_have_attribute("aria-current", "page")
    screenshot(page, "sidebar")
