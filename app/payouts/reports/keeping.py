"""Takes a file of the bank in: read, checked that it is about our money, and kept with its lines. Nothing moves yet."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.database import db
from app.errors import BadInput
from app.payouts.bank.accounts import masked
from app.payouts.models import BankDetail, Payout, PayoutFile
from app.payouts.reports.lines import Content, Line, LineLevel
from app.payouts.reports.models import BankReport, BankReportLine
from app.payouts.reports.reading import read
from app.security import Identity
from app.users.trail import record

LONGEST_NAME = 200
CHUNK = 1000  # lines in one statement


def receive(name: str, content: bytes, *, by: Identity, at: datetime) -> tuple[BankReport, bool]:
    """The report of this file, and whether it is new: the same bytes are one report, whoever brings them.

    Raises BadInput with a sentence for a file that is not a bank's, or not about an account or file of ours.
    """
    said = read(content)
    digest = hashlib.sha256(content).digest()
    if known := _known(digest):
        return known, False
    _expect_ours(said)
    values = {
        "kind": said.kind,
        "version": said.version,
        "message": said.message,
        "name": " ".join("".join(sign for sign in name if sign.isprintable()).split())[-LONGEST_NAME:] or said.kind,
        "content": content,
        "read_by": by.person_id,
        "read_at": at,
    }
    added = upsert(BankReport).values(values).on_conflict_do_nothing(index_elements=["digest"])
    report_id = db.session.scalar(added.returning(BankReport.id))
    if report_id is None:  # somebody else has brought it at the same moment
        return db.session.scalars(select(BankReport).where(BankReport.digest == digest)).one(), False
    rows = list(_rows(report_id, said.lines))
    for start in range(0, len(rows), CHUNK):
        db.session.execute(insert(BankReportLine), rows[start : start + CHUNK])
    record("read", "bank_report", report_id, by=by, at=at, file=values["name"], digest=digest.hex(), lines=len(rows))
    return db.session.get_one(BankReport, report_id), True


def _known(digest: bytes) -> BankReport | None:
    return db.session.scalar(select(BankReport).where(BankReport.digest == digest))


def _expect_ours(said: Content) -> None:
    """BadInput when it speaks of other people's money."""
    ours = set(db.session.scalars(select(BankDetail.iban).where(BankDetail.creator_id.is_(None))))
    foreign = sorted(set(said.accounts) - ours)
    if foreign:
        sentence = gettext(
            "This statement is of the account %(account)s, which is not the platform’s: choose the right account at "
            "the bank.",
            account=masked(foreign[0]),
        )
        raise BadInput(sentence)
    if said.accounts:
        return
    numbers = {line.message for line in said.lines} | {line.group for line in said.lines}
    references = {line.reference for line in said.lines} - {""}
    files = select(PayoutFile.batch_id).where(PayoutFile.number.in_(numbers - {""})).limit(1)
    payouts = select(Payout.id).where(Payout.reference.in_(references)).limit(1)
    if db.session.scalar(files) is None and db.session.scalar(payouts) is None:
        sentence = gettext(
            "This report is about a file that was not made here: %(number)s.", number=said.lines[0].message
        )
        raise BadInput(sentence)


def _rows(report_id: int, lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    """The lines as rows. Two bookings of one file that look the same are told apart by their number."""
    seen: Counter[tuple[Any, ...]] = Counter()
    for seq, line in enumerate(lines, 1):
        marks = _marks(line)
        seen[marks] += 1
        row = dict(vars(line))
        row["payment_group"], row["payments"] = row.pop("group"), row.pop("count")
        key = hashlib.sha256(repr((*marks, seen[marks])).encode()).digest()
        yield {"report_id": report_id, "seq": seq, "key": key} | row


def _marks(line: Line) -> tuple[Any, ...]:
    """What is the same when two files tell of one booking: the bank's own number, else all that a person would see."""
    if line.level != LineLevel.BOOKING:
        return (line.level, line.message, line.group, line.reference, line.status)
    common = (line.account, line.incoming, line.amount, line.currency, str(line.booked_on), line.reference)
    return (*common, line.bank_reference) if line.bank_reference else (*common, line.remittance, line.name, line.iban)
