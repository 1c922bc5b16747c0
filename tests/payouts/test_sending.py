"""Payouts by Stripe against a provider of its own: whatever goes wrong between us, each is paid once or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from flask import current_app
from sqlalchemy import text

from app.database import db, raw, statement
from app.errors import Conflict, WrongStatus
from app.payouts import holds, transfers
from app.payouts.batches import approval, bankfiles, leaving
from app.payouts.models import PayoutBatch
from app.payouts.sending import accounts, cancel, progress, results
from app.stripe_gateway import Stripe
from config import settings
from tests.cast import Cast
from tests.payouts.books import AT, balances
from tests.payouts.people import identity
from tests.payouts.stripe_people import (
    KEY,
    Clock,
    approved,
    batch_by_stripe,
    go,
    link,
    payout_of,
    rail,
    started,
    transfers_of,
    use_stripe,
)
from tests.stripe_server import Provider, running

LATER = AT + timedelta(hours=1)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The provider's process."""
    with running(tmp_path_factory.mktemp("provider") / "books.db") as provider:
        yield provider


@pytest.fixture
def provider(bank: Provider, cast: Cast) -> Iterator[Provider]:
    """The provider with 1,000.00 of ours and nothing else; the application knows it."""
    before = settings()
    bank.tell(clear=True, secret=KEY, faults={}, clock=0, limit=0, fund={"eur": 100_000})
    use_stripe(bank)
    yield bank
    current_app.extensions["streamcut"] = before


@pytest.fixture(autouse=True)
def no_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unknown may be asked about at once."""
    monkeypatch.setattr(results, "FIRST_GAP", 0.0)


def books_agree(provider: Provider) -> None:
    """The provider's books against ours: payout by payout, and in sum."""
    theirs = {one["transfer_group"]: one["amount"] - one["amount_reversed"] for one in provider.transfers()}
    assert len(theirs) == len(provider.transfers()), "something was paid twice"
    paid = raw().execute("select reference, amount from payout where status = 'paid'").fetchall()
    assert {key: amount for key, amount in theirs.items() if amount} == dict(paid)
    for name in ("check_payouts_equal_entries", "check_entries_paid_once", "check_creators_get_all"):
        assert raw().execute(statement("app.payouts", name)).fetchall() == [], name


# -- the way it goes --


def test_a_batch_is_sent_and_both_books_agree(provider: Provider, cast: Cast) -> None:
    batch = batch_by_stripe(cast, provider)
    assert (payout_of("mira").rail, payout_of("mira").iban) == ("stripe", None)
    assert bankfiles.current_files(batch) == []
    assert go(rail(provider)) == 2
    assert [payout_of(name).status for name in ("mira", "joon")] == ["paid", "paid"]
    assert provider.balance() == 92_000
    db.session.refresh(batch)
    assert batch.status == "completed"
    assert ("payouts_in_transit", cast.brands["lumen"].id, cast.creators["mira"].id) not in balances()
    books_agree(provider)
    assert go(rail(provider)) == 0
    assert {step.name: step.number for step in progress.steps(batch)} == {"arrived": 2}


def test_nothing_is_sent_that_nobody_has_started(provider: Provider, cast: Cast) -> None:
    batch_by_stripe(cast, provider)
    raw().execute("update payout_batch set sending_at = null, sending_by = null")
    assert go(rail(provider)) == 0
    with pytest.raises(psycopg.errors.CheckViolation, match="not to be sent"):
        raw().execute(
            "insert into transfer (payout_id, attempt, account, amount, currency, transfer_group, prepared_at, sent_at,"
            " next_try_at) select id, 1, account, amount, currency, reference, now(), now(), now() from payout limit 1"
        )


# -- what nobody knows --


@pytest.mark.parametrize("fault", ["reset_before", "reset_after", "error_before", "error_after", "garbled", "limit"])
def test_what_is_not_known_is_asked_and_paid_once(provider: Provider, cast: Cast, fault: str) -> None:
    batch_by_stripe(cast, provider)
    worker, effects = rail(provider), Stripe.create_transfer
    with pytest.MonkeyPatch.context() as patch:

        def faulty(self: Stripe, **about: object) -> object:
            provider.tell(faults={fault: 1.0})
            try:
                return effects(self, **about)  # type: ignore[arg-type]
            finally:
                provider.tell(faults={})

        patch.setattr(Stripe, "create_transfer", faulty)
        patch.setattr("app.payouts.sending.rail.AT_ONCE", 1)
        patch.setattr(results, "FIRST_GAP", 60.0)
        go(worker)
    assert {payout_of(name).status for name in ("mira", "joon")} == {"sent"}, "nothing is failed that is not known"
    assert transfers_of("mira")[0].status == ("sending" if fault == "limit" else "unknown")
    raw().execute("update transfer set next_try_at = now()")
    db.session.commit()
    go(worker)
    assert [payout_of(name).status for name in ("mira", "joon")] == ["paid", "paid"]
    assert [len(transfers_of(name)) for name in ("mira", "joon")] == [1, 1]
    books_agree(provider)


def test_after_the_key_has_expired_it_is_asked_and_never_sent_again(provider: Provider, cast: Cast) -> None:
    """The provider has forgotten the key: the same one would pay once more."""
    batch_by_stripe(cast, provider)
    now = Clock()
    worker = rail(provider, now, lease=timedelta(seconds=0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(results, "write", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            go(worker)
    db.session.rollback()
    now.ahead = timedelta(hours=25)
    provider.tell(clock=25 * 3600)
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stripe, "create_transfer", lambda *_, **about: asked.append(about))
        go(worker)
    assert asked == []
    assert payout_of("mira").status == "paid"
    books_agree(provider)


def test_what_was_never_sent_gets_another_attempt_once_its_key_is_too_old(provider: Provider, cast: Cast) -> None:
    batch_by_stripe(cast, provider)
    now = Clock()
    worker = rail(provider, now, lease=timedelta(seconds=0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.payouts.sending.effects.Effects.send", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            go(worker)
    db.session.rollback()
    now.ahead = timedelta(hours=25)
    go(worker)
    first, second = transfers_of("mira")
    assert (first.status, first.code, second.status) == ("refused", "NOT_SENT", "arrived")
    assert first.key != second.key
    books_agree(provider)


# -- what is refused --


def test_an_account_that_was_disabled_after_approval_gets_nothing_and_the_rest_goes_on(
    provider: Provider, cast: Cast
) -> None:
    batch = batch_by_stripe(cast, provider)
    provider.tell(capability={payout_of("mira").account or "": "restricted"})
    go(rail(provider))
    mira = payout_of("mira")
    assert (mira.status, mira.code) == ("failed", "ACCOUNT_NOT_READY")
    assert transfers_of("mira") == []
    assert payout_of("joon").status == "paid"
    assert [matter.code for matter in progress.matters(batch)] == ["ACCOUNT_NOT_READY"]
    books_agree(provider)
    letters = db.session.scalars(text("select name from letter order by name")).all()
    assert {"payout_failed", "payout_paid"} <= set(letters)


def test_an_account_below_zero_gets_no_transfer(provider: Provider, cast: Cast) -> None:
    batch_by_stripe(cast, provider)
    provider.tell(book=[[payout_of("joon").account, "eur", -100]])
    go(rail(provider))
    joon = payout_of("joon")
    assert (joon.status, joon.code, transfers_of("joon")) == ("failed", "PROVIDER_NEGATIVE", [])
    books_agree(provider)


def test_a_refusal_at_the_last_moment_ends_the_attempt_and_fails_the_payout(provider: Provider, cast: Cast) -> None:
    batch_by_stripe(cast, provider)
    account = payout_of("mira").account or ""
    check = Stripe.balance
    with pytest.MonkeyPatch.context() as patch:

        def closed_behind_our_back(self: Stripe, about: str | None = None) -> dict[str, int]:
            if about == account:
                provider.tell(do=[["close_account", account]])
            return check(self, about)

        patch.setattr(Stripe, "balance", closed_behind_our_back)
        go(rail(provider))
    assert (payout_of("mira").status, payout_of("mira").code) == ("failed", "account_closed")
    assert [attempt.status for attempt in transfers_of("mira")] == ["refused"]
    books_agree(provider)


def test_too_little_money_at_stripe_lets_the_payout_wait(provider: Provider, cast: Cast) -> None:
    batch = batch_by_stripe(cast, provider)
    provider.tell(fund={"eur": -94_000})
    now = Clock()
    go(rail(provider, now))
    assert sorted(payout_of(name).status for name in ("mira", "joon")) in (["paid", "sent"], ["sent", "sent"])
    db.session.refresh(batch)
    assert (batch.status, batch.sending_after is None) == ("approved", False)
    assert go(rail(provider, now)) == 0
    provider.tell(fund={"eur": 94_000})
    now.ahead = timedelta(minutes=11)
    go(rail(provider, now))
    assert [payout_of(name).status for name in ("mira", "joon")] == ["paid", "paid"]
    books_agree(provider)


def test_a_creator_who_is_held_waits_and_an_unlinked_account_gets_nothing(provider: Provider, cast: Cast) -> None:
    batch = batch_by_stripe(cast, provider)
    holds.place(cast.creators["mira"], "we look into it", by=identity("mo"), at=LATER)
    accounts.unlink(cast.creators["joon"], by=identity("joon"), at=LATER)
    db.session.commit()
    go(rail(provider))
    assert (payout_of("mira").status, payout_of("joon").code) == ("sent", "ACCOUNT_CHANGED")
    assert {step.name for step in progress.steps(batch)} == {"held_back", "refused"}
    holds.release(cast.creators["mira"], by=identity("mo"), at=LATER)
    db.session.commit()
    go(rail(provider))
    assert payout_of("mira").status == "paid"
    books_agree(provider)


# -- what has left --


def test_what_may_have_been_sent_is_not_called_back_or_failed_by_hand(provider: Provider, cast: Cast) -> None:
    batch = batch_by_stripe(cast, provider)
    assert not leaving.has_left(batch)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.payouts.sending.effects.Effects.send", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            go(rail(provider))
    db.session.rollback()
    assert leaving.has_left(batch)
    with pytest.raises(WrongStatus, match="sent by Stripe"):
        approval.recall(batch.public_id, reason="no", by=identity("mo"), at=LATER)
    db.session.rollback()
    for status in ("failed", "paid", "returned"):
        with pytest.raises(WrongStatus, match="Stripe"):
            transfers.mark(payout_of("mira").public_id, status, reason="no", by=identity("mo"), at=LATER)
        db.session.rollback()


def test_before_anything_is_sent_a_payout_is_given_up_and_the_batch_recalled(provider: Provider, cast: Cast) -> None:
    batch = batch_by_stripe(cast, provider)
    transfers.mark(payout_of("joon").public_id, "failed", reason="asked to wait", by=identity("mo"), at=LATER)
    approval.recall(batch.public_id, reason="no", by=identity("mo"), at=LATER)
    db.session.commit()
    assert (batch.status, batch.sending_at) == ("draft", None)
    assert go(rail(provider)) == 0
    assert provider.transfers() == []


def test_the_database_keeps_what_was_to_be_sent_and_what_came_of_it(provider: Provider, cast: Cast) -> None:
    batch_by_stripe(cast, provider)
    go(rail(provider))
    for change in ("amount = amount + 1", "key = 'other'", "account = 'acct_2'", "status = 'unknown'", "payout_id = 0"):
        with pytest.raises(psycopg.errors.CheckViolation, match=r"frozen|final"), raw().transaction():
            raw().execute(f"update transfer set {change}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), raw().transaction():
        raw().execute("delete from transfer")
    again = (
        "insert into transfer (payout_id, attempt, account, amount, currency, transfer_group, prepared_at, sent_at,"
        " next_try_at) select payout_id, 2, account, amount, currency, transfer_group, now(), now(), now()"
        " from transfer limit 1"
    )
    with pytest.raises(psycopg.errors.CheckViolation), raw().transaction():
        raw().execute(again)


# -- bringing back --


def test_money_is_brought_back_once_and_the_payout_is_returned(provider: Provider, cast: Cast) -> None:
    batch_by_stripe(cast, provider)
    go(rail(provider))
    cancel.ask(payout_of("mira").public_id, "the account is not hers", by=identity("mo"), at=LATER)
    db.session.commit()
    with pytest.raises(WrongStatus, match="already"):
        cancel.ask(payout_of("mira").public_id, "once more", by=identity("che"), at=LATER)
    db.session.rollback()
    provider.tell(faults={"reset_after": 1.0})
    stripe = Stripe(KEY, provider.base, 2.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(results, "FIRST_GAP", 60.0)
        assert cancel.work(stripe, Clock()) == 1
    provider.tell(faults={})
    assert payout_of("mira").status == "paid", "nobody knows yet"
    later = Clock()
    later.ahead = timedelta(minutes=2)
    assert cancel.work(stripe, later) == 1
    assert (payout_of("mira").status, transfers_of("mira")[0].reversed) == ("returned", 5000)
    assert len(provider.tell(show=["transfer_reversal"])["transfer_reversal"]) == 1
    assert provider.balance() == 97_000
    books_agree(provider)
    with pytest.raises(WrongStatus, match="nothing can be brought back"):
        cancel.ask(payout_of("mira").public_id, "again", by=identity("mo"), at=LATER)


def test_money_that_is_gone_is_not_brought_back(provider: Provider, cast: Cast) -> None:
    batch_by_stripe(cast, provider)
    go(rail(provider))
    provider.tell(pay_out=[[payout_of("mira").account, "eur"]])
    cancel.ask(payout_of("mira").public_id, "too late", by=identity("mo"), at=LATER)
    db.session.commit()
    cancel.work(Stripe(KEY, provider.base, 2.0), Clock())
    assert payout_of("mira").status == "paid"
    assert [row.code for row in progress.reversals(payout_of("mira"))] == ["balance_insufficient"]
    books_agree(provider)


# -- starting --


def test_a_batch_is_started_once_by_somebody_who_knows_what_has_changed(provider: Provider, cast: Cast) -> None:
    batch = batch_by_stripe(cast, provider)
    with pytest.raises(WrongStatus, match="already"):
        started(batch)
    db.session.rollback()
    approval.recall(batch.public_id, reason="once more", by=identity("mo"), at=LATER)
    db.session.commit()
    approval.cancel(batch.public_id, by=identity("mo"), at=LATER)
    db.session.commit()
    batch = approved()
    holds.place(cast.creators["mira"], "we look into it", by=identity("mo"), at=LATER)
    db.session.commit()
    with pytest.raises(Conflict, match="on hold"):
        started(batch)


def test_without_keys_nothing_is_started(provider: Provider, cast: Cast) -> None:
    batch = batch_by_stripe(cast, provider)
    raw().execute("update payout_batch set sending_at = null, sending_by = null")
    db.session.commit()
    use_stripe(provider, stripe_secret_key="")
    with pytest.raises(Conflict, match="not set up"):
        started(db.session.get_one(PayoutBatch, batch.id))


def test_a_new_account_waits_like_changed_bank_details(provider: Provider, cast: Cast) -> None:
    from tests.payouts.books import bank, earn, fund

    fund(cast.brands["lumen"], 100_000)
    bank(None, "FR1420041010050500013M02606")
    bank(cast.creators["mira"], by=cast.people["sam"].id)
    earn(cast.brands["lumen"], cast.creators["mira"], 5000)
    link(cast.creators["mira"], provider, at=AT - timedelta(hours=3))
    with pytest.raises(Conflict, match="Nobody can be paid"):
        approved()


def test_two_workers_keep_to_the_limit_together(provider: Provider, cast: Cast) -> None:
    from app.payouts.sending import pace

    now = Clock()()
    first, second = pace.take(25, 25, at=now), pace.take(25, 25, at=now)
    moments = sorted([*first, *second])
    assert len(set(moments)) == 50
    assert moments[-1] - moments[0] >= timedelta(seconds=1.96)
    pace.hold_back(30, at=now)
    assert pace.take(1, 25, at=now)[0] >= now + timedelta(seconds=30)


def test_a_gate_lets_no_more_pass_in_a_second_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted from when a request can have reached Stripe, which is later than it left; none while it wants quiet."""
    from app.payouts.sending import pace

    now = 100.0

    class Time:
        @staticmethod
        def monotonic() -> float:
            return now

        @staticmethod
        def sleep(seconds: float) -> None:
            nonlocal now
            now += seconds

    monkeypatch.setattr(pace, "time", Time)
    gate, left = pace.Gate(2), []
    for took in (0.3, 0.1, 0.1):
        with gate.passing():
            left.append(now)
            Time.sleep(took)
    assert left == pytest.approx([100.0, 100.3, 101.2]), "the first may have been counted 0.2 later than others"
    gate.close(5)
    with gate.passing():
        assert now == pytest.approx(106.3)


def test_two_workers_at_one_batch_do_not_get_in_each_others_way(provider: Provider, cast: Cast) -> None:
    from app.payouts.sending import intents

    batch_by_stripe(cast, provider)
    at = Clock()()
    first, second = (each.payout_id for each in intents.candidates(25, at=at))
    assert [each.payout_id for each in intents.candidates(25, at=at, besides=[first])] == [second]
    assert [each.payout_id for each in intents.candidates(25, at=at, skipped=1)] == [second]
    assert len(intents.candidates(25, at=at, skipped=25)) == 2, "nothing behind: from the front again"
