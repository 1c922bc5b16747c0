"""A creator's statement has all of the month, adds up from opening to closing, and closes as the earnings page does."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

import pytest
from flask.testing import FlaskClient

from app.database import db, raw
from app.desks import month_account
from app.ledger.balances import standings
from app.ledger.posting import open_posting, post
from app.users.models import Brand, Creator
from tests import market
from tests.bonuses.promising import promise, provisional
from tests.cast import Cast
from tests.desks.stories import settled

Browse = Callable[[str], FlaskClient]
NOW = datetime(2026, 6, 20, 12, tzinfo=UTC)
LATER = date(2026, 7, 20)
causes = count(10**6)
WAYS = {
    "commission": ("brand_funds", "creator"),
    "bonus": ("brand_funds", "creator"),
    "vat": ("brand_funds", "creator"),
    "reserve": ("creator", "payouts_in_transit"),
    "settle": ("payouts_in_transit", "bank"),
    "release": ("payouts_in_transit", "creator"),
    "return": ("bank", "creator"),
}


def book(brand: Brand, creator: Creator, kind: str, amount: int, at: str, on: date = date(2026, 5, 1)) -> None:
    """One entry written at that instant; a negative amount goes the other way."""
    debit, credit = WAYS[kind] if amount > 0 else WAYS[kind][::-1]
    when = datetime.fromisoformat(at)
    open_posting(raw())
    raw().execute(
        "insert into posting values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [brand.id, debit, credit, creator.id, abs(amount), "EUR", kind, next(causes), 1, on, when],
    )
    post(raw(), at=when)


@pytest.fixture
def mira(cast: Cast) -> Creator:
    """Mira's books with two brands: May and June by the clock of Amsterdam."""
    lumen, kettle, mira = cast.brands["lumen"], cast.brands["kettle"], cast.creators["mira"]
    book(lumen, mira, "commission", 10_000, "2026-05-10T10:00:00+00:00")
    book(lumen, mira, "reserve", 4_000, "2026-05-15T10:00:00+00:00")
    book(lumen, mira, "commission", 500, "2026-05-31T21:59:59+00:00")  # the last second of May
    book(lumen, mira, "commission", 2_000, "2026-05-31T22:00:00+00:00")
    book(kettle, mira, "commission", 3_000, "2026-06-02T10:00:00+00:00", LATER)
    book(lumen, mira, "commission", -1_500, "2026-06-03T10:00:00+00:00")
    book(lumen, mira, "settle", 4_000, "2026-06-04T10:00:00+00:00")
    book(lumen, mira, "return", 1_000, "2026-06-05T10:00:00+00:00")
    book(lumen, mira, "reserve", 2_500, "2026-06-06T10:00:00+00:00")
    book(lumen, mira, "release", 500, "2026-06-07T10:00:00+00:00")
    book(kettle, mira, "bonus", 7_000, "2026-06-08T10:00:00+00:00", LATER)
    book(lumen, cast.creators["joon"], "commission", 99_999, "2026-06-08T10:00:00+00:00")
    db.session.commit()
    return mira


def sums(creator: Creator, month: str, at: datetime = NOW) -> month_account.Sums:
    (account,) = month_account.sums(raw(), creator.id, month_account.month_of(month, at=at))
    return account  # type: ignore[no-any-return]


def test_the_month_adds_up_from_opening_to_closing(mira: Creator) -> None:
    may, june = sums(mira, "2026-05"), sums(mira, "2026-06")
    assert (may.opening, may.commissions, may.closing) == (0, 10_500, 10_500)
    assert (may.payable, may.in_transit) == (6_500, 4_000)
    assert (june.opening, june.commissions, june.refunds, june.bonuses) == (10_500, 5_000, -1_500, 7_000)
    assert (june.paid, june.returned) == (-4_000, 1_000)
    assert june.closing == 10_500 + 5_000 - 1_500 + 7_000 - 4_000 + 1_000


def test_the_vat_of_invoices_has_a_line_of_its_own(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    book(lumen, mira, "commission", 10_000, "2026-05-10T10:00:00+00:00")
    book(lumen, mira, "vat", 2_100, "2026-06-03T10:00:00+00:00")
    book(lumen, mira, "vat", -210, "2026-06-04T10:00:00+00:00")
    june = sums(mira, "2026-06")
    assert (june.opening, june.vat, june.closing) == (10_000, 1_890, 11_890)
    assert june.closing == sum(amount for _name, amount in month_account.summary(june)[:-1])


def test_the_running_month_closes_as_the_cards_of_the_earnings_page_say(mira: Creator) -> None:
    june, (card,) = sums(mira, "2026-06"), standings(raw(), mira.id, on=NOW.date())
    assert (june.pending, june.payable, june.in_transit) == (card.pending, card.payable, card.in_transit)
    assert june.closing == card.pending + card.payable + card.in_transit
    assert -sum(sums(mira, month).paid + sums(mira, month).returned for month in ("2026-05", "2026-06")) == card.paid
    after = sums(mira, "2026-07", at=datetime(2026, 7, 25, tzinfo=UTC))
    assert (after.opening, after.closing, after.pending) == (june.closing, june.closing, 0)


def test_real_sales_refunds_and_bonuses_stand_in_it(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    contract = market.contract(lumen, mira, date(2026, 6, 1), date(2026, 12, 31), coupons=("M",))
    bonus = promise(contract, "retainer", 30_000)
    sale = market.sale(lumen, 10_000, datetime(2026, 6, 10, tzinfo=UTC), coupon="M")
    settled()
    market.refund(sale, 2_500)
    settled()
    provisional()
    (card,) = standings(raw(), mira.id, on=date(2026, 11, 28))
    at = db.session.scalar(db.text("select max(recorded_at) from entry"))
    totals = dict.fromkeys(("commissions", "refunds", "bonuses"), 0)
    for month in month_account.months(raw(), mira.id, at=at):
        for each in month_account.sums(raw(), mira.id, month_account.month_of(f"{month:%Y-%m}", at=at)):
            totals = {name: amount + getattr(each, name) for name, amount in totals.items()}
    assert totals == {"commissions": 1_000, "refunds": -250, "bonuses": bonus.amount}
    assert card.pending + card.payable == sum(totals.values())


def test_page_csv_and_pdf_have_all_of_it(browse: Browse, mira: Creator) -> None:
    browser, root = browse("mira"), f"/creators/{mira.public_id}/statements"
    assert f"{root}/2026-06" in browser.get(root).text
    page = browser.get(f"{root}/2026-06").text
    for words in ("Opening balance", "€105.00", "Refund or correction", "-€15.00", "Payouts that came back", "€180.00"):
        assert words in page, words
    answer = browser.get(f"{root}/2026-06/statement.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    amounts = [Decimal(row["amount"]) for row in rows]
    assert (rows[0]["what"], rows[-1]["what"]) == ("Opening balance", "Closing balance")
    assert sum(amounts[:-1]) == amounts[-1] == Decimal("180.00")
    assert len(rows) == 2 + 6, "what only moves between two of the creator's accounts is no movement"
    paper = browser.get(f"{root}/2026-06/statement.pdf")
    assert (paper.status_code, paper.mimetype, paper.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert browse("ada").get(f"{root}/2026-06").status_code == 200, "her agent"


def test_a_month_with_one_brand_adds_up_by_itself_and_chains_to_the_next(
    browse: Browse, cast: Cast, mira: Creator
) -> None:
    lumen, kettle = cast.brands["lumen"], cast.brands["kettle"]
    may, june = (month_account.month_of(month, at=NOW) for month in ("2026-05", "2026-06"))
    ((before,), (after,)) = (month_account.sums(raw(), mira.id, span, lumen.id) for span in (may, june))
    assert (before.closing, after.opening) == (10_500, 10_500)
    assert after.closing == 10_500 + 2_000 - 1_500 - 4_000 + 1_000
    (other,) = month_account.sums(raw(), mira.id, june, kettle.id)
    assert after.closing + other.closing == sums(mira, "2026-06").closing
    olga, root = browse("olga"), f"/brands/{lumen.public_id}/statements"
    assert mira.name in olga.get(root).text
    page = olga.get(f"{root}/{mira.public_id}/2026-06").text
    assert "€80.00" in page
    assert "Kettle" not in page
    rows = list(csv.DictReader(io.StringIO(olga.get(f"{root}/{mira.public_id}/2026-06/statement.csv").text)))
    assert Decimal(rows[-1]["amount"]) == Decimal("80.00")
    assert olga.get(f"{root}/{mira.public_id}/2026-06/statement.pdf").data[:5] == b"%PDF-"
    nobody = Creator(handle="new", name="New", country="NL", languages=["nl"], timezone="UTC", recorded_at=NOW)
    db.session.add(nobody)
    db.session.commit()
    assert olga.get(f"{root}/{nobody.public_id}/2026-06").status_code == 404


def test_commissions_stand_by_stream(cast: Cast, browse: Browse) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira, coupons=("M",))
    show = market.stream(lumen, mira, ref="SHOW-1")
    market.sale(lumen, 10_000, coupon="M")
    market.touch(lumen, mira, "v1", market.NOON, show)
    sale = market.sale(lumen, 20_000, visitor="v1", at=market.NOON)
    settled()
    market.refund(sale, 5_000)
    settled()
    recorded = db.session.scalar(db.text("select max(recorded_at) from entry"))
    span = month_account.month_of(f"{recorded:%Y-%m}", at=recorded)
    found = month_account.streams(raw(), mira.id, span, lumen.id)
    assert sum(each.commissions for each in found) == 3_000
    assert sum(each.taken_back for each in found) == -500
    assert "SHOW-1" in {each.stream_ref for each in found}


@pytest.mark.parametrize("month", ["2026-13", "nonsense", "9999-01", "2199-01", "2026-1"])
def test_months_to_come_and_nonsense_are_not_there(browse: Browse, mira: Creator, month: str) -> None:
    for rest in ("", "/statement.csv", "/statement.pdf"):
        assert browse("mira").get(f"/creators/{mira.public_id}/statements/{month}{rest}").status_code == 404


def test_a_month_of_very_many_entries_fits_on_paper_by_day(
    mira: Creator, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(month_account, "IN_PDF", 2)
    paper = browse("mira").get(f"/creators/{mira.public_id}/statements/2026-06/statement.pdf")
    assert (paper.status_code, paper.data[:5]) == (200, b"%PDF-")


def test_earnings_are_found_by_order_number_and_downloaded(browse: Browse, cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira, coupons=("M",))
    for order in ("A-1", "A-2", "=A3"):
        market.sale(lumen, coupon="M", order_ref=order)
    market.refund(market.sale(lumen, coupon="M", order_ref="A-4"), 2_500)
    settled()
    root = f"/creators/{mira.public_id}/earnings"
    page = browse("mira").get(f"{root}?order=A-2").text
    assert ">A-2<" in page
    assert ">A-1<" not in page
    assert "earnings.csv?order=A-2" in page
    one = list(csv.DictReader(io.StringIO(browse("mira").get(f"{root}.csv?order=A-4").text)))
    assert [(row["order"], row["commission"], row["net_commission"], row["status"]) for row in one] == [
        ("A-4", "10.00", "7.50", "payable")
    ]
    orders = {row["order"] for row in csv.DictReader(io.StringIO(browse("mira").get(f"{root}.csv").text))}
    assert orders == {"A-1", "A-2", "'=A3", "A-4"}
    assert browse("joon").get(f"{root}.csv").status_code == 404


def test_the_platforms_people_may_read_it_and_others_may_not(browse: Browse, mira: Creator) -> None:
    address = f"/creators/{mira.public_id}/statements/2026-06"
    assert [browse(name).get(address).status_code for name in ("mo", "adam", "joon", "olga")] == [200, 200, 404, 403]
