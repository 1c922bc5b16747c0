"""What a bank's file says, line by line, whichever message and version it came in. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import lazy_gettext as _

from app.words import Word


class ReportKind(Word):
    """Which message of ISO 20022 it is."""

    STATUS = "pain_002", _("Payment status report"), "quiet"
    STATEMENT = "camt_053", _("Bank statement"), "quiet"
    NOTICE = "camt_054", _("Debit and credit notice"), "quiet"


class LineLevel(Word):
    """About what a line speaks."""

    FILE = "whole_file", _("Whole file"), "quiet"
    GROUP = "payment_group", _("Group of payments"), "quiet"
    PAYMENT = "one_payment", _("One payment"), "quiet"
    BOOKING = "booking", _("Booking"), "quiet"


@dataclass(frozen=True)
class Line:
    """One thing that the bank says. Amounts are in minor units and never negative; `incoming` tells the direction.

    What the bank did not say is empty: texts are "", all else is None.
    """

    level: LineLevel
    account: str = ""  # ours, of a booking
    message: str = ""  # number of our file, MsgId
    group: str = ""  # number of our group of payments, PmtInfId
    reference: str = ""  # of the payment, EndToEndId
    status: str = ""  # as the bank writes it: ACSC, RJCT, BOOK
    reason: str = ""  # its code, as the bank writes it: AC04
    remark: str = ""  # its own words
    amount: int | None = None
    currency: str = ""
    incoming: bool | None = None
    is_return: bool = False
    count: int | None = None  # of payments booked as one sum
    booked_on: date | None = None
    value_on: date | None = None
    name: str = ""  # of the other side
    iban: str = ""  # of the other side
    remittance: str = ""
    bank_reference: str = ""  # the bank's own, AcctSvcrRef


@dataclass(frozen=True)
class Content:
    """A whole file: what it is, whom it is about, and its lines."""

    kind: ReportKind
    version: str  # pain.002.001.03; empty when the file does not say
    message: str  # its own number
    accounts: Sequence[str] = ()  # whose statements these are; none in a status report
    lines: Sequence[Line] = field(default_factory=list)
