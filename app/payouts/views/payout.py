"""One payout: what it pays, where it stands, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
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
from app.errors import BadInput, NotFound
from app.payouts import debts, holds, overview, transfers
from app.payouts.bank import accounts, refusals
from app.payouts.batches import leaving, removal
from app.payouts.batches.approval import checked_reason
from app.payouts.blueprint import blueprint
from app.payouts.forms import ReasonForm, RefusalForm, ValueDateForm
from app.payouts.models import Payout, PayoutStatus
from app.payouts.reports import codes
from app.payouts.reports.models import BankReportLine, BankReportPayout
from app.payouts.sending.progress import attempts, reversals
from app.security import FINANCE, MAKER, PLATFORM, identity, require
from app.web import query_args
from config import settings


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
        offsets=debts.offsets(payout_row.id),
        moves=overview.moves(raw(), payout_row.id),
        left=leaving.has_left(payout_row),
        may_give_up=transfers.stands_in_no_file(payout_row.batch),
        transfers=attempts(payout_row),
        told=_told(payout_row),
        meaning=codes.meaning,
        reversals=reversals(payout_row),
        hold=holds.current_hold(payout_row.creator),
        form=ReasonForm(),
        refusal_form=RefusalForm(),
        value_form=ValueDateForm(),
        iban=accounts.spaced if who.has(FINANCE) else accounts.masked,
        may_drop=who.has(MAKER) and not removal.why_not(payout_row.batch, payout_row),
        may_mark=who.has(FINANCE),
    )


@blueprint.post("/finance/payouts/<uuid:payout>/drop")
@require(MAKER)
def payout_drop(payout: UUID) -> ResponseReturnValue:
    """Takes it out of a batch that has not left: its money is payable again, and the others stay approved."""
    reason = checked_reason(request.form.get("reason", ""))
    removal.take_out(payout, reason, by=identity(), at=clock.now(), config=settings())
    db.session.commit()
    flash(gettext("Removed. Its money is payable again."), "success")
    return redirect(url_for("payouts.payout", payout=payout))


@blueprint.post("/finance/payouts/<uuid:payout>/paid")
@require(FINANCE)
def payout_mark_paid(payout: UUID) -> ResponseReturnValue:
    """The bank has paid it."""
    return _mark(payout, PayoutStatus.PAID, gettext("Marked as paid."), value_on=value_date())


@blueprint.post("/finance/payouts/<uuid:payout>/failed")
@require(FINANCE)
def payout_mark_failed(payout: UUID) -> ResponseReturnValue:
    """The bank did not pay it."""
    message = gettext("Marked as failed: its money is payable again.")
    return _mark(payout, PayoutStatus.FAILED, message, reason=_bank_reason())


@blueprint.post("/finance/payouts/<uuid:payout>/returned")
@require(FINANCE)
def payout_mark_returned(payout: UUID) -> ResponseReturnValue:
    """The bank paid it, and the money came back."""
    message = gettext("Marked as returned: its money is payable again.")
    return _mark(payout, PayoutStatus.RETURNED, message, reason=_bank_reason())


def payout_with(public_id: UUID, *more: ColumnElement[bool]) -> Payout:
    """The payout with this public id, or NotFound."""
    query = select(Payout).options(joinedload(Payout.creator), joinedload(Payout.batch))
    payout = db.session.scalar(query.where(Payout.public_id == public_id, *more))
    if payout is None:
        raise NotFound(gettext("There is no such payout, or it is not yours."))
    return payout


def _told(payout: Payout) -> Sequence[BankReportLine]:
    """The lines of the bank's files that speak of this payout, in the order in which they came."""
    query = select(BankReportLine).join(BankReportPayout, BankReportPayout.line_id == BankReportLine.id)
    query = query.options(joinedload(BankReportLine.report)).where(BankReportPayout.payout_id == payout.id)
    return db.session.scalars(query.order_by(BankReportLine.id)).all()


def value_date() -> date:
    """The day on which the bank paid, as the form says; BadInput when it says none."""
    value_on = query_args.day(request.form, "value_on")
    if value_on is None:
        raise BadInput(gettext("Fill in the value date on the bank statement."))
    return value_on


def _bank_reason() -> str:
    """The bank's code and what it means, and what somebody wrote."""
    code, words = query_args.choice(request.form, "code", refusals.CODES), request.form.get("reason", "")
    if code and code not in words:
        words = f"{code}: {words.strip() or refusals.CODES[code][0]}"
    return checked_reason(words)


def _mark(
    payout: UUID, status: PayoutStatus, message: str, *, reason: str = "", value_on: date | None = None
) -> ResponseReturnValue:
    transfers.mark(payout, status, reason=reason, value_on=value_on, by=identity(), at=clock.now())
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("payouts.payout", payout=payout))
