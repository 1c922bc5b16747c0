"""All that an auditor needs to know of one batch, as one ZIP. Reading it changes nothing; the same state of the batch
gives the same bytes.

A file for the bank is in it once somebody has downloaded it for the bank; until then only its hash: it could be taken
to the bank from here although the batch is recalled later.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, LiteralString

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from app.database import db, raw
from app.payouts import overview
from app.payouts.batches import risks
from app.payouts.models import BatchApproval, Payout, PayoutBatch, PayoutFile
from app.payouts.reports import reconciliation
from app.web.downloads import pieces

LINES = (
    *"payout creator name currency amount_minor status rail reference holder iban account".split(),
    *"fingerprint reason code paid_on".split(),
)
APPROVALS = "person email at fingerprint counts second_factor comment".split()
HISTORY = "at person action object detail".split()
RISKS = "payout creator level note about".split()
TRANSFERS = (
    *"payout attempt reference account currency amount_minor prepared_at status ended_at".split(),
    *"provider_id reversed_minor code sentence".split(),
)
SENT: LiteralString = """
select p.public_id, t.attempt, t.reference, t.account, t.currency, t.amount, t.prepared_at, t.status, t.ended_at,
    t.provider_id, t.reversed, t.code, t.sentence
from transfer t join payout p on p.id = t.payout_id
where p.batch_id = %(batch)s order by p.id, t.attempt
"""
CLOSINGS = "rail sent_minor booked_minor difference_minor mismatches at person note".split()
EPOCH = (1980, 1, 1, 0, 0, 0)  # a ZIP needs some time; this one says nothing


def archive(batch: PayoutBatch) -> bytes:
    """The ZIP: lines, approvals, history, risks, attempts at Stripe and closings as CSV, the files for the bank and
    those that it sent back, and a manifest with every hash."""
    members = {
        "batch.json": _json(_facts(batch)),
        "lines.csv": _csv(LINES, _lines(batch)),
        "approvals.csv": _csv(APPROVALS, _approvals(batch)),
        "history.csv": _csv(HISTORY, _history(batch)),
        "risks.csv": _csv(RISKS, _risks(batch)),
        "transfers.csv": _csv(TRANSFERS, _transfers(batch)),
        "closings.csv": _csv(CLOSINGS, _closings(batch)),
    }
    kept_back = []
    for file in _files(batch):
        if batch.downloaded_at:
            members[f"files/{file.version}-{file.name}"] = file.content
        else:
            kept_back.append({"name": file.name, "version": file.version, "sha256": file.digest.hex()})
    for report in reconciliation.files(batch):
        members[f"bank/{report.id}-{report.name}"] = report.content
    manifest = {
        "sha256": {name: _hash(content) for name, content in members.items()},
        "not_downloaded_yet": kept_back,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (members | {"manifest.json": _json(manifest)}).items():
            packed.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _facts(batch: PayoutBatch) -> dict[str, Any]:
    names = (
        "number currency cutoff_on minimum status made_at submitted_at approved_at approvers execute_on downloaded_at"
        " sending_at"
    )
    facts = {name: getattr(batch, name) for name in names.split()} | {"batch": batch.public_id, "note": batch.note}
    facts["fingerprint"] = batch.fingerprint.hex() if batch.fingerprint else None
    return {name: _instant(value) if isinstance(value, datetime) else value for name, value in facts.items()}


def _lines(batch: PayoutBatch) -> Iterable[Sequence[Any]]:
    query = select(Payout).where(Payout.batch_id == batch.id).options(joinedload(Payout.creator)).order_by(Payout.id)
    for each in db.session.scalars(query):
        party = (each.public_id, each.creator.handle, each.creator.name, each.currency, each.amount, each.status)
        frozen = (each.rail, each.reference, each.holder, each.iban, each.account)
        proof = each.fingerprint and each.fingerprint.hex()
        yield (*party, *frozen, proof, each.reason, each.code, each.paid_on)


def _approvals(batch: PayoutBatch) -> Iterable[Sequence[Any]]:
    """Of all submissions; those that count are of the fingerprint that the batch has."""
    query = select(BatchApproval).where(BatchApproval.batch_id == batch.id).order_by(BatchApproval.id)
    for each in db.session.scalars(
        query.options(joinedload(BatchApproval.person), joinedload(BatchApproval.factor_use))
    ):
        counts = "yes" if each.fingerprint == batch.fingerprint else "void"
        who = (each.person.name, each.person.email, _instant(each.at))
        yield (*who, each.fingerprint.hex(), counts, each.factor_use.kind if each.factor_use else "none", each.comment)


def _history(batch: PayoutBatch) -> Iterable[Sequence[Any]]:
    for event in db.session.scalars(overview.history(batch)):
        about = f"{event.object_kind} {event.object_id}"
        detail = json.dumps(event.detail, sort_keys=True, ensure_ascii=False)
        yield _instant(event.at), event.by_name, event.action, about, detail


def _risks(batch: PayoutBatch) -> Iterable[Sequence[Any]]:
    for note in risks.read(raw(), batch.id):
        yield note.payout, note.creator, note.level, note.note, note.about


def _transfers(batch: PayoutBatch) -> Iterable[Sequence[Any]]:
    """Every attempt to send a payout by Stripe, with Stripe's number of it."""
    for row in raw().execute(SENT, {"batch": batch.id}):
        yield [_instant(cell) if isinstance(cell, datetime) else cell for cell in row]


def _closings(batch: PayoutBatch) -> Iterable[Sequence[Any]]:
    for each in reconciliation.closings(batch):
        sums = (each.sent, each.booked, each.difference, each.mismatches)
        yield each.rail, *sums, _instant(each.closed_at), each.closer.name, each.note


def _files(batch: PayoutBatch) -> Sequence[PayoutFile]:
    query = select(PayoutFile).where(PayoutFile.batch_id == batch.id).options(undefer(PayoutFile.content))
    return db.session.scalars(query.order_by(PayoutFile.version, PayoutFile.rail)).all()


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    return "".join(pieces(header, rows)).encode()


def _json(content: object) -> bytes:
    return (json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n").encode()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
