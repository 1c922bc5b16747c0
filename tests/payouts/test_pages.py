"""Finance's desk and the creator's pages, as people use them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.http import parse_options_header

from app.database import db
from app.ledger.models import Entry, TopUp
from app.payouts.models import BankDetail, Payout, PayoutBatch, PayoutHold, PayoutLine
from app.security import Role
from app.users.models import AuditEvent
from tests.cast import PASSWORD, Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import become, code_of_che

Browse = Callable[[str], FlaskClient]
PAY_DAY = AT + timedelta(hours=23)  # AT is a Sunday
VALUE_DATE = {"value_on": "2026-11-16"}
MASKED, WHOLE = "NL•• •••• 4300", "NL91 ABNA 0417 1643 00"


@pytest.fixture(autouse=True)
def mid_november() -> Iterator[None]:
    """The day the market of these tests is made for."""
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def market(cast: Cast) -> Cast:
    """Mira has 50.00 to come and joon 30.00, both in euro from lumen, which has sent enough."""
    lumen, sam = cast.brands["lumen"], cast.people["sam"].id
    fund(lumen, 100_000)
    bank(None, IBANS[3])
    for name, iban, amount in (("mira", IBANS[0], 5000), ("joon", IBANS[1], 3000)):
        bank(cast.creators[name], iban, by=sam)
        earn(lumen, cast.creators[name], amount)
    db.session.commit()
    return cast


def only_batch() -> PayoutBatch:
    return db.session.scalars(select(PayoutBatch).execution_options(populate_existing=True)).one()


def address(deed: str = "") -> str:
    return f"/finance/batches/{only_batch().public_id}" + (f"/{deed}" if deed else "")


def assemble(browser: FlaskClient) -> None:
    answer = browser.post("/finance/batches/new", data={"currency": "EUR", "cutoff_on": CUTOFF.isoformat()})
    assert answer.status_code == 302, answer.text


def submitted(browse: Browse) -> FlaskClient:
    """Mo's browser, after a batch was assembled and submitted there."""
    mo = browse("mo")
    assemble(mo)
    assert mo.post(address("submit")).status_code == 302
    return mo


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def said(browser: FlaskClient, path: str) -> str:
    """The page, with entities as people read them."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text.replace("\N{NO-BREAK SPACE}", " ").replace("&#39;", "'")


def test_from_top_up_to_the_bank_and_back_by_web_alone(browse: Browse, cast: Cast) -> None:
    mo, che, mira = browse("mo"), browse("che"), browse("mira")
    earn(cast.brands["lumen"], cast.creators["mira"], 5000)
    db.session.commit()
    top_up = {"brand": str(cast.brands["lumen"].public_id), "amount": "250.00", "currency": "EUR"}
    top_up |= {"received_on": "2026-11-10", "reference": "deposit 1"}
    assert mo.post("/finance/top-ups/new", data=top_up).status_code == 302
    made = db.session.scalars(select(TopUp)).one().public_id
    assert che.post(f"/finance/top-ups/{made}/approve").status_code == 302
    assert mo.post("/finance/account", data={"holder": "Streamcut", "iban": IBANS[3]}).status_code == 302
    details = f"/creators/{cast.creators['mira'].public_id}/bank-details"
    assert mira.post(details, data={"holder": "Mira Live", "iban": "nl91 abna 0417 1643 00"}).status_code == 302

    assert "€50.00" in said(mo, f"/finance/batches/new?currency=EUR&cutoff_on={CUTOFF}")
    assemble(mo)
    assert "Ask for approval" in said(mo, address())
    assert mo.post(address("submit")).status_code == 302
    assert (
        che.post(address("approve"), data={"seen": seen(said(che, address())), "answer": code_of_che()}).status_code
        == 302
    )
    file = che.post(address("download"), data={"rail": "sepa"})
    assert file.mimetype == "application/xml"
    disposition, options = parse_options_header(file.headers["Content-Disposition"])
    assert (disposition, options["filename"][:23]) == ("attachment", "payouts-EUR-2026-11-14-")
    assert mo.post(address("download"), data={"rail": "sepa"}).data == file.data
    assert "nothing can be marked as paid before" in said(mo, address())
    with time_machine.travel(PAY_DAY):
        assert "1 payout of €50.00 is left." in said(mo, address())
        assert mo.post(address("paid"), data=VALUE_DATE).status_code == 302
    assert only_batch().status == "completed"

    mine = said(mira, f"/creators/{cast.creators['mira'].public_id}/payouts")
    assert "Paid" in mine
    assert WHOLE in mine
    payout = db.session.scalars(select(Payout)).one()
    back = che.post(f"/finance/payouts/{payout.public_id}/returned", data={"reason": "account closed", "code": "AC04"})
    assert back.status_code == 302
    assert "account closed" in said(mira, f"/creators/{cast.creators['mira'].public_id}/payouts")
    history = said(che, f"{address()}?view=history")
    for words in ("assembled it", "asked for approval", "approved it", "downloaded a file", "marked the rest as paid"):
        assert words in history
    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "download")) == 2


def test_the_maker_sees_no_button_but_why_and_is_refused(browse: Browse, market: Cast) -> None:
    become("mo", Role.FINANCE_CHECKER)
    db.session.commit()
    mo = submitted(browse)
    page = said(mo, address())
    assert "You made or submitted this batch, so someone else must approve it." in page
    assert address("approve") not in page
    refused = mo.post(address("approve"), data={"seen": only_batch().fingerprint.hex()})  # type: ignore[union-attr]
    assert refused.status_code == 403
    assert "someone else must approve it" in refused.text
    assert only_batch().status == "submitted"


def test_a_change_after_submission_is_shown_and_the_batch_is_a_draft_again(browse: Browse, market: Cast) -> None:
    submitted(browse)
    che = browse("che")
    fingerprint = seen(said(che, address()))
    bank(market.creators["mira"], IBANS[2], at=AT, by=market.people["sam"].id)
    db.session.commit()
    page = che.post(address("approve"), data={"seen": fingerprint}, follow_redirects=True)
    assert "Not approved: Mira Live has changed the bank details. It is a draft again." in page.text
    assert only_batch().status == "draft"
    assert "Returned to draft: Mira Live has changed the bank details." in said(che, address())


def test_an_approval_without_or_with_another_fingerprint_is_refused(browse: Browse, market: Cast) -> None:
    submitted(browse)
    che = browse("che")
    for data in ({}, {"seen": "0" * 64}, {"seen": "nonsense"}):
        assert che.post(address("approve"), data=data).status_code == 409
    assert only_batch().status == "submitted"


def test_a_second_click_is_told_that_somebody_was_faster(browse: Browse, market: Cast) -> None:
    mo = submitted(browse)
    again = mo.post(address("submit"))
    assert again.status_code == 409
    assert "This batch is now “Waiting for approval”. Review it again." in again.text


@pytest.mark.parametrize("deed", ["recall", "reject"])
def test_without_a_reason_nothing_goes_back(browse: Browse, market: Cast, deed: str) -> None:
    submitted(browse)
    refused = browse("mo" if deed == "recall" else "che").post(address(deed), data={"reason": " "})
    assert refused.status_code == 422
    assert "Give a reason" in refused.text
    assert only_batch().status == "submitted"


def test_a_preview_names_everybody_and_stores_nothing(browse: Browse, market: Cast) -> None:
    earn(market.brands["kettle"], market.creators["joon"], 7000, currency="EUR")
    db.session.commit()
    before = [db.session.scalar(select(func.count(kind.id))) for kind in (Entry, PayoutBatch, Payout)]
    audrey = browse("audrey")
    path = f"/finance/batches/new?currency=EUR&cutoff_on={CUTOFF}"
    page = said(audrey, path)
    assert "Mira Live" in page
    assert MASKED in page
    assert WHOLE not in page
    assert "Create batch" not in page
    skipped = said(audrey, f"{path}&view=skipped")
    assert "Brand has too little funds" in skipped
    assert "Ask the brand for a top-up" in skipped
    assert "Kettle &amp; Co" in skipped
    after = [db.session.scalar(select(func.count(kind.id))) for kind in (Entry, PayoutBatch, Payout)]
    assert after == before
    assert db.session.scalar(select(func.count()).select_from(PayoutLine)) == 0


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("currency=XYZ", 422, "is not a currency"),
        ("currency=EUR&cutoff_on=yesterday", 422, "is not a day"),
        ("currency=EUR&cutoff_on=2027-01-01", 422, "has not come yet"),
        ("currency=EUR&page=99", 404, "no such page"),
        ("currency=EUR&view=nonsense&reason=x", 200, "Next batch"),
    ],
)
def test_a_preview_of_nonsense_says_what_to_do(
    browse: Browse, market: Cast, query: str, status: int, sentence: str
) -> None:
    answer = browse("mo").get(f"/finance/batches/new?{query}")
    assert answer.status_code == status
    assert sentence in answer.text


def test_when_nobody_can_be_paid_no_batch_is_made(browse: Browse, cast: Cast) -> None:
    refused = browse("mo").post("/finance/batches/new", data={"currency": "EUR", "cutoff_on": CUTOFF.isoformat()})
    assert refused.status_code == 409
    assert "Nobody can be paid" in refused.text
    assert db.session.scalar(select(PayoutBatch.id)) is None


def test_what_is_different_from_last_time_is_pointed_out(browse: Browse, market: Cast) -> None:
    mo, che = submitted(browse), browse("che")
    assert "First payout: 2" in said(che, address())
    che.post(address("approve"), data={"seen": seen(said(che, address())), "answer": code_of_che()})
    che.post(address("download"), data={"rail": "sepa"})
    with time_machine.travel(PAY_DAY):
        assert mo.post(address("paid"), data=VALUE_DATE).status_code == 302
    bank(market.creators["joon"], IBANS[2], at=AT - timedelta(days=9), by=market.people["sam"].id)
    for name, amount in (("mira", 9000), ("joon", 1400)):
        earn(market.brands["lumen"], market.creators[name], amount)
    db.session.commit()
    page = said(browse("mo"), f"/finance/batches/new?currency=EUR&cutoff_on={CUTOFF}&view=different")
    for words in ("Over half more: 1", "Under half: 1", "Other account: 1"):
        assert words in page


def test_a_payout_is_taken_out_and_its_entries_are_listed(browse: Browse, market: Cast) -> None:
    mo = browse("mo")
    assemble(mo)
    payout = db.session.scalars(select(Payout).where(Payout.creator_id == market.creators["mira"].id)).one()
    path = f"/finance/payouts/{payout.public_id}"
    page = said(mo, path)
    assert "Lumen Lighting" in page
    assert "Payout reserved" in page
    assert mo.post(f"{path}/drop", data={"reason": "asked to wait"}).status_code == 302
    assert "Payout released" in said(mo, path)
    assert "asked to wait" in said(mo, address())
    assert mo.post(f"{path}/drop", data={"reason": "again"}).status_code == 409


def test_home_says_what_waits(browse: Browse, market: Cast) -> None:
    mo = browse("mo")
    page = said(mo, "/finance")
    assert "€80.00" in page
    assert "No batch is open" in page
    submitted(browse)
    earn(market.brands["kettle"], market.creators["mira"], 700)
    db.session.add(PayoutHold(creator_id=market.creators["joon"].id, reason="?", placed_by=1, placed_at=AT))
    db.session.commit()
    page = said(mo, "/finance")
    for words in ("Waiting for approval", "1 creator is on hold", "Kettle &amp; Co", "£7.00"):
        assert words in page


def test_an_empty_market_says_what_to_do_on_every_page(browse: Browse, cast: Cast) -> None:
    mo = browse("mo")
    for path, words in {
        "/finance": "Nothing is owed yet",
        "/finance/batches": "No batch yet",
        "/finance/batches?status=draft": "No batch fits",
        "/finance/batches/new": "Nobody would be paid",
        "/finance/top-ups": "No top-up yet",
        "/finance/top-ups?status=approved": "No top-up fits",
        "/finance/holds": "No creators are on hold",
        "/finance/account": "No account yet",
        f"/creators/{cast.creators['mira'].public_id}/payouts": "No payout yet",
        f"/creators/{cast.creators['mira'].public_id}/bank-details": "has not entered any yet",
        f"/brands/{cast.brands['lumen'].public_id}/funds": "No top-up yet",
    }.items():
        assert words in said(mo, path), path


def test_holds_are_placed_by_handle_and_released(browse: Browse, market: Cast) -> None:
    che = browse("che")
    assert che.post("/finance/holds", data={"creator": "nobody", "reason": "x"}).status_code == 422
    assert che.post("/finance/holds", data={"creator": "mira", "reason": ""}).status_code == 422
    assert che.post("/finance/holds", data={"creator": "mira", "reason": "papers"}).status_code == 302
    twice = che.post("/finance/holds", data={"creator": "mira", "reason": "papers"})
    assert twice.status_code == 409
    assert "on hold already" in twice.text
    path = f"/creators/{market.creators['mira'].public_id}/payouts"
    assert "The platform holds your payouts" in said(browse("mira"), path)
    release = f"/finance/holds/{market.creators['mira'].public_id}/release"
    assert che.post(release).status_code == 302
    assert che.post(release).status_code == 409
    assert "papers" in said(che, "/finance/holds")


# -- bank details --


def test_changing_bank_details_asks_for_the_password_and_says_how_long_it_holds(browse: Browse, market: Cast) -> None:
    mira, path = browse("mira"), f"/creators/{market.creators['mira'].public_id}/bank-details"
    data = {"holder": "Mira Live", "iban": IBANS[2]}
    assert "Fill in your password too" in mira.post(path, data=data).text
    assert "That is not your password" in mira.post(path, data=data | {"password": "guess guess guess"}).text
    assert db.session.scalar(select(func.count()).where(BankDetail.creator_id == market.creators["mira"].id)) == 1
    answer = mira.post(path, data=data | {"password": PASSWORD}, follow_redirects=True)
    assert "for safety nothing is paid before" in answer.text
    assert "the mail about it is written to instance/mail/" in answer.text
    assert "Nothing changed." in mira.post(path, data=data | {"password": PASSWORD}, follow_redirects=True).text


def test_guessing_the_password_there_locks_out(browse: Browse, market: Cast) -> None:
    mira, path = browse("mira"), f"/creators/{market.creators['mira'].public_id}/bank-details"
    data = {"holder": "Mira Live", "iban": IBANS[2], "password": "guess guess guess"}
    answers = [mira.post(path, data=data).status_code for _ in range(7)]
    assert answers[-1] == 429
    assert mira.post(path, data=data | {"password": PASSWORD}).status_code == 429


@pytest.mark.parametrize(
    ("holder", "iban", "words"),
    [("Mira", "NL92ABNA0417164300", "typing error"), ("Mira", "hello", "not an IBAN"), ("😀", IBANS[0], "in letters")],
)
def test_wrong_bank_details_come_back_with_a_sentence(
    browse: Browse, cast: Cast, holder: str, iban: str, words: str
) -> None:
    path = f"/creators/{cast.creators['mira'].public_id}/bank-details"
    answer = browse("mira").post(path, data={"holder": holder, "iban": iban})
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalar(select(BankDetail.id)) is None


@pytest.mark.parametrize(("name", "shown"), [("mira", WHOLE), ("mo", WHOLE), ("audrey", MASKED), ("adam", MASKED)])
def test_an_iban_is_whole_for_its_owner_and_finance_only(browse: Browse, market: Cast, name: str, shown: str) -> None:
    page = said(browse(name), f"/creators/{market.creators['mira'].public_id}/bank-details")
    assert shown in page
    assert (WHOLE in page) == (shown == WHOLE)


def test_an_agent_sees_payouts_with_masked_numbers_and_not_the_bank_details(browse: Browse, market: Cast) -> None:
    submitted(browse)
    ada, mine = browse("ada"), f"/creators/{market.creators['mira'].public_id}"
    page = said(ada, f"{mine}/payouts")
    assert MASKED in page
    assert WHOLE not in page
    assert ada.get(f"{mine}/bank-details").status_code == 403


def test_a_creator_reads_why_nothing_was_paid(browse: Browse, market: Cast) -> None:
    earn(market.brands["kettle"], market.creators["mira"], 7000, currency="EUR")
    db.session.commit()
    assemble(browse("mo"))
    page = said(browse("mira"), f"/creators/{market.creators['mira'].public_id}/payouts")
    assert "This brand had not sent enough money" in page


# -- top-ups --


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount", "12,5,0", "is not an amount"),
        ("amount", "0", "above zero"),
        ("amount", "1E9", "is not an amount"),
        ("currency", "XYZ", "Not a valid choice"),
        ("received_on", "2027-01-01", "has not come yet"),
        ("received_on", "soon", "Not a valid date"),
        ("brand", "nonsense", "Not a valid choice"),
        ("reference", "", "reference"),
    ],
)
def test_a_top_up_that_can_not_be_comes_back_with_a_sentence(
    browse: Browse, cast: Cast, field: str, value: str, words: str
) -> None:
    data = {"brand": str(cast.brands["lumen"].public_id), "amount": "1.00", "currency": "EUR"}
    data |= {"received_on": "2026-11-10", "reference": "x", field: value}
    answer = browse("mo").post("/finance/top-ups/new", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalar(select(TopUp.id)) is None


def test_a_top_up_sent_twice_is_recorded_once_and_its_maker_can_not_decide(browse: Browse, cast: Cast) -> None:
    become("mo", Role.FINANCE_CHECKER)
    db.session.commit()
    mo = browse("mo")
    data = {"brand": str(cast.brands["lumen"].public_id), "amount": "1.00", "currency": "EUR"}
    data |= {"received_on": "2026-11-10", "reference": "deposit 1"}
    assert mo.post("/finance/top-ups/new", data=data).status_code == 302
    assert "is recorded already" in mo.post("/finance/top-ups/new", data=data).text
    path = f"/finance/top-ups/{db.session.scalars(select(TopUp)).one().public_id}"
    page = said(mo, path)
    assert "someone else in finance must decide on it" in page
    assert "Approve the top-up" not in page
    assert mo.post(f"{path}/approve").status_code == 403
    assert "1.00" in said(browse("bea"), f"/brands/{cast.brands['lumen'].public_id}/funds")


def test_pages_speak_dutch(browse: Browse, market: Cast) -> None:
    market.people["mo"].language = "nl"
    db.session.commit()
    assert '<html lang="nl">' in said(browse("mo"), "/finance")
