"""What a bank's status codes mean for a payout (ISO 20022 external codes, EPC 2026). Pure.

A code that stands here without a consequence, or not at all, changes nothing: it is kept and shown, never guessed.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.payouts.models import PayoutStatus

PAID, FAILED = PayoutStatus.PAID, PayoutStatus.FAILED

# code: (what it means, what becomes of the payout)
CODES: dict[str, tuple[object, PayoutStatus | None]] = {
    "RCVD": (_("received"), None),
    "ACTC": (_("checked, technically in order"), None),
    "ACCP": (_("accepted by the bank"), None),
    "ACSP": (_("accepted, being paid"), None),
    "ACWC": (_("accepted with a change"), None),
    "ACFC": (_("accepted, there is money for it"), None),
    "ACSC": (_("paid from our account"), PAID),
    "ACCC": (_("arrived on the payee’s account"), PAID),
    "PDNG": (_("waiting at the bank"), None),
    "PART": (_("accepted in part"), None),
    "RJCT": (_("refused"), FAILED),
    "CANC": (_("cancelled"), FAILED),
    "RCVC": (_("name and account belong together"), None),
    "RVMC": (_("the name almost fits the account"), None),
    "RVNM": (_("the name does not fit the account"), None),
    "RVNA": (_("the name could not be checked"), None),
    "BOOK": (_("booked"), None),
    "INFO": (_("for information, not booked"), None),
    "FUTR": (_("to be booked later"), None),
}
BOOKED = "BOOK"


def meaning(code: str) -> str:
    """What the code means, in words; that nobody knows it, if so."""
    return str(CODES[code][0]) if code in CODES else str(_("a code that we do not know"))


def consequence(code: str) -> PayoutStatus | None:
    """What becomes of a payout of which a status report says this: paid, failed, or nothing."""
    return CODES[code][1] if code in CODES else None
