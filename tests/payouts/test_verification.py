"""What banks say of a name: a close one is taken over without waiting, another one keeps the money back, and who
approves has looked at every one that is not sure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, raw
from app.errors import BadInput, Conflict, NotAllowed
from app.payouts import holds, transfers
from app.payouts.bank import confirmation, onboarding, verification
from app.payouts.batches import approval, handover
from app.payouts.batches.assembly import BANK_HOLD, Assembly, assemble, drafted
from app.payouts.models import Obstacle, Payout, PayoutBatch
from app.payouts.obstacles import REMEDIES, standing
from app.payouts.payee_models import CheckSource, PayeeCheck, PayeeResult
from app.payouts.prospects import payable
from app.users.models import Creator
from config import settings
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import approve_as, code_of_che, hand_over, identity
from tests.payouts.test_pages import said, seen

Browse = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def mid_november() -> Iterator[None]:
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


def said_by_bank(
    market: Cast, name: str, result: PayeeResult, known_as: str | None = None, at: datetime = AT
) -> PayeeCheck:
    """The bank's answer about the present account of a creator."""
    account = onboarding.versions(market.creators[name])[0]
    return verification.record(account.iban, account.holder, result, known_as, CheckSource.BANK, at=at)


def codes(market: Cast, name: str, at: datetime = AT) -> list[Obstacle]:
    return [each.code for each in standing(market.creators[name], settings(), at=at)]


def batch_of(at: datetime = AT) -> PayoutBatch:
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=identity("mo").person_id, at=at)
    return db.session.get_one(PayoutBatch, made)


def submitted(at: datetime = AT) -> PayoutBatch:
    batch = batch_of(at)
    approval.submit(batch.public_id, by=identity("mo"), at=at, bank_hold=BANK_HOLD)
    return batch


def approve(batch: PayoutBatch, by: str = "che", at: datetime = AT) -> list[str]:
    fingerprint = (batch.fingerprint or b"").hex()
    return approve_as(by, batch.public_id, seen=fingerprint, at=at)


def test_every_code_has_words_for_the_creator_and_for_finance() -> None:
    assert set(REMEDIES) == set(Obstacle)


def test_another_name_keeps_the_money_back_until_a_newer_answer(market: Cast) -> None:
    said_by_bank(market, "mira", PayeeResult.NONE, "Somebody Else")
    assert codes(market, "mira") == [Obstacle.NAME_MISMATCH]
    account = onboarding.versions(market.creators["mira"])[0]
    answer = verification.latest(account.iban, account.holder)
    assert answer
    assert answer.known_as is None, "whose account it is instead is nobody's business"
    said_by_bank(market, "mira", PayeeResult.MATCH, at=AT - timedelta(days=3))
    assert codes(market, "mira") == [Obstacle.NAME_MISMATCH], "an older report that is read later changes nothing"
    said_by_bank(market, "mira", PayeeResult.MATCH, at=AT + timedelta(hours=1))
    assert codes(market, "mira") == []


def test_a_report_read_twice_is_one_answer(market: Cast) -> None:
    first = said_by_bank(market, "mira", PayeeResult.CLOSE, "Mira Lively")
    assert said_by_bank(market, "mira", PayeeResult.CLOSE, "Mira Lively").id == first.id


def test_the_assembly_and_the_single_creator_agree_on_all_codes(market: Cast) -> None:
    mira, lumen = market.creators["mira"], market.brands["lumen"]
    said_by_bank(market, "mira", PayeeResult.NONE)
    holds.place(mira, "a namesake", kind=Obstacle.SANCTION_REVIEW, by=identity("che"), at=AT + timedelta(seconds=1))
    earn(market.brands["kettle"], mira, 700, currency="EUR")
    told = payable(mira, "EUR", CUTOFF, settings(), at=AT)
    assert told.codes == [Obstacle.NAME_MISMATCH, Obstacle.SANCTION_REVIEW, Obstacle.UNFUNDED]
    assert [(line.brand_id, line.amount) for line in told.lines] == [
        (lumen.id, 5000),
        (market.brands["kettle"].id, 700),
    ]
    with drafted(raw(), Assembly("EUR", CUTOFF, 1000, None, AT), keep=False) as (batch, payouts):
        rows = raw().execute("select creator_id, reason, further from payout_skip where batch_id = %s", [batch])
        assert rows.fetchall() == [(mira.id, "name_mismatch", ["sanction_review", "brand_unfunded"])]
        assert payouts == 1
    assert [line.amount for line in payable(market.creators["joon"], "EUR", CUTOFF, settings(), at=AT).lines] == [3000]
    batch_of()
    assert payable(market.creators["joon"], "EUR", CUTOFF, settings(), at=AT).lines == [], "it stands in a payout now"


def test_sums_and_currencies_have_their_codes(market: Cast) -> None:
    joon, lumen = market.creators["joon"], market.brands["lumen"]
    (line,) = raw().execute("select cause from entry where creator_id = %s", [joon.id]).fetchone() or (0,)
    earn(lumen, joon, -2500, cause=line, seq=2)
    assert payable(joon, "EUR", CUTOFF, settings(), at=AT).codes == [Obstacle.BELOW_MINIMUM]
    earn(lumen, joon, -1500, cause=line, seq=3)
    assert payable(joon, "EUR", CUTOFF, settings(), at=AT).codes == [Obstacle.NEGATIVE]
    nothing = payable(joon, "GBP", CUTOFF, settings(), at=AT)
    assert (nothing.lines, nothing.codes) == ([], [Obstacle.NEGATIVE])


def test_a_currency_that_is_not_paid_out_waits(market: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    mira = market.creators["mira"]
    monkeypatch.setitem(settings().__dict__, "payout_currencies", "GBP, USD")
    assert payable(mira, "EUR", CUTOFF, settings(), at=AT).codes == [Obstacle.CURRENCY]
    with drafted(raw(), Assembly("EUR", CUTOFF, 1000, None, AT), keep=False) as (batch, payouts):
        reasons = raw().execute("select distinct reason from payout_skip where batch_id = %s", [batch]).fetchall()
    assert (payouts, reasons) == (0, [("currency",)])


def test_the_banks_spelling_is_taken_over_and_nothing_waits_for_it(market: Cast) -> None:
    mira, by = market.creators["mira"], identity("mira")
    bank(mira, IBANS[2], at=AT - timedelta(days=9), by=market.people["mira"].id)  # changed once, long enough ago
    check = said_by_bank(market, "mira", PayeeResult.CLOSE, "M. Livings")
    assert codes(market, "mira") == []
    detail = verification.accept_close(mira, check.id, by=by, at=AT)
    assert (detail.holder, detail.iban) == ("M. Livings", IBANS[2])
    assert codes(market, "mira") == []
    assert onboarding.held_until(mira, BANK_HOLD) == AT - timedelta(days=9) + BANK_HOLD
    answer = verification.of_creator(mira)
    assert answer
    assert answer.result == PayeeResult.MATCH
    batch = submitted()
    assert verification.counts(batch.id) == dict(zip((*PayeeResult, None), (1, 0, 0, 0, 1), strict=True))
    with pytest.raises(Conflict, match="have changed"):
        verification.accept_close(mira, check.id, by=by, at=AT)


def test_only_a_close_answer_with_a_name_can_be_taken_over(market: Cast) -> None:
    mira = market.creators["mira"]
    for result in (PayeeResult.MATCH, PayeeResult.IMPOSSIBLE, PayeeResult.CLOSE):
        check = said_by_bank(market, "mira", result)
        with pytest.raises(Conflict, match="no other spelling"):
            verification.accept_close(mira, check.id, by=identity("mira"), at=AT)


def test_a_spelling_taken_over_after_submission_throws_the_batch_back(market: Cast) -> None:
    check = said_by_bank(market, "mira", PayeeResult.CLOSE, "M. Livings")
    batch = submitted()
    verification.accept_close(market.creators["mira"], check.id, by=identity("mira"), at=AT)
    verification.acknowledge(batch.id, _public_ids(batch), by=identity("che"), at=AT)
    assert approve(batch) == [f"{market.creators['mira'].name} has changed the bank details."]
    assert batch.status == "draft"


def _public_ids(batch: PayoutBatch) -> list[str]:
    return [str(each) for each in db.session.scalars(select(Payout.public_id).where(Payout.batch_id == batch.id))]


def test_who_approves_acknowledges_every_unsure_name_themselves(market: Cast) -> None:
    said_by_bank(market, "mira", PayeeResult.CLOSE, "M. Livings")
    said_by_bank(market, "joon", PayeeResult.IMPOSSIBLE)
    batch = submitted()
    assert [each.creator for each in verification.must_be_acknowledged(batch.id)] == ["Joon Park", "Mira Live"]
    mira, joon = sorted(_public_ids(batch), key=_name_of, reverse=True)
    assert verification.acknowledge(batch.id, [mira, joon], by=identity("adam"), at=AT) == 2
    with pytest.raises(Conflict, match=r"Joon Park .* Mira Live"):
        approve(batch)
    assert verification.acknowledge(batch.id, [mira, "nonsense"], by=identity("che"), at=AT) == 1
    with pytest.raises(Conflict, match="then approve: Joon Park"):
        approve(batch)
    assert verification.acknowledge(batch.id, [mira, joon], by=identity("che"), at=AT) == 1, "the first one only once"
    said_by_bank(market, "joon", PayeeResult.IMPOSSIBLE, at=AT + timedelta(hours=1))
    with pytest.raises(Conflict, match="Joon Park"):
        approve(batch)  # a newer answer is another thing to look at
    verification.acknowledge(batch.id, [joon], by=identity("che"), at=AT)
    assert approve(batch) == []


def _name_of(payout: str) -> str:
    return db.session.scalars(select(Payout).where(Payout.public_id == payout)).one().creator.name


def test_another_name_that_comes_after_assembly_stops_submission_and_approval(market: Cast) -> None:
    batch = submitted()
    said_by_bank(market, "joon", PayeeResult.NONE)
    assert approve(batch) == ["Joon Park: Name and account do not match."]
    with pytest.raises(Conflict, match="Joon Park: Name and account do not match"):
        approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)


def test_another_name_that_comes_after_approval_is_told_before_the_bank_gets_the_file(market: Cast) -> None:
    batch = submitted()
    approve(batch)
    assert handover.concerns(batch) == []
    said_by_bank(market, "joon", PayeeResult.NONE)
    sentences = [concern.sentence for concern in handover.concerns(batch)]
    assert sentences == ["The bank knows another name for the account of Joon Park."]


def test_finance_enters_an_answer_but_not_about_their_own_account(market: Cast) -> None:
    mira, mo = market.creators["mira"], identity("mo")
    with pytest.raises(BadInput, match="Choose"):
        verification.enter(mira, "perhaps", "", "", by=mo, at=AT)
    with pytest.raises(BadInput, match="name that the bank knows"):
        verification.enter(mira, "close_match", " ", "", by=mo, at=AT)
    with pytest.raises(NotAllowed):
        verification.enter(mira, "match", "", "", by=identity("sam"), at=AT)
    with pytest.raises(Conflict, match="no bank details"):
        verification.enter(_nobody(market), "match", "", "", by=mo, at=AT)
    check = verification.enter(mira, "close_match", "M. Livings", "rang them", by=mo, at=AT)
    assert (check.source, check.known_as, check.note) == (CheckSource.BY_HAND, "M. Livings", "rang them")
    assert verification.spelling(mira) is check


def _nobody(market: Cast) -> Creator:
    creator = Creator(handle="nobody", name="Nobody", country="NL", languages=["nl"], timezone="UTC", recorded_at=AT)
    db.session.add(creator)
    db.session.flush()
    return creator


def test_three_failures_in_a_row_end_the_trying_until_finance_has_confirmed(market: Cast) -> None:
    """The bank gives reasons that clear the account, again and again: that can't go on for ever."""
    mira, at = market.creators["mira"], AT
    for number in range(1, 4):
        batch = submitted(at)
        approve(batch, at=at)
        hand_over(batch, at=at)
        for payout in db.session.scalars(select(Payout).where(Payout.batch_id == batch.id, Payout.status == "sent")):
            failed = payout.creator_id == mira.id
            status, reason = ("failed", "TECH") if failed else ("paid", "")
            transfers.mark(payout.public_id, status, reason=reason, by=identity("mo"), at=at + timedelta(days=2))
        at += timedelta(days=7)
        expected = [] if number < 3 else [Obstacle.METHOD_UNVERIFIED]
        assert codes(market, "mira", at) == expected, number
    refused = confirmation.refused_account(mira)
    assert refused
    assert refused.refused == "details"
    confirmation.confirm(mira, "the bank had a fault", by=identity("che"), at=at)
    assert codes(market, "mira", at) == []


# -- by web --


def test_the_creator_sees_what_stops_the_money_and_mends_it_in_one_click(browse: Browse, market: Cast) -> None:
    mira, joon = market.creators["mira"], market.creators["joon"]
    said_by_bank(market, "mira", PayeeResult.CLOSE, "M. Livings")
    said_by_bank(market, "joon", PayeeResult.NONE)
    db.session.commit()
    browser, path = browse("mira"), f"/creators/{mira.public_id}"
    page = said(browser, f"{path}/payouts")
    assert "the bank knows “M. Livings”" in page
    assert "This stops your money" not in page
    check = verification.of_creator(mira)
    assert check
    answer = browser.post(f"{path}/bank-details/spelling", data={"check": check.id}, follow_redirects=True)
    assert "The name is spelled as your bank does" in answer.text
    assert "for safety nothing is paid" not in answer.text
    assert browser.post(f"{path}/bank-details/spelling", data={"check": "x"}).status_code == 422
    page = said(browse("joon"), f"/creators/{joon.public_id}/payouts")
    assert "This stops your money" in page
    assert "The bank knows another name for this account" in page
    assert f'href="/creators/{joon.public_id}/bank-details">Correct the name' in page
    page = said(browse("mo"), f"/creators/{joon.public_id}/payouts")
    assert "enter the answer of a newer check" in page


def test_a_batch_shows_the_four_counts_and_the_names_to_look_at(browse: Browse, market: Cast) -> None:
    said_by_bank(market, "mira", PayeeResult.CLOSE, "M. Livings")
    batch = submitted()
    path, payout = (
        f"/finance/batches/{batch.public_id}",
        db.session.scalars(
            select(Payout).where(Payout.batch_id == batch.id, Payout.creator_id == market.creators["mira"].id)
        ).one(),
    )
    db.session.commit()
    che = browse("che")
    page = said(che, path)
    assert "Name nearly matches: 1" in page
    assert "Not asked: 1" in page
    assert "I have looked at Mira Live" in page
    assert "I have looked at" not in said(browse("mo"), path), "who makes it acknowledges nothing"
    refused = che.post(f"{path}/approve", data={"seen": seen(page), "answer": code_of_che()})
    assert refused.status_code == 409
    assert "Acknowledge these names first" in refused.text
    assert "Tick the names" in che.post(f"{path}/names", follow_redirects=True).text
    answer = che.post(f"{path}/names", data={"payout": str(payout.public_id)}, follow_redirects=True)
    assert "1 name is acknowledged." in answer.text
    assert "by you" in answer.text
    assert che.post(f"{path}/approve", data={"seen": seen(page), "answer": code_of_che()}).status_code == 302
    assert "acknowledged the names" in said(che, f"{path}?view=history")


def test_finance_enters_an_answer_on_the_creators_page(browse: Browse, market: Cast) -> None:
    path = f"/creators/{market.creators['mira'].public_id}/bank-details"
    mo = browse("mo")
    assert "Enter a name check" in said(mo, path)
    assert "Enter a name check" not in said(browse("mira"), path)
    answer = mo.post(f"{path}/check", data={"result": "impossible"}, follow_redirects=True)
    assert "Bank can’t say" in answer.text
    assert mo.post(f"{path}/check", data={"result": "odd"}).status_code == 422


def test_a_hold_for_a_legal_review_says_what_it_is(browse: Browse, market: Cast) -> None:
    data = {"creator": "joon", "kind": "sanction_review", "reason": "a namesake on the list"}
    assert browse("che").post("/finance/holds", data=data).status_code == 302
    page = said(browse("joon"), f"/creators/{market.creators['joon'].public_id}/payouts")
    assert "The law asks the platform to check something" in page
    assert "namesake" not in page
    assert "sanctions" not in page
    data["creator"] = "mira"
    assert browse("che").post("/finance/holds", data=data).status_code == 302
    page = said(browse("ada"), f"/creators/{market.creators['mira'].public_id}/payouts")
    assert "The law asks the platform to check something" in page
    assert "sanctions" not in page, "an agent reads what the creator reads"
    assert "sanctions list" in said(browse("mo"), f"/creators/{market.creators['mira'].public_id}/payouts")
    assert "Legal review" in said(browse("mo"), "/finance/holds")
