"""What a batch pays, read from the current data, and its fingerprint: any later change shows (rules.md B22)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import psycopg
from flask_babel import gettext

from app.database import rows
from app.payouts.models import BankDetail, PayoutBatch


class Line(NamedTuple):
    """One payout: what was frozen at submission, and what holds now."""

    payout_id: int
    creator_id: int
    creator: str
    amount: int
    currency: str
    frozen_holder: str | None
    frozen_iban: str | None
    rail: str | None
    reference: str | None
    holder: str | None
    iban: str | None
    recorded_at: datetime | None
    recorded_by: int | None
    versions: int | None
    held: bool
    total: int
    digest: bytes | None


def read(connection: psycopg.Connection[Any], batch_id: int) -> list[Line]:
    """The batch's open payouts as of now."""
    return rows(connection, "app.payouts", "content", {"batch": batch_id}, Line)


def fingerprint(batch: PayoutBatch, account: BankDetail, lines: Sequence[Line]) -> bytes:
    """SHA-256 over the canonical lines, the totals, the cut-off and the account that pays."""
    digest = hashlib.sha256()
    total = sum(line.amount for line in lines)
    head = (batch.currency, batch.cutoff_on, batch.minimum, len(lines), total, account.holder, account.iban)
    digest.update(repr(tuple(map(str, head))).encode())
    for line in lines:
        digest.update(repr(line._replace(creator="")).encode())  # a new display name changes nothing
    return digest.digest()


def hindrances(lines: Sequence[Line], *, at: datetime, bank_hold: timedelta) -> list[str]:
    """Why single payouts of a draft can't be submitted, a sentence each."""
    return [sentence for line in lines for sentence in _hindrance(line, at - bank_hold)]


def _hindrance(line: Line, unchanged_since: datetime) -> list[str]:
    if line.held:
        return [gettext("%(creator)s is on hold.", creator=line.creator)]
    if line.recorded_at is None:
        return [gettext("%(creator)s has no bank details.", creator=line.creator)]
    if (line.versions or 0) > 1 and line.recorded_at > unchanged_since:
        return [gettext("%(creator)s has just changed the bank details.", creator=line.creator)]
    return []


def changes(lines: Sequence[Line], since: datetime) -> list[str]:
    """What is different from what was submitted at `since`, a sentence each."""
    return [sentence for line in lines for sentence in _changes(line, since)]


def _changes(line: Line, since: datetime) -> list[str]:
    found = []
    if line.recorded_at is None or line.recorded_at > since or line.frozen_iban != line.iban:
        found.append(gettext("%(creator)s has changed the bank details.", creator=line.creator))
    if line.held:
        found.append(gettext("%(creator)s is on hold.", creator=line.creator))
    if line.amount != line.total:
        found.append(gettext("The payout of %(creator)s is no longer the sum of its lines.", creator=line.creator))
    return found
