"""Names and numbers of bank accounts: what is taken, how they are shown, and how a bank can write them. Pure."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import gettext
from stdnum import iban as numbers
from stdnum.exceptions import ValidationError
from text_unidecode import unidecode

from app.errors import BadInput
from app.payouts.models import Rail

LONGEST_NAME = 140
JOINERS = "\u200c\u200d"  # belong to the spelling of some languages
# Where a SEPA credit transfer in euro reaches an account (EPC409, with the countries that joined up to 2026).
SEPA_COUNTRIES = frozenset(
    (
        "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO "
        "RS SE SI SK SM VA"
    ).split()
)


def checked_iban(text: str) -> str:
    """The IBAN without spaces and in capitals; BadInput with a sentence on what is wrong with it."""
    compact = re.sub(r"[\s.-]", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", compact):
        raise BadInput(gettext("That is not an IBAN: it begins with two letters and two digits, like NL91 ABNA 0417 …"))
    # Belgium's own check refuses numbers its banks really gave out; structure and check digits are tested all the same.
    try:
        numbers.validate(compact, check_country=compact[:2] != "BE")
    except ValidationError as error:
        sentence = gettext(
            "That IBAN has a typing error (its check digits do not fit): compare it with your bank's app."
        )
        raise BadInput(sentence) from error
    if not "02" <= compact[2:4] <= "98":
        raise BadInput(gettext("That IBAN has check digits no bank gives out: compare it with your bank's app."))
    return compact


def checked_holder(text: str) -> str:
    """The account's name with single spaces; BadInput when it is empty, too long, or nothing a bank could write."""
    holder = " ".join(text.split())
    if len(holder) > LONGEST_NAME:
        raise BadInput(gettext("That name is too long: at most %(count)s characters.", count=LONGEST_NAME))
    if any(unicodedata.category(sign)[0] == "C" and sign not in JOINERS for sign in holder):
        raise BadInput(gettext("That name has a character that can't be printed: type it anew."))
    if not is_latin(holder):
        sentence = gettext(
            "Write that name in Latin letters, the way your bank spells it: look at your bank card or a statement."
        )
        raise BadInput(sentence)
    if not re.search("[A-Za-z]", bank_text(holder, 70)):
        raise BadInput(gettext("Fill in the account holder's name in letters, as the bank knows it."))
    return holder


def is_latin(holder: str) -> bool:
    """Whether the name has any Latin letter, or no letter at all: one in another script as a whole would reach the bank
    as a transliteration that it does not know."""
    letters = [sign for sign in unicodedata.normalize("NFKC", holder) if sign.isalpha()]
    return not letters or any(unicodedata.name(sign, "").startswith("LATIN") for sign in letters)


def bank_text(text: str, longest: int) -> str:
    """`text` in the characters every SEPA bank takes (Latin, digits, / - ? : ( ) . , ' +), at most `longest`.

    No slash at either end and no two in a row: banks refuse those (EPC217-08)."""
    plain = unidecode(text.replace("&", "+").replace("@", "(at)"))
    plain = re.sub(r"[^A-Za-z0-9/?:().,'+ -]", " ", plain)
    single = re.sub(r"/( ?/)+", "/", " ".join(plain.split()))
    return single.lstrip("/- ")[:longest].strip("/ ")


def masked(iban: str) -> str:
    """The IBAN as others may see it: country and last four digits."""
    return f"{iban[:2]}•• •••• {iban[-4:]}"


def spaced(iban: str) -> str:
    """The IBAN in groups of four."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def rail(currency: str, iban: str) -> Rail:
    """How money gets there: `sepa` for euro within reach, else `list`, a payment list for the bank's own screen."""
    return Rail.SEPA if currency == "EUR" and iban[:2] in SEPA_COUNTRIES else Rail.LIST
