"""The bank's files: valid against the schema whatever names people have, and the same bytes for the same payments."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from app.errors import BadInput
from app.payouts.bank.sepa import Order, Payment, payment_list, transfer_file
from tests.conftest import MARKET_DATA
from tests.payouts.books import IBANS

ORDER = Order(
    "SC" + "0" * 32,
    "Ströëmcut B.V. & Zn",
    IBANS[0],
    datetime(2026, 11, 15, 9, 30, tzinfo=UTC),
    date(2026, 11, 16),
    "Streamcut payout up to 2026-11-14",
)
SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
NAMES = ["Zoë Müßig", "Ещё Имя", "é" * 141, "😀😀", "李小龍", 'A&B <Ltd> "x"', "M" * 140, "//", "محمد"]


def payment(holder: str, amount: int = 5000, number: int = 1, currency: str = "EUR") -> Payment:
    return Payment(f"SC{number:024}", holder, IBANS[1], amount, currency)


def texts(document: bytes, path: str) -> list[str]:
    return [str(node.text) for node in etree.fromstring(document).iterfind(path, SPACE)]


@pytest.fixture(scope="module")
def schema() -> Any:
    path = MARKET_DATA / "iso20022" / "pain.001.001.09.xsd"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return etree.XMLSchema(etree.parse(path))


@pytest.mark.parametrize("name", NAMES)
def test_any_name_makes_a_valid_file(schema: Any, name: str) -> None:
    document = transfer_file(ORDER, [payment(name)])
    schema.assertValid(etree.fromstring(document))
    (written,) = texts(document, ".//p:Cdtr/p:Nm")
    assert 1 <= len(written) <= 70
    assert written.isascii()


def test_a_name_without_any_letter_a_bank_knows_gives_way_to_the_reference() -> None:
    assert texts(transfer_file(ORDER, [payment("😀😀")]), ".//p:Cdtr/p:Nm") == [payment("").reference]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(min_size=1), st.integers(1, 10**11)), min_size=1, max_size=5))
def test_totals_and_amounts_are_exact(schema: Any, pays: list[tuple[str, int]]) -> None:
    document = transfer_file(ORDER, [payment(name, amount, number) for number, (name, amount) in enumerate(pays)])
    schema.assertValid(etree.fromstring(document))
    cents = [int(amount.replace(".", "")) for amount in texts(document, ".//p:InstdAmt")]
    assert cents == [amount for _, amount in pays]
    assert {int(total.replace(".", "")) for total in texts(document, ".//p:CtrlSum")} == {sum(cents)}
    assert set(texts(document, ".//p:NbOfTxs")) == {str(len(pays))}


def test_the_file_says_who_pays_when_and_under_which_number() -> None:
    document = transfer_file(ORDER, [payment("Mira Live")])
    assert texts(document, ".//p:MsgId") == [ORDER.number]
    assert texts(document, ".//p:CreDtTm") == ["2026-11-15T09:30:00Z"]
    assert texts(document, ".//p:ReqdExctnDt/p:Dt") == ["2026-11-16"]
    assert texts(document, ".//p:Dbtr/p:Nm") == ["Stroemcut B.V. + Zn"]
    assert texts(document, ".//p:DbtrAcct//p:IBAN") == [IBANS[0]]
    assert texts(document, ".//p:EndToEndId") == [payment("").reference]


def test_what_the_schema_does_not_allow_never_becomes_a_file(worker_app: Flask) -> None:
    wrong = Payment("SC1", "Mira", "hello", 5000, "EUR")
    with worker_app.app_context(), pytest.raises(BadInput, match="would refuse this file"):
        transfer_file(ORDER, [wrong])


@pytest.mark.parametrize(("currency", "amount"), [("GBP", "50.00"), ("JPY", "5000"), ("KWD", "5.000")])
def test_a_payment_list_has_the_decimals_of_its_currency(currency: str, amount: str) -> None:
    rows = list(csv.reader(io.StringIO(payment_list(ORDER, [payment("Joon", currency=currency)]).decode())))
    assert rows[1][-3:-1] == [amount, currency]


@pytest.mark.parametrize("name", ["=1+1", "+31", "-x", "@sum", "\uff1d1+1", "\uff0b31", "\uff0dx", "\uff20sum"])
def test_a_payment_list_hands_no_formula_to_a_spreadsheet(name: str) -> None:
    rows = list(csv.reader(io.StringIO(payment_list(ORDER, [payment(name)]).decode())))
    assert rows[1][1] == f"'{name}"


def test_pounds_go_to_sort_code_and_account_number_where_the_iban_is_british() -> None:
    british = Payment("SC1", "Mira Live", IBANS[2], 5000, "GBP")
    rows = list(csv.reader(io.StringIO(payment_list(ORDER, [british, payment("Joon", currency="GBP")]).decode())))
    assert rows[0] == "reference holder iban sort_code account_number amount currency description".split()
    assert rows[1][2:7] == ["GB29NWBK60161331926819", "60-16-13", "31926819", "50.00", "GBP"]
    assert rows[2][3:5] == ["", ""]


def test_other_currencies_know_no_sort_code() -> None:
    rows = list(csv.reader(io.StringIO(payment_list(ORDER, [payment("Joon", currency="JPY")]).decode())))
    assert rows[0] == "reference holder iban amount currency description".split()


@pytest.mark.parametrize("description", ["//x//y/", "/", "a//", " / b"])
def test_no_text_of_the_file_has_slashes_that_banks_refuse(description: str) -> None:
    document = transfer_file(replace(ORDER, description=description), [payment("/Mira // Live/")])
    for text in texts(document, ".//p:Nm") + texts(document, ".//p:Ustrd"):
        assert text == text.strip("/ ")
        assert "//" not in text
