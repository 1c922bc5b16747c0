"""What the law of a country wants on a self-billed invoice, as data: one table, looked up and tested (rules.md B24).

Sources: VAT Directive 2006/112/EC art. 224 and 226(10a), (11a); NL Wet OB art. 35a; DE UStG § 14 Abs. 2 and 4, § 19;
FR CGI art. 289 and 293 B; BE WBTW art. 53 § 2. This is research, not advice: an operator has it checked before use.
The words of the law stand on the document in the supplier's language and are not translated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from app.invoicing.models import TaxCase, TaxKind, VatScheme

INVOICE, CREDIT = "389", "261"  # UNTDID 1001: self-billed invoice, self-billed credit note
OWN_INVOICE = "380"  # what the supplier writes: here the platform, for its fee

# Standard rates of VAT in basis points, as of November 2026; the keys are the member states.
RATES = {
    "AT": 2000, "BE": 2100, "BG": 2000, "CY": 1900, "CZ": 2100, "DE": 1900, "DK": 2500, "EE": 2400, "ES": 2100,
    "FI": 2550, "FR": 2000, "GR": 2400, "HR": 2500, "HU": 2700, "IE": 2300, "IT": 2200, "LT": 2100, "LU": 1700,
    "LV": 2100, "MT": 1800, "NL": 2100, "PL": 2300, "PT": 2300, "RO": 2100, "SE": 2500, "SI": 2200, "SK": 2300,
}  # fmt: skip

OUTSIDE_SCOPE = "Not subject to VAT: place of supply outside the EU, art. 44 Directive 2006/112/EC"


@dataclass(frozen=True)
class Pack:
    """The words and deadlines of one country."""

    language: str  # of the document's own labels: one the product speaks
    self_billed: str  # must stand on an invoice that the customer wrote
    title: str  # what the invoice is called
    credit_title: str  # what a document that takes it back is called
    reverse_charge: str  # must stand there when the customer owes the VAT
    exempt: str  # why a small business adds no VAT
    scheme: str  # what the small-business scheme is called
    object_days: int  # how long the supplier may object after it was issued
    objecting: str  # what the supplier may do, in the document's words
    cannot: tuple[str, ...] = ()  # what the product does not do there


_DUTCH = "De leverancier kan binnen {days} dagen na de factuurdatum bezwaar maken; de factuur geldt dan niet."
_ENGLISH = "The supplier may object within {days} days of the invoice date; the invoice then has no effect."

PACKS = {
    "NL": Pack(
        language="nl",
        self_billed="Factuur uitgereikt door afnemer",
        title="Factuur uitgereikt door afnemer",
        credit_title="Creditfactuur uitgereikt door afnemer",
        reverse_charge="Btw verlegd",
        exempt="Vrijgesteld van btw op grond van artikel 25 Wet OB 1968 (kleineondernemersregeling)",
        scheme="Kleineondernemersregeling (KOR)",
        object_days=14,
        objecting=_DUTCH,
    ),
    "DE": Pack(
        language="en",
        self_billed="Gutschrift",
        title="Gutschrift",
        credit_title="Rechnungskorrektur",  # never Gutschrift: that word says who wrote it, § 14 Abs. 4 Nr. 10 UStG
        reverse_charge="Steuerschuldnerschaft des Leistungsempfängers",
        exempt="Kein Ausweis von Umsatzsteuer, Kleinunternehmer nach § 19 UStG",
        scheme="Kleinunternehmer (§ 19 UStG)",
        object_days=30,
        objecting="Der Leistende kann binnen {days} Tagen widersprechen; die Gutschrift verliert dann ihre Wirkung als "
        "Rechnung.",
    ),
    "FR": Pack(
        language="en",
        self_billed="Autofacturation",
        title="Facture (autofacturation)",
        credit_title="Avoir (autofacturation)",
        reverse_charge="Autoliquidation",
        exempt="TVA non applicable, art. 293 B du CGI",
        scheme="Franchise en base de TVA",
        object_days=15,
        objecting="Le fournisseur peut contester cette facture dans un délai de {days} jours; elle est alors sans "
        "effet.",
        cannot=("french_platform",),
    ),
    "EU": Pack(  # every other member state
        language="en",
        self_billed="Self-billing",
        title="Self-billed invoice",
        credit_title="Self-billed credit note",
        reverse_charge="Reverse charge",
        exempt="Exempt: special scheme for small enterprises, Title XII Chapter 1 of Directive 2006/112/EC",
        scheme="Small-business scheme",
        object_days=14,
        objecting=_ENGLISH,
    ),
    "PL": Pack(
        language="en",
        self_billed="Samofakturowanie",
        title="Samofakturowanie",
        credit_title="Faktura korygująca",
        reverse_charge="Odwrotne obciążenie",
        exempt="Zwolnienie podmiotowe, art. 113 ustawy o VAT",
        scheme="Zwolnienie podmiotowe (art. 113)",
        object_days=14,
        objecting=_ENGLISH,
        cannot=("ksef",),  # self-billing exists only through KSeF, where the supplier grants it and accepts first
    ),
}


class Way(StrEnum):
    """What a creator gets for what they earned: an invoice that the brand writes, or something else."""

    INVOICE = "invoice"
    STATEMENT = "statement"  # a private person, or outside the scope of EU VAT: the monthly statement, no VAT invoice
    OWN_INVOICE = "own_invoice"  # the law lets nobody else write it: paid against the creator's own
    INCOMPLETE = "incomplete"  # a side has no tax profile, or a VAT number is missing


@dataclass(frozen=True)
class Decision:
    """How what a creator earns with a brand is billed; `case` and `rate_bps` only where an invoice is written."""

    way: Way
    case: TaxCase | None = None
    rate_bps: int = 0


@dataclass(frozen=True)
class Facts:
    """What the decision looks at, of one side."""

    kind: str
    country: str
    scheme: str
    vat_number: str | None
    shown_number: str | None = None  # what the invoice of a small business names, where it has no VAT number


PACKS["BE"] = replace(
    PACKS["NL"],
    credit_title="Creditnota uitgereikt door afnemer",
    exempt="Bijzondere vrijstellingsregeling kleine ondernemingen, artikel 56bis WBTW",
    scheme="Vrijstellingsregeling voor kleine ondernemingen",
    cannot=("peppol",),
)


def pack_of(country: str) -> Pack:
    """The words of a country; what is no member state is never self-billed, and takes the words of the others."""
    return PACKS.get(country, PACKS["EU"])


def decide(creator: Facts | None, brand: Facts | None) -> Decision:
    """How a creator's earnings with a brand are taxed (rules.md B24): the creator supplies, the brand is the customer.

    In order: both sides must be known; who is not in business gets a statement; where the law demands the supplier's
    own invoice there is no other; same country: its VAT, or none for a small business, who is named by a number too;
    two member states: reverse charge, and for that both VAT numbers; everything else is outside the scope of EU VAT,
    and a statement is enough.
    """
    if creator is None or brand is None:
        return Decision(Way.INCOMPLETE)
    if creator.kind == TaxKind.PRIVATE_PERSON:
        return Decision(Way.STATEMENT)
    if "ksef" in pack_of(creator.country).cannot:
        return Decision(Way.OWN_INVOICE)
    if creator.country not in RATES:
        return Decision(Way.STATEMENT)
    if creator.country == brand.country:
        if not (creator.vat_number or (creator.scheme == VatScheme.SMALL_BUSINESS and creator.shown_number)):
            return Decision(Way.INCOMPLETE)
        if creator.scheme == VatScheme.SMALL_BUSINESS:
            return Decision(Way.INVOICE, TaxCase.DOMESTIC_EXEMPT)
        return Decision(Way.INVOICE, TaxCase.DOMESTIC, RATES[creator.country])
    if brand.country in RATES:
        if creator.vat_number and brand.vat_number:
            return Decision(Way.INVOICE, TaxCase.REVERSE_CHARGE)
        return Decision(Way.INCOMPLETE)
    return Decision(Way.STATEMENT)


def words(case: str, creator_country: str, brand_country: str, *, credit: bool) -> list[str]:
    """The sentences of the law for such a document, each once: self-billing, then why there is no VAT.

    Across a border the rules of the customer's country count as well (art. 219a), so its words stand there too.
    On a credit note the country's word for it stands instead of the one for the invoice.
    """
    packs = [pack_of(creator_country)]
    if case == TaxCase.REVERSE_CHARGE:
        packs.append(pack_of(brand_country))
    said = [pack.credit_title if credit else pack.self_billed for pack in packs]
    if case == TaxCase.REVERSE_CHARGE:
        said += [pack.reverse_charge for pack in packs]
    if case == TaxCase.DOMESTIC_EXEMPT:
        said.append(packs[0].exempt)
    return list(dict.fromkeys(said))


def vat_of(net: int, rate_bps: int) -> int:
    """The VAT on a line of `net` minor units (0 or more), half up to the minor unit. An invoice's VAT is the sum of
    its lines', so each line can be checked alone; EN 16931 allows what this differs from the total's own rounding."""
    return (net * rate_bps + 5_000) // 10_000
