"""What the lines of a bank's file are held against, and what a payout may become from where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext

from app.formatting import money
from app.ledger.models import TopUp
from app.payouts.models import PayoutStatus
from app.payouts.reports.models import BankReportLine, Outcome
from app.users.models import Brand

PAYOUT_REFERENCE = re.compile(r"RF[0-9]{2}SP[0-9]{19}")
SENT, PAID, FAILED, RETURNED = (
    PayoutStatus.SENT,
    PayoutStatus.PAID,
    PayoutStatus.FAILED,
    PayoutStatus.RETURNED,
)
OUTCOMES = {PAID: Outcome.MARKS_PAID, FAILED: Outcome.MARKS_FAILED, RETURNED: Outcome.MARKS_RETURNED}


class Paid(NamedTuple):
    """A payout that has left us, as the statement report_payouts.sql tells."""

    id: int
    public_id: UUID
    batch_id: int
    rail: str
    reference: str
    iban: str
    amount: int
    currency: str
    status: str
    creator: str
    batch: int
    batch_public_id: UUID
    execute_on: date | None
    left_us: bool
    file: str | None
    is_closed: bool


@dataclass(frozen=True)
class Proposal:
    """What one line would do: `moves` are the payouts that change, `about` those that it speaks of without a change."""

    line: BankReportLine
    outcome: Outcome
    why: str = ""  # in a sentence, where it isn't plain
    says: PayoutStatus | None = None
    moves: Sequence[Paid] = ()
    about: Sequence[Paid] = ()
    value_on: date | None = None
    brand: Brand | None = None
    top_up: TopUp | None = None

    @property
    def payouts(self) -> list[Paid]:
        """All that the line speaks of."""
        return [*self.moves, *self.about]


@dataclass
class Books:
    """What the lines are held against. `status` follows what earlier lines of the same file would do."""

    today: date
    status: dict[int, str]
    by_reference: dict[str, Paid]
    by_file: dict[str, list[Paid]]
    by_amount: dict[tuple[int, str], list[Paid]]
    known: set[bytes]  # bookings that stood in a file that was taken over
    told: set[int] = field(default_factory=set)  # payouts of which this file speaks one by one
    used: set[int] = field(default_factory=set)  # top-ups by hand that a line of this file is


def compact(text: str) -> str:
    """The text as references are found in it: in capitals, without spaces and hyphens."""
    return re.sub(r"[\s-]", "", text).upper()


def unmatched(line: BankReportLine, why: str, about: Sequence[Paid] = ()) -> Proposal:
    """The line changes nothing, and a person has to deal with it."""
    return Proposal(line, Outcome.UNMATCHED, why, about=about)


def other_amount(line: BankReportLine, payout: Paid) -> str:
    """That the bank speaks of another amount than ours, in a sentence."""
    sentence = gettext(
        "The payout to %(creator)s is %(ours)s, the bank says %(theirs)s: ask the bank.",
        creator=payout.creator,
        ours=money(payout.amount, payout.currency),
        theirs=money(line.amount, line.currency),
    )
    return str(sentence)


def moved(
    line: BankReportLine, meant: Sequence[Paid], says: PayoutStatus, value_on: date | None, books: Books
) -> Proposal:
    """The payouts become what the bank says, as far as they may from where they are."""
    before = {PAID: SENT, FAILED: SENT, RETURNED: PAID}[says]
    moves = [each for each in meant if books.status[each.id] == before]
    about = [each for each in meant if books.status[each.id] != before]
    if why := _why_not(moves, says, value_on, books):
        return unmatched(line, why, meant)
    if not moves:
        return _agreed(line, about, says, books)
    value = value_on if says == PAID else None
    return Proposal(line, OUTCOMES[says], "", says, moves, about, value_on=value)


def _why_not(moves: Sequence[Paid], says: PayoutStatus, value_on: date | None, books: Books) -> str:
    for each in moves:
        if not each.left_us:
            return str(gettext("Nobody has downloaded the file of batch %(number)s yet.", number=each.batch))
        if each.is_closed and says != RETURNED:
            return str(gettext("Batch %(number)s is closed.", number=each.batch))
        if says == PAID and (value_on is None or value_on > books.today):
            return str(gettext("The day on which it was paid is missing or has not come yet: upload it again then."))
        if says == PAID and each.execute_on and value_on and value_on < each.execute_on:
            return str(gettext("The bank says %(day)s, before the day on which we asked it to pay.", day=value_on))
    return ""


def _agreed(line: BankReportLine, about: Sequence[Paid], says: PayoutStatus, books: Books) -> Proposal:
    """Nothing is left to change: either we know it, or our books say something else."""
    known = {PAID: {PAID, RETURNED}, FAILED: {FAILED, RETURNED}, RETURNED: {RETURNED, FAILED}}[says]
    odd = [each for each in about if books.status[each.id] not in known]
    if odd:
        why = gettext(
            "Our books say something else of the payout to %(creator)s: open it and compare.", creator=odd[0].creator
        )
        return replace(unmatched(line, why, about), says=says)
    return Proposal(line, Outcome.KNOWN_ALREADY, "", says, (), about)
