"""What a batch pays, read from the current data, and its fingerprint: any later change shows (rules.md B22)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString, NamedTuple

import psycopg
from flask_babel import gettext

from app.database import query_rows, rows
from app.payouts.bank.accounts import is_latin
from app.payouts.models import BankDetail, PayoutBatch

GONE: LiteralString = (
    "select id as payout_id, amount, fingerprint from payout"
    " where batch_id = %(batch)s and status not in ('reserved', 'sent') and fingerprint is not null"
)


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


class Gone(NamedTuple):
    """A payout that has left the batch since it was submitted, as it was approved."""

    payout_id: int
    amount: int
    fingerprint: bytes


def gone(connection: psycopg.Connection[Any], batch_id: int) -> list[Gone]:
    """What was submitted and is not paid by the batch any more."""
    return query_rows(connection, GONE, {"batch": batch_id}, Gone)


def line_fingerprint(line: Line) -> bytes:
    """SHA-256 over canonical JSON of one line: what an approval is of, payout by payout."""
    return _digest(_canonical(line))


def fingerprint(batch: PayoutBatch, account: BankDetail, lines: Sequence[Line], gone: Sequence[Gone] = ()) -> bytes:
    """SHA-256 over canonical JSON of the fingerprints of all lines that were submitted, the totals, the cut-off and the
    account that pays. Taking a payout out changes nothing: its line counts as it was, and the others are still what
    was approved."""
    parts = [Gone(line.payout_id, line.amount, line_fingerprint(line)) for line in lines]
    parts = sorted([*parts, *gone])
    content = _head(batch, account, len(parts), sum(part.amount for part in parts), scheme=3)
    return _digest(content | {"lines": [[part.payout_id, part.fingerprint.hex()] for part in parts]})


def second_scheme(batch: PayoutBatch, account: BankDetail, lines: Sequence[Line]) -> bytes:
    """The fingerprint of batches submitted before single lines had one, over all lines at once."""
    content = _head(batch, account, len(lines), sum(line.amount for line in lines), scheme=2)
    return _digest(content | {"lines": [_canonical(line) for line in lines]})


def is_unchanged(batch: PayoutBatch, account: BankDetail, lines: Sequence[Line], gone: Sequence[Gone] = ()) -> bool:
    """Whether what the batch still pays is what was submitted, by the scheme that was in use then.

    The schemes never hash the same text (the number of the scheme is in it, and the first begins with a parenthesis,
    where JSON has a brace), so a match proves the content whichever it is.
    """
    return (
        batch.fingerprint == fingerprint(batch, account, lines, gone)
        or batch.fingerprint == second_scheme(batch, account, lines)
        or batch.fingerprint == first_scheme(batch, account, lines)
    )


def _head(batch: PayoutBatch, account: BankDetail, payouts: int, total: int, *, scheme: int) -> dict[str, object]:
    return {
        "scheme": scheme,
        "currency": batch.currency,
        "cutoff_on": batch.cutoff_on.isoformat(),
        "minimum": batch.minimum,
        "payouts": payouts,
        "total": total,
        "account": {"holder": account.holder, "iban": account.iban},
    }


def _digest(content: dict[str, object]) -> bytes:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).digest()


def _canonical(line: Line) -> dict[str, object]:
    """A line for JSON: instants in UTC, bytes in hexadecimal. A new display name of the creator changes nothing."""
    values = {name: value for name, value in line._asdict().items() if name != "creator"}
    values["recorded_at"] = line.recorded_at and line.recorded_at.astimezone(UTC).isoformat()
    values["digest"] = line.digest and line.digest.hex()
    return values


def first_scheme(batch: PayoutBatch, account: BankDetail, lines: Sequence[Line]) -> bytes:
    """The fingerprint of batches submitted before canonical JSON: over `repr`, so Line keeps its name and fields."""
    digest = hashlib.sha256()
    total = sum(line.amount for line in lines)
    head = (batch.currency, batch.cutoff_on, batch.minimum, len(lines), total, account.holder, account.iban)
    digest.update(repr(tuple(map(str, head))).encode())
    for line in lines:
        digest.update(repr(line._replace(creator="")).encode())
    return digest.digest()


def obstacles(lines: Sequence[Line], *, at: datetime, bank_hold: timedelta) -> list[str]:
    """Why single payouts of a draft can't be submitted, a sentence each."""
    return [sentence for line in lines for sentence in _obstacle(line, at - bank_hold)]


def _obstacle(line: Line, unchanged_since: datetime) -> list[str]:
    if line.held:
        return [gettext("%(creator)s is on hold.", creator=line.creator)]
    if line.recorded_at is None:
        return [gettext("%(creator)s has no bank details.", creator=line.creator)]
    if (line.versions or 0) > 1 and line.recorded_at > unchanged_since:
        return [gettext("%(creator)s has just changed the bank details.", creator=line.creator)]
    if not is_latin(line.holder or ""):
        return [gettext("The bank needs the name of %(creator)s’s account in Latin letters.", creator=line.creator)]
    return []


def changes(lines: Sequence[Line], since: datetime) -> list[str]:
    """What is different from what was submitted at `since`, a sentence each."""
    return [sentence for line in lines for sentence in _changes(line, since)]


def _changes(line: Line, since: datetime) -> list[str]:
    sentences = []
    if line.recorded_at is None or line.recorded_at > since or _is_other(line):
        sentences.append(gettext("%(creator)s has changed the bank details.", creator=line.creator))
    if line.held:
        sentences.append(gettext("%(creator)s is on hold.", creator=line.creator))
    if line.amount != line.total:
        sentences.append(gettext("The payout of %(creator)s is no longer the sum of its lines.", creator=line.creator))
    return sentences


def _is_other(line: Line) -> bool:
    return (line.frozen_holder, line.frozen_iban) != (line.holder, line.iban)
