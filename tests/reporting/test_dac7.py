"""DAC7: quarter sums of what was paid, who is in the file and who is not, valid by the OECD's schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import pytest
from flask.testing import FlaskClient
from lxml import etree

from app.database import db, raw
from app.invoicing import profiles
from app.ledger.posting import open_posting, post
from app.payouts import transfers
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import PayoutBatch
from app.reporting import dac7
from app.users.models import Brand, Creator
from tests.cast import Cast
from tests.conftest import MARKET_DATA
from tests.invoicing.taxed import BRAND, CREATOR, LONG_AGO, of_country, profile
from tests.payouts.books import CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import approve_batch, hand_over, identity

Browse = Callable[[str], FlaskClient]
AT = datetime(2027, 1, 20, 9, tzinfo=UTC)
SCHEMA = MARKET_DATA / "dac7" / "oecd-schemas" / "DPIXML_v1.0.xsd"
NS = {"dpi": dac7.DPI}
causes = count(5_000_000)


def paid(brand: Brand, creator: Creator, amount: int, at: str, currency: str = "EUR") -> None:
    """Money that reached the creator's account at that instant; below zero it came back."""
    when = datetime.fromisoformat(at)
    accounts = ("payouts_in_transit", "bank", "settle") if amount > 0 else ("bank", "creator", "return")
    open_posting(raw())
    raw().execute(
        "insert into posting values (%s, %s, %s, %s, %s, %s, %s, %s, 1, %s, %s)",
        [brand.id, *accounts[:2], creator.id, abs(amount), currency, accounts[2], next(causes), when.date(), when],
    )
    post(raw(), at=when)


@pytest.fixture
def year(lumen: Brand, mira: Creator, joon: Creator) -> None:
    """Mira's 2026 in two currencies, and one of Joon, who has said nothing."""
    profiles.save(None, replace(BRAND, name="Streamcut B.V."), by=identity("mo"), at=LONG_AGO)
    profile(mira)
    bank(mira)
    for amount, at in (
        (10_050, "2026-01-01T00:30:00+01:00"),  # the first quarter has begun in Amsterdam
        (20_000, "2026-03-31T23:30:00+02:00"),
        (5_049, "2026-04-01T00:30:00+02:00"),
        (-2_000, "2026-06-01T12:00:00+00:00"),
        (7_750, "2026-12-31T23:30:00+01:00"),
        (99_999, "2027-01-01T00:30:00+01:00"),
    ):
        paid(lumen, mira, amount, at)
    paid(lumen, mira, 1, "2026-08-01T12:00:00+00:00", "GBP")
    paid(lumen, joon, 4_200, "2026-08-01T12:00:00+00:00")
    db.session.commit()


def test_quarters_are_those_of_the_platforms_calendar_and_no_minimum_counts(year: None, mira: Creator) -> None:
    euros, pounds = [each for each in dac7.sellers(raw(), 2026) if each.creator_id == mira.id]
    assert (euros.currency, euros.by_quarter) == ("EUR", [30_050, 3_049, 0, 7_750])
    assert (pounds.currency, pounds.by_quarter, pounds.reportable) == ("GBP", [0, 0, 1, 0], True)


@pytest.mark.parametrize(("minor", "currency", "units"), [(30_050, "EUR", 301), (149, "EUR", 1), (-150, "EUR", -2),
                                                          (77, "JPY", 77), (0, "EUR", 0)])  # fmt: skip
def test_amounts_are_whole_units(minor: int, currency: str, units: int) -> None:
    assert dac7.whole(minor, currency) == units


def test_the_file_is_valid_by_the_schema_of_the_oecd(year: None, mira: Creator, joon: Creator, lumen: Brand) -> None:
    if not SCHEMA.exists():
        pytest.skip(f"no schema in {SCHEMA}")
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    profile(joon, replace(of_country(CREATOR, "BE"), kind="company", born_on=None, name="Park B.V."))
    made = etree.fromstring(dac7.message(dac7.sellers(raw(), 2026), 2026, at=AT))
    schema.assertValid(made)
    assert made.xpath("count(//dpi:ReportableSeller)", namespaces=NS) == 3
    assert made.xpath("//dpi:IndSellerID/dpi:Name/dpi:LastName/text()", namespaces=NS) == ["Jansen", "Jansen"]
    first = made.xpath("//dpi:ReportableSeller[.//dpi:LastName]", namespaces=NS)[0]
    assert first.xpath(".//dpi:Consideration/*/text()", namespaces=NS) == ["301", "30", "0", "78"]
    assert first.xpath(".//dpi:Identifier/text()", namespaces=NS) == ["NL91ABNA0417164300"]
    assert made.xpath("//dpi:EntSellerID/dpi:TIN/@issuedBy", namespaces=NS) == ["BE"]


def test_who_gave_nothing_or_lives_elsewhere_is_on_the_page_and_not_in_the_file(
    year: None, browse: Browse, joon: Creator
) -> None:
    mo = browse("mo")
    page = mo.get("/finance/dac7/2026").text
    assert "1 were paid and have given no tax details." in page
    assert "€300.50" in page
    profile(joon, replace(CREATOR, country="GB", vat_number=None, tax_number="QQ123456C"))
    db.session.commit()
    assert "Outside the EU, not in the report" in mo.get("/finance/dac7/2026").text
    file = mo.get("/finance/dac7/2026/dac7.xml")
    assert (file.mimetype, b"QQ123456C" in file.data, b"111222333" in file.data) == ("application/xml", False, True)
    assert mo.get("/finance/dac7/2199").status_code == 404


def test_without_the_platforms_details_there_is_no_file(browse: Browse) -> None:
    answer = browse("mo").get("/finance/dac7/2026/dac7.xml")
    assert (answer.status_code, "Fill in the tax details of the platform first" in answer.text) == (409, True)


def test_a_payment_counts_in_the_year_of_its_value_date_whenever_it_was_entered(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    fund(lumen, 100_000)
    for payer, iban in ((None, IBANS[3]), (mira, IBANS[0])):
        bank(payer, iban, by=cast.people["sam"].id)
    earn(lumen, mira, 5000)
    made = datetime(2026, 12, 30, 9, tzinfo=UTC)
    batch = db.session.get_one(
        PayoutBatch, assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1, by=None, at=made)
    )
    approval.submit(batch.public_id, by=identity("mo"), at=made, bank_hold=BANK_HOLD)
    approve_batch(batch, at=made)
    hand_over(batch, at=made)
    transfers.mark_rest_paid(
        batch, value_on=date(2026, 12, 31), by=identity("mo"), at=datetime(2027, 1, 4, 9, tzinfo=UTC)
    )
    assert [(each.creator_id, each.by_quarter) for each in dac7.sellers(raw(), 2026)] == [(mira.id, [0, 0, 0, 5000])]
    assert dac7.sellers(raw(), 2027) == []
