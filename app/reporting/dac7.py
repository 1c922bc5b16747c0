"""The yearly report on what creators were paid (DAC7, directive 2021/514), in the OECD's XML (DPIXML 1.0).

Creators sell personal services, for which there is no minimum: the first euro is reported. Money is what was paid out
in each quarter, less what came back, in whole units and never one currency in another. The platform withholds no fee
and no tax from creators (its fee is the brand's), so both are zero. The file is not yet a filing: finance hands it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
from flask_babel import gettext
from lxml import etree

from app.database import rows
from app.errors import Conflict
from app.invoicing import profiles
from app.invoicing.countries import RATES
from app.invoicing.models import TaxKind, TaxProfile
from app.money import exponent
from config import settings

Connection = psycopg.Connection[Any]
DPI, STF = "urn:oecd:ties:dpi:v1", "urn:oecd:ties:dpistf:v1"
NEW = "DPI401"  # the message holds new data
NO_FIRST_NAME = "NFN"  # what the OECD writes where there is none


@dataclass(frozen=True)
class Seller:
    """A creator's year in one currency, in minor units by quarter; `kind` and what follows are None without tax
    details, `iban` without bank details."""

    creator_id: int
    public_id: UUID
    creator_name: str
    handle: str
    currency: str
    quarters: list[int]
    paid: list[int]
    activities: list[int]
    kind: str | None
    name: str | None
    street: str | None
    postcode: str | None
    town: str | None
    country: str | None
    vat_number: str | None
    tax_number: str | None
    born_on: date | None
    holder: str | None
    iban: str | None

    @property
    def by_quarter(self) -> list[int]:
        """What was paid in each of the four quarters."""
        found = dict(zip(self.quarters, self.paid, strict=True))
        return [found.get(quarter, 0) for quarter in range(1, 5)]

    @property
    def activities_by_quarter(self) -> list[int]:
        """For how many single earnings that was."""
        found = dict(zip(self.quarters, self.activities, strict=True))
        return [found.get(quarter, 0) for quarter in range(1, 5)]

    @property
    def reportable(self) -> bool:
        """Whether they live or are established in a member state, as far as they have said."""
        return self.country in RATES


def sellers(connection: Connection, year: int) -> list[Seller]:
    """Everybody who was paid in the year, by name and currency."""
    given = {"zone": settings().platform_timezone, "first": date(year, 1, 1), "after": date(year + 1, 1, 1)}
    return rows(connection, "app.reporting", "paid_quarters", given, Seller)


def message(found: Sequence[Seller], year: int, *, at: datetime) -> bytes:
    """The XML of the year, valid by the OECD's schema. Who has no tax details, or lives outside the EU, is not in it.

    Conflict while the platform has no tax details of its own.
    """
    platform = profiles.profile_of(None)
    if platform is None:
        raise Conflict(gettext("Fill in the tax details of the platform first: they stand in the report."))
    reference = f"{platform.country}{year}-{at.astimezone(UTC):%Y%m%dT%H%M%S%f}"
    root = etree.Element(f"{{{DPI}}}DPI_OECD", nsmap={"dpi": DPI, "stf": STF}, version="1.0")
    spec = _under(root, "MessageSpec")
    for name, text in (
        ("TransmittingCountry", platform.country),
        ("ReceivingCountry", platform.country),
        ("MessageType", "DPI"),
        ("MessageRefId", reference),
        ("MessageTypeIndic", NEW),
        ("ReportingPeriod", f"{year}-12-31"),
        ("Timestamp", f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}"),
    ):
        _under(spec, name, text)
    body = _under(root, "DPIBody")
    _operator(body, platform, reference)
    for seller in found:
        if seller.reportable:
            _seller(body, seller, reference)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def whole(minor: int, currency: str) -> int:
    """Minor units as whole ones, half away from zero."""
    unit = int(10 ** exponent(currency))
    rounded = (2 * abs(minor) + unit) // (2 * unit)
    return rounded if minor >= 0 else -rounded


def _operator(body: Any, platform: TaxProfile, reference: str) -> None:
    operator = _under(body, "PlatformOperator")
    _under(operator, "ResCountryCode", platform.country)
    _tin(operator, platform.tax_number or platform.vat_number, platform.country)
    if platform.vat_number:
        _under(operator, "VAT", platform.vat_number)
    _under(operator, "Name", platform.name)
    _under(operator, "PlatformBusinessName", settings().platform_name)
    _address(operator, platform, "OECD304")
    _under(operator, "Nexus", "RPONEX1")
    _under(operator, "AssumedReporting", "false")
    _document(operator, f"{reference}-platform")


def _seller(body: Any, seller: Seller, reference: str) -> None:
    reported = _under(body, "ReportableSeller")
    entity = seller.kind == TaxKind.COMPANY
    identity = _under(_under(reported, "Identity"), "EntitySeller" if entity else "IndividualSeller")
    standard = _under(identity, "Standard")
    party = _under(standard, "EntSellerID" if entity else "IndSellerID")
    _under(party, "ResCountryCode", str(seller.country))
    _tin(party, seller.tax_number, str(seller.country))
    if seller.vat_number:
        _under(party, "VAT", seller.vat_number)
    if entity:
        _under(party, "Name", str(seller.name))
    else:
        first, _, last = str(seller.name).rpartition(" ")
        name = _under(party, "Name")
        _under(name, "FirstName", first or NO_FIRST_NAME)
        _under(name, "LastName", last)
    _address(party, seller, "OECD302" if not entity else "OECD303")
    if not entity:
        _under(_under(party, "BirthInfo"), "BirthDate", f"{seller.born_on:%Y-%m-%d}")
    if seller.iban:
        account = _under(standard, "FinancialIdentifier")
        _under(account, "Identifier", seller.iban, AccountNumberType="IBAN")
        _under(account, "AccountHolderName", str(seller.holder))
    services = _under(_under(reported, "RelevantActivities"), "PersonalServices")
    nothing = [0, 0, 0, 0]
    for group, prefix, amounts in (
        ("Consideration", "ConsQ", seller.by_quarter),
        ("NumberOfActivities", "NumbQ", None),
    ):
        quarters = _under(services, group)
        for nr in range(4):
            if amounts is None:
                _under(quarters, f"{prefix}{nr + 1}", str(seller.activities_by_quarter[nr]))
            else:
                text = str(whole(amounts[nr], seller.currency))
                _under(quarters, f"{prefix}{nr + 1}", text, currCode=seller.currency)
    for group, prefix in (("Fees", "FeesQ"), ("Taxes", "TaxQ")):
        quarters = _under(services, group)
        for nr, amount in enumerate(nothing, 1):
            _under(quarters, f"{prefix}{nr}", str(amount), currCode=seller.currency)
    _document(reported, f"{reference}-{seller.creator_id}-{seller.currency}")


def _tin(parent: Any, number: str | None, country: str) -> None:
    if number:
        _under(parent, "TIN", number, issuedBy=country)
    else:
        _under(parent, "TIN", "NOTIN", unknown="true")


def _address(parent: Any, at: TaxProfile | Seller, kind: str) -> None:
    address = _under(parent, "Address", legalAddressType=kind)
    _under(address, "CountryCode", str(at.country))
    parts = _under(address, "AddressFix")
    _under(parts, "Street", str(at.street))
    if at.postcode:
        _under(parts, "PostCode", at.postcode)
    _under(parts, "City", str(at.town))


def _document(parent: Any, reference: str) -> None:
    spec = _under(parent, "DocSpec")
    etree.SubElement(spec, f"{{{STF}}}DocTypeIndic").text = "OECD1"
    etree.SubElement(spec, f"{{{STF}}}DocRefId").text = reference


def _under(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
    made = etree.SubElement(parent, f"{{{DPI}}}{name}", attributes)
    made.text = text
    return made
