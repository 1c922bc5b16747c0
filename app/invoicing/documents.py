"""An invoice as files: PDF/A-3 with the Factur-X (EN 16931) XML in it, that XML alone, and UBL for Peppol self-billing.

All of them say what the row says, frozen when it was issued; making one again gives the same again.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

import typst
from babel.dates import format_date
from facturx import generate_from_binary, generate_xml
from flask_babel import force_locale, get_locale, gettext

from app.catalog import naming
from app.formatting import money
from app.invoicing.models import Invoice, TaxCase
from app.money import Money
from config import settings

LEVEL = "en16931"
CATEGORIES = {  # UNTDID 5305
    TaxCase.DOMESTIC: "S",
    TaxCase.DOMESTIC_EXEMPT: "E",
    TaxCase.REVERSE_CHARGE: "AE",
    TaxCase.OUTSIDE_SCOPE: "O",
}
REASONS = {TaxCase.REVERSE_CHARGE: "VATEX-EU-AE", TaxCase.OUTSIDE_SCOPE: "VATEX-EU-O"}  # CEF's list of reasons
PEPPOL_PROFILE = "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0"
ENDPOINTS = {"BE": "9925", "DE": "9930", "FR": "9957", "NL": "9944"}  # EAS: the VAT number as an address on Peppol
PIECE = "C62"  # one, UN/ECE recommendation 20


def cii(invoice: Invoice) -> bytes:
    """The invoice as Factur-X XML, valid by its schema."""
    made = generate_xml(terms(invoice), flavor="factur-x", level=LEVEL, check_xsd=True, check_schematron=None)
    return bytes(made)


def ubl(invoice: Invoice) -> bytes:
    """The invoice as UBL 2.1, Invoice or CreditNote; a self-billed one names the Peppol process it belongs to."""
    said = terms(invoice)
    if invoice.creator_id is not None:
        said["BT-23"] = PEPPOL_PROFILE
    made = generate_xml(said, flavor="ubl-2.1", level=LEVEL, check_xsd=True, check_schematron=None)
    return bytes(made)


def pdf(invoice: Invoice) -> bytes:
    """The invoice on paper (PDF/A-3), its XML attached as Factur-X wants it."""
    template = files("app.invoicing").joinpath("invoice.typ").read_bytes()
    data = {"data": json.dumps(paper(invoice))}
    drawn = typst.compile(template, sys_inputs=data, pdf_standards="a-3b", timestamp=int(invoice.issued_at.timestamp()))
    metadata = {
        "author": invoice.detail["buyer" if invoice.creator_id else "seller"]["name"],
        "title": f"{invoice.detail['title']} {invoice.number}",
        "subject": invoice.detail["title"],
        "keywords": "Factur-X",
    }
    made = generate_from_binary(
        drawn,
        cii(invoice),
        flavor="factur-x",
        level=LEVEL,
        check_xsd=False,
        check_schematron=False,
        pdf_metadata=metadata,
        lang=invoice.detail["language"],
    )
    return bytes(made)


def terms(invoice: Invoice) -> dict[str, Any]:
    """The invoice by the business terms of EN 16931 (BT-1 its number, BG-25 its lines ...), as factur-x takes them."""
    said = invoice.detail
    first, last = (date.fromisoformat(day) for day in said["period"])
    terms: dict[str, Any] = {
        "BT-1": invoice.number,
        "BT-2": invoice.issued_on,
        "BT-3": invoice.type_code,
        "BT-5": invoice.currency,
        "BG-1": [{"BT-22": sentence} for sentence in _sentences(invoice)],
        "BG-4": _party(said["seller"], invoice, seller=True),
        "BG-7": _party(said["buyer"], invoice, seller=False),
        "BT-72": last,
        "BT-73": first,
        "BT-74": last,
        "BG-23": [_breakdown(invoice)],
        "BG-25": [_line(nr, line, invoice) for nr, line in enumerate(said["lines"], 1)],
        "BT-106": _major(invoice.net, invoice),
        "BT-109": _major(invoice.net, invoice),
        "BT-110": _major(invoice.tax, invoice),
        "BT-112": _major(invoice.gross, invoice),
        "BT-115": _major(invoice.gross, invoice),
    }
    if invoice.is_credit:
        number, issued_on = said["corrects"]
        terms["BG-3"] = [{"BT-25": number, "BT-26": date.fromisoformat(issued_on)}]
        terms["BT-20"] = _settled(invoice)
    else:
        terms["BT-9"] = invoice.due_on
    return terms


def paper(invoice: Invoice) -> dict[str, Any]:
    """What the template of the PDF is filled with, in the document's language; the law's words as they are."""
    said = invoice.detail
    with force_locale(said["language"]):
        first, last = (_day(date.fromisoformat(day)) for day in said["period"])
        facts = [
            [gettext("Number"), invoice.number],
            [gettext("Date"), _day(invoice.issued_on)],
            [gettext("Period"), f"{first} – {last}"],
        ]
        if invoice.is_credit:
            facts.append(
                [gettext("Corrects"), f"{said['corrects'][0]} ({_day(date.fromisoformat(said['corrects'][1]))})"]
            )
        else:
            facts.append([gettext("Due on"), _day(invoice.due_on)])
        rate = f"{Decimal(invoice.rate_bps) / 100:.4g}%" if invoice.tax_case == TaxCase.DOMESTIC else "–"
        shown = {
            "language": said["language"],
            "title": said["title"],
            "facts": facts,
            "parties": [
                [gettext("Supplier"), _address(said["seller"])],
                [gettext("Customer"), _address(said["buyer"])],
            ],
            "head": [gettext("Description"), gettext("Entries"), gettext("VAT"), gettext("Amount")],
            "lines": [
                [line["text"], str(line["count"]), rate, money(line["net"], invoice.currency)] for line in said["lines"]
            ],
            "sums": [
                [gettext("Total without VAT"), money(invoice.net, invoice.currency)],
                [gettext("VAT"), money(invoice.tax, invoice.currency)],
                [gettext("Total"), money(invoice.gross, invoice.currency)],
            ],
            "words": said["words"],
            "sentences": [each for each in (said["objecting"], _settled(invoice)) if each],
            "platform": settings().platform_name,
        }
    return shown


def _sentences(invoice: Invoice) -> list[str]:
    return [*invoice.detail["words"], *([invoice.detail["objecting"]] if invoice.detail["objecting"] else [])]


def _settled(invoice: Invoice) -> str:
    with force_locale(invoice.detail["language"]):
        if invoice.cancels:
            return str(gettext("The invoice that this cancels has no effect: nothing is to be transferred."))
        if invoice.creator_id is None:
            return str(gettext("Taken from the funds that lie with the platform: nothing is to be transferred."))
        if invoice.is_credit:
            return str(gettext("Set off against the next payout: nothing is to be transferred."))
        return str(gettext("Paid out by %(platform)s for the customer.", platform=settings().platform_name))


def _party(party: dict[str, Any], invoice: Invoice, *, seller: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": party["name"],
        "addr_l1": party["street"],
        "city": party["town"],
        "country_code": party["country"],
    }
    if party["postcode"]:
        said["postcode"] = party["postcode"]
    number = party["vat_number"]
    if number and invoice.tax_case != TaxCase.OUTSIDE_SCOPE:  # BR-O-02: no VAT number where there is no VAT
        said["vat_identifier"] = number
    elif seller:  # BR-CO-26: something to know them by
        said["identifiers"] = {None: f"creator-{invoice.creator_id}" if invoice.creator_id else "platform"}
        if party["shown_number"]:
            said["tax_identifier"] = party["shown_number"]
    if number and party["country"] in ENDPOINTS:
        said |= {"einvoicing_addr": number, "einvoicing_addr_schemeid": ENDPOINTS[party["country"]]}
    return said


def _breakdown(invoice: Invoice) -> dict[str, str]:
    said = {
        "BT-116": _major(invoice.net, invoice),
        "BT-117": _major(invoice.tax, invoice),
        "BT-118": _category(invoice),
    }
    if invoice.tax_case != TaxCase.OUTSIDE_SCOPE:
        said["BT-119"] = _rate(invoice)
    if invoice.tax_case != TaxCase.DOMESTIC:
        said["BT-120"] = invoice.detail["words"][-1]
    if reason := REASONS.get(TaxCase(invoice.tax_case)):
        said["BT-121"] = reason
    return said


def _line(nr: int, line: dict[str, Any], invoice: Invoice) -> dict[str, str]:
    said = {
        "BT-126": str(nr),
        "BT-129": "1" if line["net"] >= 0 else "-1",
        "BT-130": PIECE,
        "BT-131": _major(line["net"], invoice),
        "BT-146": _major(abs(line["net"]), invoice),
        "BT-151": _category(invoice),
        "BT-153": line["text"],
    }
    if invoice.tax_case != TaxCase.OUTSIDE_SCOPE:
        said["BT-152"] = _rate(invoice)
    return said


def _category(invoice: Invoice) -> str:
    return CATEGORIES[TaxCase(invoice.tax_case)]


def _rate(invoice: Invoice) -> str:
    return f"{Decimal(invoice.rate_bps) / 100:.2f}"


def _major(minor: int, invoice: Invoice) -> str:
    return f"{Money(minor, invoice.currency).major():f}"


def _address(party: dict[str, Any]) -> list[str]:
    lines = [party["name"], party["street"], f"{party['postcode']} {party['town']}".strip()]
    lines.append(naming.country(party["country"]))
    if party["vat_number"]:
        lines.append(gettext("VAT number %(number)s", number=party["vat_number"]))
    elif party["shown_number"]:
        lines.append(gettext("Tax number %(number)s", number=party["shown_number"]))
    return lines


def _day(day: date) -> str:
    return str(format_date(day, "d MMMM y", locale=get_locale()))
