"""What Stripe's events do here: in any order and any number of times, and asked for when they are lost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.database import db, raw
from app.demo.simulated_bank.webhooks import signature
from app.integrations.jobs import handle_due
from app.integrations.models import WebhookEvent
from app.integrations.sweeping import sweep
from app.payouts.jobs import look_at_accounts
from app.payouts.sending.models import StripeAccount
from config import settings
from tests.cast import Cast
from tests.payouts.stripe_people import KEY, batch_by_stripe, go, link, payout_of, rail, transfers_of, use_stripe
from tests.stripe_server import Provider, running

SECRET = "whsec_of_the_tests"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The provider's process."""
    with running(tmp_path_factory.mktemp("provider") / "books.db") as provider:
        yield provider


@pytest.fixture
def provider(bank: Provider, cast: Cast) -> Iterator[Provider]:
    """A provider with 1,000.00 of ours."""
    before = settings()
    bank.tell(clear=True, secret=KEY, faults={}, clock=0, fund={"eur": 100_000})
    use_stripe(bank, stripe_webhook_secret=f"{SECRET},whsec_older")
    yield bank
    current_app.extensions["streamcut"] = before


def event(kind: str, about: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"id": "evt_1", "object": "event", "type": kind, "created": int(time.time()), "livemode": False}
    return body | {"data": {"object": about}} | more


def bring(client: FlaskClient, body: dict[str, Any]) -> None:
    """Brings an event as Stripe does."""
    sent = json.dumps(body)
    header = signature(sent, SECRET, time.time())
    answer = client.post("/webhooks/stripe", data=sent, headers={"Stripe-Signature": header})
    assert answer.status_code == 204


def handle() -> list[tuple[str, int]]:
    """Handles what is kept; every event's status and tries then."""
    raw().execute("update webhook_event set next_try_at = now() - interval '1 min' where status = 'waiting'")
    db.session.commit()
    handle_due()
    query = select(WebhookEvent).order_by(WebhookEvent.id).execution_options(populate_existing=True)
    return [(row.status, row.attempts) for row in db.session.scalars(query)]


def about_transfer(handle_: str, **more: Any) -> dict[str, Any]:
    """What Stripe says of the transfer to somebody."""
    attempt = transfers_of(handle_)[0]
    mark = {"transfer": str(attempt.reference)}
    return {"id": attempt.provider_id or "tr_1", "amount_reversed": 0, "metadata": mark} | more


def test_an_event_that_overtakes_our_own_answer_settles_the_payout_once(
    provider: Provider, cast: Cast, client: FlaskClient
) -> None:
    batch_by_stripe(cast, provider)
    with pytest.MonkeyPatch.context() as patch:  # the answers are lost with the worker
        patch.setattr("app.payouts.sending.results.write", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            go(rail(provider))
    db.session.rollback()
    made = next(one for one in provider.transfers() if one["transfer_group"] == payout_of("mira").reference)
    body = event("transfer.created", made)
    bring(client, body)
    bring(client, body | {"id": "evt_2"})
    assert handle() == [("handled", 1), ("handled", 1)]
    assert (payout_of("mira").status, transfers_of("mira")[0].provider_id) == ("paid", made["id"])
    raw().execute("update transfer set next_try_at = now() where next_try_at is not null")
    db.session.commit()
    go(rail(provider))
    assert payout_of("joon").status == "paid"
    assert len(provider.transfers()) == 2


def test_a_reversal_returns_the_payout_whatever_comes_first(
    provider: Provider, cast: Cast, client: FlaskClient
) -> None:
    batch_by_stripe(cast, provider)
    go(rail(provider))
    part, whole = (about_transfer("mira", amount_reversed=amount) for amount in (2000, 5000))
    bring(client, event("transfer.reversed", part))
    handle()
    assert (payout_of("mira").status, transfers_of("mira")[0].reversed) == ("paid", 2000)
    bring(client, event("transfer.reversed", whole, id="evt_2"))
    bring(client, event("transfer.reversed", part, id="evt_3"))
    handle()
    assert (payout_of("mira").status, payout_of("mira").code) == ("returned", "REVERSED")
    assert transfers_of("mira")[0].reversed == 5000


def test_what_is_not_known_yet_is_tried_again(provider: Provider, client: FlaskClient, cast: Cast) -> None:
    unknown = {"transfer": "00000000-0000-4000-8000-000000000000"}
    bring(client, event("transfer.created", {"id": "tr_9", "amount_reversed": 0, "metadata": unknown}))
    assert [handle(), handle()] == [[("waiting", 1)], [("waiting", 2)]]
    assert "not known yet" in (db.session.scalars(select(WebhookEvent.error)).one() or "")


def test_an_account_of_which_something_is_told_is_looked_at_after_the_commit(
    provider: Provider, cast: Cast, client: FlaskClient
) -> None:
    account = link(cast.creators["mira"], provider).account
    provider.tell(do=[["set_capability", account, "restricted"]])
    kind = "v2.core.account[configuration.recipient].capability_status_updated"
    body = {"id": "evt_1", "object": "v2.core.event", "type": kind, "livemode": False}
    about = {"id": account, "type": "v2.core.account"}
    bring(client, body | {"created": datetime.now(UTC).isoformat(), "related_object": about})
    assert handle() == [("handled", 1)]
    assert [look_at_accounts(lambda: False), look_at_accounts(lambda: False)] == [1, 0]
    assert db.session.scalars(select(StripeAccount.status)).one() == "restricted"


def test_a_payout_to_the_bank_that_failed_after_it_was_paid_is_told_once(
    provider: Provider, cast: Cast, client: FlaskClient
) -> None:
    account = link(cast.creators["mira"], provider).account
    about = {"id": "po_1", "amount": 5000, "currency": "eur", "failure_code": "account_closed"}
    for number, kind in enumerate(("payout.failed", "payout.paid", "payout.failed")):
        bring(client, event(kind, about, id=f"evt_{number}", account=account))
    assert [status for status, _ in handle()] == ["handled"] * 3
    letters = db.session.scalars(text("select facts->>'reason' from letter where event = 'stripe.unpaid'")).all()
    assert set(letters) == {"account_closed"}


def test_what_was_lost_is_found_by_the_sweep(provider: Provider, cast: Cast) -> None:
    batch_by_stripe(cast, provider)
    go(rail(provider))
    account = payout_of("joon").account
    provider.tell(do=[["reverse", transfers_of("mira")[0].provider_id, {}], ["set_capability", account, "restricted"]])
    at = datetime.now(UTC)
    assert "3 events" in sweep(at)
    assert "0 events" in sweep(at)
    handle()
    look_at_accounts(lambda: False)
    assert payout_of("mira").status == "returned"
    assert db.session.scalar(text(f"select status from stripe_account where account = '{account}'")) == "restricted"
