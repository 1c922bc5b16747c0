"""The platform's own invoices to brands for its fee, by month, in a series of its own.

The fee was taken from the brand's funds when a sale earned it; the invoice adds the VAT and takes it likewise. Fees
that are given back make the next invoice less; where they are more than what is new, they wait.
"""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import force_locale, gettext

from app.clock import first_instant, first_of_next_month
from app.database import raw, rows, statement
from app.invoicing import profiles
from app.invoicing.countries import OUTSIDE_SCOPE, OWN_INVOICE, Decision, Way, decide, pack_of
from app.invoicing.issuing import Draft, issue, lines_of, take_series
from app.invoicing.models import Invoice, InvoiceKind, TaxCase, TaxProfile
from app.security import Identity
from app.users.models import Brand
from config import settings

PLATFORM_SERIES = 0


def due_fees(month: date) -> list[tuple[int, str]]:
    """Brand and currency of all fees that may be invoiced for the month that begins on `month`; nothing while the
    platform has no tax details."""
    if profiles.profile_of(None) is None:
        return []
    return [tuple(row) for row in raw().execute(statement("app.invoicing", "due_fees"), {"until": _until(month)})]


def bill_fees(brand: Brand, currency: str, month: date, *, at: datetime, by: Identity | None = None) -> list[Invoice]:
    """Issues the platform's invoice to a brand for its fees until the end of the month that begins on `month`.

    Empty when nothing is due, and while the brand or the platform lacks the tax details that the invoice needs.
    """
    take_series(PLATFORM_SERIES, at)
    seller, buyer = profiles.profile_of(None), profiles.profile_of(brand)
    decision = _taxed(seller, buyer)
    if seller is None or buyer is None or decision is None:
        return []
    given = {"brand": brand.id, "currency": currency, "until": _until(month)}
    found = rows(raw(), "app.invoicing", "fees_to_invoice", given)
    if sum(entry.amount for entry in found) <= 0:
        return []
    with force_locale(pack_of(seller.country).language):
        title = gettext("Invoice")
    draft = Draft(
        kind=InvoiceKind.FEE_INVOICE,
        series=PLATFORM_SERIES,
        type_code=OWN_INVOICE,
        brand=brand,
        creator=None,
        seller=seller,
        buyer=buyer,
        decision=decision,
        currency=currency,
        month=month,
        lines=lines_of(found, decision.rate_bps),
        title=str(title),
        words=_words(decision, seller, buyer),
        entries=[(entry.id, entry.round) for entry in found],
    )
    return [issue(draft, at=at, by=by)]


def _taxed(seller: TaxProfile | None, buyer: TaxProfile | None) -> Decision | None:
    """As what a creator sells is taxed, but that a customer outside the EU gets an invoice too; None: not yet."""
    decision = decide(profiles.facts_of(seller), profiles.facts_of(buyer))
    if decision.way == Way.STATEMENT:
        return Decision(Way.INVOICE, TaxCase.OUTSIDE_SCOPE)
    return decision if decision.way == Way.INVOICE else None


def _words(decision: Decision, seller: TaxProfile, buyer: TaxProfile) -> list[str]:
    own = pack_of(seller.country)
    said = {
        TaxCase.REVERSE_CHARGE: [own.reverse_charge, pack_of(buyer.country).reverse_charge],
        TaxCase.DOMESTIC_EXEMPT: [own.exempt],
        TaxCase.OUTSIDE_SCOPE: [OUTSIDE_SCOPE],
    }
    return list(dict.fromkeys(said.get(decision.case or TaxCase.DOMESTIC, [])))


def _until(month: date) -> datetime:
    return first_instant(first_of_next_month(month), settings().platform_timezone)
