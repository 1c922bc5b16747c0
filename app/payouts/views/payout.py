"""One payout: what it pays, where it stands, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db, page_asked, raw
from app.errors import NotFound
from app.payouts import accounts, holds, overview, transfers
from app.payouts.approval import checked_reason
from app.payouts.blueprint import blueprint
from app.payouts.forms import ReasonForm
from app.payouts.models import BatchStatus, Payout, PayoutStatus
from app.security import FINANCE, MAKER, PLATFORM, identity, require


class Entries(Pagination):
    """The entries that a payout pays, a page at a time."""

    @classmethod
    def of(cls, payout: Payout, parts: Sequence[overview.Part]) -> Entries:
        """The page asked for in the address; 404 when there is none."""
        entries = sum(part.entries for part in parts)
        return cls(page=page_asked(), payout=payout.id, entries=entries)

    def _query_items(self) -> list[Any]:
        return list(overview.entries(raw(), self._query_args["payout"], page=self.page, size=self.per_page))

    def _query_count(self) -> int:
        return int(self._query_args["entries"])


@blueprint.get("/finance/payouts/<uuid:payout>")
@require(PLATFORM)
def payout(payout: UUID) -> ResponseReturnValue:
    """For finance: its brands, its entries, its way through the books."""
    payout_row, who = payout_with(payout), identity()
    parts = overview.parts(raw(), payout_row.id)
    return render_template(
        "payouts/payout.html",
        payout=payout_row,
        parts=parts,
        page=Entries.of(payout_row, parts),
        moves=overview.moves(raw(), payout_row.id),
        hold=holds.current_hold(payout_row.creator),
        form=ReasonForm(),
        iban=accounts.spaced if who.has(FINANCE) else accounts.masked,
        may_drop=who.has(MAKER)
        and payout_row.batch.status == BatchStatus.DRAFT
        and payout_row.status == PayoutStatus.RESERVED,
        may_mark=who.has(FINANCE),
    )


@blueprint.post("/finance/payouts/<uuid:payout>/drop")
@require(MAKER)
def payout_drop(payout: UUID) -> ResponseReturnValue:
    """Takes it out of a draft: its money is payable again."""
    return _mark(payout, PayoutStatus.DROPPED, gettext("Removed. Its money is payable again."))


@blueprint.post("/finance/payouts/<uuid:payout>/paid")
@require(FINANCE)
def payout_mark_paid(payout: UUID) -> ResponseReturnValue:
    """The bank has paid it."""
    return _mark(payout, PayoutStatus.PAID, gettext("Marked as paid."))


@blueprint.post("/finance/payouts/<uuid:payout>/failed")
@require(FINANCE)
def payout_mark_failed(payout: UUID) -> ResponseReturnValue:
    """The bank did not pay it."""
    return _mark(payout, PayoutStatus.FAILED, gettext("Marked as failed: its money is payable again."))


@blueprint.post("/finance/payouts/<uuid:payout>/returned")
@require(FINANCE)
def payout_mark_returned(payout: UUID) -> ResponseReturnValue:
    """The bank paid it, and the money came back."""
    return _mark(payout, PayoutStatus.RETURNED, gettext("Marked as returned: its money is payable again."))


def payout_with(public_id: UUID, *more: ColumnElement[bool]) -> Payout:
    """The payout with this public id, or NotFound."""
    query = select(Payout).options(joinedload(Payout.creator), joinedload(Payout.batch))
    payout = db.session.scalar(query.where(Payout.public_id == public_id, *more))
    if payout is None:
        raise NotFound(gettext("There is no such payout, or it is not yours."))
    return payout


def _mark(payout: UUID, status: PayoutStatus, message: str) -> ResponseReturnValue:
    reason = "" if status == PayoutStatus.PAID else checked_reason(request.form.get("reason", ""))
    transfers.mark(payout, status, reason=reason, by=identity(), at=clock.now())
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("payouts.payout", payout=payout))
