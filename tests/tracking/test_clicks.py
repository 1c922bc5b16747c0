"""What a shop gives back of a click, and what is made of it: one touch for one click, credited once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.database import db
from app.sales.jobs import settle_due
from app.sales.models import Decision
from app.tracking.clicks import ShopVisit, clicks_since, record_shop_visits, visitors_of_clicks, written
from app.tracking.models import Link, Touch
from app.users.models import Brand, Creator
from tests.market import NOON, contract, sale, stream, touch
from tests.tracking.linking import clicked, link

LATER = NOON + timedelta(hours=1)
UNKNOWN = "0123456789abcdef01234567"


@pytest.fixture
def lamps(lumen: Brand, mira: Creator) -> Link:
    """Mira's link to Lumen's lamps."""
    return link(contract(lumen, mira), "lamps")


def visit(click_id: str | None = UNKNOWN, code: str | None = "lamps", evidence: str = "landing_site") -> ShopVisit:
    return ShopVisit(click_id, code, NOON, evidence)


def touches() -> list[Touch]:
    return list(db.session.scalars(select(Touch).order_by(Touch.id)))


def record(link: Link, *visits: ShopVisit) -> list[str | None]:
    return record_shop_visits(link.brand_id, visits, at=LATER)


def test_our_own_touch_of_a_click_names_its_visitor(lamps: Link) -> None:
    own = clicked(lamps)
    assert visitors_of_clicks(lamps.brand_id, [own.ref, UNKNOWN, "nonsense"]) == {own.ref: written(own.visitor)}
    assert written(own.visitor).startswith("hmac:")


def test_clicks_of_another_brand_and_touches_of_files_are_nobodys(lamps: Link, kettle: Brand, mira: Creator) -> None:
    own = clicked(lamps)
    touch(lamps.brand, mira, ref=UNKNOWN)
    assert visitors_of_clicks(kettle.id, [own.ref]) == {}
    assert visitors_of_clicks(lamps.brand_id, [UNKNOWN]) == {}
    assert record_shop_visits(kettle.id, [visit(own.ref)], at=LATER) == [None]


def test_a_click_we_have_seen_makes_no_second_touch(lamps: Link) -> None:
    own = clicked(lamps)
    assert record(lamps, visit(own.ref), visit(own.ref, None)) == [written(own.visitor)] * 2
    assert touches() == [own]


def test_a_click_that_only_the_shop_has_seen_is_stored_once_with_its_evidence(lamps: Link) -> None:
    first = record(lamps, visit(), visit())
    assert record(lamps, visit(evidence="told once more")) == first[:1]
    assert first[0] == first[1] == visitors_of_clicks(lamps.brand_id, [UNKNOWN])[UNKNOWN]
    (stored,) = touches()
    assert (stored.ref, stored.link_id, stored.creator_id) == (UNKNOWN, lamps.id, lamps.creator_id)
    assert (stored.evidence, stored.occurred_at, stored.recorded_at) == ("landing_site", NOON, LATER)
    assert stored.import_id == lamps.import_id


def test_a_code_without_a_click_id_is_a_visit_of_its_own(lamps: Link) -> None:
    order, other = visit(None, " LAMPS "), visit("not-one-of-ours", evidence="another order")
    first = record(lamps, order, other)
    assert len(set(first)) == 2
    assert record(lamps, order, other) == first
    assert [each.ref.startswith("shop-") for each in touches()] == [True, True]


@pytest.mark.parametrize("code", [None, "", "nobodys", "lamps\0", "x" * 500, "\ud800"])
def test_what_names_no_link_of_the_brand_is_nothing(code: str | None, lamps: Link) -> None:
    assert record(lamps, visit(code=code), visit(None, code)) == [None, None]
    assert touches() == []


def test_evidence_that_no_database_holds_is_kept_as_far_as_it_can_be(lamps: Link) -> None:
    record(lamps, visit(evidence="a\0b\ud800" + "c" * 1000))
    assert (touches()[0].evidence or "")[:5] == "ab?cc"
    assert len(touches()[0].evidence or "") == 500


def test_a_link_that_was_off_at_the_visit_has_no_touch_of_it(lamps: Link) -> None:
    off = link(lamps.contract, "off", status="paused", status_at=NOON)
    before = replace(visit(code="off"), visited_at=NOON - timedelta(seconds=1))
    assert record(off, visit(code="off"))[0]
    assert touches() == []
    record(off, replace(before, click_id=UNKNOWN[::-1]))
    assert [each.link_id for each in touches()] == [off.id]


def test_a_stream_of_the_link_is_the_touchs(lamps: Link) -> None:
    show = stream(lamps.brand, lamps.creator)
    record(lamps, visit(code=link(lamps.contract, "show", stream_id=show.id).code))
    assert touches()[0].stream_id == show.id


def test_clicks_of_people_are_counted_and_what_shops_tell_is_not(lamps: Link) -> None:
    clicked(lamps)
    clicked(lamps, at=NOON - timedelta(days=2))
    record(lamps, visit())
    assert clicks_since(lamps.brand_id, NOON - timedelta(days=1)) == 1


@pytest.mark.parametrize("seen", [True, False], ids=["we saw the click", "only the shop did"])
def test_a_sale_with_the_visitor_of_a_click_is_credited_once(seen: bool, lamps: Link) -> None:
    click = clicked(lamps).ref if seen else UNKNOWN
    (visitor,) = record(lamps, visit(click))
    sold = sale(lamps.brand, at=LATER)
    assert visitor
    bought = sale(lamps.brand, at=LATER, visitor=bytes.fromhex(visitor[5:]))
    db.session.commit()
    settle_due()
    decided = {each.sale_id: each for each in db.session.scalars(select(Decision))}
    assert decided[sold.id].rule is None
    assert (decided[bought.id].rule, decided[bought.id].touch_id) == ("touch", touches()[0].id)
    assert len(touches()) == 1
