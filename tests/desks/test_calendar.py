"""The calendar: a creator sees who closes what by name, a brand only when it is closed; waivers and cases pass between
them on their pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.catalog.assortment import categories_of
from app.contracts.exclusivity import breaches
from app.contracts.models import Breach, Contract, Waiver
from app.contracts.terms.sheet import Scope
from app.database import db
from app.desks import calendar
from app.desks.calendar import Cell
from app.users.models import Brand
from tests import market
from tests.cast import Cast
from tests.contracts.closing import LIGHTS, closing, sheet, signed

Browse = Callable[[str], FlaskClient]
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def held(cast: Cast) -> Contract:
    """Lumen works with mira from March to May, and has closed home to everybody else until two weeks later."""
    terms = sheet(LIGHTS, closing("home", cool_off_days=14, breach="suspend_bonus"))
    made = signed(cast.brands["lumen"], cast.creators["mira"], terms)
    db.session.commit()
    return made


def address(of: object, kind: str, query: str = "") -> str:
    return f"/{kind}/{of.public_id}/calendar{query}"  # type: ignore[attr-defined]


def six_months(of: Brand, cast: Cast, categories: list[str]) -> list[Cell]:
    mira = cast.creators["mira"]
    return calendar.free(of, [mira], calendar.months_from(date(2026, 2, 11)), categories)[mira.id]


def test_a_brand_sees_month_by_month_when_it_is_closed_and_no_name(cast: Cast, held: Contract, browse: Browse) -> None:
    kettle = cast.brands["kettle"]
    assert six_months(kettle, cast, ["home.kitchen"]) == [
        Cell("free"), Cell("closed"), Cell("closed"), Cell("closed"), Cell("closed", "1 Jun – 14 Jun"), Cell("free"),
    ]  # fmt: skip
    assert [cell.state for cell in six_months(cast.brands["lumen"], cast, ["home"])] == ["free"] * 6
    assert {cell.state for cell in six_months(kettle, cast, ["food"])} == {"free"}
    market.product(kettle, category="home.kitchen")
    market.contract(kettle, cast.creators["mira"], date(2025, 1, 1), date(2025, 2, 1))
    db.session.commit()
    page = browse("kim").get(address(kettle, "brands", "?from=2026-02")).text
    for words in ("Mira Live", "Closed", "1 Jun – 14 Jun", "Free", "Kitchen and tableware", "Feb 2026", "Jul 2026"):
        assert words in page
    assert "Lumen" not in page
    assert "Joon Park" not in page, "they have nothing with each other"
    assert held.ref not in page


def test_what_is_closed_in_some_places_only_is_closed_in_part(cast: Cast) -> None:
    terms = closing(scope=Scope(("home",), platforms=("tiktok",)))
    signed(cast.brands["lumen"], cast.creators["mira"], sheet(LIGHTS, terms))
    assert [cell.state for cell in six_months(cast.brands["kettle"], cast, ["home"])][1:4] == ["partly"] * 3
    assert [cell.state for cell in six_months(cast.brands["kettle"], cast, ["all"])][1:4] == ["partly"] * 3


def test_a_brand_finds_any_creator_by_name_and_looks_at_another_category(
    cast: Cast, held: Contract, browse: Browse
) -> None:
    kim, kettle = browse("kim"), cast.brands["kettle"]
    page = kim.get(address(kettle, "brands")).text
    assert "You have no contract and no offer with anybody yet" in page
    assert "Nobody has said yet what the brand sells" in page
    page = kim.get(address(kettle, "brands", "?q=mir&category=home&from=2026-04")).text
    assert "Mira Live" in page
    assert "Closed" in page
    assert "Lumen" not in page
    page = kim.get(address(kettle, "brands", "?q=mir&category=food&from=2026-04")).text
    assert page.count(">Free<") == 6
    assert kim.get(address(kettle, "brands", "?category=nonsense")).status_code == 422
    assert kim.get(address(kettle, "brands", "?from=nonsense")).status_code == 422


def test_a_creator_sees_by_name_what_each_contract_has_them_do_and_closes(
    cast: Cast, held: Contract, browse: Browse
) -> None:
    mira = browse("mira")
    page = mira.get(address(cast.creators["mira"], "creators", "?from=2026-03")).text
    for words in ("Lumen Lighting", held.ref, "Work", "Exclusivity", "Everybody else", "Lighting", "1 Jun – 14 Jun"):
        assert words in page
    page = mira.get(address(cast.creators["mira"], "creators", "?from=2026-03&category=food")).text
    assert "No results. Change or clear the filters." in page


def test_a_waiver_goes_from_the_creators_page_to_the_holders_and_opens_what_was_closed(
    cast: Cast, held: Contract, browse: Browse
) -> None:
    mira, lumen, kettle = cast.creators["mira"], cast.brands["lumen"], cast.brands["kettle"]
    form = {
        "contract": str(held.public_id), "brand": "kettle", "category": "home.kitchen",
        "first_on": "2026-04-01", "last_on": "2026-04-30", "reason": "An old friend",
    }  # fmt: skip
    with time_machine.travel(NOW, tick=False):
        creator, holder = browse("mira"), browse("max")
        for wrong, words in (
            ({"brand": "nobody"}, "There is no brand “nobody” here"),
            ({"last_on": "2026-03-01"}, "The last day lies before the first"),
            ({"reason": ""}, "Say in a few words why"),
        ):
            refused = creator.post(address(mira, "creators"), data=form | wrong)
            assert refused.status_code == 422
            assert words in refused.text
        assert creator.post(address(mira, "creators"), data=form).status_code == 303
        assert creator.post(address(mira, "creators"), data=form).status_code == 409
        page = holder.get(address(lumen, "brands")).text
        for words in ("An old friend", "Kettle", "Grant", "Refuse"):
            assert words in page
        waiver = db.session.scalars(select(Waiver)).one()
        url = f"/brands/{lumen.public_id}/waivers/{waiver.public_id}"
        assert holder.post(url, data={"decision": "maybe"}).status_code == 422
        assert holder.post(url, data={"decision": "granted"}).status_code == 303
        assert holder.post(url, data={"decision": "refused"}).status_code == 409
        withdraw = f"/creators/{mira.public_id}/waivers/{waiver.public_id}/withdraw"
        assert creator.post(withdraw).status_code == 409
    assert [cell.state for cell in six_months(kettle, cast, ["home.kitchen"])][1:4] == ["closed", "free", "closed"]
    page = browse("mira").get(address(mira, "creators", "?from=2026-03")).text
    assert "Kettle" in page
    assert "Granted" in page


def test_a_creator_withdraws_what_was_not_decided(cast: Cast, held: Contract, browse: Browse) -> None:
    mira = cast.creators["mira"]
    form = {"contract": str(held.public_id), "brand": "kettle", "category": "", "first_on": "2026-04-01"}
    with time_machine.travel(NOW, tick=False):
        creator = browse("ada")
        creator.post(address(mira, "creators"), data=form | {"last_on": "2026-04-02", "reason": "why not"})
        waiver = db.session.scalars(select(Waiver)).one()
        assert "Withdraw" in creator.get(address(mira, "creators")).text
        creator.post(f"/creators/{mira.public_id}/waivers/{waiver.public_id}/withdraw")
        assert "Withdrawn" in creator.get(address(mira, "creators")).text


def test_a_case_is_answered_and_decided_and_the_holder_does_not_learn_for_whom_it_was(
    cast: Cast, held: Contract, browse: Browse
) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    stream = market.stream(cast.brands["kettle"], mira, NOW)
    breaches.open_case(held.id, "stream", stream.id, at=NOW)
    db.session.commit()
    case = db.session.scalars(select(Breach)).one().public_id
    answer, decide = f"/creators/{mira.public_id}/breaches/{case}/answer", f"/brands/{lumen.public_id}/breaches/{case}"
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        creator, holder = browse("mira"), browse("olga")
        page = holder.get(address(lumen, "brands")).text
        assert "A stream on tiktok" in page
        assert "Bonuses are suspended" in page
        assert "Kettle" not in page
        assert "Uphold" not in page, "the creator may answer first"
        assert holder.post(decide, data={"decision": "upheld", "note": "Clear."}).status_code == 409
        shown = re.sub(r"<[^>]*>", "", creator.get(address(mira, "creators")).text)
        assert "A stream for Kettle &amp; Co on tiktok" in shown
        assert creator.post(answer, data={"answer": ""}).status_code == 422
        assert creator.post(answer, data={"answer": "It was a present."}).status_code == 303
        page = holder.get(address(lumen, "brands")).text
        assert "It was a present." in page
        assert "Uphold" in page
        assert holder.post(decide, data={"decision": "upheld", "note": "A present is a stream."}).status_code == 303
        page = creator.get(address(mira, "creators")).text
        assert "A present is a stream." in page
        assert "Send the answer" not in page
        assert ", late" not in page


def test_an_answer_after_the_seven_days_is_shown_as_late(cast: Cast, held: Contract, browse: Browse) -> None:
    mira = cast.creators["mira"]
    breaches.open_case(held.id, "contract", held.id, at=NOW)
    db.session.commit()
    case = db.session.scalars(select(Breach)).one()
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        browse("mira").post(f"/creators/{mira.public_id}/breaches/{case.public_id}/answer", data={"answer": "Sorry."})
        page = browse("olga").get(address(cast.brands["lumen"], "brands")).text
    assert ", late" in page
    assert "Another contract of the creator" in page


def test_the_owner_says_what_the_brand_sells(cast: Cast, browse: Browse) -> None:
    lumen = cast.brands["lumen"]
    market.product(lumen, category="garden")
    db.session.commit()
    url, olga = f"/brands/{lumen.public_id}/categories", browse("olga")

    def known() -> list[str]:
        db.session.rollback()
        return [word.code for word in categories_of(lumen.id)]

    assert known() == ["garden"]
    assert olga.post(url, data={"categories": ["home", "home.lighting", "food.tea"]}).status_code == 303
    assert known() == ["home", "food.tea"], "what lies under another is not kept"
    page = olga.get(address(lumen, "brands")).text
    assert '<option selected value="home">' in page
    assert olga.post(url, data={"categories": ["nonsense"]}).status_code == 422
    assert olga.post(url, data={}).status_code == 303
    assert known() == ["garden"]
    assert "What the brand sells</h2>" not in browse("max").get(address(lumen, "brands")).text
    assert browse("max").post(url, data={}).status_code == 403


def test_platform_people_read_and_have_no_buttons(cast: Cast, held: Contract, browse: Browse) -> None:
    breaches.open_case(held.id, "contract", held.id, at=NOW)
    db.session.commit()
    auditor = browse("audrey")
    for page in (auditor.get(address(cast.creators["mira"], "creators")), auditor.get(address(held.brand, "brands"))):
        assert page.status_code == 200
        assert "<textarea" not in page.text
        assert "Ask for it" not in page.text
