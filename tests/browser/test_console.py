"""A host and somebody who helps run a show in two browsers: by keys, seen by both, and without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import clock
from app.database import db
from app.streams import moderators, shows
from app.streams.models import Show
from tests import market
from tests.browser.desk import Desk, axe, fits, screenshot
from tests.cast import Cast
from tests.payouts.people import identity
from tests.streams.access import DAYS
from tests.streams.showing import planned

pytestmark = pytest.mark.browser


@pytest.fixture
def show(app: Flask, cast: Cast) -> Show:
    """On air with three products, and Sam helps."""
    lumen, mira, at = cast.brands["lumen"], cast.creators["mira"], clock.now()
    market.contract(lumen, mira, *DAYS)
    made = planned(mira, skus={lumen: ("LAMP", "BULB", "CORD")}, at=at + timedelta(minutes=5))
    moderators.add(made, "sam@cast.example", by=identity("mira"), at=at)
    shows.begin(made, by=identity("mira"), at=at)
    db.session.commit()
    return made


def on_screen(page: Page) -> str:
    """What the console says is on the screen."""
    return page.locator(".console-now").inner_text()


def press(page: Page, key: str) -> None:
    """Presses an access key with Alt. The driver's own keyboard says nothing of the letter without Alt, by which
    browsers find what the key belongs to."""
    session = page.context.new_cdp_session(page)
    about = {"modifiers": 1, "key": key, "code": f"Key{key.upper()}", "windowsVirtualKeyCode": ord(key.upper())}
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "unmodifiedText": key, **about})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **about})
    session.detach()


def test_a_host_goes_on_by_one_key_and_sees_what_a_moderator_pins(desk: Desk, show: Show) -> None:
    console = desk.url(f"/shows/{show.public_id}/console")
    host, helper = desk.sign_in("mira"), desk.sign_in("sam", dark=True, width=360)
    host.goto(console)
    helper.goto(console)
    press(host, "n")
    expect(host.locator(".console-now")).to_contain_text("Lamp")
    press(host, "n")
    expect(host.locator(".console-now")).to_contain_text("Bulb")
    expect(helper.locator(".console-now")).to_contain_text("Bulb")  # without asking for the page again
    host.get_by_role("button", name="I have said it").focus()
    helper.get_by_role("row", name="Cord").get_by_role("button", name="Pin").click()
    expect(host.locator(".console-now")).to_contain_text("Cord")
    expect(host.get_by_role("button", name="I have said it")).to_be_focused()  # what changed took nothing away
    host.keyboard.press("Enter")
    expect(host.get_by_text("You have said in this quarter of an hour")).to_be_visible()
    for page, name in ((host, "host"), (helper, "helper")):
        axe(page)
        assert fits(page)
        screenshot(page, f"console-{name}")
    host.get_by_text("End the show").click()
    host.get_by_role("button", name="Yes, end it now").click()
    expect(host.get_by_text("The show has ended.")).to_be_visible()


def test_the_console_works_without_scripts(desk: Desk, show: Show) -> None:
    host = desk.sign_in("mira", script=False)
    host.goto(desk.url(f"/shows/{show.public_id}/console"))
    host.get_by_role("button", name="Next: Lamp").click()
    assert "Lamp" in on_screen(host)
    host.get_by_role("button", name="I have said it").click()
    host.get_by_role("button", name="Take it off the screen").click()
    expect(host.locator(".console-now")).to_have_count(0)
    expect(host.get_by_role("button", name="Next: Bulb")).to_be_visible()
