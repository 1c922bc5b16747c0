"""From approval to the bank: what has changed since, and the download of the file, after which nothing is recalled.

Only the first download matters: until then the batch can be taken back, from then on the bank may have the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.database import db, raw, rows
from app.errors import Conflict, NotFound
from app.payouts.bank import target
from app.payouts.batches import approval, bankfiles, fingerprint
from app.payouts.batches.leaving import has_left
from app.payouts.models import BY_STRIPE, BankDetail, BatchStatus, Payout, PayoutBatch, PayoutFile, PayoutStatus
from app.security import Identity
from app.users.models import Creator, Person
from app.users.trail import record
from config import Config

VOIDING = frozenset({"bank_details", "hold", "name_mismatch", "no_tax_data"})
MOST = 20  # so many changes are told in a sentence


class Change(NamedTuple):
    """What has happened since submission to somebody who is paid."""

    payout: UUID
    creator: str
    amount: int
    currency: str
    kind: str
    about: str


class Concern(NamedTuple):
    """What speaks against taking a file to the bank, in a sentence; `change` where it is about one payout. One that
    `voids` makes the batch another than the one that was approved."""

    sentence: str
    change: Change | None = None
    voids: bool = False


def concerns(batch: PayoutBatch) -> list[Concern]:
    """What has changed since the batch was submitted and speaks against paying; only while it is approved."""
    if batch.status != BatchStatus.APPROVED:
        return []
    changes = rows(raw(), "app.payouts", "concerns", {"batch": batch.id}, Change)
    return _of_the_platform(batch) + [Concern(_sentence(each), each, each.kind in VOIDING) for each in changes]


def digest(seen: Sequence[Concern]) -> str:
    """Names exactly these concerns, so that somebody can say that they have seen them; empty when there are none."""
    if not seen:
        return ""
    return hashlib.sha256("\n".join(f"{each.change} {each.sentence}" for each in seen).encode()).hexdigest()


def download(batch_id: UUID, rail: str, *, aware: str, by: Identity, at: datetime, config: Config) -> PayoutFile:
    """The file for the bank. The first download is noted; a file whose day has come by then is made anew before.

    `aware` is the digest of the concerns that the person has seen. Raises NotFound when no such file counts, and
    Conflict with the concerns when there are others, or before the first download when the batch is not what was
    approved (`approval.throw_back_changed` makes it a draft then).
    """
    batch = approval.locked(batch_id)
    if batch.status == BatchStatus.APPROVED and not has_left(batch):
        expect_unchanged(batch)
    first = gettext("Open the batch, then recall it or confirm the download.")
    again = gettext("Open the batch, look at each payout, then confirm the download.")
    known = expect_aware(batch, aware, advice=again if has_left(batch) else first)
    if batch.status == BatchStatus.APPROVED and batch.downloaded_at is None and _is_stale(batch, at, config):
        remake(batch, by, at, config)
    file = next((file for file in bankfiles.current_files(batch) if file.rail == rail), None)
    if file is None:
        raise NotFound(gettext("There is no such file: it is made when the batch is approved."))
    if batch.downloaded_at is None:
        batch.downloaded_at, batch.downloaded_by = at, by.person_id
    accepted = {"reason": " ".join(each.sentence for each in known)} if known else {}
    record("download", "payout_batch", batch.id, by=by, at=at, file=file.name, **accepted)
    return file


def expect_aware(batch: PayoutBatch, aware: str, *, advice: str) -> Sequence[Concern]:
    """The concerns about a batch, which the person knows by the digest `aware`; Conflict with them, and the advice,
    when they do not."""
    known = concerns(batch)
    if known and aware != digest(known):
        changes = " ".join(each.sentence for each in known[:MOST])
        sentence = gettext("Something has changed since this batch was submitted: %(changes)s", changes=changes)
        raise Conflict(f"{sentence} {advice}")
    return known


def astray(batch: PayoutBatch) -> Sequence[Payout]:
    """Payouts in a downloaded file that have failed or come back since: a bank that gets the file again pays them."""
    if batch.downloaded_at is None:
        return []
    gone = (PayoutStatus.FAILED, PayoutStatus.RETURNED)
    query = select(Payout).join(Payout.creator).where(Payout.batch_id == batch.id, Payout.status.in_(gone))
    query = query.where(Payout.rail.not_in(BY_STRIPE), Payout.status_at >= batch.downloaded_at)  # not given up before
    return db.session.scalars(query.order_by(Creator.name, Payout.id)).all()


def _is_stale(batch: PayoutBatch, at: datetime, config: Config) -> bool:
    """Whether the file asks for a day that has come already, or holds what is no longer sent."""
    late = batch.execute_on is None or batch.execute_on <= clock.today(config.platform_timezone, at=at)
    stays = (PayoutStatus.SENT, PayoutStatus.DROPPED)
    gone = select(Payout.id).where(Payout.batch_id == batch.id, Payout.status.not_in(stays))
    gone = gone.where(Payout.rail.not_in(BY_STRIPE))
    return late or db.session.scalar(gone.limit(1)) is not None


def expect_unchanged(batch: PayoutBatch) -> None:
    """Conflict when what would be paid is not what was approved, payout by payout (rules.md B22)."""
    if changes := approval.changed(batch, fingerprint.read(raw(), batch.id)):
        sentence = gettext(
            "This batch is not what was approved any more: %(changes)s", changes=" ".join(changes[:MOST])
        )
        raise Conflict(sentence)


def remake(batch: PayoutBatch, by: Identity, at: datetime, config: Config) -> None:
    """Makes the files anew for the next day on which banks settle, from the account that was approved."""
    account = select(BankDetail).where(BankDetail.creator_id.is_(None), BankDetail.recorded_at <= batch.submitted_at)
    payer = db.session.scalars(account.order_by(BankDetail.id.desc()).limit(1)).one()
    batch.execute_on = target.next_open_day(clock.today(config.platform_timezone, at=at))
    bankfiles.make_files(batch, payer, config.platform_name, at=at, execute_on=batch.execute_on)
    record("remake", "payout_batch", batch.id, by=by, at=at, execute_on=batch.execute_on.isoformat())


def _of_the_platform(batch: PayoutBatch) -> list[Concern]:
    """The account that pays, and the people who made and approved the batch."""
    known = []
    changed = select(BankDetail.id).where(BankDetail.creator_id.is_(None), BankDetail.recorded_at > batch.submitted_at)
    if db.session.scalar(changed.limit(1)) is not None:
        known.append(Concern(gettext("The platform’s own account has changed."), voids=True))
    people = {batch.made_by, batch.submitted_by, batch.approved_by} - {None}
    gone = select(Person.name).where(Person.id.in_(people), Person.disabled_at > batch.submitted_at)
    for name in db.session.scalars(gone.order_by(Person.name)):
        known.append(Concern(gettext("%(person)s, who made or approved this batch, was disabled.", person=name)))
    return known


def _sentence(change: Change) -> str:
    creator, about = change.creator, change.about
    sentences = {
        "bank_details": gettext("%(creator)s has changed the bank details.", creator=creator),
        "hold": gettext("%(creator)s is on hold: %(reason)s.", creator=creator, reason=about.rstrip(".")),
        "refused": gettext("The last payment to the account of %(creator)s failed.", creator=creator),
        "name_mismatch": gettext("The bank knows another name for the account of %(creator)s.", creator=creator),
        "no_tax_data": gettext("The tax data of %(creator)s is overdue.", creator=creator),
        "disabled": gettext("%(person)s, who signs in for %(creator)s, was disabled.", person=about, creator=creator),
        "closed": gettext("The account of %(creator)s on this platform was closed.", creator=creator),
    }
    return str(sentences[change.kind])
