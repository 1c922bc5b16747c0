"""Stripe's events: signed, stored once, handled in any order and any number of times, asked for when they are lost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.database import db, raw
from app.demo.simulated_bank.webhooks import signature
from app.integrations import inbox, jobs, stripe_events
from app.integrations.models import InboxEvent
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


def bring(client: FlaskClient, body: dict[str, Any], *, secret: str = SECRET, later: float = 0, spoil: str = "") -> int:
    """Brings an event as Stripe does; returns the answer's status."""
    raw_body = json.dumps(body)
    header = signature(raw_body, secret, time.time() + later)
    sent = raw_body.replace("evt_", "evt_9") if spoil else raw_body
    return client.post("/webhooks/stripe", data=sent, headers={"Stripe-Signature": header}).status_code


def handle() -> list[tuple[str, int]]:
    """Handles what is due; every event's status and tries then."""
    raw().execute("update inbox_event set next_try_at = now() - interval '1 min' where status = 'waiting'")
    db.session.commit()
    jobs.work_inbox(lambda: False)
    query = select(InboxEvent).order_by(InboxEvent.id).execution_options(populate_existing=True)
    return [(row.status, row.tries) for row in db.session.scalars(query)]


def about_transfer(handle_: str, **more: Any) -> dict[str, Any]:
    """What Stripe says of the transfer to somebody."""
    attempt = transfers_of(handle_)[0]
    mark = {"transfer": str(attempt.reference)}
    return {"id": attempt.provider_id or "tr_1", "amount_reversed": 0, "metadata": mark} | more


def test_only_what_stripe_has_signed_now_is_stored_and_only_once(provider: Provider, client: FlaskClient) -> None:
    body = event("transfer.created", {"id": "tr_1", "amount_reversed": 0, "metadata": {}})
    assert bring(client, body, secret="whsec_of_somebody") == 422
    assert bring(client, body, spoil="yes") == 422
    assert bring(client, body, later=-301) == 422
    assert bring(client, body, later=302) == 422, "a time in the future is refused as well"
    assert client.post("/webhooks/stripe", data=json.dumps(body)).status_code == 422
    assert db.session.scalar(text("select count(*) from inbox_event")) == 0
    assert [bring(client, body), bring(client, body), bring(client, body, secret="whsec_older")] == [204] * 3
    assert db.session.scalar(text("select count(*) from inbox_event")) == 1
    assert handle() == [("done", 0)]


def test_an_event_of_the_other_mode_is_kept_and_not_handled(provider: Provider, client: FlaskClient) -> None:
    assert bring(client, event("transfer.created", {"id": "tr_1"}, livemode=True)) == 204
    assert handle() == [("dropped", 0)]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"object": "event"}', b"\xff", b'{"object":"event","id":1,"type":2,"created":1e99}']
)
def test_what_is_no_event_is_refused_in_a_sentence(provider: Provider, client: FlaskClient, body: bytes) -> None:
    import hashlib
    import hmac

    at = int(time.time())
    signed = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    answer = client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": f"t={at},v1={signed}"})
    assert answer.status_code == 422


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
    assert handle() == [("done", 0), ("done", 0)]
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


def test_what_is_not_known_yet_waits_with_growing_gaps(provider: Provider, client: FlaskClient, cast: Cast) -> None:
    unknown = {"transfer": "00000000-0000-4000-8000-000000000000"}
    bring(client, event("transfer.created", {"id": "tr_9", "amount_reversed": 0, "metadata": unknown}))
    gaps = []
    for tries in (1, 2, 3):
        before = datetime.now(UTC)
        assert handle() == [("waiting", tries)]
        row = db.session.scalars(select(InboxEvent)).one()
        assert row.next_try_at is not None
        gaps.append(row.next_try_at - before)
        assert "not known yet" in (row.error or "")
    assert gaps == sorted(gaps)
    assert gaps[2] > timedelta(seconds=19)


def test_a_payout_to_the_bank_that_failed_after_it_was_paid_is_told_once(
    provider: Provider, cast: Cast, client: FlaskClient
) -> None:
    account = link(cast.creators["mira"], provider).account
    about = {"id": "po_1", "amount": 5000, "currency": "eur", "failure_code": "account_closed"}
    for number, kind in enumerate(("payout.failed", "payout.paid", "payout.failed")):
        bring(client, event(kind, about, id=f"evt_{number}", account=account))
    assert [status for status, _ in handle()] == ["done"] * 3
    letters = db.session.scalars(text("select facts->>'reason' from letter where event = 'stripe.unpaid'")).all()
    assert set(letters) == {"account_closed"}


def test_what_was_lost_is_found_by_the_sweep(provider: Provider, cast: Cast) -> None:
    batch_by_stripe(cast, provider)
    go(rail(provider))
    account = payout_of("joon").account
    provider.tell(do=[["reverse", transfers_of("mira")[0].provider_id, {}], ["set_capability", account, "restricted"]])
    at = datetime.now(UTC)
    assert "3 events" in jobs.sweep(at)
    assert "0 events" in jobs.sweep(at)
    handle()
    assert payout_of("mira").status == "returned"
    assert db.session.scalar(text(f"select status from stripe_account where account = '{account}'")) == "restricted"


def test_the_admin_retries_and_drops_and_reads_nothing_personal(
    provider: Provider, client: FlaskClient, browse: Callable[[str], FlaskClient]
) -> None:
    about = {"id": "tr_9", "amount_reversed": 0, "metadata": {"transfer": "00000000-0000-4000-8000-000000000000"}}
    bring(client, event("transfer.created", about | {"receipt_email": "jo@home.example", "name": "Jo Doe"}))
    handle()
    adam = browse("adam")
    page = adam.get("/admin/events").text
    assert "transfer.created" in page
    assert "jo@home.example" not in page
    assert "Jo Doe" not in page
    number = db.session.scalars(select(InboxEvent.id)).one()
    assert adam.post(f"/admin/events/{number}/retry").status_code == 302
    assert adam.post(f"/admin/events/{number}/drop", data={"reason": " "}).status_code == 422
    assert adam.post(f"/admin/events/{number}/drop", data={"reason": "of another system"}).status_code == 302
    assert adam.post(f"/admin/events/{number}/drop", data={"reason": "again"}).status_code == 409
    assert "of another system" in adam.get("/admin/events?status=all").text


def test_the_signature_is_over_every_byte() -> None:
    at, body = datetime.now(UTC), b'{"id": "evt_1"}'
    header = signature(body.decode(), SECRET, at.timestamp())
    stripe_events.check_signature(body, header, [SECRET], at=at)
    for place in range(len(body)):
        spoilt = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(Exception, match="not signed"):
            stripe_events.check_signature(spoilt, header, [SECRET], at=at)
    for header_ in ("", "t=", "t=1", f"v1={'0' * 64}", "t=²,v1=0", "nonsense", f"{header}x"):
        with pytest.raises(Exception, match="not signed"):
            stripe_events.check_signature(body, header_, [SECRET], at=at)
    assert inbox.masked("nonsense") == inbox.MASK
