"""A person has looked at a file of the bank: what it says is taken over, all of it or nothing, or it is put aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import insert, select, update

from app import transitions
from app.database import db
from app.errors import Conflict, NotFound, WrongStatus
from app.ledger import funding
from app.ledger.models import TopUp
from app.payouts import transfers
from app.payouts.bank import refusals
from app.payouts.batches.approval import checked_reason
from app.payouts.models import PayoutBatch, PayoutStatus
from app.payouts.provider import positions
from app.payouts.reports import names
from app.payouts.reports.matching import OUTCOMES, Proposal
from app.payouts.reports.models import BankReport, BankReportLine, BankReportPayout, Outcome, ReportStatus
from app.payouts.reports.proposals import digest, propose
from app.payouts.reports.reconciliation import is_of_provider
from app.security import CHECKER, Identity
from app.users.models import Brand, Person
from app.users.trail import record
from app.words import word

MOVING = frozenset(OUTCOMES.values())


def lines_of(report: BankReport) -> Sequence[BankReportLine]:
    """All lines in the order of the file."""
    query = select(BankReportLine).where(BankReportLine.report_id == report.id).order_by(BankReportLine.seq)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def take_over(report_id: UUID, *, seen: str, by: Identity, at: datetime) -> BankReport:
    """Does what the page showed: payouts become paid, failed or returned, top-ups are recorded, and what the bank says
    of names is kept. `seen` is the digest of what the person looked at.

    Raises NotFound, WrongStatus when it is decided already, and Conflict when our books have moved since.
    """
    report = locked(report_id)
    lines = lines_of(report)
    batches = {each.batch_id for proposal in propose(report, lines, at=at) for each in proposal.payouts}
    held = {batch: _locked_batch(batch) for batch in sorted(batches)}
    proposals = propose(report, lines, at=at)
    if digest(proposals) != seen or {each.batch_id for one in proposals for each in one.payouts} - held.keys():
        sentence = gettext("Our books have moved since you opened this page. Look at what the file would do now.")
        raise Conflict(sentence)
    transitions.move(report, ReportStatus.TAKEN_OVER)
    report.decided_by, report.decided_at = by.person_id, at
    db.session.flush()
    reader = db.session.get_one(Person, report.read_by)
    _carry_out(proposals, held, by, at)
    _keep(proposals)
    for proposal in proposals:
        if proposal.outcome == Outcome.TOPS_UP and proposal.brand:
            _top_up(proposal.line, proposal.brand, reader=reader, by=by, at=at)
    names.keep_answers(lines, at=at)
    db.session.flush()
    positions.pair_with_bank()
    counts = Counter(str(each.outcome) for each in proposals)
    record("take over", "bank_report", report.id, by=by, at=at, **counts)
    return report


def put_aside(report_id: UUID, *, reason: str, by: Identity, at: datetime) -> BankReport:
    """Nothing of it counts, with a reason. Raises NotFound, BadInput and WrongStatus."""
    report, reason = locked(report_id), checked_reason(reason)
    transitions.move(report, ReportStatus.PUT_ASIDE)
    report.decided_by, report.decided_at, report.note = by.person_id, at, reason
    db.session.flush()
    record("put aside", "bank_report", report.id, by=by, at=at, reason=reason)
    return report


def assign(line_id: UUID, brand: Brand, *, reason: str, by: Identity, at: datetime) -> TopUp:
    """Money that came in and fitted no brand is this brand's, with a reason: it waits for a second person then.

    Raises NotFound, BadInput, and WrongStatus when somebody has dealt with the line already.
    """
    line, reason = _unsettled(line_id), checked_reason(reason)
    if not line.incoming or not line.amount:
        raise WrongStatus(gettext("Only money that came in can be a brand’s top-up: write a note instead."))
    top_up = _top_up(line, brand, reader=None, by=by, at=at)
    _settle(line, reason, by, at)
    record("assign", "bank_report_line", line.id, by=by, at=at, reason=reason, brand=brand.handle)
    return top_up


def note(line_id: UUID, *, reason: str, by: Identity, at: datetime) -> None:
    """What a booking is that fits nothing of ours: a fee, say. Raises NotFound, BadInput and WrongStatus."""
    line, reason = _unsettled(line_id), checked_reason(reason)
    _settle(line, reason, by, at)
    record("note", "bank_report_line", line.id, by=by, at=at, reason=reason)


def locked(report_id: UUID) -> BankReport:
    """The report as it is now, its row locked; NotFound when there is none, WrongStatus when it is decided."""
    query = select(BankReport).where(BankReport.public_id == report_id).with_for_update(of=BankReport)
    report = db.session.scalar(query.execution_options(populate_existing=True))
    if report is None:
        raise NotFound(gettext("There is no such file of the bank."))
    if report.status != ReportStatus.UNCHECKED:
        raise WrongStatus(gettext("This file is already “%(status)s”.", status=word(report.status)))
    return report


def _locked_batch(batch_id: int) -> PayoutBatch:
    return db.session.get_one(PayoutBatch, batch_id, with_for_update=True, populate_existing=True)


def _carry_out(proposals: Sequence[Proposal], held: dict[int, PayoutBatch], by: Identity, at: datetime) -> None:
    """Moves the payouts of one batch to which the same has happened together; what was paid before what came back."""
    deeds: dict[tuple[PayoutStatus, int, str, date | None], list[int]] = {}
    for each in proposals:
        if each.outcome in MOVING and each.says is not None:
            why = "" if each.says == PayoutStatus.PAID else _reason(each.line)
            for payout in each.moves:
                deeds.setdefault((each.says, payout.batch_id, why, each.value_on), []).append(payout.id)
    order = list(OUTCOMES)
    for (says, batch, why, day), payouts in sorted(deeds.items(), key=lambda deed: order.index(deed[0][0])):
        transfers.settle(held[batch], payouts, says, reason=why, value_on=day, by=by, at=at)


def _reason(line: BankReportLine) -> str:
    """The bank's code, and its own words or what the code means."""
    known = refusals.CODES.get(line.reason)
    words = line.remark or (str(known[0]) if known else gettext("The bank gives no reason."))
    return f"{line.reason}: {words}" if line.reason and line.reason not in words else words


def _keep(proposals: Sequence[Proposal]) -> None:
    """Writes beside each line what it did, and of which payouts it speaks."""
    lines, spoken_of = [], []
    for each in proposals:
        batches = {payout.batch_id for payout in each.payouts}
        changed: dict[str, object] = {"id": each.line.id, "outcome": each.outcome, "batch_id": each.line.batch_id}
        if len(batches) == 1:
            changed["batch_id"] = batches.pop()
        changed["top_up_id"] = each.top_up.id if each.top_up else each.line.top_up_id
        lines.append(changed)
        if each.says and each.outcome != Outcome.UNMATCHED:
            spoken_of += [{"line_id": each.line.id, "payout_id": one.id, "says": each.says} for one in each.payouts]
    if lines:
        db.session.execute(update(BankReportLine), lines)
    if spoken_of:
        db.session.execute(insert(BankReportPayout), spoken_of)


def _top_up(line: BankReportLine, brand: Brand, *, reader: Person | None, by: Identity, at: datetime) -> TopUp:
    """Records the money as the brand's, once only. Where one person brought the statement (`reader`) and another, who
    may approve top-ups, takes it over, two have looked at it: it counts at once. Else it waits for a second person."""
    day = line.booked_on or line.value_on
    approves = reader is not None and reader.id != by.person_id and by.has(CHECKER)
    maker = _as_identity(reader) if approves and reader else by
    reference = " ".join(
        part for part in (funding.top_up_reference(brand, line.currency), line.bank_reference, f"#{line.id}") if part
    )
    values = {"received_on": day or date.min, "reference": reference[: funding.LONGEST], "by": maker, "at": at}
    top_up = funding.record(brand, line.amount or 0, line.currency, **values)  # type: ignore[arg-type]
    if approves:
        funding.decide(top_up.public_id, approve=True, by=by, at=at)
    changed = {"top_up_id": top_up.id}
    db.session.execute(update(BankReportLine).where(BankReportLine.id == line.id).values(changed))
    return top_up


def _as_identity(person: Person) -> Identity:
    """Who brought the statement, for the trail; without any right."""
    return Identity(person.id, person.name, person.email, person.language, person.timezone, "", frozenset())


def _unsettled(line_id: UUID) -> BankReportLine:
    """A line that fitted nothing and of which nobody has said anything, locked."""
    query = select(BankReportLine).where(BankReportLine.public_id == line_id).with_for_update(of=BankReportLine)
    line = db.session.scalar(query.execution_options(populate_existing=True))
    if line is None:
        raise NotFound(gettext("There is no such line in any file of the bank."))
    if line.outcome != Outcome.UNMATCHED or line.settled_at:
        raise WrongStatus(gettext("Somebody has dealt with this line already."))
    if db.session.scalar(select(BankReportLine.id).where(BankReportLine.id == line.id, is_of_provider())):
        raise WrongStatus(gettext("This is money between Stripe and us: the two are matched already."))
    return line


def _settle(line: BankReportLine, reason: str, by: Identity, at: datetime) -> None:
    line.settled_by, line.settled_at, line.note = by.person_id, at, reason
    db.session.flush()
