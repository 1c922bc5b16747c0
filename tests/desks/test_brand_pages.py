"""A brand's desk: its sales under every filter, the download, its lists and its day."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.database import db, raw
from app.desks import brand_sales
from app.desks.views.brand import DOWNLOAD
from app.sales.corrections import redecide_line
from app.sales.models import Sale
from app.web.paging import PAGE, Window
from tests import market
from tests.cast import Cast
from tests.desks.stories import settled
from tests.market import NOON

DAY = timedelta(days=1)
Browse = Callable[[str], FlaskClient]


@pytest.fixture
def lines(cast: Cast) -> dict[str, Sale]:
    lumen, kettle, mira, joon = (
        cast.brands["lumen"],
        cast.brands["kettle"],
        cast.creators["mira"],
        cast.creators["joon"],
    )
    market.contract(lumen, mira, coupons=("MIRA",), ref="K-MIRA")
    market.contract(lumen, joon, ref="K-JOON")
    stream = market.stream(lumen, mira, ref="S-1")
    market.touch(lumen, joon, "v", NOON)
    made = {
        "checkout": market.sale(lumen, at=NOON, checkout_stream=stream.ref, order_ref="checkout"),
        "coupon": market.sale(lumen, at=NOON + DAY, coupon="mira", order_ref="coupon"),
        "touch": market.sale(lumen, at=NOON + 2 * DAY, visitor="v", order_ref="touch"),
        "house": market.sale(lumen, at=NOON + 3 * DAY, coupon="nobody", order_ref="house", description="=1+1"),
        "other": market.sale(kettle, at=NOON, order_ref="other"),
    }
    market.refund(made["coupon"], 15_000)
    settled()
    return made


def refs(cast: Cast, **chosen: Any) -> list[str]:
    filters = brand_sales.Filters(cast.brands["lumen"].id, **chosen)
    return [line.order_ref for line in brand_sales.sales(raw(), filters, Window()).rows]


def test_sales_stand_newest_first_and_only_the_brands_own(cast: Cast, lines: dict[str, Sale]) -> None:
    assert refs(cast) == ["house", "touch", "coupon", "checkout"]


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        ({"rule": "checkout"}, ["checkout"]),
        ({"rule": "coupon"}, ["coupon"]),
        ({"rule": "house"}, ["house"]),
        ({"label": "in_stream"}, ["checkout"]),
        ({"reason": "unknown_coupon"}, ["house"]),
        ({"reason": "no_contract"}, []),
        ({"order": "touch"}, ["touch"]),
        ({"order": "tou"}, []),
        ({"begin": NOON + DAY, "end": NOON + 3 * DAY}, ["touch", "coupon"]),
        ({"begin": NOON + DAY, "rule": "house"}, ["house"]),
        ({"creator_id": 0}, []),
    ],
)
def test_filters_leave_what_they_say(
    cast: Cast, lines: dict[str, Sale], chosen: dict[str, Any], left: list[str]
) -> None:
    assert refs(cast, **chosen) == left


def test_the_filter_by_creator_goes_by_the_newest_decision(cast: Cast, lines: dict[str, Sale]) -> None:
    lumen, mira, joon = cast.brands["lumen"], cast.creators["mira"], cast.creators["joon"]
    assert refs(cast, creator_id=joon.id) == ["touch"]
    market.touch(lumen, mira, "v", NOON + DAY)
    redecide_line(raw(), lumen.id, lines["touch"].id, by="Adam", reason="Late file.", at=clock.now())
    assert refs(cast, creator_id=joon.id) == []
    assert refs(cast, creator_id=mira.id) == ["touch", "coupon", "checkout"]


def test_a_line_shows_what_it_costs_after_refunds(cast: Cast, lines: dict[str, Sale]) -> None:
    filters = brand_sales.Filters(cast.brands["lumen"].id, rule="coupon")
    (line,) = brand_sales.sales(raw(), filters, Window()).rows
    assert (line.refunded, line.excess, line.commission, line.fee) == (10_000, 5_000, 0, 0)
    filters = brand_sales.Filters(cast.brands["lumen"].id, rule="checkout")
    (line,) = brand_sales.sales(raw(), filters, Window()).rows
    assert (line.commission, line.fee, line.contract_ref, line.stream_ref) == (1_000, 500, "K-MIRA", "S-1")


def test_paging_keeps_the_filters(browse: Browse, cast: Cast) -> None:
    lumen = cast.brands["lumen"]
    for number in range(PAGE + 1):
        market.sale(lumen, at=NOON + timedelta(minutes=number), order_ref=f"{number:03}")
    settled()
    address = f"/brands/{lumen.public_id}/sales"
    page = browse("olga").get(address + "?rule=house").text
    assert "rule=house&amp;before=" in page
    assert f"{PAGE:03}" in page
    assert ">000," not in page


def test_the_download_has_every_line_and_no_formula(browse: Browse, cast: Cast, lines: dict[str, Sale]) -> None:
    address = f"/brands/{cast.brands['lumen'].public_id}/sales.csv"
    answer = browse("bea").get(address)
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "lumen-sales-" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert list(rows[0]) == DOWNLOAD
    assert [row["order"] for row in rows] == ["checkout", "coupon", "touch", "house"]
    first = rows[0]
    assert (first["base"], first["rate_percent"], first["net_commission"], first["net_fee"]) == (
        "100.00",
        "10",
        "10.00",
        "5.00",
    )
    assert rows[3]["description"] == "'=1+1"
    assert (rows[3]["rule"], rows[3]["reason"]) == ("house", "unknown_coupon")
    filtered = browse("bea").get(address + "?rule=touch").text
    assert [row["order"] for row in csv.DictReader(io.StringIO(filtered))] == ["touch"]


def test_a_long_download_is_sent_in_pieces(browse: Browse, cast: Cast) -> None:
    for number in range(600):
        market.sale(cast.brands["lumen"], order_ref=f"{number:04}", import_id=1)
    db.session.commit()
    answer = browse("olga").get(f"/brands/{cast.brands['lumen'].public_id}/sales.csv", buffered=False)
    pieces = list(answer.iter_encoded())
    assert len(pieces) > 1
    assert b"".join(pieces).count(b"\r\n") == 601


def test_products_are_found_by_number_and_name(browse: Browse, cast: Cast) -> None:
    lumen = cast.brands["lumen"]
    market.product(lumen, "L-1", name="Lamp 100%")
    market.product(lumen, "C-1", name="Candle", commissionable=False)
    db.session.commit()
    address = f"/brands/{lumen.public_id}/products"
    assert "Candle" not in browse("max").get(address + "?q=100%25").text
    assert "Lamp 100%" in browse("max").get(address + "?q=L-1").text
    assert "Lamp" not in browse("max").get(address + "?commissionable=no").text


def test_contracts_are_filtered_by_where_they_stand_in_time(browse: Browse, cast: Cast) -> None:
    lumen, mira, joon = cast.brands["lumen"], cast.creators["mira"], cast.creators["joon"]
    today = clock.today("Europe/Amsterdam")
    market.contract(lumen, mira, today - 9 * DAY, today - DAY, ref="K-ended")
    market.contract(lumen, mira, today, today, ref="K-running")
    market.contract(lumen, joon, today + DAY, today + 9 * DAY, ref="K-to-come")
    db.session.commit()
    address = f"/brands/{lumen.public_id}/contracts"
    for status, ref in (("ended", "K-ended"), ("running", "K-running"), ("to_come", "K-to-come")):
        page = browse("olga").get(f"{address}?status={status}").text
        assert [each for each in ("K-ended", "K-running", "K-to-come") if each in page] == [ref]
    assert "K-to-come" in browse("olga").get(f"{address}?creator=joon").text
    assert "K-ended" not in browse("olga").get(f"{address}?creator=joon").text


def test_another_brands_contract_is_not_there(browse: Browse, cast: Cast) -> None:
    contract = market.contract(cast.brands["kettle"], cast.creators["mira"])
    db.session.commit()
    address = f"/brands/{cast.brands['lumen'].public_id}/contracts/{contract.public_id}"
    assert browse("olga").get(address).status_code == 404


def test_the_day_of_a_brand_shows_sales_streams_and_contracts(browse: Browse, cast: Cast) -> None:
    lumen, mira, now = cast.brands["lumen"], cast.creators["mira"], clock.now()
    market.contract(lumen, mira, date(2020, 1, 1), date(2090, 1, 1), coupons=("M",), ref="K-long")
    market.stream(lumen, mira, now - timedelta(hours=1), None, ref="S-now")
    market.stream(lumen, mira, now - 3 * DAY, 1, ref="S-old")
    market.sale(lumen, 12_345, at=now - timedelta(minutes=5), coupon="M")
    market.sale(lumen, 99_999, at=now - 40 * DAY)
    settled()
    page = browse("olga").get(f"/brands/{lumen.public_id}").text
    for said in ("€123.45", "€12.35", "€6.17", "K-long", "S-now"):
        assert said in page, said
    assert "S-old" not in page
    assert "999.99" not in page


def test_an_empty_brand_is_told_what_to_do(browse: Browse, cast: Cast) -> None:
    for page in ("", "/sales", "/products", "/streams"):
        said = browse("olga").get(f"/brands/{cast.brands['lumen'].public_id}{page}").text
        assert f"/brands/{cast.brands['lumen'].public_id}/uploads" in said
