"""The routes of tax profiles and invoices."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select

from app.database import db
from app.invoicing import agreements, issuing, objections
from app.invoicing.models import Invoice, SelfBillingAgreement
from app.security import BRAND, CREATOR, FINANCE, MAKER, OWNERS, PLATFORM
from tests.access import Form, Kind, Row, Side
from tests.invoicing.taxed import agreed, profile
from tests.payouts.books import earn
from tests.payouts.people import identity

LONG_AGO = datetime(2026, 1, 6, 9, tzinfo=UTC)
OWNER = {"lumen": "olga", "kettle": "kim"}


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


def _plain(handle: str) -> str:
    """The cast's own name of a side, whose handles carry its word here."""
    return handle.rpartition("-")[2]


def _unsigned(side: Side) -> SelfBillingAgreement:
    """An agreement that nobody has signed."""
    profile(side.brand), profile(side.creator)
    by = identity(OWNER[_plain(side.brand.handle)])
    return agreements.propose(side.brand, side.creator, side="brand", by=by, at=LONG_AGO)


def _other(side: Side, *, of: str) -> object:
    """With whom an agreement can be proposed: they have earned together, and said who they are."""
    profile(side.brand), profile(side.creator)
    earn(side.brand, side.creator, 5_000, date(2026, 1, 20))
    return side.creator.public_id if of == "brand" else side.brand.public_id


def _invoice(side: Side) -> Invoice:
    """One that can still be objected to."""
    profile(side.brand), profile(side.creator)
    agreed(side.brand, side.creator, owner=OWNER[_plain(side.brand.handle)])
    at = datetime.now(UTC)
    earn(side.brand, side.creator, 5_000, date(2026, 1, 20))
    currency, month = side.brand.currency, at.date().replace(day=1)
    return issuing.self_bill(side.brand, side.creator, currency, month, at=at)[0]


def _disputed(side: Side) -> object:
    row = _invoice(side)
    objections.object_to(row, f"because of {side.word}", by=identity(_plain(side.creator.handle)), at=row.issued_at)
    return row.public_id


def _signing(side: Side) -> Form:
    assert db.session.scalar(select(SelfBillingAgreement.id).limit(1))
    return {"name": "Somebody", "agreed": "y"}


KINDS = {
    "self_billing": Kind(lambda side: _unsigned(side).public_id),
    "creator_to_bill": Kind(lambda side: _other(side, of="brand")),
    "brand_that_bills": Kind(lambda side: _other(side, of="creator")),
    "invoice": Kind(lambda side: _invoice(side).public_id),
    "disputed": Kind(_disputed),
}
AGREEMENT, WHY = {"agreement": "self_billing"}, {"reason": "it has to be"}
BINDING = {"brand": OWNERS, "creator": CREATOR}

ROWS = [
    Row("invoicing.brand_tax_profile", "GET", BRAND | PLATFORM),
    Row("invoicing.brand_tax_profile_update", "POST", OWNERS, form=_tax_details),
    Row("invoicing.creator_tax_profile", "GET", CREATOR | PLATFORM),
    Row("invoicing.creator_tax_profile_update", "POST", CREATOR, form=_tax_details),
    Row("invoicing.platform_tax_profile", "GET", PLATFORM),
    Row("invoicing.platform_tax_profile_update", "POST", FINANCE, form=_tax_details),
]
for name, readers in (("brand", BRAND | PLATFORM), ("creator", CREATOR | PLATFORM)):
    page, binders = f"invoicing.{name}_self_billing", BINDING[name]
    other = {"other": "creator_to_bill" if name == "brand" else "brand_that_bills"}
    ROWS += [
        Row(page, "GET", readers),
        Row(f"{page}_create", "POST", binders, args=other),
        Row(f"{page}_agreement", "GET", readers, args=AGREEMENT),
        Row(f"{page}_sign", "POST", binders, args=AGREEMENT, form=_signing),
        Row(f"{page}_end", "POST", binders, args=AGREEMENT, form=WHY),
        *(Row(f"invoicing.{name}_{of}", "GET", readers) for of in ("invoices", "invoice")),
        *(Row(f"invoicing.{name}_invoice_{of}", "GET", readers) for of in ("pdf", "cii", "ubl")),
    ]
ROWS += [
    Row("invoicing.creator_invoice_object", "POST", CREATOR, form=WHY),
    Row("invoicing.finance_invoices", "GET", PLATFORM),
    Row("invoicing.finance_invoices_issue", "POST", MAKER, form={"month": "2026-01"}),
    Row("invoicing.dispute_settle", "POST", FINANCE, form=WHY),
]
