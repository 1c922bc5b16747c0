"""On a phone 360 pixels wide no sum, status or reason of any list is off-screen, and the menu is a drawer."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, screenshot
from tests.browser.test_every_page import VISITORS, addresses
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Whatever is painted outside of the screen, or cut off by something around it that one would have to scroll.
OFF_SCREEN = """() => [...document.querySelectorAll("main td, main th, main .badge, main .amount, main dd, main time")]
  .filter((cell) => cell.checkVisibility() && cell.textContent.trim() && !cell.closest("thead, .visually-hidden, svg"))
  .filter((cell) => {
    const box = cell.getBoundingClientRect();
    let [left, right] = [0, innerWidth];
    for (let around = cell.parentElement; around !== document.body; around = around.parentElement)
      if (getComputedStyle(around).overflowX !== "visible") {
        const edge = around.getBoundingClientRect();
        [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      }
    return box.left < left - 1 || box.right > right + 1 || cell.scrollWidth > cell.clientWidth + 1 && cell.clientWidth;
  })
  .map((cell) => `${cell.tagName} “${cell.textContent.trim().replace(/\\s+/g, " ").slice(0, 60)}”`)"""


@pytest.mark.parametrize("name", VISITORS)
def test_nothing_of_any_list_is_off_screen(desk: Desk, app: Flask, name: str) -> None:
    page = desk.sign_in(name, width=360) if name else desk.page(width=360)
    wrong = []
    for row, address in addresses(app, name):
        answer = page.request.get(desk.url(address), max_redirects=0)
        if answer.status != 200 or "<table" not in answer.text():
            continue
        page.goto(desk.url(address))
        wrong += [f"{row.endpoint} as {name or 'nobody'}: {cell}" for cell in page.evaluate(OFF_SCREEN)]
    assert not wrong, "\n".join(wrong)


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
