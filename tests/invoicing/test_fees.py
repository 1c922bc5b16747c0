"""The platform's invoices to brands for its fee: once, with VAT, valid by the rules of EN 16931 in every case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient

from app.database import db
from app.invoicing import documents, fees, jobs, profiles
from app.invoicing.models import Invoice
from app.users.models import Brand
from tests.invoicing.rules import broken
from tests.invoicing.taxed import BRAND, LONG_AGO, VAT, of_country, profile
from tests.payouts.books import balances, charge
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]
JANUARY, AT = date(2026, 1, 1), datetime(2026, 2, 3, 9, tzinfo=UTC)


def platform() -> None:
    """The platform is a Dutch company."""
    details = replace(BRAND, name="Streamcut B.V.", vat_number=VAT["NL"])
    profiles.save(None, details, by=identity("mo"), at=LONG_AGO)


def billed(brand: Brand) -> list[Invoice]:
    return fees.bill_fees(brand, "EUR", JANUARY, at=AT)


def test_fees_are_invoiced_once_and_their_vat_is_taken_like_them(lumen: Brand) -> None:
    platform()
    profile(lumen)
    charge(lumen, 10_000)
    charge(lumen, -1_000)  # given back
    assert fees.due_fees(JANUARY) == [(lumen.id, "EUR")]
    (invoice,) = billed(lumen)
    assert (invoice.number, invoice.type_code, invoice.net, invoice.tax) == ("F-2026-00001", "380", 9_000, 1_890)
    assert balances()[("platform_revenue", lumen.id, 0)] == 9_000 + 1_890
    assert (billed(lumen), fees.due_fees(JANUARY)) == ([], [])
    charge(lumen, -500)
    assert (billed(lumen), fees.due_fees(JANUARY)) == ([], [])  # waits for the next month


@pytest.mark.parametrize(
    ("brand", "case"),
    [
        (BRAND, "domestic"),
        (of_country(BRAND, "DE"), "reverse_charge"),
        (replace(BRAND, country="GB", vat_number="GB980780684"), "outside_scope"),
    ],
)
def test_every_case_is_valid_by_schema_and_rules(lumen: Brand, brand: profiles.Details, case: str) -> None:
    platform()
    profile(lumen, brand)
    charge(lumen, 12_345)
    (invoice,) = billed(lumen)
    assert invoice.tax_case == case
    assert broken(documents.cii(invoice), "cii") == []
    assert broken(documents.ubl(invoice), "ubl") == []
    assert documents.pdf(invoice).startswith(b"%PDF")


def test_what_lacks_tax_details_waits(lumen: Brand) -> None:
    charge(lumen, 10_000)
    assert (billed(lumen), fees.due_fees(JANUARY)) == ([], [])
    platform()
    assert billed(lumen) == []
    profile(lumen, replace(of_country(BRAND, "DE"), scheme="small_business", vat_number=None))
    assert billed(lumen) == []  # across a border it takes the brand's VAT number
    profile(lumen)
    assert len(billed(lumen)) == 1


def test_the_monthly_job_issues_them_and_the_brand_sees_them(browse: Browse, lumen: Brand) -> None:
    platform()
    profile(lumen)
    charge(lumen, 10_000)
    db.session.commit()
    assert "1 invoices for the platform’s fee issued." in jobs.issue_month(JANUARY, at=AT, by=None)
    assert "fee" not in jobs.issue_month(JANUARY, at=AT, by=None)
    olga = browse("olga")
    assert all(text in olga.get(f"/brands/{lumen.public_id}/invoices").text for text in ("F-2026-00001", "€121.00"))
    invoice = db.session.scalars(db.select(Invoice)).one()
    assert "Platformvergoeding" in olga.get(f"/brands/{lumen.public_id}/invoices/{invoice.public_id}").text
    assert "F-2026-00001" in browse("audrey").get("/finance/invoices").text
