"""Why a bank did not pay, read from its reason code (ISO 20022), and what has to change before it is tried again. Pure.

A refusal for the account's sake comes again unchanged: nothing is paid there until the account changes or finance has
confirmed it. Only codes that say that the account was not the cause let the next batch pay to it as before.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from flask_babel import lazy_gettext as _

from app.payouts.models import Refusal


class Refused(NamedTuple):
    """What a reason says: the bank's code where it has one, and what has to change; None when nothing has to."""

    code: str | None
    refusal: Refusal | None


IBAN, DETAILS, NOT_THE_ACCOUNT = Refusal.IBAN, Refusal.DETAILS, None

# code: (what it means, what has to change)
CODES: dict[str, tuple[object, Refusal | None]] = {
    "AC01": (_("the account number is wrong"), IBAN),
    "AC03": (_("the payee’s account number is wrong"), IBAN),
    "AC04": (_("the account is closed"), IBAN),
    "AC06": (_("the account is blocked"), IBAN),
    "AC07": (_("the payee’s account is closed"), IBAN),
    "AC14": (_("the payee’s account is of the wrong kind"), IBAN),
    "AG01": (_("the account takes no such payments"), IBAN),
    "RC01": (_("the bank’s code is wrong"), IBAN),
    "RC04": (_("the payee’s bank code is wrong"), IBAN),
    "RC07": (_("the payee’s BIC is wrong"), IBAN),
    "CNOR": (_("the payee’s bank can’t be reached"), IBAN),
    "MD07": (_("the account holder has died"), IBAN),
    "AC11": (_("the account is kept in another currency"), IBAN),
    "AG03": (_("the account does not take this kind of payment"), IBAN),
    "AGNT": (_("the payee’s bank is wrong"), IBAN),
    "CURR": (_("the currency does not fit the account"), IBAN),
    "BE01": (_("name and account do not belong together"), DETAILS),
    "BE04": (_("the payee’s address is missing"), DETAILS),
    "BE06": (_("the payee’s bank does not know the payee"), DETAILS),
    "FRAD": (_("suspected fraud"), DETAILS),
    "MS02": (_("the payee refused it"), DETAILS),
    "MS03": (_("the bank gives no reason"), DETAILS),
    "RR03": (_("the payee’s name or address is missing"), DETAILS),
    "RR04": (_("the law forbids it"), DETAILS),
    "LEGL": (_("a court or authority forbids it"), DETAILS),
    "NARR": (_("the bank’s reason stands in words"), DETAILS),
    "NOAS": (_("the payee did not answer their bank"), DETAILS),
    "AB05": (_("the payee’s bank did not answer in time"), NOT_THE_ACCOUNT),
    "AB06": (_("a bank on the way did not answer in time"), NOT_THE_ACCOUNT),
    "AB07": (_("a bank on the way was offline"), NOT_THE_ACCOUNT),
    "AB08": (_("the payee’s bank was offline"), NOT_THE_ACCOUNT),
    "AB09": (_("an error at the payee’s bank"), NOT_THE_ACCOUNT),
    "AB10": (_("an error at a bank on the way"), NOT_THE_ACCOUNT),
    "AC02": (_("the payer’s account number is wrong"), NOT_THE_ACCOUNT),
    "AC05": (_("the payer’s account is closed"), NOT_THE_ACCOUNT),
    "AC13": (_("the payer’s account is of the wrong kind"), NOT_THE_ACCOUNT),
    "AG02": (_("the kind of payment is wrong"), NOT_THE_ACCOUNT),
    "AM02": (_("the amount is not allowed"), NOT_THE_ACCOUNT),
    "AM01": (_("the amount is zero"), NOT_THE_ACCOUNT),
    "AM03": (_("the bank does not process this currency"), NOT_THE_ACCOUNT),
    "AM12": (_("the amount is not valid"), NOT_THE_ACCOUNT),
    "AM14": (_("the amount is above the payer’s limit"), NOT_THE_ACCOUNT),
    "AM21": (_("the amount is above the bank’s limit"), NOT_THE_ACCOUNT),
    "ARDT": (_("it had been returned already"), NOT_THE_ACCOUNT),
    "BE05": (_("the bank does not know who sent it"), NOT_THE_ACCOUNT),
    "ED05": (_("the banks could not settle it"), NOT_THE_ACCOUNT),
    "FF05": (_("the kind of transfer is not valid"), NOT_THE_ACCOUNT),
    "RF01": (_("its reference had been used before"), NOT_THE_ACCOUNT),
    "AM04": (_("the payer has too little money"), NOT_THE_ACCOUNT),
    "AM05": (_("it was sent twice"), NOT_THE_ACCOUNT),
    "AM09": (_("the amount is wrong"), NOT_THE_ACCOUNT),
    "BE07": (_("the payer’s address is missing"), NOT_THE_ACCOUNT),
    "CUST": (_("the payer asked for it back"), NOT_THE_ACCOUNT),
    "DNOR": (_("the payer’s bank can’t be reached"), NOT_THE_ACCOUNT),
    "DT01": (_("the date is wrong"), NOT_THE_ACCOUNT),
    "DUPL": (_("it was paid twice"), NOT_THE_ACCOUNT),
    "FF01": (_("the file’s format is wrong"), NOT_THE_ACCOUNT),
    "FOCR": (_("the payer cancelled it"), NOT_THE_ACCOUNT),
    "RC03": (_("the payer’s bank code is wrong"), NOT_THE_ACCOUNT),
    "RR01": (_("the payer’s account is missing"), NOT_THE_ACCOUNT),
    "RR02": (_("the payer’s name or address is missing"), NOT_THE_ACCOUNT),
    "TECH": (_("a technical fault of the banks"), NOT_THE_ACCOUNT),
    "TM01": (_("the file came too late"), NOT_THE_ACCOUNT),
    "UPAY": (_("it was not owed"), NOT_THE_ACCOUNT),
}

# What the creator can do about it.
CURES: dict[Refusal | None, object] = {
    IBAN: _("Enter another account in your bank details: your bank does not take payments on this one."),
    DETAILS: _(
        "Compare name and IBAN with your bank’s app and correct them, or tell the finance desk that they are right."
    ),
    NOT_THE_ACCOUNT: _("There is nothing for you to do: the money is payable again."),
}


# What helps with a single code, where that is more than its class says.
FIXES: dict[str, object] = {
    **dict.fromkeys(("AC01", "AC03"), _("Compare the IBAN with your bank’s app, digit by digit, and enter it again.")),
    **dict.fromkeys(("AC04", "AC07"), _("This account is closed: enter another one in your bank details.")),
    "AC06": _("Your bank has blocked this account: ask it to lift the block, or enter another account."),
    **dict.fromkeys(
        ("AC14", "AG01", "AG03"),
        _("Your bank takes no transfers on this kind of account, such as savings: enter a current account."),
    ),
    **dict.fromkeys(("AC11", "CURR"), _("This account does not take the currency: enter one that is kept in it.")),
    **dict.fromkeys(
        ("BE01", "BE06", "NAME_MISMATCH"),
        _("Enter the name exactly as it stands in your bank’s app or on a statement."),
    ),
    "NAME_NOT_SEEN": _(
        "Your bank knows your name in another spelling, or can’t say: look at your bank details, where you can take "
        "its spelling over."
    ),
    **dict.fromkeys(("BE04", "RR03"), _("Your bank wants your address with the payment: give it to the finance desk.")),
    "FRAD": _("Your bank took it for fraud: tell it that you expect this payment, then tell the finance desk."),
    "MS02": _("Your bank says that you refused it: if that is a mistake, tell the finance desk."),
    "MS03": _("Your bank gives no reason: ask it why, then correct your bank details or tell the finance desk."),
    **dict.fromkeys(
        ("RR04", "LEGL"), _("Your bank must not take this payment: ask it what it needs, then tell the finance desk.")
    ),
}


def fix(code: str | None, refused: str | None) -> object:
    """What the creator can do about a failed or returned payout: by the bank's code, else by what has to change."""
    return FIXES.get(code or "") or CURES[Refusal(refused) if refused else None]


def read(reason: str) -> Refused:
    """What somebody's reason says by the first code in it. Without a code that clears the account, it is doubted:
    paying again to where a payment failed loses money, asking costs a day."""
    named = [word for word in re.findall(r"\b[A-Z]{4}\b", reason) if word in CODES]
    coded = re.findall(r"\b[A-Z]{2}[0-9]{2}\b", reason.upper())
    code = next((word for word in re.findall(r"\w+", reason) if word in named or word.upper() in coded), None)
    if code is None:
        return Refused(None, DETAILS)
    code = code.upper()
    return Refused(code, CODES[code][1] if code in CODES else DETAILS)


def choices() -> list[tuple[str, str]]:
    """The codes with their meaning, as a form offers them; first none."""
    return [("", "–"), *((code, f"{code}: {meaning}") for code, (meaning, _refusal) in CODES.items())]
