"""What a stranger, a brand and the creator themself read on the pages of the market."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app import clock
from app.contracts.terms.sheet import Scope
from app.creators import channels, profiles
from app.creators.profiles import ProfileDraft
from app.database import db
from app.ranking import market_fit
from app.ranking.models import Fatigue, Standing
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast
from tests.contracts.closing import LIGHTS, closing, sheet, signed
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]


def publish(creator: Creator, *, public: bool) -> str:
    """Writes a profile; returns the page's address."""
    draft = ProfileDraft("Lampen, live.", ["led"], ["home.lighting"], public=public)
    draft = replace(draft, ask_commission_bps=1250, prices={("hour", "EUR"): 15_000})
    profiles.save_profile(creator, draft, by=identity("mira"), at=clock.now())
    db.session.commit()
    return f"/market/creators/{creator.public_id}"


def test_a_page_that_is_not_published_is_there_for_brands_and_the_creator_only(
    cast: Cast, browse: Browse, client: FlaskClient
) -> None:
    address = f"/market/creators/{cast.creators['mira'].public_id}"
    seen = {name: browse(name).get(address).status_code for name in ("kim", "mira", "ada", "audrey", "joon", "sam")}
    assert seen == {"kim": 200, "mira": 200, "ada": 200, "audrey": 200, "joon": 404, "sam": 404}
    assert client.get(address).status_code == 404
    publish(cast.creators["mira"], public=True)
    assert {browse("sam").get(address).status_code, client.get(address).status_code} == {200}


def test_the_page_shows_what_was_said_and_what_is_free_but_never_who_closes_it(cast: Cast, client: FlaskClient) -> None:
    mira = cast.creators["mira"]
    made = channels.add(mira, platform="tiktok", name="miralive", by=identity("mira"), at=clock.now())
    made.followers, made.audience_countries = 12_000, {"NL": 6_250}
    days = (date(2026, 1, 1), date(2090, 12, 31))
    signed(cast.brands["lumen"], mira, sheet(LIGHTS, closing("home", scope=Scope(("home",), ("tiktok",))), *days))
    page = client.get(publish(mira, public=True)).text
    for shown in (
        "Mira Live",
        "Netherlands · Dutch · English",
        "Lampen, live.",
        "Lighting",
        "€150.00",
        "12.5%",
        "12,000",
    ):
        assert shown in page
    assert "TikTok: miralive" in page
    assert "closed until and including" in page
    assert "31 Dec 2090" in page
    assert "Lumen" not in page


def test_results_are_shown_to_whom_they_tell_nothing_of_one_brand(
    cast: Cast, browse: Browse, client: FlaskClient
) -> None:
    mira, month = cast.creators["mira"], clock.now().date().replace(day=1)
    earlier = month.replace(year=month.year - 1)
    oak = Brand(handle="oak", name="Oak", country="NL", currency="EUR", timezone="UTC", recorded_at=market.LONG_AGO)
    db.session.add(oak)
    db.session.flush()

    def sold(brand: Brand, net: int) -> None:
        values = {"creator": mira.id, "brand": brand.id, "month": earlier, "net": net}
        insert = "insert into outcome values (:creator, :brand, 'NL', 1, 'EUR', :month, 3, :net, :net)"
        db.session.execute(text(insert), values)
        db.session.execute(text("insert into airtime values (:creator, :brand, :month, 2, 2, 180)"), values)

    sold(cast.brands["lumen"], 123_400)
    sold(cast.brands["kettle"], 56_700)
    address = publish(mira, public=True)
    for page in (client.get(address).text, browse("mira").get(address).text):
        assert "€" not in page.replace("€150.00", "")
        assert "There are sales that are not shown" in page
    own = browse("olga").get(address).text
    assert own.count("€1,234.00") == 2
    assert "only you read this" in own
    assert "No sales through this platform" not in own
    sold(oak, 1_000)
    db.session.commit()
    for page in (client.get(address).text, *(browse(name).get(address).text for name in ("mira", "adam", "olga"))):
        assert ("3 brands" in page, "€1,811.00" in page) == (True, True)
        assert "There are sales that are not shown" not in page


@pytest.fixture
def standings(cast: Cast) -> Creator:
    """Mira has sold in the Netherlands, and nowhere else."""
    mira, home = cast.creators["mira"], db.session.execute(text("select id from node where code = 'home'")).scalar_one()
    fixed = {
        "quality": 1,
        "prior_index": 1,
        "value_index": 1,
        "shape": 10,
        "widening": 1,
        "audience": 0.5,
        "reliability": 0.6,
        "freshness": 0.5,
        "spread": 0.5,
    }
    fixed |= {"minutes": 1, "events": 0, "languages": ["nl"], "platforms": [], "first_language": "nl", "streams": 1}
    for country, evidence, near, own, orders, index in (
        ("NL", "own", None, 1, 299, 1.7),
        ("BE", "near", "NL", 0.8, 0, 1.4),
        ("JP", "none", None, 0, 0, 1),
    ):
        row = {"creator_id": mira.id, "country": country, "category": home, "evidence": evidence, "near": near}
        row |= {"own": own, "orders": orders, "sales_index": index, "orders_index": index} | fixed
        db.session.add(Standing(**row))
    db.session.commit()
    return mira


def test_the_market_fit_says_what_it_rests_on_and_gives_no_brands_numbers_away(standings: Creator) -> None:
    found = market_fit.markets_of(standings.id)
    assert [(each.country, each.category, each.evidence, each.sales, each.resting_on) for each in found] == [
        ("Netherlands", "Home", "own", "Far above average", "30 to 300 orders."),
        (
            "Belgium",
            "Home",
            "near",
            "Above average",
            "No streams here yet: 80 percent rests on Netherlands.",
        ),
        (
            "Japan",
            "Home",
            "none",
            "About average",
            "No streams under a contract yet: expected from reach and audience.",
        ),
    ]


@pytest.mark.parametrize(
    ("net", "said"),
    [(95_000, "Fewer than average"), (91_000, "About as many as average"), (87_000, "More than average")],
)
def test_returns_are_told_by_market_against_the_mean(standings: Creator, net: int, said: str) -> None:
    """A tenth comes back in the mean; a fifth around it is as many."""
    values = {"creator": standings.id, "net": net}
    for country in ("NL", "BE", "JP"):
        insert = (
            "insert into outcome values (:creator, 1, :country, (select id from node where code = 'home.lighting'),"
            " 'EUR', '2026-06-01', 40, 100000, :net)"
        )
        db.session.execute(text(insert), values | {"country": country})
        mean = (
            "insert into market_mean values (:country, (select id from node where code = 'home'), 'EUR', 5, 100, 60,"
            " 1, 1000, 0.5, '{901, 902}')"
        )
        db.session.execute(text(mean), {"country": country})
    assert [each.returns for each in market_fit.markets_of(standings.id)] == [said, "–", "–"], "own evidence only"
    db.session.execute(text("update standing set orders = 29"))
    db.session.expire_all()
    assert [each.returns for each in market_fit.markets_of(standings.id)] == ["–"] * 3, "of thirty orders"


def test_how_one_brands_sales_develop_is_not_on_the_page_of_others(
    standings: Creator, cast: Cast, browse: Browse, client: FlaskClient
) -> None:
    working = {"half": 3, "change_bps": -4_321, "recent": 6, "sponsored": 6, "again_before_bps": 0}
    working |= {"brands_before": [cast.brands["lumen"].id], "brands_later": [cast.brands["lumen"].id]}
    row = {"creator_id": standings.id, "brand_id": 0, "country": "", "streams": 6}
    db.session.add(Fatigue(**row, decline=86, sponsored=100, repeat_buyers=None, value=90, working=working))
    db.session.execute(text("update standing set fatigue = 90"))
    address = publish(standings, public=True)
    pages = {name: browse(name).get(address).text for name in ("olga", "mira", "adam", "kim", "sam")}
    pages["stranger"] = client.get(address).text
    figures = {name for name, page in pages.items() if "sales per hour fell by about 40%" in page}
    assert figures == {"olga", "mira", "adam"}
    assert {name for name, page in pages.items() if "90 of 100" in page} == figures
    for name in ("kim", "sam", "stranger"):
        assert "Measured: trend in sales per hour." in pages[name]
        assert "6 of 6 streams were under a contract" in pages[name]
        assert ">High</td>" in pages[name]


def test_the_page_shows_markets_and_fatigue(standings: Creator, browse: Browse) -> None:
    row = {"creator_id": standings.id, "brand_id": 0, "country": "", "streams": 4}
    db.session.add(Fatigue(**row, decline=None, sponsored=None, repeat_buyers=None, value=None, working={}))
    db.session.commit()
    page = browse("olga").get(f"/market/creators/{standings.public_id}").text
    for shown in (
        "Based on a nearby market",
        "Far above average",
        "Not enough data: 4 of the 6 streams",
        "Conversion is not measured",
    ):
        assert shown in page


def test_everybody_reads_a_brands_record(cast: Cast, client: FlaskClient) -> None:
    lumen = cast.brands["lumen"]
    market.product(lumen, category="home.lighting")
    profiles.save_brand_profile(
        lumen,
        about="Light <b>for</b> all.",
        website="https://lumen.example",
        by=identity("olga"),
        at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    db.session.commit()
    page = client.get(f"/market/brands/{lumen.public_id}").text
    for shown in ("Lumen Lighting", "Netherlands", "Light &lt;b&gt;for", 'href="https://lumen.example"', "Lighting"):
        assert shown in page
    for shown in ("Paid on time", "not known", "Not covered", "Contracts ended for cause by the brand"):
        assert shown in page


def test_who_may_deal_goes_on_from_a_creator_to_an_offer_but_not_from_an_account_nobody_has_taken(
    cast: Cast, browse: Browse
) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    alone = Creator(handle="tiktok:alone", name="Alone", country="ZZ", languages=[], timezone="UTC")
    alone.recorded_at = clock.now()
    db.session.add(alone)
    db.session.commit()
    offer = f"/brands/{lumen.public_id}/offers/new?creator="
    assert f"{offer}{mira.public_id}" in browse("olga").get(f"/market/creators/{mira.public_id}").text
    assert offer not in browse("bea").get(f"/market/creators/{mira.public_id}").text
    page = browse("olga").get(f"/market/creators/{alone.public_id}").text
    assert offer not in page
    assert "Nobody has taken this account over yet" in page
