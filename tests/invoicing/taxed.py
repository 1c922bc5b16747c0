"""Tax profiles, agreements and invoices for tests, one line each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from app.invoicing import agreements, profiles
from app.invoicing.agreements import AgreementState, Stamp
from app.invoicing.models import SelfBillingAgreement, TaxProfile
from app.invoicing.profiles import Details
from app.users.models import Brand, Creator
from tests.payouts.people import identity

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)
VAT = {"NL": "NL004495445B01", "DE": "DE136695976", "BE": "BE0403019261", "FR": "FR40303265045"}
TAX = {"NL": "111222333", "DE": "36574261809", "BE": "85073003328", "FR": "3023217600053"}
CREATOR = Details(
    kind="sole_trader",
    name="Mira Jansen",
    street="Oudegracht 1",
    postcode="3511 AA",
    town="Utrecht",
    country="NL",
    scheme="vat_standard",
    vat_number=VAT["NL"],
    tax_number=TAX["NL"],
    born_on=date(1994, 5, 17),
)
BRAND = Details(
    kind="company",
    name="Lumen Lighting B.V.",
    street="Keizersgracht 100",
    postcode="1015 AA",
    town="Amsterdam",
    country="NL",
    scheme="vat_standard",
    vat_number="NL123456782B90",
)


def of_country(details: Details, country: str, **changes: object) -> Details:
    """The same in another country, with numbers of that country."""
    return replace(
        details, country=country, vat_number=VAT.get(country), tax_number=TAX.get(country, "X-123456"), **changes
    )


def profile(party: Brand | Creator, details: Details | None = None, *, at: datetime = LONG_AGO) -> TaxProfile:
    """What the party has filled in."""
    given = details or (BRAND if isinstance(party, Brand) else CREATOR)
    return profiles.save(party, given, by=identity("adam"), at=at)


def agreed(brand: Brand, creator: Creator, *, owner: str = "olga", at: datetime = LONG_AGO) -> SelfBillingAgreement:
    """An agreement that both have signed, the one that waits or is there if there is one; `owner` signs for the brand,
    the creator for themselves."""
    made = agreements.newest_of(brand.id, creator.id)
    state = agreements.state_of(made) if made else None
    if made and state == AgreementState.IN_FORCE:
        return made
    olga, other = identity(owner), identity(creator.handle.rpartition("-")[2])
    stamp = Stamp("192.0.2.1", "test")
    if made is None or state != AgreementState.UNSIGNED:
        made = agreements.propose(brand, creator, side="brand", by=olga, at=at)
    agreements.sign(made, "Olga O.", side="brand", by=olga, at=at, stamp=stamp)
    agreements.sign(made, "Mira Jansen", side="creator", by=other, at=at, stamp=stamp)
    return made
