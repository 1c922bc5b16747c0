"""Stripe's signature: over the bytes that came, by a secret in force, of now."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.integrations import stripe
from app.integrations.models import Refusal
from app.integrations.source import Refused
from config import Config
from tests.integrations.telling import SECRET, signature

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
OLD = "whsec_the_one_before"
BODY = b'{"id": "evt_1", "type": "payout.paid", "created": 1764417600, "livemode": false}'
DIGEST = signature(BODY, at=AT).partition("v1=")[2]
SECONDS = int(AT.timestamp())


@pytest.fixture(autouse=True)
def _language(worker_app: Flask) -> Any:
    with worker_app.app_context():
        yield


def refusal(body: bytes, header: str, secrets: list[str] | None = None) -> Refusal | None:
    """Why it is refused; None when it is taken."""
    try:
        stripe.verify(body, {"Stripe-Signature": header}, [SECRET] if secrets is None else secrets, AT)
    except Refused as refused:
        return refused.reason
    return None


def test_what_stripes_own_client_signs_is_taken() -> None:
    from stripe import WebhookSignature

    made = WebhookSignature.generate_signature_header(BODY.decode(), SECRET, timestamp=SECONDS)
    assert refusal(BODY, made) is None


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, None), (-300, None), (300, None), (-301, Refusal.TIME), (301, Refusal.TIME), (10**8, Refusal.TIME)],
)
def test_the_time_is_within_five_minutes_both_ways(seconds: int, expected: Refusal | None) -> None:
    assert refusal(BODY, signature(BODY, at=AT + timedelta(seconds=seconds))) == expected


@pytest.mark.parametrize(
    "header",
    [
        f"t={SECONDS},v1={DIGEST}",
        f"t={SECONDS}, v1={DIGEST}",
        f"t={SECONDS},v1={'0' * 64},v1={DIGEST}",
        f"v1={DIGEST},v0=nonsense,t={SECONDS}",
    ],
)
def test_one_right_signature_of_several_is_enough(header: str) -> None:
    assert refusal(BODY, header) is None


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=,v1=",
        f"v1={DIGEST}",
        f"t={SECONDS}",
        f"t={SECONDS},v0={DIGEST}",
        f"t={SECONDS},v1={DIGEST[:-1]}",
        f"t={SECONDS},v1={DIGEST}0",
        f"t={SECONDS},v1={DIGEST.upper()}",
        f"t={SECONDS},v1=\N{LATIN SMALL LETTER E WITH ACUTE}",
        f"t={SECONDS + 1},v1={DIGEST}",
        f"t=0{SECONDS},v1={DIGEST}",
        f"t={SECONDS},t={SECONDS},v1={DIGEST}",
        f"t={SECONDS}.0,v1={DIGEST}",
        f"t=\N{ARABIC-INDIC DIGIT ONE},v1={DIGEST}",
        f"t=-1,v1={DIGEST}",
        f"t={'9' * 400},v1={DIGEST}",
    ],
)
def test_any_other_header_is_a_wrong_signature(header: str) -> None:
    assert refusal(BODY, header) == Refusal.SIGNATURE


def test_secrets_are_changed_one_by_one_and_an_empty_one_opens_nothing() -> None:
    by_old = signature(BODY, secret=OLD, at=AT)
    assert refusal(BODY, by_old) == Refusal.SIGNATURE
    assert refusal(BODY, by_old, [SECRET, OLD]) is None
    assert refusal(BODY, signature(BODY, secret="", at=AT), ["", SECRET]) == Refusal.SIGNATURE
    assert refusal(BODY, signature(BODY, at=AT), []) == Refusal.SIGNATURE
    both = Config(stripe_webhook_secret=f" {SECRET},, {OLD} ,")
    assert stripe.secrets(both) == [SECRET, OLD]
    assert stripe.secrets(Config()) == []


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_no_byte_may_be_another(place: int, change: int) -> None:
    flipped = bytearray(BODY)
    flipped[place] ^= change
    assert refusal(bytes(flipped), signature(BODY, at=AT)) == Refusal.SIGNATURE


@given(st.binary(max_size=300))
def test_the_bytes_count_whatever_they_are(content: bytes) -> None:
    assert refusal(content, signature(content, at=AT)) is None
    assert refusal(content + b" ", signature(content, at=AT)) == Refusal.SIGNATURE


@given(st.text(max_size=100))
def test_no_header_is_a_fault(header: str) -> None:
    assert refusal(BODY, header) == Refusal.SIGNATURE


# -- reading --


def told(**other: Any) -> bytes:
    right = {"id": "evt_1", "type": "payout.paid", "created": 1764417600, "livemode": False}
    return json.dumps(right | other).encode()


def test_both_kinds_of_events_are_read() -> None:
    one = stripe.read(told())
    assert (one.event_id, one.type, one.happened_at) == ("evt_1", "payout.paid", datetime(2025, 11, 29, 12, tzinfo=UTC))
    two = stripe.read(told(created="2026-11-29T13:00:00.123+01:00", livemode=True))
    assert (two.happened_at, two.livemode) == (AT.replace(microsecond=123000), True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b'"evt"',
        b"{}",
        b"[" * 100_000,
        told(id=""),
        told(id=5),
        told(id="a\x00b"),
        told(id="x" * 256),
        told(type=None),
        told(type="two words"),
        told(created=None),
        told(created=True),
        told(created=1.5),
        told(created=10**30),
        told(created="yesterday"),
        told(created="2026-11-29T12:00:00"),
        told(livemode=None),
        told(livemode="false"),
        told(livemode=0),
    ],
)
def test_what_is_no_event_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        stripe.read(content)
    assert refused.value.reason == Refusal.CONTENT


@pytest.mark.parametrize(
    ("key", "live"),
    [("sk_live_1", True), ("rk_live_1", True), ("sk_test_1", False), ("rk_test_1", False), ("", False)],
)
def test_the_key_says_whether_live_events_are_ours(key: str, live: bool) -> None:
    assert stripe.is_live(Config(stripe_secret_key=key)) is live
