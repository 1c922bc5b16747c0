"""Orders that the brand itself cancels: the contract may keep the commission, the fee falls, creators read the rate."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.creators import pay_record
from app.database import db, raw
from app.payouts.checks import check_books
from app.sales import cancellations
from app.sales.cancellations import BY_BRAND, Cancellation, Cancelled
from app.sales.exports import export_attributions
from app.sales.jobs import settle_due
from app.sales.models import Sale
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast

AT = datetime(2026, 6, 20, 9, tzinfo=UTC)


def cancelled(sale: Sale, reason: str = Cancelled.OUT_OF_STOCK) -> None:
    about = Cancellation(sale.brand_id, sale.source, sale.order_ref, reason, AT)
    cancellations.note(about, at=AT)


def settle() -> None:
    db.session.commit()
    settle_due()


def booked(sale: Sale) -> tuple[int, int]:
    """The commission and the fee of a line."""
    query = "select kind, sum(case debit when 'brand_funds' then amount else -amount end)::bigint from entry"
    sums = dict(
        raw().execute(query + " where brand_id = %s and cause = %s group by kind", [sale.brand_id, sale.id]).fetchall()
    )
    return sums.get("commission", 0), sums.get("fee", 0)


@pytest.fixture
def lumen(cast: Cast) -> Brand:
    return cast.brands["lumen"]


@pytest.fixture
def mira(cast: Cast) -> Creator:
    return cast.creators["mira"]


@pytest.mark.parametrize("order", list(itertools.permutations(["sale", "refund", "cancel"])))
@pytest.mark.parametrize("between", [False, True])
def test_the_commission_stays_and_the_fee_falls_in_whatever_order_it_is_told(
    lumen: Brand, mira: Creator, order: tuple[str, ...], *, between: bool
) -> None:
    market.contract(lumen, mira, coupons=("MIRA",), keeps_cancelled=True)
    about = {"source": "shop", "order_ref": "O1", "line_ref": "1"}
    keys = Cancellation(lumen.id, "shop", "O1", Cancelled.OUT_OF_STOCK, AT)
    for step in order:
        if step == "sale":
            sale = market.sale(lumen, 10_000, coupon="MIRA", order_ref="O1")
        elif step == "refund":
            line = Sale(brand_id=lumen.id, currency=lumen.currency, **about)
            market.refund(line, 10_000)
        else:
            cancellations.note(keys, at=AT)
        if between:
            settle()
    settle()
    assert booked(sale) == (1000, 0)
    db.session.rollback()
    assert [check.name for check in check_books(raw()) if not check.ok] == []


@pytest.mark.parametrize("reason", list(Cancelled))
@pytest.mark.parametrize("keeps", [False, True])
def test_it_stays_only_where_the_brand_is_to_blame_and_the_contract_says_so(
    lumen: Brand, mira: Creator, reason: Cancelled, *, keeps: bool
) -> None:
    market.contract(lumen, mira, coupons=("MIRA",), keeps_cancelled=keeps)
    sale = market.sale(lumen, 10_000, coupon="MIRA")
    market.refund(sale, 4_000)
    settle()
    assert booked(sale)[0] == 600
    cancelled(sale, reason)
    settle()
    assert booked(sale)[0] == (1000 if keeps and reason in BY_BRAND else 600)
    known = raw().execute("select brand_caused(%s)", [str(reason)]).fetchone()
    assert known == (reason in BY_BRAND,)


def test_the_first_word_stands_and_once_is_once(lumen: Brand, mira: Creator) -> None:
    market.contract(lumen, mira, coupons=("MIRA",), keeps_cancelled=True)
    sale = market.sale(lumen, 10_000, coupon="MIRA")
    market.refund(sale, 10_000)
    cancelled(sale, Cancelled.BUYER)
    cancelled(sale, Cancelled.OUT_OF_STOCK)
    settle()
    assert booked(sale) == (0, 0)
    cancelled(sale, Cancelled.OUT_OF_STOCK)
    assert raw().execute("select count(*) from due").fetchone() == (0,)


def test_the_file_of_attributions_says_what_is_booked(lumen: Brand, mira: Creator) -> None:
    market.contract(lumen, mira, coupons=("MIRA",), keeps_cancelled=True)
    sale = market.sale(lumen, 10_000, coupon="MIRA")
    market.refund(sale, 2_500)
    cancelled(sale)
    settle()
    out = io.BytesIO()
    export_attributions(out)
    assert ",10000,1000,1000,500,2500,1000,375," in out.getvalue().decode()
    assert booked(sale) == (1000, 375)


def test_the_page_says_who_cancelled_and_what_it_means(
    browse: Callable[[str], FlaskClient], lumen: Brand, mira: Creator
) -> None:
    pages = []
    for number, keeps in enumerate((True, False)):
        code = f"MIRA{number}"
        ends = date(2026, 6, 18) if number else date(2026, 12, 31)
        begins = date(2026, 1, 1) if number else date(2026, 6, 19)
        market.contract(lumen, mira, begins, ends, coupons=(code,), keeps_cancelled=keeps)
        sale = market.sale(lumen, 10_000, AT - timedelta(days=3 if number else 0), coupon=code)
        settle()
        market.refund(sale, 10_000, AT + timedelta(hours=1))
        cancelled(sale)
        settle()
        answer = browse("mira").get(f"/sales/{lumen.public_id}/{sale.id}")
        pages.append(re.sub(r"\s+", " ", re.sub("<[^>]+>", "", answer.get_data(as_text=True))))
    for text in pages:
        assert "Out of stock Lumen Lighting has cancelled this order on" in text
    assert "By the contract the commission stays." in pages[0]
    assert "kept: the brand has cancelled the order" in pages[0]
    assert "not for the commission" in pages[0]
    assert "By the contract the commission falls with what the buyer got back." in pages[1]
    assert "Out of stock" in pages[1][pages[1].index("Life of this commission") :]


def test_creators_read_how_often_a_brand_cancels(
    browse: Callable[[str], FlaskClient], lumen: Brand, mira: Creator
) -> None:
    market.contract(lumen, mira, coupons=("MIRA",))
    for number in range(4):
        sale = market.sale(lumen, 10_000, coupon="MIRA", source="streamcut")
        market.sale(lumen, 5_000, coupon="MIRA", source="streamcut", order_ref=sale.order_ref, line_ref="2")
        if number < 2:
            cancelled(sale, (Cancelled.NOT_SHIPPED, Cancelled.BUYER)[number])
    cancelled(market.sale(lumen, 10_000, coupon="MIRA", source="a file"))
    cancelled(market.sale(lumen, 10_000, source="streamcut"))  # no creator's
    settle()
    record = pay_record.pay_record_of(lumen.id, at=AT)
    assert (record.told_orders, record.cancelled_orders) == (4, 1)
    assert pay_record.pay_record_of(lumen.id, at=AT + timedelta(days=400)).told_orders == 0
