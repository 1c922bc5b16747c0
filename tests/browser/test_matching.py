"""A brand and a creator find each other in two browsers: from a brief to a shortlist, an invitation and an accepted
draft of a contract; and the other way round, a creator who finds a campaign and applies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import clock
from app.creators import profiles, search
from app.creators.profiles import ProfileDraft
from app.database import db, raw
from app.ledger import funding
from app.ranking import creator_scores
from tests.browser.desk import Desk, axe, fits, screenshot
from tests.browser.test_every_page import LOOKS, take_on
from tests.campaigns import campaigning
from tests.cast import Cast
from tests.contracts.dealing import next_month
from tests.payouts.people import identity

pytestmark = pytest.mark.browser


def sound(page: Page, name: str) -> None:
    """The page keeps nobody out and fits its window; what it looks like is kept."""
    axe(page)
    assert fits(page), f"{page.url} is wider than {page.viewport_size}"
    screenshot(page, f"matching-{name}")


def introduced(cast: Cast) -> None:
    """Mira says that she is at home in lighting; the night has rated everybody; Lumen can pay."""
    draft = ProfileDraft("Lampen, live.", ["sfeerverlichting"], ["home.lighting"], public=True)
    draft = replace(draft, ask_commission_bps=1000, prices={("hour", "EUR"): 9_000})
    at = clock.now()
    profiles.save_profile(cast.creators["mira"], draft, by=identity("mira"), at=at)
    funding.set_credit(cast.brands["lumen"], "EUR", 5_000_000, by=identity("che"), at=at)
    creator_scores.refresh(raw(), at=at)
    search.rebuild(raw(), at=at)
    db.session.commit()


def test_from_a_brief_to_an_accepted_draft_of_a_contract(desk: Desk, app: Flask, cast: Cast) -> None:
    introduced(cast)
    begin = next_month(clock.today("Europe/Amsterdam"))
    olga = desk.sign_in("olga")
    olga.get_by_role("link", name="Campaigns", exact=True).click()
    olga.get_by_role("link", name="New campaign").first.click()
    olga.get_by_label("Campaign name").fill("Dark evenings")
    olga.get_by_label("Who can take part").select_option("invited")
    olga.get_by_label("Brief").fill("Show what one lamp does to a room.")
    olga.get_by_label("First day").fill(begin.isoformat())
    olga.get_by_label("Last day").fill((begin + timedelta(days=60)).isoformat())
    olga.locator("#categories").select_option("home.lighting")
    olga.locator("#markets").select_option("NL")
    olga.get_by_label("Keywords").fill("sfeerverlichting")
    olga.get_by_label("Budget", exact=True).fill("5000.00")
    olga.get_by_label("Maximum price per live hour").fill("150.00")
    olga.get_by_role("textbox", name="Commission", exact=True).fill("12")
    sound(olga, "brief")
    olga.get_by_role("button", name="Save the draft").click()
    expect(olga.get_by_role("heading", level=1)).to_have_text("Dark evenings")
    olga.get_by_role("button", name="Publish").click()
    olga.get_by_role("link", name="Matching creators").click()
    expect(olga.get_by_text("Works in Lighting and matches 1 of the 1 keyword")).to_be_visible()
    expect(olga.get_by_text("Joon Park")).to_have_count(0)  # another market
    sound(olga, "shortlist")
    olga.get_by_role("checkbox", name="Mira Live").check()
    olga.get_by_label("Message").fill("We saw your shows.")
    olga.get_by_role("button", name="Invite", exact=True).click()
    expect(olga.get_by_role("row", name="Mira Live")).to_contain_text("Not answered yet")
    sound(olga, "invited")

    mira = desk.sign_in("mira")
    mira.get_by_role("link", name="Answer the invitation of Lumen Lighting").click()
    expect(mira.get_by_text("We saw your shows.")).to_be_visible()
    mira.get_by_role("link", name="View the terms and answer").click()
    sound(mira, "invitation")
    mira.get_by_role("button", name="Accept", exact=True).click()
    expect(mira.get_by_text("You are taking part.")).to_be_visible()
    mira.get_by_role("link", name="Offers", exact=True).click()
    mira.get_by_role("link", name="Dark evenings").click()
    mira.get_by_role("button", name="Accept version 1").click()
    expect(mira.get_by_role("heading", level=1)).to_have_text("Contract with Lumen Lighting")


def test_a_creator_finds_a_campaign_and_applies(desk: Desk, app: Flask, cast: Cast) -> None:
    introduced(cast)
    begin, lumen = next_month(clock.today("Europe/Amsterdam")), cast.brands["lumen"]
    days = {"starts_on": begin, "ends_on": begin + timedelta(days=60), "questions": ("Which room?",)}
    campaigning.published(lumen, at=clock.now(), **days)
    db.session.commit()
    mira = desk.sign_in("mira")
    mira.get_by_role("link", name="Campaigns", exact=True).click()
    expect(mira.get_by_text("Works in Lighting.")).to_be_visible()
    sound(mira, "for-a-creator")
    mira.get_by_role("link", name="Spring lamps").click()
    mira.get_by_label("Which room?").fill("The attic.")
    sound(mira, "apply")
    mira.get_by_role("button", name="Apply").click()
    expect(mira.get_by_text("Your application:")).to_be_visible()

    olga = desk.sign_in("olga")
    olga.get_by_role("link", name="Answer Mira Live, who applied for “Spring lamps”").click()
    expect(olga.get_by_text("The attic.")).to_be_visible()
    sound(olga, "application")
    olga.get_by_role("button", name="Accept").click()
    expect(olga.get_by_role("row", name="Mira Live").first).to_be_visible()
    mira.reload()
    expect(mira.get_by_text("You are taking part.")).to_be_visible()


def test_every_page_of_a_market_with_somebody_in_it_is_sound_in_every_look(desk: Desk, app: Flask, cast: Cast) -> None:
    introduced(cast)
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    begin = next_month(clock.today("Europe/Amsterdam"))
    made = campaigning.published(lumen, at=clock.now(), starts_on=begin, ends_on=begin + timedelta(days=60))
    db.session.commit()
    brand, campaign = f"/brands/{lumen.public_id}", f"campaigns/{made.public_id}"
    pages = ("creators", "campaigns", campaign, f"{campaign}/shortlist", f"{campaign}/plan", "samples", "lists")
    market = (f"/market/creators/{mira.public_id}", f"/market/brands/{lumen.public_id}", "/ranking")
    sound_in_every_look(desk, "olga", [*(f"{brand}/{page}" for page in pages), *market])
    own = [f"/creators/{mira.public_id}/{page}" for page in ("campaigns", "samples", "profile")]
    sound_in_every_look(desk, "mira", own)


def sound_in_every_look(desk: Desk, name: str, paths: list[str]) -> None:
    """Somebody opens the pages, each once, and looks at it on a small and dark and on a large and light screen."""
    page = desk.sign_in(name)
    for number, path in enumerate(paths):
        for look in LOOKS:
            take_on(page, look)
            if page.url != desk.url(path):
                page.goto(desk.url(path))
            sound(page, f"{name}-{number}-{look}")
