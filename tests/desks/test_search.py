"""One search: everybody finds what they may open, by its own name or number, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.campaigns.models import CampaignEntry, Participation
from app.contracts.offers import negotiation
from app.database import db
from app.sales.jobs import settle_due
from tests import market
from tests.campaigns import campaigning
from tests.cast import Cast
from tests.contracts.dealing import drafted
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def sold(cast: Cast) -> Cast:
    """Lumen and Mira have a contract and a sale; Kettle and Joon too, with an order of the same number."""
    for brand, creator, code in (("lumen", "mira", "MIRA"), ("kettle", "joon", "JOON")):
        market.contract(cast.brands[brand], cast.creators[creator], ref=f"K-{code}-2026", coupons=(code,))
        market.sale(cast.brands[brand], order_ref="O-1009", coupon=code)
    db.session.commit()
    settle_due(wait=True)
    return cast


def links(browser: FlaskClient, text: str) -> list[str]:
    """The addresses on the page of results."""
    page = browser.get("/search", query_string={"q": text})
    assert page.status_code == 200
    return re.findall(r'<li><a href="([^"]+)">[^<]+</a> <span class="muted">', page.text)


def test_an_order_is_found_by_its_number_by_who_may_read_it(browse: Browse, sold: Cast) -> None:
    lumen, kettle = (sold.brands[name].public_id for name in ("lumen", "kettle"))
    found = {
        name: [link.split("/")[2] for link in links(browse(name), "O-1009")]
        for name in ("olga", "kim", "mira", "ada", "adam", "mo", "sam")
    }
    assert {name: sorted(brands) for name, brands in found.items()} == {
        "olga": [str(lumen)],
        "kim": [str(kettle)],
        "mira": [str(lumen)],
        "ada": [str(lumen)],
        "adam": sorted([str(lumen), str(kettle)]),
        "mo": sorted([str(lumen), str(kettle)]),
        "sam": [],
    }


@pytest.mark.parametrize("name", "olga max bea kim mira joon ada adam audrey mo che sam".split())
def test_whatever_is_found_can_be_opened(browse: Browse, sold: Cast, name: str) -> None:
    browser = browse(name)
    for text in ("O-1009", "K-", "mira", "lumen", "a", "@joon", "%", "_"):
        for link in links(browser, text):
            assert browser.get(link).status_code in (200, 302), f"{text}: {link}"


def test_nobody_finds_what_is_somebody_elses(browse: Browse, sold: Cast) -> None:
    assert links(browse("kim"), "K-MIRA") == []
    assert links(browse("joon"), "K-MIRA") == []
    assert links(browse("olga"), "joon@cast") == []
    assert links(browse("mira"), "Joon Park") == []
    assert len(links(browse("olga"), "K-MIRA")) == 1
    assert len(links(browse("adam"), "joon@cast")) == 1
    assert links(browse("olga"), "max@cast") == [f"/brands/{sold.brands['lumen'].public_id}/people"]


def test_a_campaign_is_found_by_a_creator_once_the_offer_for_it_is_sent(browse: Browse, cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    campaign = campaigning.published(lumen, entry=CampaignEntry.INVITED)
    offer, own = drafted(lumen, mira), {"campaign_id": campaign.id, "terms_campaign_id": campaign.id}
    part = Participation(creator_id=mira.id, offer_id=offer.id, terms_from="targeted", joined_at=market.NOON, **own)
    db.session.add(part)
    db.session.commit()
    found = {name: links(browse(name), "Spring lamps") for name in ("olga", "mo", "mira", "ada", "joon")}
    desk = [f"/brands/{lumen.public_id}/campaigns/{campaign.public_id}"]
    assert found == {"olga": desk, "mo": desk, "mira": [], "ada": [], "joon": []}
    negotiation.send(offer, side="brand", by=identity("olga"), at=market.NOON)
    db.session.commit()
    theirs = f"/creators/{mira.public_id}/campaigns/{campaign.public_id}"
    for name, addresses in (("mira", [theirs]), ("ada", [theirs]), ("joon", [])):
        assert links(browse(name), "Spring lamps") == addresses
        assert all(browse(name).get(address).status_code == 200 for address in addresses)


def test_the_field_is_on_every_page_and_an_empty_search_says_how(browse: Browse, client: FlaskClient) -> None:
    olga = browse("olga")
    assert 'action="/search"' in olga.get("/account").text
    assert 'action="/search"' not in client.get("/sign-in").text
    assert olga.get("/search").status_code == 200
    assert "Nothing you may open" in olga.get("/search?q=nobody-is-called-so").text
    assert client.get("/search?q=a").status_code == 302
