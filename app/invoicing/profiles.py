"""Tax profiles: what a creator, a brand or the platform says of itself for the tax office (rules.md B24)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import ColumnElement, select
from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

from app.catalog import naming
from app.csvfiles.cells import COUNTRIES
from app.database import db
from app.errors import BadInput
from app.invoicing.countries import RATES, Facts, pack_of
from app.invoicing.models import TaxKind, TaxProfile, VatScheme
from app.security import Identity
from app.users.models import Brand, Creator
from app.users.trail import record
from app.web.texts import checked_name, optional_text, required_text

Party = Brand | Creator | None  # None: the platform itself
PREFIXES = {"GR": "EL"}  # the VAT numbers of Greece begin otherwise than its addresses
TAX_NUMBERS = {  # the kinds of number a country gives its people and firms; any of them will do
    "NL": ("bsn",),
    "DE": ("idnr", "stnr"),
    "BE": ("nn", "bis", "vat"),
    "FR": ("nif", "siren", "siret"),
}
OLDEST = 120  # years


@dataclass(frozen=True)
class Details:
    """What is filled in. Texts may be empty where nothing is known."""

    kind: str
    name: str
    street: str
    postcode: str
    town: str
    country: str
    scheme: str
    vat_number: str | None = None
    tax_number: str | None = None
    born_on: date | None = None


def profile_of(party: Party) -> TaxProfile | None:
    """The newest profile of a party; None before it has any."""
    query = select(TaxProfile).where(*_of(party)).order_by(TaxProfile.id.desc()).limit(1)
    return db.session.scalar(query)


def versions(party: Party) -> list[TaxProfile]:
    """All of them, the newest first."""
    return list(db.session.scalars(select(TaxProfile).where(*_of(party)).order_by(TaxProfile.id.desc())))


def facts_of(profile: TaxProfile | None) -> Facts | None:
    """What decides how an invoice is taxed."""
    if profile is None:
        return None
    return Facts(profile.kind, profile.country, profile.scheme, profile.vat_number, shown_number(profile))


def shown_number(profile: TaxProfile) -> str | None:
    """The tax number, where the law puts it on the invoice of who has no VAT number: in Germany (UStG § 14 Abs. 4
    Nr. 2), and in France when it is a SIREN. A BSN never stands there."""
    if profile.vat_number or not profile.tax_number:
        return None
    siren = get_cc_module("fr", "siren")
    if profile.country == "DE" or (
        profile.country == "FR" and siren is not None and siren.is_valid(profile.tax_number)
    ):
        return profile.tax_number
    return None


def save(party: Party, details: Details, *, by: Identity, at: datetime) -> TaxProfile:
    """Notes what holds from now on; invoices go on saying what was true when they were issued.

    A creator gives all that DAC7 asks for. Raises BadInput with the sentence that says what is wrong.
    """
    checked = _checked(details, creator=isinstance(party, Creator), at=at)
    row = TaxProfile(recorded_by=by.person_id, recorded_at=at, **asdict(checked))
    row.brand_id = party.id if isinstance(party, Brand) else None
    row.creator_id = party.id if isinstance(party, Creator) else None
    db.session.add(row)
    db.session.flush()
    kind = "brand" if isinstance(party, Brand) else "creator" if party else "platform"
    of = party.id if party else None
    record("save tax profile", kind, of, by=by, at=at, country=row.country, scheme=row.scheme, kind=row.kind)
    return row


def limits(profile: TaxProfile) -> list[str]:
    """What the product does not do for somebody of this country, in sentences."""
    sentences = {
        "ksef": gettext(
            "Polish law lets nobody else write your invoices outside KSeF, which is not connected: you are paid "
            "against your own invoice."
        ),
        "peppol": gettext(
            "Invoices between Belgian firms travel by Peppol: download the UBL file and send it by your access point."
        ),
        "french_platform": gettext(
            "Invoices between French firms travel by an approved platform: hand it the Factur-X file yourself."
        ),
    }
    return [sentences[code] for code in pack_of(profile.country).cannot]


def _of(party: Party) -> list[ColumnElement[bool]]:
    if isinstance(party, Brand):
        return [TaxProfile.brand_id == party.id]
    if isinstance(party, Creator):
        return [TaxProfile.creator_id == party.id]
    return [TaxProfile.brand_id.is_(None), TaxProfile.creator_id.is_(None)]


def _checked(given: Details, *, creator: bool, at: datetime) -> Details:
    if given.kind not in list(TaxKind) or given.scheme not in list(VatScheme):
        raise BadInput(gettext("Choose from the list what you are, and whether you charge VAT."))
    if given.country not in COUNTRIES:
        raise BadInput(gettext("Choose the country of the address from the list."))
    street = required_text(_line(given.street), gettext("Fill in the street and number."), 200)
    town = required_text(_line(given.town), gettext("Fill in the town."), 100)
    details = replace(given, name=checked_name(given.name), street=street, town=town)
    details = replace(details, postcode=optional_text(_line(given.postcode), 20))
    if not (details.street + details.town + details.postcode).isprintable():
        raise BadInput(gettext("Write the address without tabs and other control characters."))
    if given.kind == TaxKind.PRIVATE_PERSON:
        details = replace(details, scheme=VatScheme.NO_VAT, vat_number=None)
    else:
        details = replace(details, vat_number=_vat_number(details))
    return replace(details, tax_number=_tax_number(details, creator), born_on=_born_on(details, creator, at))


def _vat_number(details: Details) -> str | None:
    """The number in capitals without spaces, its check digits right and its country that of the address."""
    if details.scheme == VatScheme.NO_VAT:
        raise BadInput(gettext("A business charges VAT or uses the small-business scheme: choose one of the two."))
    written = (details.vat_number or "").upper().translate(str.maketrans("", "", " .-/\t"))
    country = naming.country(details.country)
    if not written:
        if details.scheme == VatScheme.VAT_STANDARD and details.country in RATES:
            raise BadInput(gettext("Fill in the VAT number: who charges VAT in %(country)s has one.", country=country))
        return None
    prefix = PREFIXES.get(details.country, details.country)
    module = get_cc_module(details.country.lower(), "vat")
    if details.country in RATES and not written.startswith(prefix):
        raise BadInput(gettext("A VAT number of %(country)s begins with %(prefix)s.", country=country, prefix=prefix))
    try:
        if module is not None:
            number = str(module.validate(written))
            return number if number.startswith(prefix) else f"{prefix}{number}"
    except ValidationError:
        raise BadInput(
            gettext("That is not a VAT number of %(country)s: compare it with your registration.", country=country)
        ) from None
    if not (written.isascii() and written.isalnum() and 4 <= len(written) <= 20):
        raise BadInput(gettext("Write the VAT number in 4 to 20 letters and digits."))
    return written


def _tax_number(details: Details, creator: bool) -> str | None:
    """What the tax office knows people by (TIN). Creators have to give it: platforms report it (DAC7)."""
    written = " ".join((details.tax_number or "").split())
    if not written:
        if creator:
            raise BadInput(gettext("Fill in the tax number: platforms have to report it to the tax office (DAC7)."))
        return None
    country = naming.country(details.country)
    kinds = [get_cc_module(details.country.lower(), kind) for kind in TAX_NUMBERS.get(details.country, ())]
    if kinds and not any(kind.is_valid(written) for kind in kinds if kind is not None):
        raise BadInput(
            gettext("That is not a tax number of %(country)s: it stands on letters of the tax office.", country=country)
        )
    if not (written.isascii() and written.isprintable() and 4 <= len(written) <= 40):
        raise BadInput(gettext("Write the tax number in 4 to 40 letters and digits."))
    return written


def _born_on(details: Details, creator: bool, at: datetime) -> date | None:
    if details.kind == TaxKind.COMPANY or not creator:
        return None
    born = details.born_on
    if born is None:
        raise BadInput(gettext("Fill in the date of birth: platforms have to report it to the tax office (DAC7)."))
    if not at.date().year - OLDEST <= born.year or born >= at.date():
        raise BadInput(gettext("That date of birth can’t be right."))
    return born


def _line(text: str) -> str:
    return " ".join((text or "").split())
