"""The page of plans: wishes in, whom they buy and why, and drafts of offers out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app import clock
from app.campaigns.models import Campaign
from app.contracts.models import Offer
from app.creators.lists import receiving, withdrawing
from app.database import db
from app.plans import plan_words
from app.plans.models import Plan
from app.ranking.models import Standing
from app.users.models import Creator
from tests.campaigns import campaigning
from tests.cast import Cast
from tests.contracts.dealing import (
    changed,
    form_of,
    page,
    said,
)
from tests.payouts.people import identity
from tests.plans import plannable
from tests.ranking import stands

Browse = Callable[[str], FlaskClient]
NOW = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)  # the last minute of November in Amsterdam
BEGIN = date(2026, 12, 1)
DAYS = {"starts_on": BEGIN, "ends_on": BEGIN + timedelta(days=60)}


@pytest.fixture(autouse=True)
def same_day() -> Iterator[None]:
    """Every test runs at the same instant, whatever the calendar says."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    """Mira sells well at 50.00 an hour, Joon has no price and no sales in the market."""
    plannable.market()
    mira, joon = cast.creators["mira"], cast.creators["joon"]
    near = {"evidence": "near", "near": "GB", "own": 0.4}
    stands.store([plannable.stand(mira, sales_index=2.0), plannable.stand(joon, "BE", price=None, **near)])
    made = campaigning.published(cast.brands["lumen"], at=clock.now(), markets=("NL", "BE", "DE"), hours=10, **DAYS)
    db.session.commit()
    return made


def address(cast: Cast, campaign: Campaign) -> str:
    return f"/brands/{cast.brands['lumen'].public_id}/campaigns/{campaign.public_id}/plan"


def test_a_budget_becomes_a_plan_with_reasons_and_the_plan_drafts(
    cast: Cast, browse: Browse, campaign: Campaign
) -> None:
    owner, plan = browse("olga"), address(cast, campaign)
    form = form_of(owner.get(plan), "/plan")
    assert (form["budget"], form["margin"], form["market_NL-wanted"]) == ("10000.00", "40", "y")
    made = owner.post(plan, data=changed(form, most_creators="1", **{"market_BE-creators": "5"}))
    assert made.status_code == 303
    shown = page(owner, made.location)
    # Twenty hours count as 16.5 and sell 33,000.00; they cost 1,000.00 and 10 %.
    for words in (
        "Mira Live",
        "€4,300.00",
        "€8,900.00",
        "In four of five cases between €",
        "The best of all selections, by these forecasts. No other selection is expected to be worth more.",
        "That is said of the selection, not of the forecasts",
        "Expected profit: €2.06 per €1.00 spent.",
        "Most likely between €",
        "Ranks 2 of 2",
        "Works in Lighting.",
        "Joon Park",
        "No places left; the chosen creators bring in more.",
    ):
        assert words in shown
    assert re.findall(r"between (\S+) and (\S+?)\. ", shown), "ranges are told"
    assert not re.search(r"between \S+\.\d\d and", shown), "and without cents"
    again = form_of(owner.get(made.location), "/plan")
    assert (again["most_creators"], again["market_BE-creators"]) == ("1", "5")
    assert "Mira Live" in page(browse("audrey"), made.location)
    draft = made.location.replace("/plan?plan=", "/plan/") + "/draft"
    done = owner.post(draft, follow_redirects=True)
    assert "1 draft offer created. Creators see an offer once you send it." in said(done)
    owner.post(draft)
    after = owner.get(made.location)
    assert "€5,700.00 of the campaign’s budget is left" in said(after)
    assert form_of(after, "/plan")["budget"] == "5700.00"
    db.session.rollback()
    (offer,) = db.session.scalars(select(Offer)).all()
    assert f"/offers/{offer.public_id}" in owner.get(made.location).text
    own = f"/creators/{cast.creators['mira'].public_id}"
    assert offer.title not in page(browse("mira"), f"{own}/offers")
    theirs = f"{own}/campaigns/{campaign.public_id}"
    assert browse("mira").get(theirs).status_code == 404
    campaigning.funded(cast.brands["lumen"])
    db.session.commit()
    open_ = page(browse("mira"), theirs)
    assert "Apply" in open_
    assert "take part." not in open_, "a draft is nobody's but the brand's"
    own_page = page(owner, address(cast, campaign).removesuffix("/plan"))
    assert "Send the draft offer to Mira Live" in own_page
    assert "No participants yet." in own_page, "nobody takes part by a draft"
    assert "Send the draft offer to Mira Live" in page(owner, f"/brands/{cast.brands['lumen'].public_id}")


def test_from_a_plan_to_the_offers_that_are_sent_it_is_two_clicks(
    cast: Cast, browse: Browse, campaign: Campaign
) -> None:
    owner, plan = browse("olga"), address(cast, campaign)
    campaigning.funded(cast.brands["lumen"])
    db.session.commit()
    made = owner.post(plan, data=form_of(owner.get(plan), "/plan"))
    root = made.location.replace("/plan?plan=", "/plan/")
    assert "Send all" not in page(owner, made.location)
    owner.post(f"{root}/draft")
    assert "Send all 2 offers" in page(owner, made.location)
    assert "Send all" not in page(browse("bea"), made.location)
    assert browse("bea").post(f"{root}/send").status_code == 403
    assert "2 offers sent." in said(owner.post(f"{root}/send", follow_redirects=True))
    assert "Send all" not in page(owner, made.location)
    assert "0 offers sent." in said(owner.post(f"{root}/send", follow_redirects=True))
    own = f"/creators/{cast.creators['mira'].public_id}"
    assert campaign.title in page(browse("mira"), f"{own}/offers")


def test_a_plan_of_before_is_shown_without_a_range(cast: Cast, browse: Browse, campaign: Campaign) -> None:
    owner, plan = browse("olga"), address(cast, campaign)
    made = owner.post(plan, data=form_of(owner.get(plan), "/plan"))
    old = db.session.scalars(select(Plan)).one()
    old.low = old.high = old.loss = None
    gone = {"low", "high", "trial", "contract", "invited"}
    old.choices = [{name: value for name, value in each.items() if name not in gone} for each in old.choices]
    old.wishes = {name: value for name, value in old.wishes.items() if name != "trial_bps"}
    db.session.commit()
    shown = page(owner, made.location)
    assert "more or less." in shown
    assert "In four of five cases" not in shown


def test_a_campaign_with_few_places_says_that_drafts_keep_some(cast: Cast, browse: Browse, campaign: Campaign) -> None:
    owner, plan = browse("olga"), address(cast, campaign)
    campaign.most_creators = 1
    db.session.commit()
    made = owner.post(plan, data=form_of(owner.get(plan), "/plan"))
    owner.post(made.location.replace("/plan?plan=", "/plan/") + "/draft")
    shown = page(owner, plan.removesuffix("/plan"))
    assert "Participants0of at most 1" in shown
    assert "A place is kept for each of them." in shown


def test_evidence_from_elsewhere_and_a_price_that_is_not_known_are_said(
    cast: Cast, browse: Browse, campaign: Campaign
) -> None:
    owner, plan = browse("olga"), address(cast, campaign)
    form = form_of(owner.get(plan), "/plan")
    made = owner.post(plan, data=changed(form, appetite="bold", **{"market_NL-wanted": [], "market_DE-wanted": []}))
    shown = page(owner, made.location)
    assert "40% rests on United Kingdom" in shown
    assert "No asking price: calculated with commission only." in shown
    assert "Mira Live" not in shown


def test_wishes_that_can_not_be_are_said_and_nothing_is_stored(cast: Cast, browse: Browse, campaign: Campaign) -> None:
    owner, plan = browse("olga"), address(cast, campaign)
    form = form_of(owner.get(plan), "/plan")
    wrong = owner.post(plan, data=changed(form, budget="lots", margin=""))
    assert wrong.status_code == 422
    assert "is not an amount" in said(wrong)
    assert "Fill in a percentage." in said(wrong)
    blank = owner.post(plan, data=changed(form, budget=" ", margin=" "))
    assert blank.status_code == 422
    assert "Enter a budget." in said(blank)
    nowhere = {f"market_{code}-wanted": [] for code in ("NL", "BE", "DE")}
    wrong = owner.post(plan, data=changed(form, **nowhere))
    assert wrong.status_code == 422
    assert "Choose at least one of the campaign’s markets." in said(wrong)
    wrong = owner.post(plan, data=changed(form, **{"market_NL-money": "x"}))
    assert wrong.status_code == 422
    assert "Netherlands: “x” is not an amount" in said(wrong)
    db.session.rollback()
    assert db.session.scalars(select(Plan)).all() == []


def test_nobody_fits_and_an_old_campaign_are_said(cast: Cast, browse: Browse, campaign: Campaign) -> None:
    owner, plan = browse("olga"), address(cast, campaign)
    form = form_of(owner.get(plan), "/plan")
    made = owner.post(plan, data=changed(form, **{"market_NL-wanted": [], "market_BE-wanted": []}))
    assert "No creator matches the campaign in these markets" in page(owner, made.location)
    owner.post(plan.removesuffix("/plan") + "/close")
    refused = owner.post(plan, data=form)
    assert refused.status_code == 409
    assert "This campaign is over" in said(refused)
    assert "Make a plan" not in page(owner, plan)


def test_a_plan_outlives_a_creator_whose_list_was_taken_back(cast: Cast, browse: Browse, campaign: Campaign) -> None:
    about: dict[str, Any] = {"by": identity("adam"), "at": clock.now()}
    brought = receiving.receive(b"TikTok name,Followers\nlamp.lady,5\n", "tiktok.csv", **about)
    (number,) = receiving.import_list(brought, **about)
    db.session.execute(delete(Standing).where(Standing.creator_id == number))
    stands.store([plannable.stand(db.session.get_one(Creator, number), sales_index=1.0)])
    db.session.commit()
    owner, plan = browse("olga"), address(cast, campaign)
    made = owner.post(plan, data=form_of(owner.get(plan), "/plan"))
    assert "lamp.lady" in page(owner, made.location)
    withdrawing.withdraw(brought, "The wrong file", **about)
    db.session.commit()
    shown = page(owner, made.location)
    assert "lamp.lady" not in shown
    assert "No longer here" in shown


def test_who_only_looks_on_has_no_form(cast: Cast, browse: Browse, campaign: Campaign) -> None:
    assert "No plan for this campaign yet." in page(browse("bea"), address(cast, campaign))
    assert browse("bea").post(address(cast, campaign), data={"budget": "1"}).status_code == 403


def test_every_lack_and_proof_has_its_words(cast: Cast) -> None:
    lacks = "joined drafted applied invited not_open not_here offered contract closed unknown other_money loss risky"
    for lack in f"{lacks} creators no_time no_contract market_creators less invite_quota".split():
        assert plan_words.lack({"lacked": lack}, "EUR").endswith(".")
    for lack in ("money", "market_money", "trial_money"):
        assert "€0.05" in plan_words.lack({"lacked": lack, "short": 5}, "EUR")
    assert "at most 1.5%" in plan_words.proof(Plan(method="greedy", gap=0.015))
    assert "not enough time" in plan_words.proof(Plan(method="greedy", gap=None))
