"""One batch as a ZIP for the auditor."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app.database import db
from app.errors import NotFound
from app.payouts.batches.archive import archive
from app.payouts.blueprint import blueprint
from app.payouts.models import PayoutBatch
from app.security import FINANCE, Role, require
from app.web.downloads import download

ARCHIVE = FINANCE | {Role.AUDITOR}


@blueprint.get("/finance/batches/<uuid:batch>/archive")
@require(ARCHIVE)
def batch_archive(batch: UUID) -> ResponseReturnValue:
    """Its lines, approvals, history, risks and files, with their hashes. Nothing changes by reading it."""
    row = db.session.scalar(select(PayoutBatch).where(PayoutBatch.public_id == batch))
    if row is None:
        raise NotFound(gettext("There is no such batch."))
    return download(archive(row), f"batch-{row.number}.zip", "application/zip")
