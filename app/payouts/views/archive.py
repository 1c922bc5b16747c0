"""One batch as a ZIP for the auditor."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.payouts.batches.archive import archive
from app.payouts.blueprint import blueprint
from app.payouts.views.batches import ARCHIVE, batch_with
from app.security import require
from app.web.downloads import download


@blueprint.get("/finance/batches/<uuid:batch>/archive")
@require(ARCHIVE)
def batch_archive(batch: UUID) -> ResponseReturnValue:
    """Its lines, approvals, history, risks and files, with their hashes. Nothing changes by reading it."""
    row = batch_with(batch)
    return download(archive(row), f"batch-{row.number}.zip", "application/zip")
