"""Payouts straight to banks by Stripe, against a provider of its own: each is paid once or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.database import db, raw, statement
from app.errors import Conflict, WrongStatus
from app.integrations.source import Event
from app.integrations.stripe_handling import HANDLERS
from app.payouts import transfers
from app.payouts.bank import verification
from app.payouts.batches import approval, bankfiles, leaving
from app.payouts.payee_models import PayeeCheck
from app.payouts.sending import bank_effects, cancel, progress, recipients, results
from app.stripe_gateway import Stripe
from config import settings
from tests.cast import Cast
from tests.payouts.bank_people import JOON, MIRA, SOURCE, batch_to_banks, earned, rail, route
from tests.payouts.books import AT, balances, bank, earn
from tests.payouts.people import identity
from tests.payouts.stripe_people import KEY, Clock, approved, go, payout_of, started, transfers_of, use_stripe
from tests.payouts.test_stripe_account import fill_in
from tests.stripe_server import Provider, running

LATER = AT + timedelta(hours=1)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The provider's process."""
    with running(tmp_path_factory.mktemp("provider") / "books.db") as provider:
        yield provider


@pytest.fixture
def provider(house: Provider, cast: Cast) -> Iterator[Provider]:
    """The provider with 1,000.00 of ours and nothing else; the application pays to banks from there."""
    before = settings()
    payee = {iban: ["match", ""] for iban in (MIRA, JOON)}
    house.tell(
        clear=True, secret=KEY, faults={}, clock=0, limit=0, swift=False, payee=payee, book=[[SOURCE, "eur", 100_000]]
    )
    use_stripe(house, stripe_financial_account=SOURCE)
    yield house
    current_app.extensions["streamcut"] = before


@pytest.fixture(autouse=True)
def no_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unknown may be asked about at once."""
    monkeypatch.setattr(results, "FIRST_GAP", 0.0)


def payment_of(provider: Provider, handle: str) -> str:
    """The number of the payment to somebody."""
    number = transfers_of(handle)[-1].provider_id
    assert number is not None
    return number


def end(provider: Provider, handle: str, status: str, reason: str = "") -> None:
    """The payment ends like that at Stripe, which tells of it."""
    number = payment_of(provider, handle)
    provider.tell(end_outbound=[[number, status, reason]])
    tell(number, status)


def tell(number: str, what: str) -> None:
    """An event about a payment comes."""
    kind = f"v2.money_management.outbound_payment.{what}"
    content = {"related_object": {"id": number}}
    HANDLERS[kind](Event(1, "stripe", "evt_1", kind, Clock()(), content), Clock()())
    db.session.commit()


def books_agree(provider: Provider) -> None:
    """The provider's books against ours, payment by payment, and ours in themselves."""
    theirs = [one for one in provider.outbound() if one["status"] == "posted"]
    ours = raw().execute("select t.provider_id, p.amount from payout p join transfer t on t.payout_id = p.id"
                         " where p.status = 'paid' and t.status = 'arrived'").fetchall()  # fmt: skip
    assert {one["id"]: one["amount"]["value"] for one in theirs} == dict(ours)
    live = [one for one in provider.outbound() if one["status"] in ("posted", "processing")]
    marks = [one["metadata"]["transfer"] for one in live]
    assert len(marks) == len(set(marks)), "something was paid twice"
    for name in ("check_payouts_equal_entries", "check_entries_paid_once", "check_creators_get_all"):
        assert raw().execute(statement("app.payouts", name)).fetchall() == [], name


def checks() -> list[tuple[str, str, str, str | None]]:
    """What banks have said by Stripe."""
    rows = db.session.scalars(select(PayeeCheck).order_by(PayeeCheck.id))
    return [(row.iban, row.source, row.result, row.known_as) for row in rows]


# -- the way it goes --


def test_money_goes_to_the_bank_and_has_arrived_once_it_is_posted(provider: Provider, cast: Cast) -> None:
    batch = batch_to_banks(cast, provider)
    assert (payout_of("mira").rail, payout_of("mira").iban, payout_of("mira").account) == ("outbound", MIRA, None)
    assert bankfiles.current_files(batch) == []
    assert go(rail(provider)) == 2
    assert [payout_of(name).status for name in ("mira", "joon")] == ["sent", "sent"], "taken is not arrived"
    assert {step.name: step.number for step in progress.steps(batch)} == {"taken": 2}
    assert leaving.has_left(batch)
    assert go(rail(provider)) == 0, "it is not asked for again and again"
    for name in ("mira", "joon"):
        end(provider, name, "posted")
    assert go(rail(provider)) == 2
    assert [payout_of(name).status for name in ("mira", "joon")] == ["paid", "paid"]
    db.session.refresh(batch)
    assert batch.status == "completed"
    assert ("payouts_in_transit", cast.brands["lumen"].id, cast.creators["mira"].id) not in balances()
    assert [each[:3] for each in checks()] == [(MIRA, "stripe", "match"), (JOON, "stripe", "match")]
    assert provider.balance(SOURCE) == 92_000
    books_agree(provider)


def test_what_no_event_tells_is_asked_for_after_a_while(provider: Provider, cast: Cast) -> None:
    batch_to_banks(cast, provider)
    go(rail(provider))
    provider.tell(swift=True)
    now = Clock()
    now.ahead = timedelta(hours=7)
    assert go(rail(provider, now)) == 2
    assert [payout_of(name).status for name in ("mira", "joon")] == ["paid", "paid"]
    books_agree(provider)


def test_without_the_setting_a_bank_file_pays(provider: Provider, cast: Cast) -> None:
    use_stripe(provider, stripe_financial_account="")
    earned(cast, provider)
    batch = approved()
    assert {payout_of(name).rail for name in ("mira", "joon")} == {"sepa"}
    assert len(bankfiles.current_files(batch)) == 1


def test_a_batch_that_banks_are_to_be_paid_by_is_not_started_without_the_setting(
    provider: Provider, cast: Cast
) -> None:
    earned(cast, provider)
    batch = approved()
    use_stripe(provider, stripe_financial_account="")
    with pytest.raises(Conflict, match="STRIPE_FINANCIAL_ACCOUNT"):
        started(batch)


def test_other_bank_details_need_another_way(provider: Provider, cast: Cast) -> None:
    earned(cast, provider)
    row = recipients.current(cast.creators["mira"])
    assert row is not None
    assert recipients.fits(row)
    bank(cast.creators["mira"], "FR1420041010050500013M02606", by=cast.people["mira"].id)
    assert not recipients.fits(row)
    approved()
    assert (payout_of("mira").rail, payout_of("joon").rail) == ("sepa", "outbound")
    again = route(cast.creators["mira"], provider)
    assert (again.id != row.id, again.iban) == (True, "FR1420041010050500013M02606")


# -- names --


def test_another_name_stops_the_money_before_it_moves(provider: Provider, cast: Cast) -> None:
    batch_to_banks(cast, provider)
    provider.tell(payee={MIRA: ["no_match", ""]})
    go(rail(provider))
    mira = payout_of("mira")
    assert (mira.status, mira.code, transfers_of("mira")) == ("failed", "NAME_MISMATCH", [])
    assert [one["to"]["recipient"] for one in provider.outbound()] == [transfers_of("joon")[0].account]
    assert (MIRA, "stripe", "no_match", None) in checks()
    found = raw().execute("select code from creator_obstacle where creator_id = %s", [cast.creators["mira"].id])
    assert ("name_mismatch",) in found.fetchall()


def test_a_close_name_waits_until_the_creator_has_taken_it_over(provider: Provider, cast: Cast) -> None:
    batch_to_banks(cast, provider)
    provider.tell(payee={MIRA: ["close_match", "Mira de Vries-Bakker"]})
    go(rail(provider))
    assert (payout_of("mira").status, payout_of("mira").code) == ("failed", "NAME_NOT_SEEN")
    spelling = verification.spelling(cast.creators["mira"])
    assert spelling is not None
    assert spelling.known_as == "Mira de Vries-Bakker"
    assert spelling.source == "stripe"


@pytest.mark.parametrize("result", ["close_match", "unavailable"])
def test_an_answer_that_the_approver_has_acknowledged_is_acknowledged_at_stripe(
    provider: Provider, cast: Cast, result: str
) -> None:
    from app.payouts.payee_models import CheckSource, PayeeResult
    from tests.payouts.people import approve_as

    earned(cast, provider)
    name = "M. Mira" if result == "close_match" else ""
    provider.tell(payee={MIRA: [result, name]})
    holder = recipients.current(cast.creators["mira"]).holder  # type: ignore[union-attr]
    known = PayeeResult.CLOSE if name else PayeeResult.IMPOSSIBLE
    verification.record(MIRA, holder, known, name or None, CheckSource.BANK, at=AT - timedelta(days=1))
    from app.payouts.batches.assembly import BANK_HOLD, assemble
    from app.payouts.models import PayoutBatch
    from tests.payouts.books import CUTOFF

    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=identity("mo").person_id, at=AT)
    batch = db.session.get_one(PayoutBatch, made)
    approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    verification.acknowledge(batch.id, [str(payout_of("mira").public_id)], by=identity("che"), at=AT)
    assert approve_as("che", batch.public_id, seen=(batch.fingerprint or b"").hex(), at=AT) == []
    db.session.commit()
    started(batch)
    go(rail(provider))
    assert transfers_of("mira")[0].status == "taken"
    said = provider.tell(show=["v2.money_management.recipient_verification"])
    used = {one["status"] for one in said["v2.money_management.recipient_verification"]}
    assert used == {"consumed"}


# -- what nobody knows --


@pytest.mark.parametrize("fault", ["reset_before", "reset_after", "error_before", "error_after", "garbled"])
def test_what_is_not_known_is_asked_and_paid_once(provider: Provider, cast: Cast, fault: str) -> None:
    batch_to_banks(cast, provider)
    now, create = Clock(), Stripe.create_outbound
    with pytest.MonkeyPatch.context() as patch:

        def faulty(self: Stripe, **about: object) -> object:
            provider.tell(faults={fault: 1.0})
            try:
                return create(self, **about)  # type: ignore[arg-type]
            finally:
                provider.tell(faults={})

        patch.setattr(Stripe, "create_outbound", faulty)
        patch.setattr("app.payouts.sending.rail.AT_ONCE", 1)
        patch.setattr(results, "FIRST_GAP", 60.0)
        worker = rail(provider, now)
        go(worker)
    assert {payout_of(name).status for name in ("mira", "joon")} == {"sent"}, "nothing is failed that is not known"
    assert transfers_of("mira")[0].status == "unknown"
    now.ahead = timedelta(minutes=11)
    go(rail(provider, now))
    provider.tell(swift=True)
    now.ahead = timedelta(hours=7)
    go(rail(provider, now))
    assert [payout_of(name).status for name in ("mira", "joon")] == ["paid", "paid"]
    happened = fault in ("reset_after", "error_after", "garbled")
    assert [len(transfers_of(name)) for name in ("mira", "joon")] == ([1, 1] if happened else [2, 2])
    books_agree(provider)


def test_too_fast_is_no_attempt(provider: Provider, cast: Cast) -> None:
    batch_to_banks(cast, provider)
    create, times = Stripe.create_outbound, iter([True])

    def faulty(self: Stripe, **about: object) -> object:
        if next(times, False):
            provider.tell(faults={"limit": 1.0})
            try:
                return create(self, **about)  # type: ignore[arg-type]
            finally:
                provider.tell(faults={})
        return create(self, **about)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stripe, "create_outbound", faulty)
        patch.setattr("app.payouts.sending.rail.AT_ONCE", 1)
        go(rail(provider))
    tries = [[one.status for one in transfers_of(name)] for name in ("mira", "joon")]
    assert sorted(tries) == [["refused", "taken"], ["taken"]]
    assert len(provider.outbound()) == 2


def test_a_killed_sender_has_paid_once(provider: Provider, cast: Cast) -> None:
    batch_to_banks(cast, provider)
    now = Clock()
    worker = rail(provider, now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(results, "write", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            go(worker)
    db.session.rollback()
    now.ahead = timedelta(hours=25)
    provider.tell(clock=25 * 3600, swift=True)
    sent = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stripe, "create_outbound", lambda *_, **about: sent.append(about))
        go(rail(provider, now))
    assert sent == []
    now.ahead = timedelta(hours=32)
    go(rail(provider, now))
    assert [payout_of(name).status for name in ("mira", "joon")] == ["paid", "paid"]
    books_agree(provider)


def test_a_verification_that_came_too_late_makes_another_attempt(provider: Provider, cast: Cast) -> None:
    batch_to_banks(cast, provider)
    create, late = Stripe.create_outbound, iter([True])

    def slow(self: Stripe, **about: object) -> object:
        if next(late, False):
            provider.tell(clock=600)
        return create(self, **about)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stripe, "create_outbound", slow)
        patch.setattr("app.payouts.sending.rail.AT_ONCE", 1)
        go(rail(provider))
    assert {transfers_of(name)[-1].status for name in ("mira", "joon")} == {"taken"}
    assert "recipient_verification_expired" in {transfers_of(name)[0].code for name in ("mira", "joon")}
    assert len(provider.outbound()) == 2


# -- what does not arrive --


def test_a_payment_that_comes_back_is_payable_again_with_a_reason_and_a_fix(provider: Provider, cast: Cast) -> None:
    batch_to_banks(cast, provider)
    go(rail(provider))
    end(provider, "mira", "posted")
    go(rail(provider))
    end(provider, "mira", "returned", "payout_method_closed")
    go(rail(provider))
    mira = payout_of("mira")
    assert (mira.status, mira.code, mira.refused) == ("returned", "payout_method_closed", "iban")
    assert (mira.reason or "").startswith("payout_method_closed: The bank does not take payments")
    assert (transfers_of("mira")[0].status, transfers_of("mira")[0].reversed) == ("arrived", 5000)
    assert balances()["creator", cast.brands["lumen"].id, cast.creators["mira"].id] == 5000
    codes = raw().execute("select code from creator_obstacle where creator_id = %s", [cast.creators["mira"].id])
    assert ("method_unverified",) in codes.fetchall()
    letters = db.session.scalars(text("select facts->>'cure' from letter where name = 'payout_returned'")).all()
    assert letters
    assert all(letters)
    tell(payment_of(provider, "mira"), "returned")
    assert go(rail(provider)) == 0, "told again it changes nothing"
    books_agree(provider)


def test_what_came_back_without_an_event_is_found_by_the_sweep(provider: Provider, cast: Cast) -> None:
    from app.integrations import sweeping

    batch_to_banks(cast, provider)
    go(rail(provider))
    for name in ("mira", "joon"):
        end(provider, name, "posted")
    go(rail(provider))
    provider.tell(end_outbound=[[payment_of(provider, "joon"), "returned", "payout_method_holder_name_incorrect"]])
    sweeping.sweep(Clock()())
    go(rail(provider))
    assert (payout_of("joon").status, payout_of("joon").refused, payout_of("mira").status) == (
        "returned",
        "details",
        "paid",
    )
    books_agree(provider)


def test_a_payment_that_fails_at_stripe_is_payable_again(provider: Provider, cast: Cast) -> None:
    batch_to_banks(cast, provider)
    go(rail(provider))
    end(provider, "mira", "failed", "payout_method_declined")
    go(rail(provider))
    assert (payout_of("mira").status, payout_of("mira").code) == ("failed", "payout_method_declined")
    assert transfers_of("mira")[0].status == "refused"
    assert provider.balance(SOURCE) == 97_000
    books_agree(provider)


def test_a_payment_on_its_way_is_stopped(provider: Provider, cast: Cast) -> None:
    batch_to_banks(cast, provider)
    go(rail(provider))
    cancel.ask(payout_of("mira").public_id, "the account is not hers", by=identity("mo"), at=LATER)
    db.session.commit()
    assert cancel.work(Stripe(KEY, provider.base, 2.0), Clock()) == 1
    go(rail(provider))
    assert (payout_of("mira").status, payout_of("mira").code) == ("failed", "canceled")
    end(provider, "joon", "posted")
    go(rail(provider))
    with pytest.raises(WrongStatus, match="nothing can be brought back"):
        cancel.ask(payout_of("joon").public_id, "too late", by=identity("mo"), at=LATER)
    books_agree(provider)


def test_a_payment_that_has_left_is_not_stopped(provider: Provider, cast: Cast) -> None:
    batch_to_banks(cast, provider)
    go(rail(provider))
    cancel.ask(payout_of("mira").public_id, "too late", by=identity("mo"), at=LATER)
    db.session.commit()
    end(provider, "mira", "posted")
    cancel.work(Stripe(KEY, provider.base, 2.0), Clock())
    go(rail(provider))
    assert payout_of("mira").status == "paid"
    assert [row.code for row in progress.reversals(payout_of("mira"))] == ["outbound_payment_not_cancelable"]


def test_too_little_money_lets_the_payout_wait(provider: Provider, cast: Cast) -> None:
    batch_to_banks(cast, provider)
    provider.tell(book=[[SOURCE, "eur", -94_000]])
    now = Clock()
    go(rail(provider, now))
    assert "sent" in {payout_of(name).status for name in ("mira", "joon")}
    provider.tell(book=[[SOURCE, "eur", 94_000]])
    now.ahead = timedelta(minutes=11)
    go(rail(provider, now))
    assert {transfers_of(name)[-1].status for name in ("mira", "joon")} == {"taken"}


def test_a_recipient_that_can_not_be_paid_gets_nothing_and_the_rest_goes_on(provider: Provider, cast: Cast) -> None:
    batch_to_banks(cast, provider)
    row = recipients.current(cast.creators["mira"])
    assert row is not None
    provider.tell(capability={row.account or "": "restricted"})
    go(rail(provider))
    assert (payout_of("mira").status, payout_of("mira").code) == ("failed", "ACCOUNT_NOT_READY")
    assert transfers_of("joon")[0].status == "taken"
    recipients.look_soon(row.account or "", at=LATER)
    recipients.look_at_told(Stripe(KEY, provider.base, 2.0), Clock())
    earn(cast.brands["lumen"], cast.creators["mira"], 2000)
    approved()
    assert payout_of("mira").rail == "sepa"


# -- what the database keeps --


def test_a_payment_is_of_the_payout_as_it_was_frozen(provider: Provider, cast: Cast) -> None:
    batch_to_banks(cast, provider)
    insert = (
        "insert into transfer (payout_id, attempt, account, amount, currency, transfer_group, method, verification,"
        " prepared_at, sent_at, next_try_at) select p.id, 1, r.account, p.amount, p.currency, p.reference, {method},"
        " 'rv_1', now(), now(), now() from payout p join stripe_recipient r on r.creator_id = p.creator_id limit 1"
    )
    with pytest.raises(psycopg.errors.CheckViolation, match="not to be sent"), raw().transaction():
        raw().execute(insert.format(method="'another'").encode())
    go(rail(provider))
    for change in ("method = 'another'", "verification = 'rv_2'", "provider_id = 'obp_2'", "status = 'sending'"):
        with pytest.raises(psycopg.errors.CheckViolation), raw().transaction():
            raw().execute(f"update transfer set {change}".encode())
    with pytest.raises(WrongStatus, match="Stripe"):
        transfers.mark(payout_of("mira").public_id, "paid", by=identity("mo"), at=LATER)
    with pytest.raises(Conflict, match="under way"):
        recipients.end(cast.creators["mira"], by=identity("mira"), at=LATER)


def test_the_verification_is_of_use_for_less_time_than_we_wait() -> None:
    from app.demo.simulated_bank.outbound import LASTS

    assert timedelta(seconds=LASTS) < bank_effects.SETTLED


# -- the creator's page --


def test_a_creator_has_it_set_up_and_ends_it(
    provider: Provider, cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    mira, browser = cast.creators["mira"], browse("mira")
    home = f"/creators/{mira.public_id}/bank-details"
    assert "Straight to your bank by Stripe" not in browser.get(home).text, "there are no bank details yet"
    assert browser.post(f"{home}/stripe").status_code == 409
    bank(mira, MIRA, by=cast.people["mira"].id)
    db.session.commit()
    assert "Set it up" in browser.get(home).text
    assert browser.post(f"{home}/stripe").location.endswith("/bank-details/stripe/go")
    address = browser.get(f"{home}/stripe/go").location
    assert address.startswith(f"{provider.base}/setup/")
    assert "Stripe needs to know who you are first" in browser.get(home).text
    back = fill_in(address, "yes")
    assert back.endswith(f"{home}/stripe/back")
    browser.get(f"{home}/stripe/back")
    assert "Stripe pays your payouts in euro to this account" in browser.get(home).text
    row = recipients.current(mira)
    assert row is not None
    assert (row.status, row.iban) == ("active", MIRA)
    assert row.method
    bank(mira, JOON, by=cast.people["mira"].id)
    db.session.commit()
    assert "It was set up for other bank details" in browser.get(home).text
    assert browser.post(f"{home}/stripe/end").status_code == 302
    assert recipients.current(mira) is None


def test_nothing_is_offered_without_the_setting(
    provider: Provider, cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    use_stripe(provider, stripe_financial_account="")
    mira, browser = cast.creators["mira"], browse("mira")
    bank(mira, MIRA, by=cast.people["mira"].id)
    db.session.commit()
    home = f"/creators/{mira.public_id}/bank-details"
    assert "by Stripe" not in browser.get(home).text.replace("Get paid by Stripe", "")
    assert browser.post(f"{home}/stripe").status_code == 503


def test_finance_sees_how_far_it_is_and_stops_a_payment(
    provider: Provider, cast: Cast, browse: Callable[[str], FlaskClient]
) -> None:
    batch = batch_to_banks(cast, provider)
    browser = browse("mo")
    page = browser.get(f"/finance/batches/{batch.public_id}").text
    assert "Payouts by Stripe" in page
    go(rail(provider))
    assert "On its way to the bank" in browser.get(f"/finance/batches/{batch.public_id}").text
    home = f"/finance/payouts/{payout_of('mira').public_id}"
    assert "Stop it" in browser.get(home).text
    assert browser.post(f"{home}/bring-back", data={"reason": "not hers"}).status_code == 302
    cancel.work(Stripe(KEY, provider.base, 2.0), Clock())
    go(rail(provider))
    assert "canceled" in browser.get(home).text
    mine = browse("mira").get(f"/creators/{cast.creators['mira'].public_id}/payouts/{payout_of('mira').public_id}").text
    assert "There is nothing for you to do: the money is payable again." in mine
