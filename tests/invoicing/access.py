"""The routes of tax profiles and invoices."""

from __future__ import annotations

from app.security import BRAND, CREATOR, FINANCE, OWNERS, PLATFORM
from tests.access import Form, Row, Side


def _tax_details(side: Side) -> Form:
    return {
        "kind": "company",
        "name": f"{side.word} B.V.",
        "street": "Street 1",
        "postcode": "1000 AA",
        "town": "Town",
        "country": "NL",
        "scheme": "vat_standard",
        "vat_number": "NL004495445B01",
        "tax_number": "111222333",
    }


ROWS = [
    Row("invoicing.brand_tax_profile", "GET", BRAND | PLATFORM),
    Row("invoicing.brand_tax_profile_update", "POST", OWNERS, form=_tax_details),
    Row("invoicing.creator_tax_profile", "GET", CREATOR | PLATFORM),
    Row("invoicing.creator_tax_profile_update", "POST", CREATOR, form=_tax_details),
    Row("invoicing.platform_tax_profile", "GET", PLATFORM),
    Row("invoicing.platform_tax_profile_update", "POST", FINANCE, form=_tax_details),
]
