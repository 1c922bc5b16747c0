"""Files of the bank: brought, looked at, taken over or put aside; and the lines that fit nothing of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db
from app.errors import BadInput, NotFound
from app.payouts.bank import accounts
from app.payouts.blueprint import blueprint
from app.payouts.forms import AssignForm, BankFileForm, ReasonForm
from app.payouts.models import Payout, PayoutBatch
from app.payouts.provider.models import ProviderMovement
from app.payouts.reports import codes, confirming, keeping, proposals
from app.payouts.reports.documents import MOST_BYTES
from app.payouts.reports.models import BankReport, BankReportLine, BankReportPayout, Outcome, ReportStatus
from app.security import FINANCE, PLATFORM, identity, require
from app.users.models import Brand
from app.web import query_args
from app.web.downloads import download

SHOWN = 200  # lines of a file that nobody has decided on; the rest stands in the counts
BATCHES = 5  # of those that a file speaks of, so many are linked


@blueprint.get("/finance/reports")
@require(PLATFORM)
def bank_reports() -> ResponseReturnValue:
    """The files that were brought, the newest first, and the form to bring one."""
    return _listing(BankFileForm()), 200


@blueprint.post("/finance/reports")
@require(FINANCE)
def bank_report_create() -> ResponseReturnValue:
    """Takes a file in to be looked at; no payout changes. One that is here already is shown."""
    form = BankFileForm()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            content = sent.read(MOST_BYTES + 1)
            report, is_new = keeping.receive(sent.filename or "", content, by=identity(), at=clock.now())
        except BadInput as error:
            db.session.rollback()
            form.file.errors = [error.sentence]
        else:
            db.session.commit()
            if not is_new:
                flash(gettext("This file was brought before: nothing has changed."), "info")
            return redirect(url_for("payouts.bank_report", bank_report=report.public_id), 303)
    return _listing(form), 422


@blueprint.get("/finance/reports/<uuid:bank_report>")
@require(PLATFORM)
def bank_report(bank_report: UUID) -> ResponseReturnValue:
    """What the file says, and what it would do now or did then."""
    report = _report(bank_report)
    shown = _proposed(report) if report.status == ReportStatus.UNCHECKED else _done(report)
    return render_template(
        "payouts/bank_report.html",
        report=report,
        meaning=codes.meaning,
        iban=_iban(),
        may_decide=identity().has(FINANCE),
        form=ReasonForm(),
        outcomes=list(Outcome),
        **shown,
    )


@blueprint.post("/finance/reports/<uuid:bank_report>/take-over")
@require(FINANCE)
def bank_report_take_over(bank_report: UUID) -> ResponseReturnValue:
    """Does all that the page showed, in one transaction."""
    confirming.take_over(bank_report, seen=request.form.get("seen", ""), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Taken over: our books say what the bank says."), "success")
    return redirect(url_for("payouts.bank_report", bank_report=bank_report))


@blueprint.post("/finance/reports/<uuid:bank_report>/aside")
@require(FINANCE)
def bank_report_put_aside(bank_report: UUID) -> ResponseReturnValue:
    """Nothing of it counts."""
    confirming.put_aside(bank_report, reason=request.form.get("reason", ""), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Put aside: nothing of it counts."), "success")
    return redirect(url_for("payouts.bank_report", bank_report=bank_report))


@blueprint.get("/finance/reports/<uuid:bank_report>/file")
@require(FINANCE)
def bank_report_file(bank_report: UUID) -> ResponseReturnValue:
    """The bytes as the bank made them."""
    report = _report(bank_report)
    return download(report.content, report.name, "application/xml")


@blueprint.get("/finance/reports/lines/<uuid:report_line>")
@require(PLATFORM)
def report_line(report_line: UUID) -> ResponseReturnValue:
    """One line, and what can be done about it."""
    return _line_page(report_line, AssignForm()), 200


@blueprint.post("/finance/reports/lines/<uuid:report_line>/assign")
@require(FINANCE)
def report_line_assign(report_line: UUID) -> ResponseReturnValue:
    """Money that came in is a brand's."""
    form = AssignForm().offer(_brands())
    if not form.validate_on_submit():
        return _line_page(report_line, form), 422
    brand = db.session.scalars(select(Brand).where(Brand.public_id == UUID(form.brand.data))).one()
    top_up = confirming.assign(report_line, brand, reason=form.reason.data, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Recorded. It counts once someone else in finance approves it."), "success")
    return redirect(url_for("ledger.top_up", top_up=top_up.public_id))


@blueprint.post("/finance/reports/lines/<uuid:report_line>/note")
@require(FINANCE)
def report_line_note(report_line: UUID) -> ResponseReturnValue:
    """What it is, where it is nothing of ours."""
    confirming.note(report_line, reason=request.form.get("reason", ""), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Noted."), "success")
    return redirect(url_for("payouts.reconciliation"))


def _listing(form: BankFileForm) -> str:
    query = select(BankReport).options(joinedload(BankReport.reader)).order_by(BankReport.id.desc())
    if status := query_args.choice(request.args, "status", list(ReportStatus)):
        query = query.where(BankReport.status == status)
    return render_template(
        "payouts/bank_reports.html",
        form=form,
        page=db.paginate(query),
        statuses=list(ReportStatus),
        may_bring=identity().has(FINANCE),
    )


def _report(public_id: UUID) -> BankReport:
    query = select(BankReport).options(joinedload(BankReport.reader), joinedload(BankReport.decider))
    report = db.session.scalar(query.where(BankReport.public_id == public_id))
    if report is None:
        raise NotFound(gettext("There is no such file of the bank."))
    return report


def _proposed(report: BankReport) -> dict[str, Any]:
    """What it would do, as the books are now."""
    found = proposals.propose(report, confirming.lines_of(report), at=clock.now())
    asked = query_args.choice(request.args, "outcome", list(Outcome))
    sums: Counter[tuple[str, str]] = Counter()
    for each in found:
        sums[each.outcome, each.line.currency] += each.line.amount or sum(one.amount for one in each.payouts)
    return {
        "proposals": [each for each in found if not asked or each.outcome == asked][:SHOWN],
        "counts": Counter(str(each.outcome) for each in found),
        "sums": sums,
        "moved": sum(len(each.moves) for each in found),
        "seen": proposals.digest(found),
        "total": len(found),
        "batches": [],
        "page": None,
    }


def _done(report: BankReport) -> dict[str, Any]:
    """What it did."""
    query = select(BankReportLine).where(BankReportLine.report_id == report.id).order_by(BankReportLine.seq)
    query = query.options(joinedload(BankReportLine.batch), joinedload(BankReportLine.top_up))
    if asked := query_args.choice(request.args, "outcome", list(Outcome)):
        query = query.where(BankReportLine.outcome == asked)
    page = db.paginate(query)
    told = select(BankReportPayout.line_id, Payout).join(Payout, Payout.id == BankReportPayout.payout_id)
    told = told.options(joinedload(Payout.creator))
    told = told.where(BankReportPayout.line_id.in_([line.id for line in page.items])).order_by(Payout.id)
    payouts: dict[int, list[Payout]] = {}
    for line_id, payout in db.session.execute(told):
        payouts.setdefault(line_id, []).append(payout)
    return {"page": page, "payouts": payouts, "batches": _batches(report), "proposals": []}


def _batches(report: BankReport) -> Sequence[PayoutBatch]:
    """The batches that a file which was taken over speaks of, the newest first, to go on with closing them."""
    told = select(Payout.batch_id).join(BankReportPayout, BankReportPayout.payout_id == Payout.id)
    told = told.join(BankReportLine, BankReportLine.id == BankReportPayout.line_id)
    told = told.where(BankReportLine.report_id == report.id)
    query = select(PayoutBatch).where(PayoutBatch.id.in_(told)).order_by(PayoutBatch.id.desc())
    return db.session.scalars(query.limit(BATCHES)).all()


def _iban() -> Any:
    return accounts.spaced if identity().has(FINANCE) else accounts.masked


def _brands() -> list[Brand]:
    return list(db.session.scalars(select(Brand).order_by(Brand.name, Brand.id)))


def _line_page(public_id: UUID, form: AssignForm) -> str:
    query = select(BankReportLine).options(joinedload(BankReportLine.report), joinedload(BankReportLine.settler))
    line = db.session.scalar(query.where(BankReportLine.public_id == public_id))
    if line is None:
        raise NotFound(gettext("There is no such line in any file of the bank."))
    movement = db.session.scalar(select(ProviderMovement).where(ProviderMovement.bank_line_id == line.id))
    open_ = line.outcome == Outcome.UNMATCHED and line.settled_at is None and movement is None
    if form.brand.choices is None:
        form.offer(_brands())
    return render_template(
        "payouts/report_line.html",
        line=line,
        form=form,
        note_form=ReasonForm(),
        meaning=codes.meaning,
        iban=_iban(),
        movement=movement,
        may_settle=identity().has(FINANCE) and open_,
    )
