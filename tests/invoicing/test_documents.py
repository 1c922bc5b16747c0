"""Invoices as files: valid by schema and by the business rules of EN 16931, in every tax case, invoice and credit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from facturx import get_facturx_xml_from_pdf

from app.invoicing import documents, issuing
from app.invoicing.models import Invoice
from app.users.models import Brand, Creator
from tests.invoicing.rules import broken
from tests.invoicing.taxed import BRAND, CREATOR, agreed, of_country, profile
from tests.payouts.books import earn

MONTH, AT = date(2026, 10, 1), datetime(2026, 11, 3, 9, tzinfo=UTC)
CASES = {
    "domestic": (CREATOR, BRAND),
    "domestic_exempt": (replace(CREATOR, scheme="small_business"), BRAND),
    "german_small_business": (
        replace(of_country(CREATOR, "DE"), scheme="small_business", vat_number=None),
        of_country(BRAND, "DE"),
    ),
    "reverse_charge": (of_country(CREATOR, "DE"), BRAND),
    "french": (of_country(CREATOR, "FR"), of_country(BRAND, "FR")),
    "belgian": (of_country(CREATOR, "BE"), BRAND),
}


def both(lumen: Brand, mira: Creator, case: str) -> tuple[Invoice, Invoice]:
    """An invoice of two kinds of earnings, and a credit note for a part of it."""
    creator, brand = CASES[case]
    profile(lumen, brand), profile(mira, creator)
    agreed(lumen, mira)
    earn(lumen, mira, 12_345, date(2026, 10, 9), cause=7001)
    earn(lumen, mira, 50_03, date(2026, 10, 9), cause=7002, kind="bonus")
    (invoice,) = issuing.self_bill(lumen, mira, "EUR", MONTH, at=AT)
    earn(lumen, mira, -333, date(2026, 11, 9), cause=7001, seq=2)
    (credit,) = issuing.self_bill(lumen, mira, "EUR", date(2026, 11, 1), at=AT)
    return invoice, credit


@pytest.mark.parametrize("case", CASES)
def test_every_case_is_valid_by_schema_and_rules(lumen: Brand, mira: Creator, case: str) -> None:
    for document in both(lumen, mira, case):
        assert broken(documents.cii(document), "cii") == []
        assert broken(documents.ubl(document), "ubl") == []


def test_the_rules_find_a_wrong_total(lumen: Brand, mira: Creator) -> None:
    invoice, _ = both(lumen, mira, "domestic")
    total = f"{(invoice.net + invoice.tax) / 100:.2f}".encode()
    wrong = documents.cii(invoice).replace(total, b"999.00")
    assert any("BR-CO-15" in each for each in broken(wrong, "cii"))


def test_what_the_files_say(lumen: Brand, mira: Creator) -> None:
    invoice, credit = both(lumen, mira, "reverse_charge")
    xml, ubl = documents.cii(invoice).decode(), documents.ubl(credit).decode()
    for text in ("389", "SB1-2026-00001", "Gutschrift", "Btw verlegd", "VATEX-EU-AE", "DE136695976", "NL123456782B90"):
        assert text in xml, text
    for text in ("261", "SB1-2026-00002", "Rechnungskorrektur", "SB1-2026-00001", documents.PEPPOL_PROFILE):
        assert text in ubl, text
    assert "Gutschrift" not in documents.cii(credit).decode()
    assert "36574261809" not in xml  # the tax number is nobody's business here


def test_the_pdf_carries_the_xml(lumen: Brand, mira: Creator) -> None:
    invoice, credit = both(lumen, mira, "domestic")
    for document in (invoice, credit):
        name, inside = get_facturx_xml_from_pdf(documents.pdf(document), check_xsd=True)
        assert (name, inside) == ("factur-x.xml", documents.cii(document))
