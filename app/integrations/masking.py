"""What of an event's body a page may show: its build, numbers of things, amounts and words; no person's data.

By the key it stands under, with all that is below, and by what it looks like wherever it stands. What is not known to
be harmless under such a key is masked: better too much than too little.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

MASK = "•••"

# A key with one of these words in it (first_name, customer_email, billingAddress) is about a person or opens something.
PERSONAL = frozenset(
    "name firstname lastname fullname nickname surname maiden email mail phone telephone mobile fax address addresses"
    " line1 line2 city town street postal postcode zip state province number iban bic swift account_number"
    " routing sort_code card pan cvc cvv last4 fingerprint dob birth birthday age gender ssn passport nationality"
    " tax vat registration individual person persons owner owners representative holder recipient beneficiary payer"
    " billing shipping contact sender ip user_agent latitude longitude url urls link secret token password signature"
    " note notes message text comment statement descriptor description memo".split()
)
# Objects of means of payment: what they hold is a person's, whatever its key.
PAYMENT = frozenset(
    "customer_details payment_method_details payment_method_data bank_account us_bank_account external_account"
    " external_accounts sepa_debit bank_transfer identity verification company".split()
)
HARMLESS = frozenset("id object type status currency created livemode".split())  # also below a personal key

# Bounded, so that no body makes a page slow.
EMAIL = re.compile(r"[^\s@<>\"',;:()]{1,254}@[^\s@<>\"',;:()]{1,254}")
IBAN = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}\b|(?:[ -][A-Z0-9]{4}\b){2,7}(?:[ -][A-Z0-9]{1,4}\b)?)", re.IGNORECASE
)
DIGITS = re.compile(r"(?<![\w.])\+?\(?\d(?:[ ().\/-]{0,2}\d){7,40}")  # cards, accounts, telephones
DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ][0-9:.+Z-]*)?")
WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
LONGEST_NUMBER = 10**11  # of a plain number: amounts and seconds are below it, cards and accounts above


def mask_text(text: str) -> str:
    """The text without e-mail addresses, IBANs, and numbers as long as those of cards, accounts and telephones."""
    text = EMAIL.sub(MASK, text)
    text = IBAN.sub(_unless_a_word, text)
    return DIGITS.sub(lambda found: found[0] if DATE.fullmatch(found[0]) else MASK, text)


def mask(told: Any, *, personal: bool = False) -> Any:
    """The same JSON value, masked; `personal` where it stands below a key that is about a person."""
    if isinstance(told, dict):
        return {
            mask_text(str(key)): mask(value, personal=(personal and key not in HARMLESS) or _is_personal(str(key)))
            for key, value in told.items()
        }
    if isinstance(told, list):
        return [mask(each, personal=personal) for each in told]
    if told is None or isinstance(told, bool):
        return told
    if personal:
        return MASK if told != "" else ""
    if isinstance(told, str):
        return mask_text(told)
    return MASK if abs(told) >= LONGEST_NUMBER else told


def shown(body: bytes) -> str:
    """A body as a page shows it: indented JSON, masked; only its size where it is no JSON."""
    try:
        return json.dumps(mask(json.loads(body)), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return f"{len(body)} bytes"


def _is_personal(key: str) -> bool:
    if key in HARMLESS:
        return False
    words = [word.lower() for word in WORDS.findall(key)]
    whole = "_".join(words)
    pairs = {"_".join(pair) for pair in pairwise(words)}
    return whole in PAYMENT or not PERSONAL.isdisjoint({*words, *pairs, whole})


def _unless_a_word(found: re.Match[str]) -> str:
    """An IBAN has many digits; a long word that begins like one is left."""
    return MASK if sum(letter.isdigit() for letter in found[0]) >= 6 else found[0]
