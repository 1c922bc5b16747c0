"""A batch on its way from draft to approved: somebody submits it, somebody else approves it (rules.md B22).

Every verb locks the batch first, then its payouts; whoever comes second finds another status and is told so.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select, update

from app import clock
from app.database import db, raw, statement
from app.errors import BadInput, Conflict, NotAllowed, NotFound, WrongStatus
from app.payouts import letters, transfers
from app.payouts.bank import onboarding, target, verification
from app.payouts.bank.accounts import SEPA_COUNTRIES
from app.payouts.batches import eligibility, fingerprint, risks
from app.payouts.batches.bankfiles import make_files
from app.payouts.batches.fingerprint import Line
from app.payouts.batches.leaving import has_left
from app.payouts.models import BankDetail, BatchApproval, BatchStatus, Payout, PayoutBatch, PayoutStatus
from app.payouts.obstacles import of_payee
from app.security import MAKER, Identity
from app.transitions import move
from app.users import factors
from app.users.trail import record
from app.web.texts import required_text
from app.words import word
from config import Config, settings

LONGEST_REASON = 500
FROZEN = ("frozen_holder", "frozen_iban", "rail", "reference")


def submit(batch_id: UUID, *, by: Identity, at: datetime, bank_hold: timedelta) -> PayoutBatch:
    """Freezes names, IBANs and references, and asks for approval.

    Raises Conflict with the payouts that stand in the way, and BadInput while the platform has no account.
    """
    batch = locked(batch_id)
    _expect(batch, BatchStatus.DRAFT)
    account = _account()
    lines = fingerprint.read(raw(), batch.id)
    if not lines:
        raise Conflict(gettext("No payout is left in this batch: cancel it."))
    if obstacles := fingerprint.obstacles(lines, at=at, bank_hold=bank_hold) + _refused(batch):
        raise Conflict(gettext("Remove these payouts or wait, then submit again: %(list)s", list=few(obstacles)))
    move(batch, BatchStatus.SUBMITTED)
    batch.submitted_by, batch.submitted_at, batch.note = by.person_id, at, None
    batch.fingerprint = fingerprint.fingerprint(batch, account, _frozen(batch, lines))
    db.session.flush()
    db.session.refresh(batch, ["approvers"])  # the database has counted them
    total = _total(lines) | {"approvers": batch.approvers}
    record("submit", "payout_batch", batch.id, by=by, at=at, fingerprint=batch.fingerprint.hex(), **total)
    letters.write_waiting(batch, len(lines), sum(line.amount for line in lines), eligibility.eligible(batch), at=at)
    return batch


def approve(
    batch_id: UUID, *, seen: str, by: Identity, at: datetime, config: Config, comment: str = "", answer: str = ""
) -> list[str]:
    """One person's approval of what was submitted; with the last one that is needed the batch is approved and the files
    for the bank are made. `seen` is the fingerprint the person looked at, `comment` what they say about HIGH risks,
    `answer` their second factor.

    Where something has changed since, the batch goes back to draft instead and the changes are returned; the caller
    commits either way. Raises NotAllowed for who may not approve it, BadInput without a word on a HIGH risk,
    WrongStatus and Conflict.
    """
    batch = locked(batch_id)
    _expect(batch, BatchStatus.SUBMITTED)
    if reason := eligibility.why_not(batch, by):
        raise NotAllowed(reason)
    if batch.fingerprint is None or batch.fingerprint.hex() != seen:
        raise Conflict(gettext("This batch was resubmitted after you opened the page. Review it again."))
    verification.expect_acknowledged(batch.id, by)
    lines = fingerprint.read(raw(), batch.id)
    if changes := changed(batch, lines):
        _throw_back(batch, changes, by=by, at=at)
        return changes
    comment = _checked_comment(batch, comment)
    use = factors.use(by.person_id, answer, purpose(batch), at=at)
    row = BatchApproval(batch_id=batch.id, person_id=by.person_id, fingerprint=batch.fingerprint)
    row.comment, row.factor_use_id, row.at = comment or None, use, at
    db.session.add(row)
    db.session.flush()
    given, needed = len(eligibility.approvals(batch)), batch.approvers or 1
    said = {"fingerprint": seen, "given": f"{given}/{needed}"} | ({"reason": comment} if comment else {})
    if given < needed:
        record("agree", "payout_batch", batch.id, by=by, at=at, **said, **_total(lines))
        return []
    _finish(batch, by, at, config)
    record("approve", "payout_batch", batch.id, by=by, at=at, **said, **_total(lines))
    letters.write_skipped(batch, at=at)
    return []


def purpose(batch: PayoutBatch) -> str:
    """What a second factor is asked for: its answer counts for the approval of this batch alone."""
    return f"batch {batch.id}"


def changed(batch: PayoutBatch, lines: list[Line]) -> list[str]:
    """What is different from what was submitted, a sentence each: lines, bank details, holds, refused accounts, the
    platform's own account. Payouts that were taken out are no difference."""
    account = _account()
    unchanged = fingerprint.is_unchanged(batch, account, lines, fingerprint.gone(raw(), batch.id))
    refused = _refused(batch)
    if unchanged or batch.submitted_at is None:
        return refused
    known = fingerprint.changes(lines, batch.submitted_at) + refused
    return known or [gettext("Its payouts or the platform’s account have changed.")]


def throw_back_changed(batch: PayoutBatch, *, by: Identity, at: datetime) -> list[str]:
    """An approved batch, locked and not yet at the bank, goes back to draft when anything in it has changed, and its
    approvals are void. Returns the changes; the caller commits."""
    if batch.status != BatchStatus.APPROVED or has_left(batch):
        return []
    changes = changed(batch, fingerprint.read(raw(), batch.id))
    if changes:
        _undo_approval(batch, at)
        _throw_back(batch, changes, by=by, at=at)
    return changes


def expire(batch_id: UUID, note: str, *, at: datetime) -> PayoutBatch | None:
    """An approved batch that nobody has taken to the bank is a draft again, for the reason `note`; None when somebody
    has meanwhile."""
    batch = locked(batch_id)
    if batch.status != BatchStatus.APPROVED or has_left(batch):
        return None
    _undo_approval(batch, at)
    _back_to_draft(batch, note)
    record("expire", "payout_batch", batch.id, by=None, at=at, reason=note)
    return batch


def recall(batch_id: UUID, *, reason: str, by: Identity, at: datetime) -> None:
    """Takes a batch back to draft: the maker's side a submitted one; either side an approved one, whose approval and
    files are void then. Raises WrongStatus once somebody has downloaded a file of it: the bank may have it.
    """
    batch, reason = locked(batch_id), checked_reason(reason)
    if batch.status == BatchStatus.APPROVED:
        _undo_approval(batch, at)
    else:
        _expect(batch, BatchStatus.SUBMITTED)
        if not by.has(MAKER):
            sentence = gettext("Only a finance maker recalls a batch that waits for approval: reject it instead.")
            raise NotAllowed(sentence)
    _back_to_draft(batch, reason)
    record("recall", "payout_batch", batch.id, by=by, at=at, reason=reason)


def reject(batch_id: UUID, *, reason: str, by: Identity, at: datetime) -> None:
    """The checker's side sends a submitted batch back to draft."""
    batch, reason = locked(batch_id), checked_reason(reason)
    _expect(batch, BatchStatus.SUBMITTED)
    _back_to_draft(batch, reason)
    record("reject", "payout_batch", batch.id, by=by, at=at, reason=reason)


def cancel(batch_id: UUID, *, by: Identity, at: datetime) -> None:
    """Gives a draft up: all its money is payable again."""
    batch = locked(batch_id)
    _expect(batch, BatchStatus.DRAFT)
    transfers.drop_all(batch, at=at)
    move(batch, BatchStatus.CANCELLED)
    record("cancel", "payout_batch", batch.id, by=by, at=at)


def locked(batch_id: UUID) -> PayoutBatch:
    """The batch as it is now, its row locked to the end of the transaction; NotFound when there is none."""
    query = select(PayoutBatch).where(PayoutBatch.public_id == batch_id).with_for_update()
    batch = db.session.scalar(query.execution_options(populate_existing=True))
    if batch is None:
        raise NotFound(gettext("There is no such batch."))
    return batch


def checked_reason(reason: str) -> str:
    """The reason on one line; BadInput when there is none, or when it is too long."""
    return required_text(" ".join(reason.split()), gettext("Give a reason. Others will read it."), LONGEST_REASON)


def _expect(batch: PayoutBatch, status: str) -> None:
    """WrongStatus when somebody was faster. The move comes later, with the columns its CHECKs ask for."""
    if batch.status != status:
        sentence = gettext("This batch is now “%(status)s”. Review it again.", status=word(batch.status))
        raise WrongStatus(sentence)


def _finish(batch: PayoutBatch, by: Identity, at: datetime, config: Config) -> None:
    """The last approval is given: the payouts count as sent and the files are made."""
    move(batch, BatchStatus.APPROVED)
    batch.approved_by, batch.approved_at = by.person_id, at
    batch.execute_on = target.next_open_day(clock.today(config.platform_timezone, at=at))
    transfers.send(batch, at=at)
    make_files(batch, _account(), config.platform_name, at=at, execute_on=batch.execute_on)


def _checked_comment(batch: PayoutBatch, comment: str) -> str:
    """The comment on one line; BadInput when it is too long, or missing although a risk is HIGH."""
    comment = " ".join(comment.split())
    if comment:
        return checked_reason(comment)
    if high := risks.high(risks.read(raw(), batch.id)):
        named = few([f"{note.creator}: {risks.sentence(note)}." for note in high], most=5)
        sentence = gettext("Say in the comment why these are paid all the same: %(risks)s", risks=named)
        raise BadInput(sentence)
    return ""


def _throw_back(batch: PayoutBatch, changes: list[str], *, by: Identity, at: datetime) -> None:
    _back_to_draft(batch, few(changes))
    record("throw_back", "payout_batch", batch.id, by=by, at=at, reason=few(changes))


def _undo_approval(batch: PayoutBatch, at: datetime) -> None:
    """The payouts are reserved again; the files stay as they are and count no more."""
    if batch.downloaded_at:
        sentence = gettext(
            "The file of this batch has been downloaded, so the bank may have it and the batch can't be recalled: "
            "mark each payout as paid or failed instead."
        )
        raise WrongStatus(sentence)
    if has_left(batch):
        raise WrongStatus(gettext("Payouts of this batch were sent by Stripe, so the batch can't be recalled."))
    transfers.take_back(batch, at=at)
    batch.approved_by = batch.approved_at = batch.execute_on = None
    batch.sending_by = batch.sending_at = batch.sending_after = None


def _back_to_draft(batch: PayoutBatch, note: str) -> None:
    """Nothing frozen is left: the next submission freezes anew."""
    move(batch, BatchStatus.DRAFT)
    batch.submitted_by = batch.submitted_at = batch.fingerprint = None
    batch.note = note
    of_batch = update(Payout).where(Payout.batch_id == batch.id)
    thawed = {"holder": None, "iban": None, "account": None, "rail": None, "reference": None}
    db.session.execute(of_batch.where(Payout.status == PayoutStatus.RESERVED).values(thawed))
    db.session.execute(of_batch.where(Payout.fingerprint.is_not(None)).values(fingerprint=None))
    db.session.flush()


def _frozen(batch: PayoutBatch, lines: list[Line]) -> list[Line]:
    """Freezes the batch's payouts, each with its fingerprint; returns the lines as they are then."""
    values = {"batch": batch.id, "sepa_countries": sorted(SEPA_COUNTRIES), "to_banks": settings().pays_to_banks}
    rows = raw().execute(statement("app.payouts", "freeze"), values).fetchall()
    kept = {payout: dict(zip(FROZEN, columns, strict=True)) for payout, *columns in rows}
    frozen = [line._replace(**kept[line.payout_id]) for line in lines]
    prints = [fingerprint.line_fingerprint(line) for line in frozen]
    values = {"payouts": [line.payout_id for line in frozen], "fingerprints": prints}
    raw().execute(statement("app.payouts", "keep_fingerprints"), values)
    return frozen


def _refused(batch: PayoutBatch) -> list[str]:
    """A sentence for each payout that can't be made as the creator stands now."""
    refused = raw().execute(statement("app.payouts", "refused_payees"), {"batch": batch.id}).fetchall()
    return [of_payee(name, code) for name, code in refused]


def _account() -> BankDetail:
    """The platform's own account."""
    versions = onboarding.versions(None)
    if not versions:
        raise BadInput(gettext("The platform has no bank account yet: enter its name and IBAN under Finance, Account."))
    return versions[0]


def _total(lines: list[Line]) -> dict[str, Any]:
    """What the lines come to, for the audit trail."""
    return {"payouts": len(lines), "amount": sum(line.amount for line in lines), "currency": lines[0].currency}


def few(sentences: list[str], most: int = 20) -> str:
    """The first of many sentences, and how many more there are."""
    shown = " ".join(sentences[:most])
    left = len(sentences) - most
    return shown if left <= 0 else gettext("%(shown)s … and %(count)s more.", shown=shown, count=left)
