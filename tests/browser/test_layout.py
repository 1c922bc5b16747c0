"""The frame of every page: light, dark, small, Dutch, by keyboard, without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk, axe, fits, screenshot

pytestmark = pytest.mark.browser

LOOKS = {
    "light": {},
    "dark": {"dark": True},
    "small": {"width": 360},
    "dutch": {"language": "nl"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_the_sign_in_page_is_sound_in_every_look(desk: Desk, look: str) -> None:
    page = desk.page(**LOOKS[look])
    desk.visit(page, "/sign-in")
    screenshot(page, f"sign-in-{look}")
    axe(page)
    assert fits(page)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("Inloggen" if look == "dutch" else "Sign in")


@pytest.mark.parametrize("look", LOOKS)
def test_an_error_page_is_sound_in_every_look(desk: Desk, look: str) -> None:
    page = desk.page(**LOOKS[look])
    desk.visit(page, "/nowhere", status=404)
    screenshot(page, f"error-{look}")
    axe(page)
    assert fits(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Niet gevonden" if look == "dutch" else "Not found")
    sentence = {"dutch": "Deze pagina bestaat niet, of is niet van jou."}
    expect(page.get_by_text(sentence.get(look, "There is no such page, or it is not yours."))).to_be_visible()


def test_dark_is_dark_without_scripts(desk: Desk) -> None:
    for dark, script in ((False, True), (True, True), (True, False)):
        page = desk.page(dark=dark, script=script)
        desk.visit(page, "/sign-in")
        red = page.locator("body").evaluate("body => parseInt(getComputedStyle(body).backgroundColor.slice(4))")
        assert (red < 64) == dark


def test_the_keyboard_reaches_the_content_in_two_strokes(desk: Desk) -> None:
    page = desk.page()
    desk.visit(page, "/sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("E-mail")).to_be_focused()


def test_one_signs_in_and_out_without_scripts(desk: Desk) -> None:
    page = desk.sign_in("sam", script=False)
    page.click("details.account summary")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_account_menu_closes_by_escape_and_by_a_click_beside_it(desk: Desk) -> None:
    page = desk.sign_in("sam")
    sign_out = page.get_by_role("button", name="Sign out")
    page.click("details.account summary")
    expect(sign_out).to_be_visible()
    page.keyboard.press("Escape")
    expect(sign_out).to_be_hidden()
    expect(page.locator("details.account summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(sign_out).to_be_visible()
    page.locator("main").click()
    expect(sign_out).to_be_hidden()


def test_a_page_that_breaks_the_policy_is_found_out(desk: Desk) -> None:
    page = desk.page()
    desk.visit(page, "/sign-in")
    page.evaluate("document.querySelector('main').innerHTML += '<p style=\"color: red\">No.</p>'")
    page.wait_for_timeout(100)
    assert any("style" in complaint and "Content Security Policy" in complaint for complaint in desk.complaints)
    desk.complaints.clear()


def test_a_page_nobody_can_read_is_found_out(desk: Desk) -> None:
    page = desk.page()
    desk.visit(page, "/sign-in")
    page.evaluate("document.querySelector('label').remove()")
    with pytest.raises(AssertionError, match="critical label"):
        axe(page)


def test_ctrl_k_leads_to_the_search_from_anywhere_and_enter_searches(desk: Desk) -> None:
    page = desk.sign_in("olga")
    desk.visit(page, "/account")
    page.locator("main input:visible").first.focus()
    page.keyboard.press("Control+k")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("zebra")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?.*q=zebra"))
    expect(page.get_by_role("main").get_by_text("Zebra").first).to_be_visible()
