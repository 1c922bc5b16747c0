"""Who suits whom, on the pages of both sides; and how ranking works, for everybody."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app import clock
from app.campaigns.models import Campaign
from app.creators.models import Profile
from app.database import db, raw
from app.ranking.statistics.learnt import Model
from app.users.models import Membership
from tests.campaigns import campaigning
from tests.campaigns.access import DAYS
from tests.cast import Cast
from tests.contracts.closing import closing, sheet, signed
from tests.ranking import stands

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    """One that mira suits well and joon less, and that the market shows."""
    lumen = cast.brands["lumen"]
    campaigning.funded(lumen)
    mira: dict[str, Any] = {"sales_index": 2.0, "evidence": "own", "orders": 40, "streams": 9, "minutes": 600}
    stands.store(
        [
            stands.row(cast.creators["mira"].id, code="home.lighting", **mira),
            stands.row(cast.creators["joon"].id, code="home.kitchen", sales_index=0.5),
        ]
    )
    mean = "insert into market_mean values ('NL', %s, 'EUR', 5, 100, 600, 1000000, 0, 0.5, '{901, 902}')"
    raw().execute(mean, [stands.node("home")])
    made = campaigning.published(lumen, at=clock.now(), hours=10, **DAYS)
    db.session.commit()
    return made


def address(cast: Cast, campaign: Campaign) -> str:
    return f"/brands/{cast.brands['lumen'].public_id}/campaigns/{campaign.public_id}/shortlist"


def test_a_brand_sees_who_fits_the_best_first_with_parts_reasons_cautions_and_what_to_expect(
    cast: Cast, browse: Browse, campaign: Campaign
) -> None:
    page = browse("olga").get(address(cast, campaign)).text
    assert page.index("Mira Live") < page.index("Joon Park")
    assert "Works in Lighting." in page
    assert "Sells about 100% more an hour than the average in Netherlands (30 to 300 orders)." in page
    assert "Not an exact category match: works in Kitchen and tableware." in page
    assert "between €12,000 and €29,000" in page  # 2 x 1,000.00 an hour x 10 hours
    assert "Expected contribution of an hour" in page
    assert page.count('class="bars"') == 2
    assert str(cast.creators["mira"].public_id) in page


def test_bars_are_drawn_in_coarse_steps_and_tell_no_more_than_these(
    cast: Cast, browse: Browse, campaign: Campaign
) -> None:
    page = browse("olga").get(address(cast, campaign)).text
    assert 'width="68%"' in page, "in steps of four, where two thirds is the sales index of 2"


def test_what_one_other_brand_alone_sells_is_not_told(cast: Cast, browse: Browse, campaign: Campaign) -> None:
    raw().execute("update market_mean set brands = array[%s, 901]", [campaign.brand_id])
    db.session.commit()
    page = browse("olga").get(address(cast, campaign)).text
    assert "€12,000" not in page
    assert "Expected contribution of an hour" not in page
    assert "not enough data for a forecast that keeps each brand’s figures private" in page
    page = browse("mira").get(f"/creators/{cast.creators['mira'].public_id}/campaigns").text
    assert "not enough data for" in page


def test_who_is_closed_is_left_out_and_who_wants_no_offers_is_marked(
    cast: Cast, browse: Browse, campaign: Campaign
) -> None:
    days = DAYS["starts_on"], DAYS["ends_on"]
    signed(cast.brands["kettle"], cast.creators["mira"], sheet(closed=closing("home"), first=days[0], last=days[1]))
    joon = cast.creators["joon"].id
    db.session.add(Profile(creator_id=joon, keywords=[], open_to_offers=False, public=False, changed_at=clock.now()))
    db.session.commit()
    page = browse("olga").get(address(cast, campaign)).text
    assert "Mira Live" not in page
    assert "Not open to invitations" in page


def test_those_that_are_ticked_are_invited_and_the_page_says_so(cast: Cast, browse: Browse, campaign: Campaign) -> None:
    olga, there = browse("olga"), address(cast, campaign)
    assert "Is invited" not in olga.get(there).text
    answer = olga.post(there.replace("/shortlist", "/invite"), data={"creator": str(cast.creators["mira"].public_id)})
    assert answer.status_code == 303
    assert "Is invited" in olga.get(there).text


def test_who_may_not_deal_can_look_but_not_choose(cast: Cast, browse: Browse, campaign: Campaign) -> None:
    for name in ("bea", "adam"):
        page = browse(name).get(address(cast, campaign)).text
        assert "Mira Live" in page
        assert 'name="creator"' not in page


def test_a_campaign_that_nobody_fits_says_what_to_do(cast: Cast, browse: Browse) -> None:
    made = campaigning.published(cast.brands["lumen"], at=clock.now(), **DAYS)
    db.session.commit()
    assert "No matches." in browse("olga").get(address(cast, made)).text


def test_a_creator_sees_campaigns_that_fit_with_reasons_and_what_they_could_earn(
    cast: Cast, browse: Browse, campaign: Campaign
) -> None:
    there = f"/creators/{cast.creators['mira'].public_id}/campaigns"
    mira = browse("mira")
    page = mira.get(there).text
    assert f"{there}/{campaign.public_id}" in page
    assert "Works in Lighting." in page
    assert "between €1,200 and €2,900" in page  # 10 % commission
    assert ">Applied<" not in page
    mira.post(f"{there}/{campaign.public_id}/apply", data={"message": "I know lamps"})
    page = mira.get(there).text
    assert ">Applied<" in page
    assert "Your applications" in page


def test_a_creator_sees_invitations_on_the_same_page_and_else_what_to_do(
    cast: Cast, browse: Browse, campaign: Campaign
) -> None:
    joon = f"/creators/{cast.creators['joon'].public_id}/campaigns"
    campaigning.invited(campaign, cast.creators["joon"], at=clock.now())
    raw().execute("delete from standing")
    db.session.commit()
    assert "Lumen Lighting invites you to" in re.sub(r"<[^>]*>", "", browse("joon").get(joon).text)
    assert "No matching campaigns now." in browse("mira").get(joon.replace(*_ids(cast))).text


def _ids(cast: Cast) -> tuple[str, str]:
    return str(cast.creators["joon"].public_id), str(cast.creators["mira"].public_id)


def test_everybody_can_read_how_ranking_works_with_the_weights_that_count(
    cast: Cast, browse: Browse, client: FlaskClient
) -> None:
    page = client.get("/ranking").text
    assert "Category: up to 50% off" in page
    assert "There is no paid placement" in page
    assert "Not tested against actual sales yet." in page
    assert "Nothing yet: it is learnt every night" in page
    percents = {"margin": "35", "category": "30", "audience": "15", "reliability": "15", "freshness": "10"}
    assert browse("adam").post("/admin/ranking", data=percents).status_code == 303
    assert "Category: up to 30% off" in client.get("/ranking").text
    history = browse("adam").get("/admin/ranking").text
    assert "Adam" in history
    assert "Points of a score, used before" in history


def test_what_a_night_has_learnt_stands_on_the_public_page_with_its_errors(cast: Cast, client: FlaskClient) -> None:
    model = Model.blank(("live_viewers", "followers")).as_json()
    model["orders"]["coefficients"][0] |= {"value": 0.41, "error": 0.07}
    bands = [{"hours": 0.0, "widening": 1, "outcomes": 0, "within": None}]
    bands += [{"hours": 5.0, "widening": 1.1, "outcomes": 40, "within": 0.8}]
    raw().execute(
        "insert into ranking_model (until_on, creators, hours, model, bands, made_at)"
        " values ('2026-06-01', 70, 812, %s, %s, now())",
        [json.dumps(model), json.dumps(bands)],
    )
    db.session.commit()
    page = client.get("/ranking").text
    assert "From 812 hours of 70 creators" in page
    assert "Live viewers" in page
    assert "+51%" in page
    assert "0.07" in page
    assert "5 and more" in page
    assert "80%" in page


def test_the_figures_of_the_newest_back_test_stand_on_the_public_page(cast: Cast, client: FlaskClient) -> None:
    of_brands = [{"brand": f"b{nr}", "creators": 10} for nr in range(7)]
    figures = json.dumps({"ndcg": {"score": 0.8123, "chance": 0.5}, "by_brand": of_brands})
    raw().execute(
        "insert into backtest (cut_on, until_on, queries, figures, seconds, by_name, made_at)"
        " values ('2026-01-01', '2026-03-01', 7, %s, 1, 'Adam', now())",
        [figures],
    )
    db.session.commit()
    page = client.get("/ranking").text
    assert "0.812" in page
    assert "7 brands" in page


def test_settings_that_are_no_percentages_are_refused(cast: Cast, browse: Browse) -> None:
    percents = {"margin": "35", "category": "130", "audience": "15", "reliability": "15", "freshness": "10"}
    answer = browse("adam").post("/admin/ranking", data=percents)
    assert answer.status_code == 422
    assert "whole percentages from 0 to 100" in answer.text


def test_inviting_nobody_stays_on_the_page_that_one_was_on(cast: Cast, browse: Browse, campaign: Campaign) -> None:
    olga, there = browse("olga"), address(cast, campaign)
    for deed in (there.replace("/shortlist", "/invite"), there.split("/campaigns/")[0] + "/lists/add"):
        answer = olga.post(deed, data={"back": there})
        assert (answer.status_code, answer.location) == (303, there)
        shown = olga.get(there).text
        assert "Choose 1 to 500 creators." in shown or "Select at least one creator." in shown
    own = olga.post(there.replace("/shortlist", "/invite"), data={"message": "Warm light, soon"})
    assert own.status_code == 422
    assert "Choose 1 to 500 creators." in own.text
    assert "Warm light, soon" in own.text, "what was written is still there"


def test_a_creator_with_an_agent_is_claimed_and_can_be_invited_and_offered(
    cast: Cast, browse: Browse, campaign: Campaign
) -> None:
    mira = cast.creators["mira"]
    ended = update(Membership).where(Membership.creator_id == mira.id, Membership.role == "creator")
    db.session.execute(ended.values(ended_at=clock.now()))
    db.session.commit()
    olga, there = browse("olga"), address(cast, campaign)
    page = olga.get(f"/market/creators/{mira.public_id}").text
    assert "Nobody has taken this account over yet" not in page
    assert "New offer" in page
    assert olga.get(f"/brands/{cast.brands['lumen'].public_id}/offers/new?creator={mira.public_id}").status_code == 200
    olga.post(there.replace("/shortlist", "/invite"), data={"creator": str(mira.public_id)})
    assert "Is invited" in olga.get(there).text
    waiting = browse("adam").get("/admin/claims?kind=creators&state=waiting").text
    assert "Mira Live" not in waiting
