"""Who sells, and on what terms: shown before anybody pays (Directive 2011/83/EU, art. 6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from app.contracts.parties import details_of
from app.csvfiles.cells import COUNTRIES
from app.database import db
from app.errors import BadInput
from app.invoicing import profiles
from app.invoicing.countries import RATES
from app.invoicing.models import VatScheme
from app.orders.models import SellingTerms
from app.security import Identity
from app.users.models import Brand
from app.users.trail import record

DELIVERY_DAYS, LONGEST_DELIVERY = 5, 60


@dataclass(frozen=True)
class Seller:
    """The brand as the law wants a seller to be named, and how it sells."""

    name: str
    address: str
    country: str
    email: str
    vat_number: str
    vat_bps: int
    delivery_days: int
    ships_to: tuple[str, ...]


def seller_of(brand: Brand) -> Seller | None:
    """Who sells when the brand does; None while it has not said who it is by law: then it can't sell to viewers."""
    details = details_of(brand)
    if details is None:
        return None
    terms, tax = db.session.get(SellingTerms, brand.id), profiles.profile_of(brand)
    usual = 0 if tax and tax.scheme != VatScheme.VAT_STANDARD else RATES.get(details.country, 0)
    return Seller(
        details.name,
        details.address,
        details.country,
        details.email,
        (tax.vat_number or "") if tax else "",
        terms.vat_bps if terms else usual,
        terms.delivery_days if terms else DELIVERY_DAYS,
        tuple(terms.ships_to) if terms else (details.country,),
    )


def set_terms(
    brand: Brand, *, vat_bps: int, delivery_days: int, ships_to: Collection[str], by: Identity, at: datetime
) -> None:
    """Notes how the brand sells from now on; what is reserved already stays as it is. Raises BadInput."""
    if not 0 <= vat_bps <= 5000:
        raise BadInput(gettext("A VAT rate is from 0 to 50 percent."))
    if not 1 <= delivery_days <= LONGEST_DELIVERY:
        raise BadInput(gettext("A delivery takes from 1 to 60 days."))
    if not ships_to or not set(ships_to) <= set(COUNTRIES):
        raise BadInput(gettext("Choose the countries you deliver to."))
    row = db.session.get(SellingTerms, brand.id) or SellingTerms(brand_id=brand.id)
    row.vat_bps, row.delivery_days, row.ships_to = vat_bps, delivery_days, sorted(set(ships_to))
    row.changed_by, row.changed_at = by.person_id, at
    db.session.add(row)
    db.session.flush()
    record("set selling terms", "brand", brand.id, by=by, at=at, vat_bps=vat_bps, days=delivery_days)
