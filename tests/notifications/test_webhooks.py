"""Webhooks going out: written with the fact, signed by the standard, sent after the commit, tried again, logged."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
import trustme
from flask import Flask
from sqlalchemy import select, text
from standardwebhooks import Webhook, WebhookVerificationError

from app.database import db
from app.errors import BadInput, WrongStatus
from app.notifications.announcing import announce
from app.notifications.webhooks import addresses, endpoints, log, posting, sending
from app.notifications.webhooks.jobs import clean, send_due
from app.notifications.webhooks.models import Delivery, DeliveryAttempt, Endpoint, OutgoingEvent
from app.outbox import Letter
from app.users.models import Brand
from tests.notifications.receiving import Receiver, receiver, trusted
from tests.payouts.people import identity

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TYPE = "contract.signed"


@pytest.fixture
def loopback(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Webhooks may go to this machine, as in development."""
    monkeypatch.setitem(app.extensions, "streamcut", replace(app.extensions["streamcut"], webhook_loopback=True))


@pytest.fixture
def box(loopback: None) -> Iterator[Receiver]:
    """A receiver that takes everything."""
    with receiver() as box:
        yield box


def endpoint(brand: Brand, url: str, *types: str) -> Endpoint:
    """An endpoint of the brand, committed."""
    made = endpoints.add(brand, url, types or (TYPE,), by=identity("olga"), at=AT)
    db.session.commit()
    return made


def tell(brand: Brand, fact: str = "C-1", type: str = TYPE) -> None:
    """Announces a fact; the caller commits."""
    announce(brand.id, type, {"contract": {"ref": fact}, "name": "Zoë"}, fact=fact, at=AT)


def send(at: datetime = AT) -> int:
    """Makes every attempt that is due."""
    with time_machine.travel(at, tick=False):
        return send_due()


def delivery() -> Delivery:
    """The one delivery there is, as stored."""
    return db.session.scalars(select(Delivery).execution_options(populate_existing=True)).one()


def attempts() -> list[DeliveryAttempt]:
    """Every attempt, in order."""
    return list(db.session.scalars(select(DeliveryAttempt).order_by(DeliveryAttempt.id)))


def key(made: Endpoint, at: datetime = AT) -> str:
    """The secret that signs, the newest."""
    return endpoints.secrets_of(made, at=at)[0][1]


def test_a_fact_reaches_the_endpoint_signed_as_the_standard_says(lumen: Brand, box: Receiver) -> None:
    made = endpoint(lumen, box.url)
    tell(lumen)
    db.session.commit()
    assert send() == 1
    ((headers, body),) = box.got
    with time_machine.travel(AT, tick=False):
        told = Webhook(key(made)).verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(key(made)).verify(body.replace(b"C-1", b"C-2"), headers)
    assert told == {
        "type": TYPE,
        "timestamp": "2026-11-02T12:00:00Z",
        "data": {"contract": {"ref": "C-1"}, "name": "Zoë"},
    }
    assert headers["webhook-id"] == str(delivery().event.public_id)
    assert headers["content-type"] == "application/json"
    assert delivery().status == "reached"
    (attempt,) = attempts()
    assert (attempt.code, attempt.error, attempt.trigger, attempt.at) == (204, None, "first", AT)
    assert send(AT + DAY) == 0


def test_what_is_rolled_back_is_never_announced(lumen: Brand, box: Receiver) -> None:
    endpoint(lumen, box.url)
    tell(lumen)
    db.session.rollback()
    assert (send(), box.got) == (0, [])


def test_a_fact_told_twice_is_one_event_and_two_facts_are_two(lumen: Brand, box: Receiver) -> None:
    endpoint(lumen, box.url)
    for fact in ("C-1", "C-1", "C-2"):
        tell(lumen, fact)
        db.session.commit()
    assert send() == 2
    assert len({headers["webhook-id"] for headers, _body in box.got}) == 2


def test_only_endpoints_of_the_brand_that_want_the_type_hear_of_it(lumen: Brand, kettle: Brand, box: Receiver) -> None:
    endpoint(lumen, box.url, "payout.paid")
    endpoint(kettle, box.url, TYPE)
    tell(lumen)
    db.session.commit()
    assert db.session.scalar(select(OutgoingEvent)) is None  # nobody wants it: no row at all
    assert send() == 0


def test_each_of_two_endpoints_gets_the_same_id_and_bytes(lumen: Brand, box: Receiver) -> None:
    endpoint(lumen, box.url)
    endpoint(lumen, box.url)
    tell(lumen)
    db.session.commit()
    assert send() == 2
    (one, body), (other, same) = box.got
    assert body == same
    assert one["webhook-id"] == other["webhook-id"]
    assert one["webhook-signature"] != other["webhook-signature"]


def test_one_who_dies_before_sending_leaves_it_to_the_next_with_the_same_id(lumen: Brand, box: Receiver) -> None:
    endpoint(lumen, box.url)
    tell(lumen)
    db.session.commit()
    claim = sending.begin(at=AT)
    db.session.commit()
    assert claim is not None
    db.session.remove()  # and never came back
    assert send(AT + sending.CLAIM - SECOND) == 0
    assert send(AT + sending.CLAIM) == 1
    assert box.got[0][0]["webhook-id"] == claim.id
    sending.end(claim, posting.Result(500, "", "late", 1), began=AT, at=AT + HOUR)  # it was only slow after all
    assert (delivery().status, len(attempts())) == ("reached", 1)


def test_a_failure_is_tried_again_with_growing_gaps_and_given_up_after_nine(lumen: Brand, box: Receiver) -> None:
    endpoint(lumen, box.url)
    tell(lumen)
    db.session.commit()
    box.code, box.answer = 500, b"no"
    at, gaps = AT, []
    assert send(at) == 1
    while (due := delivery().next_try_at) is not None:
        assert send(due - SECOND) == 0
        gaps.append(due - at)
        at = due
        assert send(at) == 1
    assert gaps == sorted(gaps) == list(sending.GAPS)
    assert delivery().status == "failed"
    assert [each.trigger for each in attempts()] == ["first"] + ["retry"] * 8
    assert {(each.code, each.answer, each.error) for each in attempts()} == {(500, "no", "It answered 500.")}
    assert len({body for _headers, body in box.got}) == 1


def test_an_event_that_is_refused_holds_up_the_others_for_seconds_only(lumen: Brand, box: Receiver) -> None:
    endpoint(lumen, box.url)
    tell(lumen, "C-1")
    db.session.commit()
    box.code = 500
    assert send(AT) == 1
    tell(lumen, "C-2")
    db.session.commit()
    box.code = 204
    assert send(AT + 4 * SECOND) == 0  # it rests
    assert send(AT + 5 * SECOND) == 2


def test_twenty_failures_in_a_row_switch_it_off_after_three_warnings_and_it_can_be_switched_on(
    lumen: Brand, box: Receiver
) -> None:
    made = endpoint(lumen, box.url)
    for number in range(30):
        tell(lumen, f"C-{number}")
    db.session.commit()
    box.code = 503
    at = AT
    while made.off_as is None:
        assert send(at) == 1
        db.session.refresh(made)
        at = made.free_at
    assert (made.failures, made.off_as, len(box.got)) == (20, "kept_failing", 20)
    assert at - AT > DAY  # not within a restart of theirs
    letters = db.session.scalars(select(Letter).where(Letter.event.like("webhook.%")).order_by(Letter.id)).all()
    assert [letter.event for letter in letters] == ["webhook.failing"] * 3 + ["webhook.off"]
    assert {letter.address for letter in letters} == {"olga@cast.example"}
    assert [letter.facts["failures"] for letter in letters] == [5, 10, 15, 20]
    assert send(at + 30 * DAY) == 0
    tell(lumen, "while it is off")
    assert db.session.scalar(select(OutgoingEvent).where(OutgoingEvent.fact == "while it is off")) is None
    with pytest.raises(WrongStatus):
        endpoints.send_test(made, by=identity("olga"), at=at)
    box.code = 204
    endpoints.switch_on(made, by=identity("olga"), at=at)
    db.session.commit()
    assert send(at + 30 * DAY) == 30  # what waited is sent


def test_a_success_in_between_counts_failures_anew(lumen: Brand, box: Receiver) -> None:
    made = endpoint(lumen, box.url)
    for number in range(3):
        tell(lumen, f"C-{number}")
    db.session.commit()
    box.code = 500
    send(AT)
    send(AT + HOUR)
    box.code = 200
    send(AT + 2 * HOUR)
    db.session.refresh(made)
    assert made.failures == 0


def test_410_switches_it_off_at_once(lumen: Brand, box: Receiver) -> None:
    made = endpoint(lumen, box.url)
    tell(lumen)
    db.session.commit()
    box.code = 410
    send()
    db.session.refresh(made)
    assert (made.off_as, made.off_at) == ("gone", AT)
    assert db.session.scalars(select(Letter.event)).all() == ["webhook.off"]


def test_sending_again_sends_the_same_id_and_bytes_and_is_marked(lumen: Brand, box: Receiver) -> None:
    endpoint(lumen, box.url)
    tell(lumen)
    db.session.commit()
    send()
    endpoints.send_again(delivery(), by=identity("olga"), at=AT + DAY)
    db.session.commit()
    assert send(AT + DAY) == 1
    (one, body), (other, same) = box.got
    assert (one["webhook-id"], body) == (other["webhook-id"], same)
    assert one["webhook-timestamp"] != other["webhook-timestamp"]
    assert [each.trigger for each in attempts()] == ["first", "again"]


def test_a_body_can_be_changed_by_nobody(lumen: Brand, box: Receiver) -> None:
    endpoint(lumen, box.url)
    tell(lumen)
    db.session.commit()
    for change in (
        "update outgoing_event set body = ''",
        "update outgoing_attempt set answer = ''",
        "delete from outgoing_attempt",
    ):
        with pytest.raises(Exception, match="permission denied"):
            db.session.execute(text(change))
        db.session.rollback()


def test_while_a_secret_is_replaced_both_sign_and_then_the_new_one_alone(lumen: Brand, box: Receiver) -> None:
    made = endpoint(lumen, box.url)
    old = key(made)
    endpoints.rotate(made, by=identity("olga"), at=AT)
    new = key(made)
    tell(lumen)
    db.session.commit()
    send()
    headers, body = box.got[0]
    assert len(headers["webhook-signature"].split()) == 2
    with time_machine.travel(AT, tick=False):
        assert Webhook(old).verify(body, headers) == Webhook(new).verify(body, headers)
    after = AT + endpoints.BOTH_SIGN
    endpoints.send_again(delivery(), by=identity("olga"), at=after)
    db.session.commit()
    send(after)
    headers, body = box.got[1]
    with time_machine.travel(after, tick=False):
        Webhook(new).verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(old).verify(body, headers)


def test_a_secret_lies_sealed_in_the_table(lumen: Brand, box: Receiver) -> None:
    made = endpoint(lumen, box.url)
    stored = db.session.scalars(text("select convert_from(sealed, 'UTF8') from outgoing_secret")).one()
    assert key(made).startswith("whsec_")
    assert key(made).removeprefix("whsec_") not in stored


def test_of_a_large_answer_two_kilobytes_are_kept_and_nothing_more_is_read(lumen: Brand, box: Receiver) -> None:
    endpoint(lumen, box.url)
    tell(lumen)
    db.session.commit()
    box.code, box.answer = 200, b"\x00" + b"a" * 5_000_000
    send()
    assert attempts()[0].answer == "\ufffd" + "a" * 2047


def test_a_redirect_is_not_followed(lumen: Brand, box: Receiver) -> None:
    endpoint(lumen, box.url)
    tell(lumen)
    db.session.commit()
    box.code, box.headers = 302, {"Location": box.url}
    send()
    assert len(box.got) == 1
    assert attempts()[0].error == "It answered 302: redirects are not followed."


def test_a_slow_endpoint_holds_up_no_other(app: Flask, lumen: Brand, box: Receiver) -> None:
    let_go = threading.Event()
    with receiver() as slow:
        slow.pause = lambda: let_go.wait(60)
        endpoint(lumen, slow.url)
        endpoint(lumen, box.url)
        tell(lumen)
        tell(lumen, "C-2")
        db.session.commit()

        def one() -> None:
            with app.app_context():
                claim = sending.begin(at=AT)
                db.session.commit()
                assert claim is not None
                sending.end(claim, sending.hand_over(claim, at=AT), began=AT, at=AT)
                db.session.commit()

        thread = threading.Thread(target=one)
        thread.start()
        try:
            assert slow.reached.wait(60)
            assert send() == 2  # the other's two; the slow one's second waits behind its first
            assert len(slow.got) == 1
        finally:
            let_go.set()
            thread.join()
        assert (send(), len(slow.got)) == (1, 2)


def test_one_that_never_ends_its_answer_is_cut_off(
    lumen: Brand, box: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TIMEOUT", 0.3)
    let_go = threading.Event()
    box.pause = lambda: let_go.wait(60)
    endpoint(lumen, box.url)
    tell(lumen)
    db.session.commit()
    send()
    let_go.set()
    assert attempts()[0].error == "No answer within 10 seconds."


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1",
        "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1",
        "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "2002:7f00:1::", "2001:0:1::", "64:ff9b::7f00:1", "2001:db8::1",
        "ff02::1", "::127.0.0.1", "nonsense",
    ],
)  # fmt: skip
def test_no_address_of_a_network_of_our_own_is_reached(app: Flask, address: str) -> None:
    assert not addresses.may_reach(address)


def test_addresses_of_the_public_internet_are_reached(app: Flask) -> None:
    assert all(addresses.may_reach(each) for each in ("93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14"))


@pytest.mark.parametrize(
    "url",
    [
        "", "shop.example", "http://93.184.215.14/", "ftp://93.184.215.14/", "https://", "https://u:p@93.184.215.14/",
        "https://93.184.215.14/#top", "https://93.184.215.14:22/", "https://93.184.215.14:99999/",
        "https://93.184.215.14/a b", "https://93.184.215.14/\r\nX: y", "https://127.0.0.1/", "https://2130706433/",
        "https://0x7f.1/", "https://[::1]/", "https://[::ffff:169.254.169.254]/", "https://localhost/", "https://[",
        "https://no-such-host.invalid/",
    ],
)  # fmt: skip
def test_an_address_we_send_nothing_to_is_refused_when_it_is_entered(lumen: Brand, url: str) -> None:
    with pytest.raises(BadInput):
        endpoints.add(lumen, url, [TYPE], by=identity("olga"), at=AT)


def test_a_name_that_comes_to_mean_our_own_network_is_refused_when_it_is_sent_to(
    app: Flask, lumen: Brand, box: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "streamcut", replace(app.extensions["streamcut"], webhook_loopback=False))
    port = int(box.url.rpartition(":")[2].partition("/")[0])
    answers, asked = ["93.184.215.14", "127.0.0.1", "93.184.215.14"], []

    def rebinding(host: str, *_args: object, **_more: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[len(asked) - 1], port))]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", rebinding)
    endpoint(lumen, f"https://rebinding.example:{port}/")
    tell(lumen)
    db.session.commit()
    send()
    assert asked == ["rebinding.example"] * 2  # once when it was entered, once for the attempt
    assert attempts()[0].error == "rebinding.example is not on the public internet: we send nothing there."
    # And where the connection ends up elsewhere than where it was made to.
    here = socket.create_connection

    def led_astray(_address: object, **about: float) -> socket.socket:
        monkeypatch.undo()
        return here(("127.0.0.1", port), **about)

    monkeypatch.setattr(posting.socket, "create_connection", led_astray)
    monkeypatch.setattr(addresses.socket, "getaddrinfo", rebinding)
    result = posting.post(f"https://rebinding.example:{port}/", {}, b"{}")
    assert result.error == "rebinding.example is not on the public internet: we send nothing there."
    assert box.got == []


def test_the_certificate_is_checked_for_the_name_in_the_address(
    app: Flask, lumen: Brand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    known = {"webhook_loopback": True, "webhook_ca_file": trusted(authority, tmp_path)}
    monkeypatch.setitem(app.extensions, "streamcut", replace(app.extensions["streamcut"], **known))
    with receiver(authority) as right, receiver(authority, "other.example") as wrong, receiver(trustme.CA()) as strange:
        assert posting.post(right.url, {}, b"{}").code == 204
        for box in (wrong, strange):
            result = posting.post(box.url, {}, b"{}")
            assert result.code is None
            assert result.error.startswith("The certificate is not right:")
            assert box.got == []


def test_a_test_event_goes_to_its_endpoint_alone(lumen: Brand, box: Receiver) -> None:
    made = endpoint(lumen, box.url)
    endpoint(lumen, box.url)
    endpoints.send_test(made, by=identity("olga"), at=AT)
    db.session.commit()
    assert send() == 1
    assert json.loads(box.got[0][1])["type"] == "webhook.test"
    assert attempts()[0].trigger == "trial"


def test_the_log_is_kept_for_ninety_days(lumen: Brand, box: Receiver) -> None:
    endpoint(lumen, box.url)
    tell(lumen)
    db.session.commit()
    send()
    assert clean(at=AT + 90 * DAY) == 0
    assert clean(at=AT + 90 * DAY + SECOND) == 1
    assert (attempts(), db.session.scalars(log.deliveries(lumen)).all()) == ([], [])
