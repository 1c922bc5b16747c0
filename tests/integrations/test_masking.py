"""No person's data on a page: masked by the key, and by what it looks like wherever it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.integrations.masking import MASK, mask, mask_text, shown

CUSTOMER: dict[str, Any] = {
    "id": "evt_1",
    "type": "checkout.session.completed",
    "created": 1764417600,
    "livemode": False,
    "account": "acct_1PgafmB7WZ01zgkW",
    "data": {
        "object": {
            "id": "cs_test_a1b2c3",
            "object": "checkout.session",
            "amount_total": 125000,
            "currency": "eur",
            "client_reference_id": "top-up 17",
            "customer_details": {
                "email": "anna.vos@example.com",
                "name": "Anna Vos",
                "phone": "+31 6 1234 5678",
                "address": {"line1": "Singel 1", "city": "Amsterdam", "postal_code": "1012 AB", "country": "NL"},
            },
            "metadata": {"ref": "RF18539007547034", "said": "write to anna.vos@example.com"},
            "payment_method_details": {
                "type": "sepa_debit",
                "sepa_debit": {"last4": "4300", "bank_code": "ABNA", "fingerprint": "FZn1"},
                "card": {"brand": "visa", "exp_year": 2031, "last4": "4242"},
            },
            "hosted_page": "pay with NL91 ABNA 0417 1643 00 or 4242 4242 4242 4242",
            "receipt_url": "https://pay.example/receipts/secret-of-anna",
            "status": "complete",
        }
    },
}
PRIVATE = (
    *("anna", "Anna", "Vos", "31 6", "5678", "Singel", "Amsterdam", "1012", "4300", "ABNA", "FZn1"),
    *("4242", "0417", "RF18", "visa", "2031", "receipts"),
)


def test_of_a_customer_nothing_is_shown_but_the_build_and_what_was_bought() -> None:
    page = shown(json.dumps(CUSTOMER).encode())
    assert [word for word in PRIVATE if word in page] == []
    kept = json.loads(page)["data"]["object"]
    assert (kept["id"], kept["amount_total"], kept["status"]) == ("cs_test_a1b2c3", 125000, "complete")
    assert kept["client_reference_id"] == "top-up 17"
    assert kept["metadata"] == {"ref": MASK, "said": f"write to {MASK}"}
    assert kept["payment_method_details"]["type"] == "sepa_debit"
    assert json.loads(page)["created"] == 1764417600
    assert json.loads(page)["account"] == "acct_1PgafmB7WZ01zgkW"


@pytest.mark.parametrize(
    "key",
    [
        *("name", "first_name", "lastName", "receipt_email", "EMAIL", "billingAddress", "shipping", "individual"),
        *("iban", "IBAN", "card", "last4", "dob", "phone", "number", "account_number", "client_secret", "receipt_url"),
        *("statement_descriptor", "failure_message", "owner", "ip", "bank_account", "external_accounts", "company"),
    ],
)
@pytest.mark.parametrize("value", ["x", 7, ["x", {"a": "x"}], {"any": {"thing": "x", "much": 7}}])
def test_all_that_stands_below_a_personal_key_is_masked(key: str, value: Any) -> None:
    left = json.dumps(mask({key: value})[key], ensure_ascii=False)
    assert MASK in left
    assert '"x"' not in left
    assert "7" not in left


@pytest.mark.parametrize(
    "text",
    [
        *(
            "anna@example.com",
            "Anna Vos <anna+shop@mail.example.co.uk>",
            "NL91ABNA0417164300",
            "nl91 abna 0417 1643 00",
        ),
        *("DE89 3704 0044 0532 0130 00", "4242424242424242", "4242-4242-4242-4242", "+31 6 12345678", "(020) 123 4567"),
        "378282246310005",
    ],
)
def test_what_looks_like_a_persons_is_masked_wherever_it_stands(text: str) -> None:
    told = mask({"data": [f"before {text} after", {text: 1}]})
    assert MASK in told["data"][0]
    assert [each for each in text.split() if any(letter.isdigit() or letter == "@" for letter in each)]
    left = json.dumps(told, ensure_ascii=False)
    assert not [word for word in text.split() if word in left and any(letter in "0123456789@" for letter in word)]


@pytest.mark.parametrize(
    "text",
    [
        "evt_1PgafmB7WZ01zgkW",
        "payout.paid",
        "2026-11-29",
        "2026-11-29 22:03:01",
        "eur",
        "125000",
        "top-up 17",
        "",
        "true",
    ],
)
def test_what_is_nobodys_is_left(text: str) -> None:
    assert mask_text(text) == text
    assert mask({"any": text}) == {"any": text}


def test_numbers_as_long_as_those_of_cards_are_masked_and_amounts_are_not() -> None:
    assert mask([4242424242424242, 1764417600, 999_999_999, -5, 1.5, True, None]) == [
        *(MASK, 1764417600, 999_999_999, -5, 1.5, True, None)
    ]


@pytest.mark.parametrize("body", [b"\xff\xfe", b"name=Anna", b"", b"[" * 100_000])
def test_of_what_is_no_json_only_the_size_is_shown(body: bytes) -> None:
    assert shown(body) == f"{len(body)} bytes"


@pytest.mark.parametrize("unit", ["a", "1 ", "a.", "12", "NL91", "(1", "@", "a@"])
def test_no_text_makes_a_page_slow(unit: str) -> None:
    import time

    began = time.process_time()
    mask_text(unit * (200_000 // len(unit)))
    assert time.process_time() - began < 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=15,
)


@given(JSON)
def test_whatever_it_is_it_can_be_masked_and_once_is_enough(told: Any) -> None:
    once = mask(told)
    assert mask(once) == once
    shown(json.dumps(told).encode())
