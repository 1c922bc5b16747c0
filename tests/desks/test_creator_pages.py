"""A creator's desk: lines, sums, days to come, filters; contracts and streams in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from app.database import db, raw
from app.desks import creator_earnings
from app.ledger.balances import standings
from app.sales.models import Sale
from app.streams.validity import Verdict
from app.web.paging import PAGE, Key, Window
from tests import market
from tests.cast import Cast
from tests.desks.stories import TODAY, pay, settled, story_of
from tests.market import NOON

DAY = timedelta(days=1)


def filters(cast: Cast, **chosen: Any) -> creator_earnings.Filters:
    brands = [brand.id for brand in cast.brands.values()]
    return creator_earnings.Filters(cast.creators["mira"].id, chosen.pop("brands", brands), TODAY, **chosen)


def refs(cast: Cast, **chosen: Any) -> list[str]:
    return [line.order_ref for line in creator_earnings.lines(raw(), filters(cast, **chosen), Window()).rows]


@pytest.fixture
def lines(cast: Cast) -> dict[str, Sale]:
    """Five lines of Mira's, for two brands, in every standing; and one of Joon's."""
    lumen, kettle, mira, joon = (
        cast.brands["lumen"],
        cast.brands["kettle"],
        cast.creators["mira"],
        cast.creators["joon"],
    )
    market.contract(lumen, mira, coupons=("MIRA",), in_stream_bps=2000, hold_days=14)
    market.contract(kettle, mira, coupons=("MIRA",), hold_days=0)
    market.contract(lumen, joon, coupons=("JOON",))
    stream = market.stream(lumen, mira, ref="S-1")
    made = {
        "A-pending": market.sale(lumen, at=NOON, checkout_stream=stream.ref, order_ref="A-pending"),
        "B-payable": market.sale(kettle, 5_000, at=NOON + DAY, coupon="mira", order_ref="B-payable"),
        "C-nothing": market.sale(lumen, at=NOON + 2 * DAY, coupon="mira", order_ref="C-nothing"),
        "D-paid": market.sale(lumen, at=NOON + 3 * DAY, coupon="mira", order_ref="D-paid"),
        "E-sent": market.sale(lumen, at=NOON + 4 * DAY, coupon="mira", order_ref="E-sent"),
        "joon": market.sale(lumen, at=NOON + 5 * DAY, coupon="joon", order_ref="joon"),
    }
    market.refund(made["A-pending"], 2_500)
    market.refund(made["A-pending"], 100, currency="USD")
    market.refund(made["C-nothing"], 10_000)
    settled()
    pay(mira, made["D-paid"])
    pay(mira, made["E-sent"], "sent")
    return made


def test_a_line_shows_base_rate_commission_refunds_and_what_is_left(cast: Cast, lines: dict[str, Sale]) -> None:
    line = next(
        row for row in creator_earnings.lines(raw(), filters(cast), Window()).rows if row.order_ref == "A-pending"
    )
    assert (line.base_minor, line.rate_bps, line.commission, line.refunded, line.net) == (
        10_000,
        2000,
        2_000,
        2_500,
        1_500,
    )
    assert (line.label, line.stream_ref, line.available_on) == ("in_stream", "S-1", date(2026, 3, 24))


def test_lines_stand_newest_first_and_only_the_creators_own(cast: Cast, lines: dict[str, Sale]) -> None:
    assert refs(cast) == ["E-sent", "D-paid", "C-nothing", "B-payable", "A-pending"]


@pytest.mark.parametrize("standing", ["pending", "payable", "nothing", "paid", "in_transit"])
def test_the_standing_on_the_desk_is_the_one_of_the_why_page(cast: Cast, lines: dict[str, Sale], standing: str) -> None:
    (ref,) = refs(cast, status=standing)
    assert ref == {"pending": "A-pending", "in_transit": "E-sent"}.get(standing, ref)
    assert story_of(lines[ref]).standing == standing


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        ({"label": "in_stream"}, ["A-pending"]),
        ({"label": "replay"}, []),
        ({"begin": NOON + DAY, "end": NOON + 3 * DAY}, ["C-nothing", "B-payable"]),
        ({"stream_id": 0}, []),
    ],
)
def test_filters_leave_what_they_say(
    cast: Cast, lines: dict[str, Sale], chosen: dict[str, Any], left: list[str]
) -> None:
    assert refs(cast, **chosen) == left


def test_lines_are_filtered_by_brand_and_stream(cast: Cast, lines: dict[str, Sale]) -> None:
    assert refs(cast, brands=[cast.brands["kettle"].id]) == ["B-payable"]
    assert refs(cast, stream_id=db.session.scalar(db.text("select id from stream where ref = 'S-1'"))) == ["A-pending"]


def test_sums_by_brand_stream_and_day_equal_the_lines(cast: Cast, lines: dict[str, Sale]) -> None:
    sums = creator_earnings.sums(raw(), filters(cast), since=NOON - DAY, zone="Europe/Amsterdam")
    assert {(each.brand_name, each.currency): (each.lines, each.net) for each in sums.brands} == {
        ("Lumen Lighting", "EUR"): (4, 3_500),
        ("Kettle & Co", "GBP"): (1, 500),
    }
    assert {(each.stream_ref, each.currency): each.net for each in sums.streams} == {
        ("S-1", "EUR"): 1_500,
        (None, "EUR"): 2_000,
        (None, "GBP"): 500,
    }
    assert sums.days["GBP"] == {date(2026, 3, 11): 500}
    currency, days = sums.chart(date(2026, 3, 15))
    assert (currency, len(days), sum(amount for _, amount in days)) == ("EUR", creator_earnings.CHART_DAYS, 3_500)


def test_a_day_begins_at_the_creators_midnight(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira, coupons=("M",))
    late = datetime(2026, 3, 10, 23, 30, tzinfo=ZoneInfo("UTC"))
    market.sale(lumen, at=late, coupon="M")
    settled()
    sums = creator_earnings.sums(raw(), filters(cast), since=NOON - DAY, zone="Europe/Amsterdam")
    assert list(sums.days["EUR"]) == [date(2026, 3, 11)]


def test_what_becomes_payable_is_told_by_day_and_adds_up_to_pending(cast: Cast, lines: dict[str, Sale]) -> None:
    mira, brands = cast.creators["mira"], [brand.id for brand in cast.brands.values()]
    coming = creator_earnings.becoming_payable(raw(), mira.id, brands, TODAY)
    assert (coming[0].available_on, coming[0].currency, coming[0].amount) == (date(2026, 3, 24), "EUR", 1_500)
    pending = {each.currency: each.pending for each in standings(raw(), mira.id, on=TODAY)}
    assert sum(each.amount for each in coming if each.currency == "EUR") == pending["EUR"]


def test_paging_walks_through_every_line_once_and_back(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira, coupons=("M",))
    for number in range(2 * PAGE + 7):
        market.sale(lumen, at=NOON + timedelta(seconds=number // 3), coupon="M", order_ref=f"{number:03}")
    settled()
    first = creator_earnings.lines(raw(), filters(cast), Window())
    second = creator_earnings.lines(raw(), filters(cast), Window(before=first.older))
    third = creator_earnings.lines(raw(), filters(cast), Window(before=second.older))
    assert (first.newer, third.older, len(third.rows)) == (None, None, 7)
    walked = [row.order_ref for page in (first, second, third) for row in page.rows]
    assert walked == [f"{number:03}" for number in reversed(range(2 * PAGE + 7))]
    back = creator_earnings.lines(raw(), filters(cast), Window(after=third.newer))
    assert [row.order_ref for row in back.rows] == [row.order_ref for row in second.rows]
    assert (back.newer, back.older) == (second.newer, second.older)
    assert Key.of(str(first.older)) == first.older


@pytest.mark.parametrize(
    "query",
    [
        "before=x",
        "after=2026-01-01_1",
        "before=2026-01-01T00:00:00%2B00:00_-1",
        "status=odd",
        "from=x",
        "to=0001-01-01",
        "brand=7",
        "stream=%00",
        "label=' or 1=1",
        "before=9999-12-31T23:59:59-15:00_1",
    ],
)
def test_a_nonsense_address_gets_a_sentence(browse: Callable[[str], FlaskClient], cast: Cast, query: str) -> None:
    market.contract(cast.brands["lumen"], cast.creators["mira"])
    db.session.commit()
    answer = browse("mira").get(f"/creators/{cast.creators['mira'].public_id}/earnings?{query}")
    assert answer.status_code == 422
    assert "Traceback" not in answer.text


def test_the_page_of_earnings_shows_it_all(
    browse: Callable[[str], FlaskClient], cast: Cast, lines: dict[str, Sale]
) -> None:
    page = browse("ada").get(f"/creators/{cast.creators['mira'].public_id}/earnings").text
    for said in ("€15.00", "£5.00", "A-pending", "Lumen Lighting", "Becoming payable", "bank account", "S-1"):
        if said != "Becoming payable":  # those days lie in the past of the real clock
            assert said in page, said


def test_without_a_contract_or_a_sale_the_page_says_what_comes_next(
    browse: Callable[[str], FlaskClient], cast: Cast
) -> None:
    address = f"/creators/{cast.creators['mira'].public_id}/earnings"
    assert "No contract yet" in browse("mira").get(address).text
    market.contract(cast.brands["lumen"], cast.creators["mira"])
    db.session.commit()
    assert "No sale has earned you anything yet" in browse("mira").get(address).text
    assert "No results. Change or clear the filters." in browse("mira").get(address + "?label=replay").text


def test_a_stream_shows_its_sales_split_by_label(
    browse: Callable[[str], FlaskClient], cast: Cast, lines: dict[str, Sale]
) -> None:
    page = browse("mira").get(f"/creators/{cast.creators['mira'].public_id}/streams").text
    assert "S-1" in page
    assert "During the stream" in page
    assert "€15.00" in page
    assert "Per valid hour" in page


def test_what_a_stream_earned_is_shown_for_a_valid_hour() -> None:
    sums = {1: [_sum("EUR", 1500), _sum("EUR", 250), _sum("GBP", 100)], 2: [_sum("EUR", 900)], 3: [_sum("EUR", 900)]}
    verdicts = {number: _verdict(number, minutes) for number, minutes in ((1, 90), (2, 0))}
    assert creator_earnings.per_valid_hour(sums, verdicts) == {1: [(1167, "EUR"), (67, "GBP")]}


def _sum(currency: str, net: int) -> SimpleNamespace:
    return SimpleNamespace(currency=currency, net=net)


def _verdict(number: int, counted: int) -> Verdict:
    day = date(2026, 3, 10)
    return Verdict(1, number, None, day, NOON, NOON, 90, None if counted else "inactive", counted, counted)


def test_a_contract_is_told_in_words(browse: Callable[[str], FlaskClient], cast: Cast, lines: dict[str, Sale]) -> None:
    browser = browse("mira")
    listing = browser.get(f"/creators/{cast.creators['mira'].public_id}/contracts").text
    assert "10% of what is sold." in listing
    assert "20% of what is sold during a stream, also by a code used on air." in listing
    assert "A visit counts for 14 days." in listing
    contract = db.session.scalar(db.text("select public_id from contract order by id"))
    page = browser.get(f"/creators/{cast.creators['mira'].public_id}/contracts/{contract}").text
    assert "Terms, version 1" in page
    assert "MIRA" in page
