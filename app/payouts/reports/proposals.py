"""What the lines of a bank's file would do to our books as they stand now. Nothing is changed here.

Matched by reference, then by the number of the file (with count and sum), then by amount, account and day; for money
that came in by the brand's reference. What fits nothing stays unmatched with a sentence that says why.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.database import db, raw, rows
from app.payouts.reports import codes
from app.payouts.reports.bookings import booking
from app.payouts.reports.lines import LineLevel
from app.payouts.reports.matching import (
    PAYOUT_REFERENCE,
    Books,
    Paid,
    Proposal,
    compact,
    moved,
    other_amount,
    unmatched,
)
from app.payouts.reports.models import BankReport, BankReportLine, Outcome, ReportStatus
from config import settings


def propose(report: BankReport, lines: Sequence[BankReportLine], *, at: datetime) -> list[Proposal]:
    """What each line would do, in the order of the file; single payments are looked at before whole files."""
    books = _books(report, lines, at)
    proposals: dict[int, Proposal] = {}
    for wide in (False, True):
        for line in lines:
            if (line.level in (LineLevel.FILE, LineLevel.GROUP)) == wide:
                proposal = booking(line, books) if line.level == LineLevel.BOOKING else _status(line, books)
                proposals[line.id] = proposal
                books.status |= dict.fromkeys([each.id for each in proposal.moves], proposal.says or "")
                if not wide and line.level == LineLevel.PAYMENT:
                    books.told |= {each.id for each in proposal.payouts}
    return [proposals[line.id] for line in lines]


def digest(proposals: Sequence[Proposal]) -> str:
    """Names exactly what these would do to the books as they are, so that a person can say yes to it."""
    told = [
        (
            each.line.id,
            str(each.outcome),
            str(each.says),
            str(each.value_on),
            [(one.id, one.status) for one in each.payouts],
            each.brand and each.brand.id,
            each.top_up and each.top_up.id,
        )
        for each in proposals
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _books(report: BankReport, lines: Sequence[BankReportLine], at: datetime) -> Books:
    references = {line.reference for line in lines} | {
        found for line in lines for found in PAYOUT_REFERENCE.findall(compact(line.remittance))
    }
    files = ({line.message for line in lines} | {line.payment_group for line in lines}) - {""}
    bookings = any(line.level == LineLevel.BOOKING and line.incoming is False for line in lines)
    values = {"references": list(references - {""}), "files": list(files), "bookings": bookings}
    payouts = rows(raw(), "app.payouts", "report_payouts", values, Paid)
    by_file: dict[str, list[Paid]] = {}
    by_amount: dict[tuple[int, str], list[Paid]] = {}
    for each in payouts:
        by_amount.setdefault((each.amount, each.currency), []).append(each)
        if each.file:
            by_file.setdefault(each.file, []).append(each)
    earlier = (
        select(BankReportLine.key)
        .join(BankReportLine.report)
        .where(BankReport.status == ReportStatus.TAKEN_OVER, BankReport.id != report.id)
        .where(BankReportLine.level == LineLevel.BOOKING, BankReportLine.key.in_([line.key for line in lines]))
    )
    return Books(
        today=clock.today(settings().platform_timezone, at=at),
        status={each.id: each.status for each in payouts},
        by_reference={each.reference: each for each in payouts},
        by_file=by_file,
        by_amount=by_amount,
        known={bytes(key) for key in db.session.scalars(earlier)},
    )


def _status(line: BankReportLine, books: Books) -> Proposal:
    says = codes.consequence(line.status)
    if line.level == LineLevel.PAYMENT:
        payout = books.by_reference.get(line.reference)
        if payout is None:
            return unmatched(line, gettext("No payout has this reference: ask the bank what it is."))
        if line.amount is not None and (line.amount, line.currency) != (payout.amount, payout.currency):
            return unmatched(line, other_amount(line, payout))
        meant = [payout]
    else:
        whole = books.by_file.get(line.payment_group or line.message, [])
        if not whole:
            return unmatched(line, gettext("No file of ours that counts has this number: ask the bank which it means."))
        meant = [each for each in whole if each.id not in books.told]
    if says is None or not meant:
        single = meant if line.level == LineLevel.PAYMENT else ()
        return Proposal(line, Outcome.SAYS_ONLY, codes.meaning(line.status), about=single)
    value_on = line.value_on or line.booked_on
    return moved(line, meant, says, value_on, books)
