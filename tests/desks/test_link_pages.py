"""Links and codes with what came of them; and the visit of a link on the page of its sale."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from app.contracts.models import Contract, Coupon
from app.database import db, raw
from app.desks.link_sales import Sold, sold_by_codes, sold_by_links
from app.desks.sentences import candidate_words, evidence_sentence
from app.sales.corrections import redecide_line
from app.sales.models import Sale
from app.tracking.clicks import ShopVisit, record_shop_visits, written
from app.tracking.models import Link, LinkTally, Touch
from app.users.models import Brand, Creator
from tests.csvfiles.rows import bring, good
from tests.desks.stories import as_creator, settled, story_of
from tests.market import NOON, contract, refund, sale, touch
from tests.tracking.linking import clicked, domain, link

Browse = Callable[[str], FlaskClient]
HOUR = timedelta(hours=1)
ALWAYS = (date(2020, 1, 1), date(2080, 12, 31))


@pytest.fixture
def agreed(lumen: Brand, mira: Creator) -> Contract:
    """Mira's contract with Lumen, at 10 %, with a code."""
    domain(lumen)
    return contract(lumen, mira, *ALWAYS, coupons=("MIRA10",))


@pytest.fixture
def lamps(agreed: Contract) -> Link:
    """Her link to the lamps."""
    return link(agreed, "lamps", label="Spring")


def bought(visit: Touch, link: Link, base: int = 10_000, **columns: Any) -> Sale:
    """What the visitor of a touch has bought."""
    return sale(link.brand, base, NOON + HOUR, visitor=visit.visitor, **columns)


def cells(page: str, row: str) -> list[str]:
    """The texts of the row with this heading."""
    for found in html.fromstring(page).xpath("//tbody/tr"):
        if row in found.xpath("string(th)"):
            return [" ".join(cell.text_content().split()) for cell in found.xpath("td")]
    raise AssertionError(f"there is no row {row}")


def test_orders_of_a_link_are_those_its_touches_have_won(lamps: Link, agreed: Contract) -> None:
    other = link(agreed, "other")
    first, second = clicked(lamps), clicked(other)
    line = bought(first, lamps, order_ref="O-1")
    bought(first, lamps, 5_000, order_ref="O-1", line_ref="2")
    bought(first, lamps, 2_000, order_ref="O-2", coupon="MIRA10")
    bought(second, lamps, 1_000)
    sale(lamps.brand)
    refund(line, 2_000)
    settled()
    assert sold_by_links([lamps, other]) == {
        lamps.id: [Sold("EUR", 1, 15_000, 1_300)],
        other.id: [Sold("EUR", 1, 1_000, 100)],
    }
    codes = db.session.scalars(select(Coupon)).all()
    pairs = {(agreed.brand_id, agreed.creator_id)}
    assert sold_by_codes(codes, pairs) == {codes[0].id: [Sold("EUR", 1, 2_000, 200)]}
    assert (sold_by_links([]), sold_by_codes([], set())) == ({}, {})


def test_an_order_that_was_decided_anew_is_the_links_no_more(lamps: Link, joon: Creator) -> None:
    first = clicked(lamps)
    line = bought(first, lamps)
    settled()
    assert sold_by_links([lamps])[lamps.id]
    contract(lamps.brand, joon, *ALWAYS)
    touch(lamps.brand, joon, first.visitor, NOON + HOUR / 2)
    redecide_line(raw(), lamps.brand_id, line.id, by="Adam", reason="A file came late.", at=NOON + 2 * HOUR)
    assert sold_by_links([lamps]) == {}


def test_the_list_says_how_often_a_link_was_followed_and_what_it_sold(lamps: Link, browse: Browse) -> None:
    clicked(lamps)
    bought(clicked(lamps), lamps)
    record_shop_visits(lamps.brand_id, [ShopVisit("0" * 24, "lamps", NOON, "note")], at=NOON)
    for kind, clicks in (("machine", 5), ("fetched_ahead", 2), ("flood", 9)):
        db.session.add(LinkTally(link_id=lamps.id, day=NOON.date(), kind=kind, clicks=clicks))
    settled()
    page = browse("mira").get(f"/creators/{lamps.creator.public_id}/links").text
    assert cells(page, "/go/lamps") == ["Lumen Lighting", "Spring", "Working", "2", "3", "7", "1", "€10.00"]
    page = browse("max").get(f"/brands/{lamps.brand.public_id}/links").text
    assert cells(page, "/go/lamps")[0] == "Mira Live"
    page = browse("max").get(f"/brands/{lamps.brand.public_id}/links/{lamps.public_id}").text
    assert cells(page, "Too many at once") == ["9"]
    assert "1 visit more is known from the shop" in page


def test_the_list_is_filtered_by_words_and_status(lamps: Link, agreed: Contract, browse: Browse) -> None:
    link(agreed, "winter", status="paused", label="Cold_days")
    db.session.commit()
    browser, root = browse("mira"), f"/creators/{agreed.creator.public_id}/links"
    for query, shown in (
        ("q=spring", "lamps"),
        ("status=paused", "winter"),
        ("q=d_d", "winter"),
        ("q=shop.ex", "both"),
    ):
        page = browser.get(f"{root}?{query}").text
        assert ("/go/lamps" in page, "/go/winter" in page) == (shown != "winter", shown != "lamps"), query
    assert "Nothing under these filters." in browser.get(f"{root}?q=autumn").text


def test_nobody_sees_links_of_others(lamps: Link, kettle: Brand, joon: Creator, browse: Browse) -> None:
    db.session.commit()
    assert "/go/lamps" not in browse("joon").get(f"/creators/{joon.public_id}/links").text
    assert "/go/lamps" not in browse("kim").get(f"/brands/{kettle.public_id}/links").text
    assert browse("kim").get(f"/brands/{kettle.public_id}/links/{lamps.public_id}").status_code == 404


def test_empty_lists_say_what_to_do(kettle: Brand, joon: Creator, browse: Browse) -> None:
    assert "Make a link" in browse("joon").get(f"/creators/{joon.public_id}/links").text
    page = browse("kim").get(f"/brands/{kettle.public_id}/links").text
    assert "say first where your shop is" in page
    assert f"/brands/{kettle.public_id}/domains" in page
    assert "No codes yet" in browse("joon").get(f"/creators/{joon.public_id}/codes").text


def test_the_codes_of_contracts_say_what_they_sold(lamps: Link, browse: Browse) -> None:
    contract(lamps.brand, lamps.creator, date(2010, 1, 1), date(2010, 12, 31), coupons=("OLD",))
    sale(lamps.brand, coupon="mira10")
    settled()
    browser, root = browse("mira"), f"/creators/{lamps.creator.public_id}/codes"
    page = browser.get(root).text
    assert cells(page, "MIRA10") == ["Lumen Lighting", lamps.contract.ref, "Running", "1", "€10.00"]
    assert cells(page, "OLD")[2:] == ["Ended", "0", "–"]
    for query, codes in (("status=running", (True, False)), ("status=ended", (False, True)), ("q=ol", (False, True))):
        page = browser.get(f"{root}?{query}").text
        assert ("MIRA10" in page, "OLD" in page) == codes, query
    page = browse("max").get(f"/brands/{lamps.brand.public_id}/codes?q=mira").text
    assert cells(page, "MIRA10")[0] == "Mira Live"


# -- the visit on the page of its sale --


def test_a_sale_in_a_file_with_the_visitor_of_a_click_is_credited_and_explained(
    lamps: Link, tmp_path: Path, browse: Browse
) -> None:
    visit = clicked(lamps)
    db.session.commit()
    row = good("sales", visitor=written(visit.visitor), occurred_at="2026-03-10T13:00:00Z", unit_price="100.00")
    bring("sales", [row | {"quantity": "1", "discount": ""}], tmp_path)
    settled()
    line = db.session.scalars(select(Sale)).one()
    story = story_of(line)
    assert (line.unit_price, story.sums.commission) == (Decimal("100.00"), 1_000)
    assert story.verdict
    assert (story.verdict.rule, story.verdict.touch_ref, story.verdict.link_code) == ("touch", visit.ref, "lamps")
    page = browse("mira").get(f"/sales/{lamps.brand.public_id}/{line.id}").text
    assert "The buyer last came by a link of Mira Live, 1 hour before the sale" in page
    assert "/go/lamps" in page
    assert "We have seen the click ourselves." in page


def test_a_visit_that_only_the_shop_has_seen_is_said_to_be_the_shops(lamps: Link, browse: Browse) -> None:
    visit = ShopVisit("ab" * 12, "lamps", NOON, "landing_site=/?ref=lamps")
    (visitor,) = record_shop_visits(lamps.brand_id, [visit], at=NOON)
    assert visitor
    line = sale(lamps.brand, at=NOON + HOUR, visitor=bytes.fromhex(visitor[5:]))
    settled()
    verdict = story_of(line).verdict
    assert verdict
    assert evidence_sentence(verdict) == "Recorded by the shop, not by us: landing_site=/?ref=lamps"
    assert "Recorded by the shop, not by us" in browse("max").get(f"/sales/{lamps.brand.public_id}/{line.id}").text


def test_a_visit_that_lost_says_by_which_link_it_came_and_not_to_rivals(lamps: Link, joon: Creator) -> None:
    rival = link(contract(lamps.brand, joon, *ALWAYS), "rival")
    first = clicked(rival)
    visit = ShopVisit("cd" * 12, "rival", NOON - HOUR, "note")
    record_shop_visits(lamps.brand_id, [visit], at=NOON)
    line = sale(lamps.brand, at=NOON + HOUR, visitor=first.visitor, coupon="MIRA10")
    settled()
    (lost,) = story_of(line).candidates
    assert candidate_words(lost) == f"Visit {first.ref} by the link rival"
    (veiled,) = story_of(line, as_creator(lamps.creator)).candidates
    assert (veiled.link_code, veiled.evidence, veiled.ref) == (None, None, None)


def test_a_touch_of_a_file_has_no_evidence_of_ours(lamps: Link) -> None:
    visit = clicked(lamps, link_id=None)
    line = bought(visit, lamps)
    settled()
    verdict = story_of(line).verdict
    assert verdict
    assert (verdict.link_code, evidence_sentence(verdict)) == (None, "")
