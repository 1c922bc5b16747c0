"""What finance and creators see of files, refused accounts and what changed: by web, as people use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.database import db
from app.payouts import holds
from app.payouts.models import Payout, PayoutBatch
from app.users.models import AuditEvent
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import code_of_che, identity
from tests.payouts.test_pages import PAY_DAY, VALUE_DATE, said, seen

Browse = Callable[[str], FlaskClient]
NEXT = {"currency": "EUR", "cutoff_on": CUTOFF.isoformat()}
PREVIEW = f"/finance/batches/new?currency=EUR&cutoff_on={CUTOFF}&view=skipped"


@pytest.fixture(autouse=True)
def mid_november() -> Iterator[None]:
    """A Sunday: the bank pays on Monday."""
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def market(cast: Cast) -> Cast:
    """Mira has 50.00 to come and joon 30.00."""
    lumen, sam = cast.brands["lumen"], cast.people["sam"].id
    fund(lumen, 100_000)
    bank(None, IBANS[3])
    for name, iban, amount in (("mira", IBANS[0], 5000), ("joon", IBANS[1], 3000)):
        bank(cast.creators[name], iban, by=sam)
        earn(lumen, cast.creators[name], amount)
    db.session.commit()
    return cast


def approved(browse: Browse) -> tuple[FlaskClient, FlaskClient, str]:
    """Mo's browser, Che's, and the address of a batch that one submitted and the other approved."""
    mo, che = browse("mo"), browse("che")
    made = mo.post("/finance/batches/new", data=NEXT)
    path = made.headers["Location"]
    assert mo.post(f"{path}/submit").status_code == 302
    assert che.post(f"{path}/approve", data={"seen": seen(said(che, path)), "answer": code_of_che()}).status_code == 302
    return mo, che, path


def took(browser: FlaskClient, path: str, aware: str = "") -> TestResponse:
    return browser.post(f"{path}/download", data={"rail": "sepa", "aware": aware})


def payout_path(name: str, market: Cast) -> str:
    query = select(Payout).where(Payout.creator_id == market.creators[name].id).order_by(Payout.id.desc()).limit(1)
    return f"/finance/payouts/{db.session.scalars(query).one().public_id}"


def test_a_checker_recalls_an_approved_batch_and_its_file_is_gone(browse: Browse, market: Cast) -> None:
    mo, che, path = approved(browse)
    assert "Recall to draft" in said(che, path)
    assert che.post(f"{path}/recall", data={"reason": "joon asked to wait"}).status_code == 302
    page = said(mo, path)
    assert "Returned to draft: joon asked to wait" in page
    assert "Download" not in page
    assert took(mo, path).status_code == 404
    assert mo.post(f"{payout_path('joon', market)}/drop", data={"reason": "asked to wait"}).status_code == 302
    assert mo.post(f"{path}/submit").status_code == 302
    assert che.post(f"{path}/approve", data={"seen": seen(said(che, path)), "answer": code_of_che()}).status_code == 302
    file = took(mo, path).data
    assert b"Mira Live" in file
    assert b"Joon Park" not in file
    assert "Recall to draft" not in said(mo, path)
    refused = mo.post(f"{path}/recall", data={"reason": "too late"})
    assert (refused.status_code, "has been downloaded" in refused.text) == (409, True)


@pytest.mark.parametrize(
    ("deed", "data"), [("failed", {"reason": "AC04"}), ("paid", VALUE_DATE), ("returned", {"reason": "AC04"})]
)
def test_before_the_first_download_no_payout_ends(
    browse: Browse, market: Cast, deed: str, data: dict[str, str]
) -> None:
    mo, _, path = approved(browse)
    payout = payout_path("joon", market)
    assert mo.post(f"{payout}/{deed}", data=data).status_code == 409
    assert "Nobody has downloaded the file" in said(mo, payout)
    assert "Mark as failed" not in said(mo, payout)
    assert "Mark the rest as paid" not in said(mo, path)
    assert mo.post(f"{path}/paid", data=VALUE_DATE).status_code == 409
    assert set(db.session.scalars(select(Payout.status))) == {"sent"}


def test_a_file_with_a_failed_payout_is_called_so_in_red(browse: Browse, market: Cast) -> None:
    mo, che, path = approved(browse)
    took(mo, path)
    assert "paid twice" not in said(che, path)
    assert mo.post(f"{payout_path('joon', market)}/failed", data={"reason": "AC04"}).status_code == 302
    page = said(che, path)
    alert = page[page.index('alert alert-danger" role="alert"') :]
    assert "they would be paid twice" in alert
    assert "Joon Park" in alert[: alert.index("</ul>")]
    assert "€30.00" in alert[: alert.index("</ul>")]


def test_what_happened_after_approval_is_asked_before_the_download(browse: Browse, market: Cast) -> None:
    mo, che, path = approved(browse)
    market.people["joon"].disabled_at = AT
    db.session.execute(update(PayoutBatch).values(submitted_at=AT - timedelta(minutes=1)))
    db.session.commit()
    page = said(che, path)
    assert "Joon, who signs in for Joon Park, was disabled." in page
    assert payout_path("joon", market) in page
    refused = took(mo, path)
    assert refused.status_code == 409
    assert "Joon, who signs in for Joon Park, was disabled." in refused.text.replace("&#39;", "'")
    assert db.session.scalars(select(PayoutBatch.downloaded_at)).one() is None
    aware = page.split('name="aware" value="')[1].split('"')[0]
    assert took(mo, path, aware).status_code == 200
    noted = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "download")).one()
    assert "was disabled" in noted.detail["reason"]


def test_a_hold_after_approval_makes_it_a_draft_unless_the_payout_is_taken_out(browse: Browse, market: Cast) -> None:
    mo, che, path = approved(browse)
    holds.place(market.creators["joon"], "A buyer complained", by=identity("che"), at=AT)
    db.session.commit()
    page = said(che, path)
    assert "Joon Park is on hold: A buyer complained." in page
    assert "the others stay approved" not in page  # taking out is a maker's
    page = said(mo, path)
    assert "the others stay approved" in page
    assert "Download all the same" not in page
    joon = payout_path("joon", market)
    assert "The other payouts stay as they were submitted" in said(mo, joon)
    assert mo.post(f"{joon}/drop", data={"reason": "held"}).status_code == 302
    assert "on hold" not in said(mo, path)
    file = took(mo, path)
    assert file.status_code == 200
    assert b"Joon" not in file.data
    assert mo.post(f"{joon}/drop", data={"reason": "again"}).status_code == 409


def test_a_hold_after_approval_makes_it_a_draft_at_the_download(browse: Browse, market: Cast) -> None:
    mo, _che, path = approved(browse)
    holds.place(market.creators["joon"], "A buyer complained", by=identity("che"), at=AT)
    db.session.commit()
    assert took(mo, path).status_code == 302
    page = said(mo, path)
    assert "Not downloaded: Joon Park is on hold. The approvals are void and it is a draft again." in page
    assert db.session.scalars(select(PayoutBatch.status)).one() == "draft"


@pytest.mark.parametrize("value_on", ["", "2026-11-15", "2026-11-17", "soon"])
def test_the_rest_is_not_paid_on_a_day_that_can_not_be(browse: Browse, market: Cast, value_on: str) -> None:
    mo, _, path = approved(browse)
    took(mo, path)
    with time_machine.travel(PAY_DAY):
        page = said(mo, path)
        assert "2 payouts of €80.00 together are left." in page
        assert mo.post(f"{path}/paid", data={"value_on": value_on}).status_code == 422
        assert set(db.session.scalars(select(Payout.status))) == {"sent"}
        assert mo.post(f"{path}/paid", data=VALUE_DATE).status_code == 302
    assert {day and day.isoformat() for day in db.session.scalars(select(Payout.paid_on))} == {"2026-11-16"}


def test_a_day_that_passed_after_the_download_is_pointed_out(browse: Browse, market: Cast) -> None:
    mo, _, path = approved(browse)
    took(mo, path)
    with time_machine.travel(PAY_DAY):
        assert "If it only gets the file now" not in said(mo, path)
    with time_machine.travel(AT + timedelta(days=3)):
        assert "If it only gets the file now" in said(browse("mo"), path)


def test_a_day_that_passed_before_the_download_is_not_promised(browse: Browse, market: Cast) -> None:
    _, _, path = approved(browse)
    later = "the first banking day after the download"
    assert later not in said(browse("mo"), path)
    with time_machine.travel(AT + timedelta(days=3)):
        mo = browse("mo")
        assert later in said(mo, path)
        took(mo, path)
        assert later not in said(mo, path)


# -- accounts that refused a payment --


@pytest.mark.parametrize("reason", ["AC01", "AC04 Konto aufgelöst", "AC06", "RC01", "BE01", "MS03", "XX99", "no idea"])
def test_a_refused_account_is_not_paid_again_before_it_changes(browse: Browse, market: Cast, reason: str) -> None:
    mo, _, path = approved(browse)
    took(mo, path)
    assert mo.post(f"{payout_path('joon', market)}/failed", data={"reason": reason}).status_code == 302
    assert "Last payment to this account failed" in said(mo, PREVIEW)
    joon = market.creators["joon"].public_id
    page = said(browse("joon"), f"/creators/{joon}/payouts")
    assert f"The last payment to this account failed: {reason}" in page
    assert "bank" in page[page.index("failed: ") :].split("</div>")[0]  # what to do about it
    bank(market.creators["joon"], IBANS[2], at=AT, by=market.people["joon"].id)
    db.session.commit()
    with time_machine.travel(AT + timedelta(days=3)):
        assert "Last payment to this account failed" not in said(browse("mo"), PREVIEW)
    assert "failed:" not in said(browse("joon"), f"/creators/{joon}/bank-details")


@pytest.mark.parametrize("reason", ["TM01", "AM04 nicht genug Geld", "am05", "Our fault: TECH"])
def test_what_was_not_the_accounts_fault_is_simply_paid_again(browse: Browse, market: Cast, reason: str) -> None:
    mo, _, path = approved(browse)
    took(mo, path)
    assert mo.post(f"{payout_path('joon', market)}/failed", data={"reason": reason}).status_code == 302
    assert "Last payment to this account failed" not in said(mo, PREVIEW)
    assert "€30.00" in said(mo, PREVIEW.replace("&view=skipped", ""))


def test_a_returned_payment_holds_the_account_until_finance_confirms_it(browse: Browse, market: Cast) -> None:
    mo, che, path = approved(browse)
    took(mo, path)
    joon = f"/creators/{market.creators['joon'].public_id}/bank-details"
    with time_machine.travel(PAY_DAY):
        mo.post(f"{path}/paid", data=VALUE_DATE)
        returned = mo.post(f"{payout_path('joon', market)}/returned", data={"code": "BE01", "reason": ""})
        assert returned.status_code == 302
    assert "BE01: name and account do not belong together" in said(che, "/finance/holds")
    with time_machine.travel(PAY_DAY + timedelta(minutes=1)):
        assert che.post(f"{joon}/confirm", data={"reason": ""}).status_code == 422
        assert che.post(f"{joon}/confirm", data={"reason": "Seen on his statement."}).status_code == 302
        assert "Last payment to this account failed" not in said(mo, PREVIEW)
        assert che.post(f"{joon}/confirm", data={"reason": "Again"}).status_code == 409
    noted = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "confirm_bank")).one()
    assert noted.detail["reason"] == "Seen on his statement."


def test_a_new_spelling_of_the_name_does_not_open_a_closed_account(browse: Browse, market: Cast) -> None:
    mo, _, path = approved(browse)
    took(mo, path)
    mo.post(f"{payout_path('joon', market)}/failed", data={"reason": "AC04"})
    mo.post(f"{payout_path('mira', market)}/failed", data={"reason": "BE01"})
    for name, iban in (("joon", IBANS[1]), ("mira", IBANS[0])):
        bank(market.creators[name], iban, f"{name.title()} Newname", at=AT, by=market.people["sam"].id)
    db.session.commit()
    with time_machine.travel(AT + timedelta(days=3)):
        page = said(browse("mo"), PREVIEW)
    assert "Last payment to this account failed" in page
    assert "Joon Park" in page
    assert "Mira Live" not in page


# -- who is passed over, and numbers --


def test_all_reasons_of_a_skip_are_shown_not_only_the_first(browse: Browse, market: Cast) -> None:
    joon, kettle = market.creators["joon"], market.brands["kettle"]
    bank(joon, IBANS[2], at=AT, by=market.people["sam"].id)
    holds.place(joon, "A buyer complained", by=identity("che"), at=AT)
    earn(kettle, joon, 500, currency="EUR")
    db.session.commit()
    page = said(browse("mo"), PREVIEW)
    row = page[page.rindex("Joon Park") :].split("</tr>")[0]
    for words in ("Bank details just changed", "On hold", "Brand has too little funds"):
        assert words in row
    assert "Below the minimum" not in row


def test_batches_are_numbered_without_gaps(browse: Browse, market: Cast) -> None:
    mo = browse("mo")
    for _ in range(3):
        said(mo, f"/finance/batches/new?currency=EUR&cutoff_on={CUTOFF}")
        assert mo.post("/finance/batches/new", data={**NEXT, "currency": "GBP"}).status_code == 409
    for number in (1, 2):
        path = mo.post("/finance/batches/new", data=NEXT).headers["Location"]
        assert f"Batch {number}<" in said(mo, path)
        assert mo.post(f"{path}/cancel").status_code == 302
    assert sorted(db.session.scalars(select(PayoutBatch.number))) == [1, 2]


def test_an_assembly_stands_in_the_audit_trail_with_its_sum(browse: Browse, market: Cast) -> None:
    mo = browse("mo")
    path = mo.post("/finance/batches/new", data=NEXT).headers["Location"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "assemble")).one()
    assert (event.by_name, event.detail["amount"], event.detail["currency"]) == ("Mo", 8000, "EUR")
    history = said(mo, f"{path}?view=history")
    assert history.count("assembled it") == 1
    assert "€80.00" in history
