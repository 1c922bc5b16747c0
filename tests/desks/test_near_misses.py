"""A creator who lost an order reads what of theirs stood beside it and why it did not win, and nothing of others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from app.database import db, raw
from app.sales.commissions import rejecting
from app.sales.corrections import redecide_line
from app.sales.models import Reason, Sale
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast
from tests.desks.stories import settled
from tests.market import NOON
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]
HOUR = timedelta(hours=1)


@pytest.fixture
def lumen(cast: Cast) -> Brand:
    """Lumen with a contract for mira and one for joon, whose code is JOON."""
    lumen = cast.brands["lumen"]
    market.contract(lumen, cast.creators["mira"], coupons=("MIRA",), ref="K-MIRA")
    market.contract(lumen, cast.creators["joon"], coupons=("JOON",), ref="K-JOON", commission_bps=1_234)
    return lumen


def page_of(sale: Sale) -> str:
    brand = market.db.session.get_one(Brand, sale.brand_id)
    return f"/sales/{brand.public_id}/{sale.id}"


def test_who_lost_by_an_earlier_visit_reads_only_that(browse: Browse, lumen: Brand, cast: Cast) -> None:
    mira, joon = cast.creators["mira"], cast.creators["joon"]
    market.touch(lumen, mira, "v", NOON - 2 * HOUR, ref="T-MIRA")
    market.touch(lumen, joon, "v", NOON - HOUR, ref="T-JOON")
    product = {"sku": "SECRET-LAMP", "description": "Very secret lamp", "country": "BE"}
    sale = market.sale(lumen, 98_700, visitor="v", order_ref="O-17", **product)
    market.refund(sale, 12_300)
    settled()
    answer = browse("mira").get(page_of(sale))
    assert answer.status_code == 200
    for words in ("O-17", "Lumen Lighting", "Visit T-MIRA", "It would have counted, but a later visit wins."):
        assert words in answer.text, words
    for hidden in ("Joon", "T-JOON", "K-JOON", "12.34", "987", "SECRET", "secret lamp", "123.00", "Belgium", "BE<"):
        assert hidden not in answer.text, hidden
    won = browse("joon").get(page_of(sale)).text
    assert "T-JOON" in won
    assert "T-MIRA" not in won


@pytest.mark.parametrize(
    ("sale", "why"),
    [
        ({"visitor": "v", "coupon": "JOON"}, "a code goes before a visit"),
        ({"visitor": "old"}, "Outside the window"),
        ({"coupon": "PAST"}, "did not cover the sale"),
        ({"visitor": "v", "sku": "FREE"}, "nobody can earn on this line"),
    ],
    ids=["another code", "window", "own code of an old contract", "no commission"],
)
def test_every_way_of_losing_is_told(browse: Browse, lumen: Brand, cast: Cast, sale: dict[str, str], why: str) -> None:
    mira = cast.creators["mira"]
    market.contract(lumen, mira, date(2024, 1, 1), date(2024, 12, 31), coupons=("PAST",))
    market.product(lumen, "FREE", commissionable=False)
    market.touch(lumen, mira, "v", NOON - HOUR)
    market.touch(lumen, mira, "old", NOON - timedelta(days=31))
    line = market.sale(lumen, **sale)  # type: ignore[arg-type]
    settled()
    assert why in browse("mira").get(page_of(line)).text
    assert line.order_ref in browse("mira").get(misses(mira)).text


def misses(creator: Creator) -> str:
    return f"/creators/{creator.public_id}/near-misses?from=2026-03-01&to=2026-03-31"


def test_who_has_nothing_beside_the_line_finds_no_page(browse: Browse, lumen: Brand, cast: Cast) -> None:
    mira, joon = cast.creators["mira"], cast.creators["joon"]
    market.touch(lumen, mira, "v", NOON - HOUR)
    market.touch(lumen, joon, "v", NOON + HOUR)  # after the sale
    market.touch(lumen, joon, "v", NOON - timedelta(days=90, seconds=1))  # no window is that long
    market.touch(cast.brands["kettle"], joon, "v", NOON - HOUR)  # of another brand
    sale = market.sale(lumen, visitor="v")
    settled()
    assert browse("joon").get(page_of(sale)).status_code == 404
    assert sale.order_ref not in browse("joon").get(misses(joon)).text
    assert browse("joon").get(misses(mira)).status_code == 404


def test_the_list_has_what_was_nearly_won_and_not_what_was_won(browse: Browse, lumen: Brand, cast: Cast) -> None:
    mira = cast.creators["mira"]
    market.touch(lumen, mira, "v", NOON - HOUR, ref="T-MIRA")
    lost = market.sale(lumen, visitor="v", coupon="JOON", order_ref="LOST")
    market.sale(lumen, visitor="v", order_ref="WON")
    market.sale(lumen, visitor="v", coupon="JOON", order_ref="EARLIER", at=NOON - timedelta(days=60))
    settled()
    html = browse("mira").get(misses(mira)).text
    assert "LOST" in html
    assert "T-MIRA" in html
    assert page_of(lost) in html
    assert ">WON<" not in html
    assert "92 days at most" not in html
    assert "92 days at most are shown" in browse("mira").get(misses(mira).replace("2026-03-01", "2025-11-01")).text
    assert "EARLIER" not in html
    assert "Joon" not in html


def rejected(sale: Sale) -> None:
    rejecting.reject(
        sale.brand_id, sale.id, Reason.SELF_PURCHASE, "Her own card.", by=identity("olga"), at=NOON + 24 * HOUR
    )
    db.session.commit()


def test_why_anothers_commission_was_rejected_is_not_told(browse: Browse, lumen: Brand, cast: Cast) -> None:
    mira = cast.creators["mira"]
    market.touch(lumen, mira, "v", NOON - 2 * HOUR)
    sale = market.sale(lumen, visitor="v", coupon="JOON")
    settled()
    rejected(sale)
    for page in (page_of(sale), misses(mira)):
        text = browse("mira").get(page).text
        assert sale.order_ref in text
        assert "Own purchase" not in text
        assert "Her own card." not in text
    assert "Her own card." in browse("joon").get(page_of(sale)).text


def test_who_had_the_line_once_reads_nothing_of_the_next_ones_rejection(
    browse: Browse, lumen: Brand, cast: Cast
) -> None:
    mira, joon = cast.creators["mira"], cast.creators["joon"]
    market.touch(lumen, mira, "v", NOON - 2 * HOUR)
    sale = market.sale(lumen, visitor="v")
    settled()
    market.touch(lumen, joon, "v", NOON - HOUR)
    redecide_line(raw(), lumen.id, sale.id, by="Adam", reason="A visit came late.", at=NOON + HOUR)
    rejected(sale)
    text = browse("mira").get(page_of(sale)).text
    assert "A visit came late." in text
    assert "Own purchase" not in text
    assert "Her own card." not in text
