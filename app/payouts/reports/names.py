"""What a status report says of names and accounts (verification of payee) is kept as the bank's answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.errors import BadInput
from app.payouts.bank import verification
from app.payouts.bank.accounts import checked_holder
from app.payouts.models import Payout
from app.payouts.payee_models import CheckSource, PayeeResult
from app.payouts.reports.models import BankReportLine

RESULTS = {
    "RCVC": PayeeResult.MATCH,
    "RVMC": PayeeResult.CLOSE,
    "RVNM": PayeeResult.NONE,
    "RVNA": PayeeResult.IMPOSSIBLE,
}
CODE = re.compile(r"^(RCVC|RVMC|RVNM|RVNA)\b[\s:,-]*")


def keep_answers(lines: Iterable[BankReportLine], *, at: datetime) -> int:
    """Keeps what the lines say of the payees of our payouts, found by reference; returns how many answers. The name
    that the bank knows is the one it gives beside the account, else its own words behind the code."""
    answers = {line.reference: line for line in lines if line.status in RESULTS and line.reference}
    payouts = db.session.scalars(
        select(Payout).where(Payout.reference.in_(answers), Payout.iban.is_not(None)).order_by(Payout.id)
    ).all()
    for payout in payouts:
        line = answers[payout.reference or ""]
        name = _known_name(line, payout.holder or "")
        source = CheckSource.BANK
        verification.record(payout.iban or "", payout.holder or "", RESULTS[line.status], name, source, at=at)
    return len(payouts)


def _known_name(line: BankReportLine, ours: str) -> str | None:
    """A bank that gives our own name back has said nothing of another."""
    for said in (line.name, CODE.sub("", line.remark)):
        with suppress(BadInput):
            if said.strip() and (name := checked_holder(said)) != ours:
                return name
    return None
