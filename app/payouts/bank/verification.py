"""Verification of payee: what banks say about the name and number of an account, and what follows from it.

The last answer about a pair counts. A close match is mended by its creator, who takes the bank's spelling over; no
match keeps the money back (NAME_MISMATCH); close and impossible ones are acknowledged by name by whoever approves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.database import Lock, db, raw, rows, statement, take_turn
from app.errors import BadInput, Conflict, NotAllowed
from app.payouts.bank import onboarding
from app.payouts.bank.accounts import checked_holder, checked_iban, masked
from app.payouts.models import BankDetail
from app.payouts.payee_models import CheckSource, PayeeAcknowledgement, PayeeCheck, PayeeResult
from app.security import Identity
from app.users import trail
from app.users.models import Creator
from app.web.texts import optional_text

LONGEST_NOTE = 500
TO_ACKNOWLEDGE = frozenset({PayeeResult.CLOSE, PayeeResult.IMPOSSIBLE})
NAMED = frozenset({PayeeResult.MATCH, PayeeResult.CLOSE})  # a bank that knows another person doesn't say whom


class Answer(NamedTuple):
    """A payout's account, and what the bank said of it last; `seen_by` are the people who have acknowledged that."""

    payout_id: int
    payout: UUID
    creator: str
    holder: str
    iban: str
    check_id: int
    result: str
    known_as: str | None
    seen_by: list[int]


def record(
    iban: str,
    holder: str,
    result: PayeeResult,
    name: str | None,
    source: CheckSource,
    *,
    at: datetime,
    by: Identity | None = None,
    note: str | None = None,
) -> PayeeCheck:
    """Keeps the answer that a bank gave at the instant `at` about an IBAN and a holder's name; `name` is the one it
    knows. The same answer read twice is one row. BadInput for an IBAN or name that can't be."""
    iban, holder = checked_iban(iban), checked_holder(holder)
    known_as = checked_holder(name) if name and name.strip() and result in NAMED else None
    values = {"iban": iban, "holder": holder, "result": result, "known_as": known_as, "source": source}
    same = select(PayeeCheck).filter_by(**values, checked_at=at)
    if known := db.session.scalar(same.limit(1)):
        return known
    check = PayeeCheck(**values, checked_at=at, recorded_by=by.person_id if by else None, note=note)
    db.session.add(check)
    db.session.flush()
    return check


def latest(iban: str, holder: str) -> PayeeCheck | None:
    """The answer that counts for this IBAN and name, or None when nobody has asked."""
    asked = select(PayeeCheck).where(PayeeCheck.iban == iban, PayeeCheck.holder == holder)
    return db.session.scalar(asked.order_by(PayeeCheck.checked_at.desc(), PayeeCheck.id.desc()).limit(1))


def of_creator(creator: Creator) -> PayeeCheck | None:
    """The answer that counts for the creator's present account."""
    account = next(iter(onboarding.versions(creator)), None)
    return latest(account.iban, account.holder) if account else None


def spelling(creator: Creator) -> PayeeCheck | None:
    """The answer that offers the creator another spelling of the name, if the one that counts does."""
    check = of_creator(creator)
    return check if check and check.result == PayeeResult.CLOSE and check.known_as else None


def enter(creator: Creator, result: str, name: str, note: str, *, by: Identity, at: datetime) -> PayeeCheck:
    """Finance enters an answer about the creator's present account by hand. Raises BadInput for nonsense, Conflict
    where there is no account, and NotAllowed for who entered the account or is paid there."""
    account = next(iter(onboarding.versions(creator)), None)
    if account is None:
        raise Conflict(gettext("%(creator)s has no bank details.", creator=creator.name))
    if by.person_id == account.recorded_by or creator.id in by.creator_ids():
        sentence = gettext("You entered these bank details or are paid there, so someone else must check the name.")
        raise NotAllowed(sentence)
    if result not in set(PayeeResult):
        raise BadInput(gettext("Choose what the bank answered."))
    if result == PayeeResult.CLOSE and not name.strip():
        raise BadInput(gettext("Fill in the name that the bank knows: the creator is asked to take it over."))
    words, source = optional_text(note, LONGEST_NOTE) or None, CheckSource.BY_HAND
    check = record(account.iban, account.holder, PayeeResult(result), name, source, at=at, by=by, note=words)
    trail.record("check_payee", "creator", creator.id, by=by, at=at, result=result, iban=masked(account.iban))
    return check


def accept_close(creator: Creator, check_id: int, *, by: Identity, at: datetime) -> BankDetail:
    """The creator takes over the bank's spelling of the name, as the answer `check_id` has it. The account stays the
    same, so nothing waits for it. Conflict when another answer counts by now, or the bank gave no name."""
    take_turn(raw(), Lock.BANK_DETAILS, creator.id)
    account, check = next(iter(onboarding.versions(creator)), None), of_creator(creator)
    if account is None or check is None or check.id != check_id:
        raise Conflict(gettext("Your bank details, or what the bank says of them, have changed. Look at them again."))
    if check.result != PayeeResult.CLOSE or not check.known_as:
        raise Conflict(gettext("The bank has given no other spelling of this name."))
    detail = BankDetail(
        creator_id=creator.id,
        holder=check.known_as,
        iban=account.iban,
        recorded_at=at,
        recorded_by=by.person_id,
        spelling_of=check.id,
    )
    db.session.add(detail)
    db.session.flush()
    record(account.iban, check.known_as, PayeeResult.MATCH, check.known_as, CheckSource(check.source), at=at, by=by)
    trail.record("accept_spelling", "creator", creator.id, by=by, at=at, iban=masked(account.iban))
    return detail


def answers(batch_id: int) -> Sequence[Answer]:
    """The accounts that a batch pays to of which banks said anything but that the name matches, by creator's name."""
    return rows(raw(), "app.payouts", "payee_answers", {"batch": batch_id}, Answer)


def counts(batch_id: int) -> dict[PayeeResult | None, int]:
    """The numbers of a batch: matches, close ones, other names, impossible ones, and under None where nobody asked."""
    found = dict(raw().execute(statement("app.payouts", "payee_counts"), {"batch": batch_id}).fetchall())
    return {result: found.get(result, 0) for result in (*PayeeResult, None)}


def must_be_acknowledged(batch_id: int, person_id: int | None = None) -> Sequence[Answer]:
    """The close and impossible ones of a batch, or those that this person has not acknowledged yet."""
    found = [answer for answer in answers(batch_id) if answer.result in TO_ACKNOWLEDGE]
    return [answer for answer in found if person_id is None or person_id not in answer.seen_by]


def acknowledge(batch_id: int, payouts: Collection[str], *, by: Identity, at: datetime) -> int:
    """Notes that somebody has looked at the names of these payouts (public ids) and approves of them; returns how many
    were noted. What needs no acknowledgement is passed over."""
    wanted = [answer for answer in must_be_acknowledged(batch_id, by.person_id) if str(answer.payout) in payouts]
    seen = [
        {"payout_id": answer.payout_id, "check_id": answer.check_id, "person_id": by.person_id, "at": at}
        for answer in wanted
    ]
    if seen:
        db.session.execute(insert(PayeeAcknowledgement).values(seen).on_conflict_do_nothing())
        names = ", ".join(answer.creator for answer in wanted)
        trail.record("acknowledge_names", "payout_batch", batch_id, by=by, at=at, reason=names)
    return len(seen)


def expect_acknowledged(batch_id: int, by: Identity) -> None:
    """Conflict, with the names, while this person has not acknowledged every close or impossible one."""
    if missing := must_be_acknowledged(batch_id, by.person_id):
        names = ", ".join(f"{answer.creator} ({answer.holder})" for answer in missing[:20])
        raise Conflict(gettext("Acknowledge these names first, then approve: %(names)s.", names=names))
