"""Creators and brands write what others read about them."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from app.creators import profiles, results
from app.database import db
from app.ranking.models import Standing
from tests import market
from tests.cast import Cast

Browse = Callable[[str], FlaskClient]


def test_a_creator_writes_a_profile_with_prices_in_two_currencies(cast: Cast, browse: Browse) -> None:
    mira = cast.creators["mira"]
    address, browser = f"/creators/{mira.public_id}/profile", browse("mira")
    page = browser.get(address + "?currency=GBP").text
    assert 'name="price_hour_EUR"' in page
    assert 'name="price_post_GBP"' in page
    sent = {"about": "Lampen, live.", "keywords": "lampen\r\nled", "categories": ["home.lighting"], "public": "y"}
    sent |= {"price_hour_EUR": "150.00", "price_post_GBP": "90", "ask_commission_bps": "12.5"}
    page = browser.post(address, data=sent, follow_redirects=True).text
    assert "Saved." in page
    for kept in ("Lampen, live.", 'value="150.00"', 'value="90.00"', 'value="12.50"'):
        assert kept in page
    found = profiles.profile_of(mira.id)
    assert found
    assert (found.public, found.open_to_offers, found.keywords) == (True, False, ["lampen", "led"])
    wrong = browser.post(address, data=sent | {"price_hour_EUR": "0", "ask_commission_bps": "101"})
    assert wrong.status_code == 422
    assert "Write a percentage" in wrong.text
    wrong = browser.post(address, data=sent | {"price_hour_EUR": "0"})
    assert "Enter an asking price above zero" in wrong.text
    assert 'name="about"' not in browse("audrey").get(address).text  # who looks on for the platform only reads


def test_what_a_creator_writes_is_found_at_once(cast: Cast, browse: Browse) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    page = f"/brands/{lumen.public_id}/creators?q=schemerlampen"
    assert "Mira Live" not in browse("olga").get(page).text
    sent = {"about": "", "keywords": "schemerlampen", "categories": ["home.lighting"], "open_to_offers": "y"}
    assert browse("mira").post(f"/creators/{mira.public_id}/profile", data=sent).status_code == 303
    assert "Mira Live" in browse("olga").get(page).text
    assert {each.country for each in db.session.query(Standing).filter_by(creator_id=mira.id)} == {"NL"}


def test_a_creator_adds_a_channel_and_says_what_the_platform_shows(cast: Cast, browse: Browse) -> None:
    mira = cast.creators["mira"]
    browser, root = browse("mira"), f"/creators/{mira.public_id}"
    made = browser.post(f"{root}/channels", data={"platform": "tiktok", "name": "@miralive"})
    assert made.status_code == 303
    again = browser.post(f"{root}/channels", data={"platform": "tiktok", "name": "MiraLive"})
    assert again.status_code == 422
    assert "You already have this channel." in again.text
    sent = {"measured_on": "2026-03-01", "followers": "12000", "engagement_bps": "4.5"}
    sent |= {"audience_countries": "NL 62.5\r\nBE: 20", "audience_ages": "18-24 35%"}
    page = browser.post(made.location, data=sent, follow_redirects=True).text
    for shown in ("12,000", "4.5%", "Netherlands", "62.5%", "18-24", "The creator says so", "1 Mar 2026"):
        assert shown in page
    for wrong, sentence in (
        ({"audience_countries": "Nederland veel"}, "Enter one code and percentage per line"),
        ({"audience_countries": "NL 70\r\nBE 40"}, "add up to more than 100 percent"),
        ({"followers": "twelve"}, "whole number"),
        ({"measured_on": ""}, "Enter the date of these figures."),
        ({"measured_on": "2026-02-01", "followers": "9"}, "We already have a newer figure"),
    ):
        refused = browser.post(made.location, data=sent | wrong)
        assert refused.status_code == 422
        assert sentence in refused.text
    assert 'value="12000"' in browser.get(made.location).text


def test_shares_of_an_audience_are_read_with_a_comma_as_percentages_are(cast: Cast, browse: Browse) -> None:
    browser, root = browse("mira"), f"/creators/{cast.creators['mira'].public_id}"
    added = browser.post(f"{root}/channels", data={"platform": "tiktok", "name": "@miralive"})
    sent = {"measured_on": "2026-03-01", "engagement_bps": "4,5", "audience_countries": "NL 62,5%\r\nBE: 20,25"}
    page = browser.post(added.location, data=sent, follow_redirects=True).text
    assert all(share in page for share in ("4.5%", "62.5%", "20.25%"))


def test_an_owner_writes_about_the_brand_and_consents_to_results(cast: Cast, browse: Browse) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira)
    db.session.commit()
    owner, address = browse("olga"), f"/brands/{lumen.public_id}/profile"
    page = owner.get(address).text
    assert "your campaigns are hidden" in page
    assert "Allow" in page
    sent = {"about": "Light for every room.", "website": "lumen.example"}
    wrong = owner.post(address, data=sent)
    assert wrong.status_code == 422
    assert "Enter the full address" in wrong.text
    page = owner.post(address, data=sent | {"website": "https://lumen.example"}, follow_redirects=True).text
    assert "https://lumen.example" in page
    consents = f"/brands/{lumen.public_id}/consents"
    page = owner.post(consents, data={"creator": mira.public_id, "give": "1"}, follow_redirects=True).text
    assert "Mira Live can now show sales for your brand." in page
    assert [bool(given) for _creator, given in results.consents(lumen)] == [True]
    page = owner.post(consents, data={"creator": mira.public_id}, follow_redirects=True).text
    assert "can no longer show" in page
    assert owner.post(consents, data={"creator": cast.creators["joon"].public_id, "give": "1"}).status_code == 404
    assert "Allow" not in browse("max").get(address).text
