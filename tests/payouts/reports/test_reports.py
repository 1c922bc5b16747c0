"""What a bank's file does to payouts and top-ups: nothing before a person has looked, then all of it, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import func, select

from app.database import db, raw
from app.errors import BadInput, Conflict, WrongStatus
from app.ledger import checks, funding
from app.ledger.models import TopUp
from app.outbox import Letter
from app.payouts import transfers
from app.payouts.models import Payout, PayoutBatch, PayoutFile
from app.payouts.payee_models import PayeeCheck
from app.payouts.reports import confirming, keeping, proposals
from app.payouts.reports.matching import Proposal
from app.payouts.reports.models import BankReport, BankReportLine, BankReportPayout
from tests.cast import Cast
from tests.payouts.books import AT, IBANS, balances, bank
from tests.payouts.people import hand_over, identity
from tests.payouts.reports.messages import Booked, Said, statement, status_report
from tests.payouts.test_handover import PAY_DAY, approved, payout_to  # noqa: F401 - a fixture

EVENING = PAY_DAY + timedelta(hours=10)


@pytest.fixture
def batch(approved: PayoutBatch) -> PayoutBatch:  # noqa: F811
    """A batch whose file is at the bank: mira gets 50.00, joon 30.00, on 16 November."""
    hand_over(approved, at=AT)
    db.session.commit()
    return approved


def number_of(batch: PayoutBatch) -> str:
    files = select(PayoutFile.number).where(PayoutFile.batch_id == batch.id, PayoutFile.version == batch.file_version)
    return db.session.scalars(files).one() or ""


def reference(batch: PayoutBatch, handle: str) -> str:
    return payout_to(batch, handle).reference or ""


def bring(content: bytes, *, by: str = "mo", name: str = "bank.xml") -> BankReport:
    report, _is_new = keeping.receive(name, content, by=identity(by), at=EVENING)
    db.session.commit()
    return report


def proposed(report: BankReport) -> list[Proposal]:
    return proposals.propose(report, confirming.lines_of(report), at=EVENING)


def books_faults() -> list[str]:
    money = {"payouts_equal_entries": "Payouts equal their entries"}
    found = checks.run(raw(), "app.ledger", checks.LEDGER_CHECKS) + checks.run(raw(), "app.payouts", money)
    return [f"{check.name} {check.detail}" for check in found if not check.ok]


def outcomes(report: BankReport) -> list[str]:
    return [str(each.outcome) for each in proposed(report)]


def take_over(report: BankReport, *, by: str = "mo", at: datetime = EVENING) -> BankReport:
    taken = confirming.take_over(report.public_id, seen=proposals.digest(proposed(report)), by=identity(by), at=at)
    db.session.commit()
    return taken


def statuses(batch: PayoutBatch) -> dict[str, str]:
    return {handle: payout_to(batch, handle).status for handle in ("mira", "joon")}


# -- status reports --


@pytest.mark.parametrize("version", ["03", "10"])
def test_a_status_report_pays_and_refuses_what_it_names(batch: PayoutBatch, version: str) -> None:
    said = [
        Said(reference(batch, "mira"), "ACSC", amount="50.00"),
        Said(reference(batch, "joon"), "RJCT", "AC04", "account closed"),
    ]
    report = bring(status_report(number_of(batch), said, whole="PART", version=version))
    assert outcomes(report) == ["says_only", "marks_paid", "marks_failed"]
    assert statuses(batch) == {"mira": "sent", "joon": "sent"}, "nobody has looked at it yet"
    take_over(report)
    mira, joon = payout_to(batch, "mira"), payout_to(batch, "joon")
    assert (mira.status, mira.paid_on) == ("paid", date(2026, 11, 16))
    assert (joon.status, joon.reason, joon.code, joon.refused) == ("failed", "AC04: account closed", "AC04", "iban")
    assert batch.status == "completed"
    assert books_faults() == []


@pytest.mark.parametrize("level", ["whole", "group"])
def test_a_file_that_is_refused_as_a_whole_fails_every_payout(batch: PayoutBatch, level: str) -> None:
    report = bring(status_report(number_of(batch), [], **{level: "RJCT"}))
    assert [len(each.moves) for each in proposed(report)] == [2]
    take_over(report)
    assert statuses(batch) == {"mira": "failed", "joon": "failed"}
    assert payout_to(batch, "mira").reason == "The bank gives no reason."


def test_what_is_said_of_one_payment_counts_before_what_is_said_of_all(batch: PayoutBatch) -> None:
    said = [Said(reference(batch, "joon"), "RJCT", "AC04")]
    report = bring(status_report(number_of(batch), said, whole="ACSC"))
    assert outcomes(report) == ["marks_paid", "marks_failed"]
    take_over(report)
    assert statuses(batch) == {"mira": "paid", "joon": "failed"}


@pytest.mark.parametrize("code", ["ACCP", "ACSP", "ACTC", "ACWC", "PDNG", "RCVC", "RVMC", "RVNM", "RVNA", "QQQQ"])
def test_a_code_that_means_nothing_for_the_money_is_kept_and_changes_nothing(batch: PayoutBatch, code: str) -> None:
    report = bring(status_report(number_of(batch), [Said(reference(batch, "mira"), code)]))
    assert outcomes(report) == ["says_only"]
    take_over(report)
    assert statuses(batch) == {"mira": "sent", "joon": "sent"}
    line = db.session.scalars(select(BankReportLine).where(BankReportLine.report_id == report.id)).one()
    assert (line.status, line.outcome, line.batch_id) == (code, "says_only", batch.id)


@pytest.mark.parametrize(
    ("code", "words", "result", "known_as"),
    [
        ("RCVC", "", "match", None),
        ("RVMC", "RVMC M. Live-Jansen", "close_match", "M. Live-Jansen"),
        ("RVMC", "", "close_match", None),
        ("RVNM", "RVNM somebody else", "no_match", None),
        ("RVNA", "", "impossible", None),
    ],
)
def test_what_the_bank_says_of_a_name_is_its_answer_once(
    batch: PayoutBatch, code: str, words: str, result: str, known_as: str | None
) -> None:
    report = bring(status_report(number_of(batch), [Said(reference(batch, "mira"), code, words=words)]))
    assert db.session.scalars(select(PayeeCheck)).all() == []
    take_over(report)
    check = db.session.scalars(select(PayeeCheck)).one()
    mira = payout_to(batch, "mira")
    assert (check.iban, check.holder) == (mira.iban, mira.holder)
    assert (check.result, check.known_as, check.source) == (result, known_as, "bank_report")


def test_another_amount_or_reference_or_day_is_not_guessed(batch: PayoutBatch) -> None:
    said = [Said(reference(batch, "mira"), "ACSC", amount="50.01"), Said("RF18NOBODY", "ACSC")]
    report = bring(status_report(number_of(batch), said))
    assert [each.why.split(":")[0] for each in proposed(report)] == [
        "The payout to Mira Live is €50.00, the bank says €50.01",
        "No payout has this reference",
    ]
    early = bring(status_report(number_of(batch), [Said(reference(batch, "mira"), "ACSC")], day="2026-11-13"))
    assert "before the day" in proposed(early)[0].why
    late = bring(status_report(number_of(batch), [Said(reference(batch, "mira"), "ACSC")], day="2026-11-18"))
    assert "has not come yet" in proposed(late)[0].why
    assert outcomes(report) == ["unmatched", "unmatched"]
    take_over(report)
    assert statuses(batch) == {"mira": "sent", "joon": "sent"}


def test_what_is_said_of_a_file_that_counts_no_more_is_not_guessed(batch: PayoutBatch) -> None:
    report = bring(status_report("OLDNUMBER", [Said(reference(batch, "mira"), "ACSC")], whole="RJCT"))
    whole, single = proposed(report)
    assert (whole.outcome, single.outcome) == ("unmatched", "marks_paid")
    assert "No file of ours that counts" in whole.why
    told = [Said(reference(batch, "mira"), "ACSC"), Said(reference(batch, "joon"), "ACSC")]
    assert outcomes(bring(status_report(number_of(batch), told, whole="ACSC")))[0] == "says_only"


def test_a_report_about_somebody_elses_file_is_refused(batch: PayoutBatch) -> None:
    with pytest.raises(BadInput, match="not made here: THEIRS"):
        bring(status_report("THEIRS", [Said("X", "ACSC")]))
    with pytest.raises(BadInput, match="not the platform’s"):
        bring(statement([Booked("1.00")], account=IBANS[1]))


# -- statements --


def test_a_statement_pays_by_reference_and_takes_back_what_was_returned(batch: PayoutBatch) -> None:
    mira, joon = reference(batch, "mira"), reference(batch, "joon")
    report = bring(
        statement(
            [
                Booked("50.00", reference=mira),
                Booked("30.00", text=f"payout {joon[:4]} {joon[4:]}", name="Joon"),
                Booked("50.00", credit=True, reference=mira, returned="AC04"),
            ]
        )
    )
    assert outcomes(report) == ["marks_paid", "marks_paid", "marks_returned"]
    take_over(report)
    assert statuses(batch) == {"mira": "returned", "joon": "paid"}
    assert payout_to(batch, "mira").reason == "AC04: the account is closed"
    assert books_faults() == []


def test_money_that_came_back_before_we_knew_that_it_left_has_failed(batch: PayoutBatch) -> None:
    take_over(bring(statement([Booked("50.00", credit=True, reference=reference(batch, "mira"), returned="MS03")])))
    assert payout_to(batch, "mira").status == "failed"


@pytest.mark.parametrize("count", [2, None])
def test_a_file_booked_as_one_sum_pays_all_of_it(batch: PayoutBatch, count: int | None) -> None:
    entry = Booked("80.00", group=number_of(batch), count=count if count else 2)
    take_over(bring(statement([entry], version=2 if count else 8)))
    assert statuses(batch) == {"mira": "paid", "joon": "paid"}


@pytest.mark.parametrize(("amount", "count"), [("80.01", 2), ("80.00", 3), ("50.00", 2)])
def test_a_sum_or_count_that_differs_pays_nothing(batch: PayoutBatch, amount: str, count: int) -> None:
    report = bring(statement([Booked(amount, group=number_of(batch), count=count)]))
    (proposal,) = proposed(report)
    assert proposal.outcome == "unmatched"
    assert "ask the bank for the single payments" in proposal.why


@pytest.mark.parametrize(("amount", "count"), [("80.00", 2), ("50.00", 1)])
def test_a_sum_may_hold_what_was_refused_or_leave_it_out(batch: PayoutBatch, amount: str, count: int) -> None:
    take_over(bring(status_report(number_of(batch), [Said(reference(batch, "joon"), "RJCT", "AC04")])))
    report = bring(statement([Booked(amount, group=number_of(batch), count=count)]))
    (proposal,) = proposed(report)
    assert [each.creator for each in proposal.moves] == ["Mira Live"]
    take_over(report)
    assert statuses(batch) == {"mira": "paid", "joon": "failed"}


def test_without_a_reference_amount_and_day_tell_if_only_one_fits(batch: PayoutBatch) -> None:
    report = bring(statement([Booked("50.00", name="M Live", iban=IBANS[0]), Booked("7.50", name="Fees B.V.")]))
    first, second = proposed(report)
    assert (first.outcome, first.why) == ("marks_paid", "No reference: matched by amount and day.")
    assert second.outcome == "unmatched"
    wrong = bring(statement([Booked("50.00", name="M Live", iban=IBANS[1], day="2026-11-16", own="B")]))
    assert outcomes(wrong) == ["unmatched"]


def test_what_is_not_booked_yet_changes_nothing(batch: PayoutBatch) -> None:
    report = bring(statement([Booked("50.00", reference=reference(batch, "mira"), status="PDNG")]))
    assert outcomes(report) == ["says_only"]


def test_a_statement_confirms_what_a_status_report_said_before(batch: PayoutBatch) -> None:
    take_over(bring(status_report(number_of(batch), [], whole="ACSC")))
    parts = [(reference(batch, "mira"), "50.00"), (reference(batch, "joon"), "30.00")]
    report = bring(statement([Booked("80.00", parts=parts)]))
    assert outcomes(report) == ["known_already", "known_already"]
    take_over(report)
    assert db.session.scalar(select(func.count()).select_from(BankReportPayout)) == 4


def test_what_our_books_deny_is_shown_and_not_changed(batch: PayoutBatch) -> None:
    take_over(bring(status_report(number_of(batch), [Said(reference(batch, "joon"), "RJCT", "AC04")])))
    report = bring(status_report(number_of(batch), [Said(reference(batch, "joon"), "ACSC")], day="2026-11-16"))
    (proposal,) = proposed(report)
    assert proposal.outcome == "unmatched"
    assert "something else of the payout to Joon Park" in proposal.why


# -- once, and only after somebody has looked --


def test_the_same_file_twice_is_one_report(batch: PayoutBatch) -> None:
    content = status_report(number_of(batch), [], whole="ACSC")
    first = bring(content)
    again, is_new = keeping.receive("other name.xml", content, by=identity("che"), at=EVENING)
    assert (again.id, is_new) == (first.id, False)
    assert bytes(first.content) == content
    take_over(first)
    assert bring(content).status == "taken_over"
    assert db.session.scalar(select(func.count()).select_from(BankReportLine)) == 1


def test_taking_over_is_refused_when_the_books_have_moved_since(batch: PayoutBatch) -> None:
    report = bring(status_report(number_of(batch), [], whole="ACSC"))
    seen = proposals.digest(proposed(report))
    transfers.mark(payout_to(batch, "joon").public_id, "failed", reason="AC04", by=identity("mo"), at=EVENING)
    db.session.commit()
    with pytest.raises(Conflict, match="Our books have moved"):
        confirming.take_over(report.public_id, seen=seen, by=identity("mo"), at=EVENING)
    db.session.rollback()
    assert statuses(batch) == {"mira": "sent", "joon": "failed"}
    take_over(report)
    assert statuses(batch) == {"mira": "paid", "joon": "failed"}


def test_a_report_is_decided_once(batch: PayoutBatch) -> None:
    report = bring(status_report(number_of(batch), [], whole="ACSC"))
    with pytest.raises(BadInput, match="Give a reason"):
        confirming.put_aside(report.public_id, reason="", by=identity("mo"), at=EVENING)
    confirming.put_aside(report.public_id, reason="of last year", by=identity("mo"), at=EVENING)
    db.session.commit()
    with pytest.raises(WrongStatus, match="Put aside"):
        take_over(report)
    db.session.rollback()
    assert statuses(batch) == {"mira": "sent", "joon": "sent"}


def test_nothing_is_paid_by_a_file_that_nobody_took_to_the_bank(approved: PayoutBatch) -> None:  # noqa: F811
    report = bring(status_report(number_of(approved), [], whole="ACSC"))
    assert "Nobody has downloaded" in proposed(report)[0].why
    take_over(report)
    assert statuses(approved) == {"mira": "sent", "joon": "sent"}


# -- top-ups --


def top_ups() -> list[tuple[str, int, str, str]]:
    rows = db.session.scalars(select(TopUp).order_by(TopUp.id))
    return [(row.brand.handle, row.amount, row.currency, row.status) for row in rows]


def money_in(cast: Cast, amount: str = "250.00", own: str = "B1", text: str = "", currency: str = "EUR") -> Booked:
    text = text or f"deposit {funding.top_up_reference(cast.brands['lumen'], 'EUR')} thanks"
    return Booked(amount, credit=True, text=text, own=own, name="Lumen", iban=IBANS[1], currency=currency)


def test_money_with_a_brands_reference_counts_once_two_people_have_seen_the_statement(cast: Cast) -> None:
    bank(None, IBANS[3])
    report = bring(statement([money_in(cast)]), by="mo")
    assert outcomes(report) == ["tops_up"]
    assert top_ups() == []
    take_over(report, by="che")
    assert top_ups() == [("lumen", 25_000, "EUR", "approved")]
    assert balances()["bank", cast.brands["lumen"].id, 0] == -25_000
    letters = db.session.scalars(select(Letter.status).where(Letter.event == "top_up.waiting")).all()
    assert set(letters) <= {"dropped"}, "nobody is asked to approve what is approved"
    assert books_faults() == []


@pytest.mark.parametrize(("brought", "taken"), [("mo", "mo"), ("che", "che"), ("che", "mo")])
def test_else_it_waits_for_a_second_person(cast: Cast, brought: str, taken: str) -> None:
    bank(None, IBANS[3])
    take_over(bring(statement([money_in(cast)]), by=brought), by=taken)
    assert top_ups() == [("lumen", 25_000, "EUR", "recorded")]
    assert db.session.scalars(select(TopUp)).one().maker.name.lower() == taken


def test_the_same_booking_in_another_file_is_not_booked_again(cast: Cast) -> None:
    bank(None, IBANS[3])
    take_over(bring(statement([money_in(cast)], notice=True)), by="che")
    longer = bring(statement([money_in(cast), money_in(cast, own="B2")]))
    assert outcomes(longer) == ["known_already", "tops_up"]
    take_over(longer, by="che")
    assert len(top_ups()) == 2


def test_two_bookings_that_look_the_same_are_two_and_stay_two(cast: Cast) -> None:
    bank(None, IBANS[3])
    twice = [money_in(cast, own=""), money_in(cast, own="")]
    take_over(bring(statement(twice, notice=True)), by="che")
    assert len(top_ups()) == 2
    assert outcomes(bring(statement(twice))) == ["known_already", "known_already"]


def test_a_top_up_typed_in_by_hand_is_not_booked_again(cast: Cast) -> None:
    bank(None, IBANS[3])
    lumen = cast.brands["lumen"]
    funding.record(lumen, 25_000, "EUR", received_on=AT.date(), reference="by hand", by=identity("mo"), at=EVENING)
    db.session.commit()
    report = bring(statement([money_in(cast), money_in(cast, own="B2")]))
    assert outcomes(report) == ["topped_up", "tops_up"]
    take_over(report)
    assert len(top_ups()) == 2


@pytest.mark.parametrize(
    ("text", "currency", "why"),
    [
        ("hello", "EUR", "No brand’s reference"),
        ("RF00SC00000001EUR", "EUR", "No brand’s reference"),
        ("", "GBP", "is for EUR"),
    ],
)
def test_money_that_names_no_brand_is_assigned_by_a_person(cast: Cast, text: str, currency: str, why: str) -> None:
    bank(None, IBANS[3])
    report = bring(statement([money_in(cast, text=text, currency=currency)]))
    assert why in proposed(report)[0].why
    take_over(report)
    assert top_ups() == []
    line = db.session.scalars(select(BankReportLine)).one()
    with pytest.raises(BadInput, match="Give a reason"):
        confirming.assign(line.public_id, cast.brands["kettle"], reason=" ", by=identity("mo"), at=EVENING)
    confirming.assign(line.public_id, cast.brands["kettle"], reason="kim called", by=identity("mo"), at=EVENING)
    db.session.commit()
    assert top_ups() == [("kettle", 25_000, currency, "recorded")]
    with pytest.raises(WrongStatus, match="dealt with"):
        confirming.assign(line.public_id, cast.brands["lumen"], reason="no", by=identity("mo"), at=EVENING)


def test_a_reference_is_found_whatever_stands_around_it(cast: Cast) -> None:
    lumen = cast.brands["lumen"]
    for printed, currency in (
        (funding.top_up_reference(lumen, "GBP"), "GBP"),
        (funding.top_up_reference(lumen), "EUR"),
    ):
        compact = printed.replace(" ", "")
        for text in (printed, f"x{printed.lower()}y", f"/{compact}/INV 7", f"{printed} GBP"):
            assert funding.brand_of_reference(text) == (lumen.id, currency)
    old = funding._with_check_digits(f"SC{lumen.id:08}")
    assert funding.brand_of_reference(f"{old} THANKS") == (lumen.id, "")
    assert funding.brand_of_reference(f"{old[:-1]}9") is None


# -- the database itself --


def test_what_the_bank_said_is_never_changed(batch: PayoutBatch) -> None:
    report = take_over(bring(status_report(number_of(batch), [], whole="ACSC")))
    for sly in (
        "update bank_report set content = ''",
        "update bank_report_line set amount = 1",
        "update bank_report_payout set says = 'failed'",
        "delete from bank_report_payout",
        "delete from bank_report_line",
        "delete from bank_report",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), raw().transaction(force_rollback=True):
            raw().execute(sly)
    assert db.session.get_one(BankReport, report.id).status == "taken_over"


def test_a_booking_is_one_top_up_by_the_database_too(cast: Cast) -> None:
    bank(None, IBANS[3])
    take_over(bring(statement([money_in(cast)])), by="che")
    line, top_up = db.session.scalars(select(BankReportLine)).one(), db.session.scalars(select(TopUp)).one()
    other = bring(statement([money_in(cast)], notice=True))
    with pytest.raises(psycopg.errors.UniqueViolation), raw().transaction(force_rollback=True):
        raw().execute("update bank_report_line set top_up_id = %s where report_id = %s", [top_up.id, other.id])
    assert line.top_up_id == top_up.id
    assert db.session.scalar(select(func.count()).select_from(Payout)) == 0
