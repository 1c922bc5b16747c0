"""Corrections as rows: what each changes in money, who asked for it, and the second person that a large one needs.

The work itself is done by whoever `carries_out` its kind. A large correction is worked out, undone and kept as
`submitted`; another person sees the sums, and it is worked out again and booked when they approve.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.database import db, raw
from app.errors import Conflict, NotAllowed, NotFound, WrongStatus
from app.sales import letters
from app.sales.corrections import Connection, Correction, Days, Sum, redecide, redecide_line
from app.sales.models import CorrectionKind, CorrectionRecord, CorrectionStatus
from app.security import Identity
from app.transitions import move
from app.users.models import Brand
from app.users.trail import record as note
from app.words import word
from config import settings

# By kind: does the work of a record by somebody's name, at an instant. The caller commits or rolls back.
Work = Callable[[Connection, CorrectionRecord, str, datetime], Correction]
WORK: dict[str, Work] = {}


def carries_out(kind: CorrectionKind) -> Callable[[Work], Work]:
    """Registers the function that does the work of a kind of correction."""

    def register(work: Work) -> Work:
        WORK[kind] = work
        return work

    return register


# By kind: what follows once a correction is booked or rejected, in the same transaction.
Sequel = Callable[[CorrectionRecord, Identity | None, datetime], None]
SEQUELS: dict[str, Sequel] = {}


def followed_by(kind: CorrectionKind) -> Callable[[Sequel], Sequel]:
    """Registers the function that goes on from a correction of a kind that was booked or rejected."""

    def register(sequel: Sequel) -> Sequel:
        SEQUELS[kind] = sequel
        return sequel

    return register


@carries_out(CorrectionKind.DAYS)
def _days(connection: Connection, record: CorrectionRecord, by: str, at: datetime) -> Correction:
    brand = db.session.get_one(Brand, record.brand_id)
    if record.first_on is None or record.last_on is None:
        raise ValueError("days without days")
    days = Days(record.first_on, record.last_on, brand.timezone)
    return redecide(connection, brand.id, days, by=by, reason=record.reason, at=at)


@carries_out(CorrectionKind.LINE)
def _line(connection: Connection, record: CorrectionRecord, by: str, at: datetime) -> Correction:
    if record.brand_id is None or record.sale_id is None:
        raise ValueError("a line without a line")
    return redecide_line(connection, record.brand_id, record.sale_id, by=by, reason=record.reason, at=at)


class State(StrEnum):
    """What came of asking for a correction."""

    PREVIEW = "preview"  # nothing is done: this is what it would change
    SUBMITTED = "submitted"  # it is large, and waits for a second person
    DONE = "done"


def ask(
    record: CorrectionRecord, *, confirmed: bool, seen: str | None, by: Identity | None, at: datetime, name: str = ""
) -> tuple[State, Correction]:
    """Works out a new correction. Unless it is `confirmed`, with the sums that were `seen` (a fingerprint; None: not
    compared), all of it is undone and what it would change is returned. A large one is kept for a second person. Nobody
    in person (`by` None) asks where a deadline does, by a `name`."""
    name = by.name if by else name
    with raw().transaction() as savepoint:
        correction = _work_out(record, by=name, at=at)
        large = is_large(correction.sums, settings().correction_limit)
        agreed = confirmed and seen in (None, fingerprint(correction.sums))
        if large or not agreed:
            raise psycopg.Rollback(savepoint)
        book(record, correction, by=by, at=at, name=name)
    if not agreed:
        return State.PREVIEW, correction
    if large:
        _submit(record, correction, by=by, at=at, name=name)
        return State.SUBMITTED, correction
    return State.DONE, correction


def preview(record: CorrectionRecord, *, by: Identity, at: datetime) -> Correction:
    """What a correction that waits would change by now."""
    with raw().transaction(force_rollback=True):
        return _work_out(record, by=by.name, at=at)


def _work_out(record: CorrectionRecord, *, by: str, at: datetime) -> Correction:
    return WORK[record.kind](raw(), record, by, at)


def fingerprint(sums: Sequence[Sum]) -> str:
    """Tells whether the sums are those that somebody has seen."""
    return hashlib.sha256(json.dumps([asdict(each) for each in sums]).encode()).hexdigest()


def is_large(sums: Sequence[Sum], limit: int) -> bool:
    """Whether more than `limit` minor units of a currency are moved, whichever way: what one creator loses and another
    gets counts twice."""
    moved: Counter[str] = Counter()
    for each in sums:
        moved[each.currency] += abs(each.amount)
    return any(amount > limit for amount in moved.values())


def _submit(record: CorrectionRecord, correction: Correction, *, by: Identity | None, at: datetime, name: str) -> None:
    """Keeps a large correction for a second person."""
    record.asked_by, record.asked_by_name, record.asked_at = by.person_id if by else None, name, at
    record.sums, record.is_large = [asdict(each) for each in correction.sums], True
    record.status = CorrectionStatus.SUBMITTED
    _store(record)
    note("submit", "correction", record.id, by=by, at=at, reason=record.reason)


def book(
    record: CorrectionRecord, correction: Correction, *, by: Identity | None, at: datetime, name: str = ""
) -> None:
    """Notes that the work is done, and tells those concerned. `by` is whoever asked for a small one, or the second
    person of a large one; None for somebody called `name` at the command line, who has the whole database in hand."""
    name = by.name if by else name
    record.sums = [asdict(each) for each in correction.sums]
    if record.status is None:
        record.asked_by, record.asked_by_name, record.asked_at = by.person_id if by else None, name, at
        record.is_large, record.status = False, CorrectionStatus.DONE
    else:
        move(record, CorrectionStatus.DONE)
    record.decided_by, record.decided_by_name, record.decided_at = by.person_id if by else None, name, at
    _store(record)
    _note(record, correction, by=by, at=at)
    letters.write(record, correction.sums, at=at)
    _go_on(record, by, at)


def _go_on(record: CorrectionRecord, by: Identity | None, at: datetime) -> None:
    if record.kind in SEQUELS:
        SEQUELS[record.kind](record, by, at)


def _store(record: CorrectionRecord) -> None:
    """Conflict when a withdrawal of the same import waits already, large or not, by web or command line."""
    try:
        with db.session.begin_nested():
            db.session.add(record)
    except IntegrityError as error:
        raise Conflict(gettext("Somebody has asked for this already: it waits for a second person.")) from error


def _note(record: CorrectionRecord, correction: Correction, *, by: Identity | None, at: datetime) -> None:
    """The audit trail has it by what was corrected."""
    about: dict[str, Any] = {"reason": record.reason, "correction": record.id}
    if record.kind == CorrectionKind.IMPORT:
        note("withdraw", "import", record.import_id, by=by, at=at, entries=correction.entries, **about)
    elif record.kind == CorrectionKind.REJECTION:
        note("reject", "sale", record.sale_id, by=by, at=at, code=record.code, **about)
    elif record.kind == CorrectionKind.LINE:
        note("redecide", "sale", record.sale_id, by=by, at=at, decided=correction.decided, **about)
    elif record.kind == CorrectionKind.RULING:
        note("rule", "dispute_ruling", record.ruling_id, by=by, at=at, decided=correction.decided, **about)
    else:
        days = f"{record.first_on} - {record.last_on}"
        note("redecide", "brand", record.brand_id, by=by, at=at, days=days, decided=correction.decided, **about)


def approve(record: CorrectionRecord, *, seen: str, by: Identity, at: datetime) -> Correction:
    """Does what another person asked for. `seen` is the fingerprint of the sums on the page. Raises NotAllowed for the
    one who asked, WrongStatus when it waits no more, Conflict where the sums are others by now; the caller rolls back
    then."""
    _expect_waiting(record)
    if reason := why_not(record, by):
        raise NotAllowed(reason)
    correction = _work_out(record, by=f"{record.asked_by_name}, {by.name}", at=at)
    if fingerprint(correction.sums) != seen:
        raise Conflict(gettext("What this would change is different by now: look at the sums again."))
    book(record, correction, by=by, at=at)
    return correction


def reject(record: CorrectionRecord, *, by: Identity, at: datetime) -> None:
    """Nothing is corrected. Whoever asked may take it back this way too."""
    _expect_waiting(record)
    move(record, CorrectionStatus.REJECTED)
    record.decided_by, record.decided_by_name, record.decided_at = by.person_id, by.name, at
    db.session.flush()
    note("reject", "correction", record.id, by=by, at=at)
    _go_on(record, by, at)


def _expect_waiting(record: CorrectionRecord) -> None:
    if record.status != CorrectionStatus.SUBMITTED:
        raise WrongStatus(gettext("This correction is already “%(status)s”.", status=word(record.status)))


def why_not(record: CorrectionRecord, by: Identity) -> str:
    """Why somebody may not approve it; empty when they may."""
    if record.asked_by == by.person_id:
        return str(gettext("You asked for this: somebody else has to approve it."))
    return ""


def locked(public_id: UUID) -> CorrectionRecord:
    """The record with its row locked; NotFound when there is none."""
    record = db.session.scalar(
        select(CorrectionRecord).where(CorrectionRecord.public_id == public_id).with_for_update()
    )
    if record is None:
        raise NotFound("There is no such correction, or it is not yours.")
    return record


def waiting_for_import(import_id: int) -> CorrectionRecord | None:
    """The withdrawal of the import that waits for a second person."""
    waiting = CorrectionRecord.status == CorrectionStatus.SUBMITTED
    return db.session.scalar(select(CorrectionRecord).where(CorrectionRecord.import_id == import_id, waiting))
