"""The auditor's ZIP of a batch: complete, with its hashes, the same each time, and nothing changes by reading it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.database import db, raw
from app.payouts.batches import approval, bankfiles
from app.payouts.batches.archive import archive
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import PayoutBatch, PayoutFile
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import approve_batch, hand_over, identity

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def approved(cast: Cast) -> PayoutBatch:
    """Approved at the second submission; the first approval is void."""
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    for name, iban, holder in (("mira", IBANS[0], "=Mira"), ("joon", IBANS[1], "Joon Park")):
        bank(cast.creators[name], iban, holder, by=cast.people["sam"].id)
        earn(cast.brands["lumen"], cast.creators[name], 5000)
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1, by=identity("mo").person_id, at=AT)
    batch = db.session.get_one(PayoutBatch, made)
    for _ in range(2):
        if batch.status == "approved":
            approval.recall(batch.public_id, reason="one more look", by=identity("che"), at=AT)
        approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
        approve_batch(batch, at=AT)
        db.session.commit()
    return batch


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_it_holds_everything_with_its_hashes(approved: PayoutBatch) -> None:
    hand_over(approved, at=AT + timedelta(hours=1))
    db.session.commit()
    members = unpacked(archive(approved))
    manifest = json.loads(members.pop("manifest.json"))
    assert manifest["sha256"] == {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    files = db.session.scalars(select(PayoutFile).order_by(PayoutFile.version)).all()
    assert [members[f"files/{file.version}-{file.name}"] for file in files] == [file.content for file in files]
    lines = table(members["lines.csv"])
    assert {(row["creator"], row["amount_minor"], row["iban"], row["holder"]) for row in lines} == {
        ("mira", "5000", IBANS[0], "'=Mira"),
        ("joon", "5000", IBANS[1], "Joon Park"),
    }
    assert all(len(row["fingerprint"]) == 64 for row in lines)
    approvals = table(members["approvals.csv"])
    assert [(row["person"], row["counts"], row["second_factor"]) for row in approvals] == [
        ("Che", "void", "totp"),
        ("Che", "yes", "totp"),
    ]
    assert approvals[1]["fingerprint"] == (approved.fingerprint or b"").hex()
    actions = [row["action"] for row in table(members["history.csv"])]
    assert actions == ["assemble", "submit", "approve", "recall", "submit", "approve", "download"]
    assert {row["note"] for row in table(members["risks.csv"])} == {"first", "name_differs"}
    assert json.loads(members["batch.json"])["status"] == "approved"


def test_a_file_that_nobody_has_taken_is_not_taken_this_way(approved: PayoutBatch) -> None:
    members = unpacked(archive(approved))
    assert not [name for name in members if name.startswith("files/")]
    kept_back = json.loads(members["manifest.json"])["not_downloaded_yet"]
    (current,) = bankfiles.current_files(approved)
    assert kept_back[-1] == {
        "name": current.name,
        "version": 2,
        "sha256": hashlib.sha256(current.content).hexdigest(),
    }


def test_it_is_the_same_each_time_and_changes_nothing(approved: PayoutBatch, browse: Browse) -> None:
    path, audrey, mo = f"/finance/batches/{approved.public_id}/archive", browse("audrey"), browse("mo")
    before = _rows()
    first, second = audrey.get(path), mo.get(path)
    assert (first.status_code, first.mimetype) == (200, "application/zip")
    assert first.data == second.data
    assert _rows() == before
    assert browse("adam").get(path).status_code == 403
    assert browse("audrey").get(f"/finance/batches/{approved.public_id}").text.count("/archive") == 1


def _rows() -> list[object]:
    """All that an export could have changed."""
    tables = ("payout_batch", "payout", "payout_file", "audit_event", "entry", "batch_approval")
    return [
        db.session.execute(text(f"select md5(string_agg(t::text, '|' order by t::text)) from {name} t")).scalar()
        for name in tables
    ]
