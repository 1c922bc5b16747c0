"""What becomes of a payout once its batch is approved, or when it is dropped before: the money moves in the books.

Failed, returned and dropped payouts let their lines go, so that the next batch pays them again (rules.md B23).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select, update

from app.database import db, raw, statement
from app.errors import NotFound, WrongStatus
from app.ledger import posting
from app.ledger.models import Account, EntryKind
from app.payouts.models import BatchStatus, Payout, PayoutBatch, PayoutLine, PayoutStatus
from app.security import Identity
from app.transitions import move
from app.users.trail import record

# status of the payout -> (kind of entry, debit, credit), settlement.md section 8
MOVES: dict[str, tuple[EntryKind, Account, Account]] = {
    PayoutStatus.PAID: (EntryKind.SETTLE, Account.PAYOUTS_IN_TRANSIT, Account.BANK),
    PayoutStatus.FAILED: (EntryKind.RELEASE, Account.PAYOUTS_IN_TRANSIT, Account.CREATOR),
    PayoutStatus.DROPPED: (EntryKind.RELEASE, Account.PAYOUTS_IN_TRANSIT, Account.CREATOR),
    PayoutStatus.RETURNED: (EntryKind.RETURN, Account.BANK, Account.CREATOR),
}


def mark(payout_id: UUID, status: str, *, reason: str = "", by: Identity, at: datetime) -> Payout:
    """One payout becomes paid, failed, returned or dropped (out of a draft). Raises NotFound and WrongStatus.

    The last open payout of an approved batch completes it.
    """
    batch, payout = _locked(payout_id)
    if status == PayoutStatus.DROPPED and batch.status != BatchStatus.DRAFT:
        raise WrongStatus(gettext("Only a draft can lose a payout: recall the batch first."))
    move(payout, status)
    payout.status_at, payout.reason = at, reason or None
    db.session.flush()
    _post([payout.id], status, at)
    record(status, "payout", payout.id, by=by, at=at, reason=reason)
    _complete(batch)
    return payout


def mark_rest_paid(batch: PayoutBatch, *, by: Identity, at: datetime) -> int:
    """All payouts of a locked batch that are still open were paid; returns how many."""
    paid = _move_all(batch, PayoutStatus.SENT, PayoutStatus.PAID, at)
    record("rest_paid", "payout_batch", batch.id, by=by, at=at, payouts=len(paid))
    _complete(batch)
    return len(paid)


def send(batch: PayoutBatch, *, at: datetime) -> None:
    """The payouts of a locked batch stand in the file for the bank. Nothing moves in the books yet."""
    _move_all(batch, PayoutStatus.RESERVED, PayoutStatus.SENT, at)


def drop_all(batch: PayoutBatch, *, at: datetime) -> None:
    """The payouts of a locked draft are given up."""
    _move_all(batch, PayoutStatus.RESERVED, PayoutStatus.DROPPED, at)


def _locked(payout_id: UUID) -> tuple[PayoutBatch, Payout]:
    """The payout and its batch, both locked: the batch first, as everywhere."""
    payout = db.session.scalar(select(Payout).where(Payout.public_id == payout_id))
    if payout is None:
        raise NotFound(gettext("There is no such payout."))
    batch = db.session.get_one(PayoutBatch, payout.batch_id, with_for_update=True, populate_existing=True)
    return batch, db.session.get_one(Payout, payout.id, with_for_update=True, populate_existing=True)


def _move_all(batch: PayoutBatch, before: str, after: str, at: datetime) -> Sequence[int]:
    """Moves the payouts of a batch that are in one status, as Payout.TRANSITIONS allows; returns their ids."""
    assert after in Payout.TRANSITIONS[before]  # noqa: S101 - of the callers above, not of input
    those = update(Payout).where(Payout.batch_id == batch.id, Payout.status == before)
    moved = db.session.scalars(those.values(status=after, status_at=at).returning(Payout.id)).all()
    _post(moved, after, at)
    return moved


def _post(payouts: Sequence[int], status: str, at: datetime) -> None:
    """Posts what the new status means for the money, and lets the lines go unless they are paid."""
    if status not in MOVES or not payouts:
        return
    kind, debit, credit = MOVES[status]
    values = {"payouts": list(payouts), "kind": kind, "debit": debit, "credit": credit, "at": at}
    posting.open_posting(raw())
    raw().execute(statement("app.payouts", "move"), values)
    posting.post(raw(), at=at)
    if status != PayoutStatus.PAID:
        live = update(PayoutLine).where(PayoutLine.payout_id.in_(payouts), PayoutLine.released_at.is_(None))
        db.session.execute(live.values(released_at=at), execution_options={"synchronize_session": False})


def _complete(batch: PayoutBatch) -> None:
    """An approved batch without an open payout is completed."""
    unfinished = Payout.status.in_((PayoutStatus.RESERVED, PayoutStatus.SENT))
    still_open = select(Payout.id).where(Payout.batch_id == batch.id, unfinished)
    if batch.status == BatchStatus.APPROVED and db.session.scalar(still_open.limit(1)) is None:
        move(batch, BatchStatus.COMPLETED)
        db.session.flush()
