"""A brand and a creator come to terms in two browsers: sent, countered, compared, accepted, signed, and in the way of
a second brand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import clock
from app.database import db
from tests import market
from tests.browser.desk import Desk, axe, fits, screenshot
from tests.cast import Cast
from tests.contracts.dealing import (
    closing,
    drafted,
    next_month,
    running,
    terms,
)
from tests.contracts.signing import latest_code
from tests.desks.stories import settled

pytestmark = pytest.mark.browser
LOOKS = {"light": {}, "dark": {"dark": True}, "small": {"width": 360}}


def sound(page: Page, name: str) -> None:
    """The page keeps nobody out and fits its window; what it looks like is kept."""
    axe(page)
    assert fits(page), f"{page.url} is wider than {page.viewport_size}"
    screenshot(page, f"negotiation-{name}")


def last_year(cast: Cast) -> None:
    """What Mira sold for Lumen in the last three months, under a contract that ends before the next month."""
    lumen, mira, now = cast.brands["lumen"], cast.creators["mira"], clock.now()
    begin, end = next_month(now.date()) - timedelta(days=200), next_month(now.date()) - timedelta(days=1)
    market.contract(lumen, mira, begin, end, coupons=("MIRA",))
    month = now.date().replace(day=1)
    for base in (80_000, 240_000, 120_000):
        month = (month - timedelta(days=1)).replace(day=1)
        at = now.replace(year=month.year, month=month.month, day=10)
        market.stream(lumen, mira, at, 3)
        market.sale(lumen, base, at, coupon="mira")
    settled()


def sign(page: Page, who: str) -> None:
    """Asks for the code and types it with the name."""
    page.get_by_role("button", name="Mail me a code").click()
    expect(page.get_by_text("It is good for 10 minutes.")).to_be_visible()
    page.get_by_label("Your full name").fill(who.title())
    page.get_by_label("Code", exact=True).fill(latest_code(who))
    page.get_by_role("button", name="Sign", exact=True).click()


def test_two_people_come_to_terms(desk: Desk, app: Flask, cast: Cast, tmp_path: Path) -> None:
    last_year(cast)
    olga = desk.sign_in("olga")
    olga.get_by_role("link", name="Offers", exact=True).click()
    olga.get_by_role("link", name="New offer").first.click()
    olga.get_by_label("Offer title").fill("Spring lamps")
    olga.get_by_label("Creator", exact=True).fill("mira")
    olga.get_by_role("textbox", name="Commission", exact=True).fill("8")
    olga.get_by_label("Retainer each month").fill("500.00")
    olga.get_by_label("Guaranteed each month").fill("150.00")
    olga.locator("#exclusivity_level").select_option("category")
    olga.get_by_text("What is exclusive, and where").click()
    olga.locator("#exclusivity_categories").select_option("home.lighting")
    olga.get_by_label("Fee for exclusivity each month").fill("100.00")
    olga.locator("#work_territories").select_option("NL")
    olga.locator("#work_categories").select_option("home.lighting")
    olga.get_by_role("checkbox", name="Exclusivity").check()
    olga.get_by_label("Message").fill("We would love you to show our lamps in spring.")
    sound(olga, "form")
    olga.get_by_role("button", name="Save the draft").click()
    expect(olga.get_by_role("heading", level=1)).to_have_text("Spring lamps")
    sound(olga, "draft")
    olga.get_by_role("button", name="Send to Mira Live").click()
    expect(olga.get_by_text("You are told by mail when it is answered.")).to_be_visible()

    mira = desk.sign_in("mira")
    mira.get_by_role("link", name="Answer the offer “Spring lamps”").click()
    expect(mira.get_by_text("replayed on what was sold between the two of you")).to_be_visible()
    worth = mira.locator("section", has=mira.get_by_role("heading", name="What it is worth"))
    expect(worth).to_contain_text("Worst month€750.00")  # the guarantee, the retainer, the fee
    expect(worth).to_contain_text("Best month€792.00")  # 8 % of 2,400.00 is above the guarantee
    expect(mira.get_by_role("row", name="Exclusivity: Level Not negotiable")).to_be_visible()
    sound(mira, "creator-sees-it")
    mira.get_by_role("link", name="Counter", exact=True).click()
    expect(mira.locator("#exclusivity_level")).to_have_count(0)
    mira.get_by_role("textbox", name="Commission", exact=True).fill("12.5")
    mira.get_by_label("Message").fill("Lovely lamps. Twelve and a half?")
    sound(mira, "counter")
    mira.get_by_role("button", name="Send this version").click()

    olga.goto(desk.url(f"/brands/{cast.brands['lumen'].public_id}/offers"))
    expect(olga.get_by_role("row", name="Spring lamps")).to_contain_text("Your turn")
    sound(olga, "list")
    olga.get_by_role("link", name="Spring lamps").click()
    changed = olga.get_by_role("row", name="Commission Changed")
    expect(changed).to_contain_text("12.5%")
    expect(changed).to_contain_text("8%")
    expect(olga.get_by_text("1 field has changed.")).to_be_visible()
    sound(olga, "difference")
    olga.get_by_role("button", name="Accept version 2").click()
    expect(olga.get_by_role("heading", level=1)).to_have_text("Contract with Mira Live")
    sound(olga, "agreement")
    sign(olga, "olga")
    expect(olga.get_by_text("Signed. Waiting for the other side to sign.")).to_be_visible()

    mira.goto(desk.url(f"/creators/{cast.creators['mira'].public_id}/earnings"))
    mira.get_by_role("link", name="Sign the agreement with Lumen Lighting").click()
    sign(mira, "mira")
    expect(mira.get_by_text("Signed by both sides.")).to_be_visible()
    with mira.expect_download() as download:
        mira.get_by_role("link", name="Download the PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    mira.get_by_role("link", name="Contract C-").click()
    expect(mira.get_by_text("Retainer: €500.00 a month.")).to_be_visible()
    sound(mira, "contract")

    second = drafted(
        cast.brands["kettle"], cast.creators["mira"], terms(cast.brands["kettle"]), title="Kettles and lamps"
    )
    db.session.commit()
    kim = desk.sign_in("kim")
    kim.goto(desk.url(f"/brands/{cast.brands['kettle'].public_id}/offers/{second.public_id}"))
    expect(kim.get_by_text("An exclusivity closes this until").first).to_be_visible()
    expect(kim.get_by_text("Lumen")).to_have_count(0)
    sound(kim, "conflict")


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_a_deal_is_sound_in_every_look(desk: Desk, app: Flask, cast: Cast, look: str) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    contract = running(lumen, mira, exclusivity=closing(cool_off_days=14))
    offer = drafted(lumen, cast.creators["joon"], terms(lumen))
    db.session.commit()
    olga = desk.sign_in("olga", **LOOKS[look])
    root = desk.url(f"/brands/{lumen.public_id}")
    for name, path in {
        "offers": "/offers",
        "new": "/offers/new",
        "offer": f"/offers/{offer.public_id}",
        "contract": f"/contracts/{contract.public_id}",
        "pause": f"/contracts/{contract.public_id}/pause",
        "end": f"/contracts/{contract.public_id}/end",
        "change": f"/contracts/{contract.public_id}/change",
        "templates": "/offers/templates",
    }.items():
        olga.goto(root + path)
        sound(olga, f"{name}-{look}")


def test_the_whole_way_works_without_scripts(desk: Desk, cast: Cast) -> None:
    offer = drafted(cast.brands["lumen"], cast.creators["mira"])
    olga = desk.sign_in("olga", script=False)
    olga.goto(desk.url(f"/brands/{cast.brands['lumen'].public_id}/offers/{offer.public_id}"))
    olga.get_by_role("button", name="Send to Mira Live").click()
    mira = desk.sign_in("mira", script=False)
    mira.get_by_role("link", name="Answer the offer").click()
    mira.get_by_role("button", name="Accept version 1").click()
    expect(mira.get_by_role("button", name="Mail me a code")).to_be_visible()
