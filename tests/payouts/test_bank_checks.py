"""What banks refuse although the schema accepts it, and what our own files say in its place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select
from stdnum import iso11649

from app.database import db, raw
from app.errors import BadInput
from app.payouts.bank import checks
from app.payouts.bank.sepa import Payment, transfer_file
from app.payouts.models import Payout, PayoutBatch
from tests.payouts.books import IBANS
from tests.payouts.test_handover import approved, take  # noqa: F401 - a fixture
from tests.payouts.test_sepa import ORDER, payment, schema, texts  # noqa: F401 - a fixture

NAME = b"<Nm>Mira Live</Nm>"
FILE = transfer_file(ORDER, [payment("Mira Live"), payment("Joon Park", 3000, 2)])


def with_address(inside: str) -> bytes:
    return FILE.replace(NAME, NAME + f"<PstlAdr>{inside}</PstlAdr>".encode())


def refusal(document: bytes) -> str:
    with pytest.raises(BadInput) as told:
        checks.check(document)
    return str(told.value)


@pytest.fixture(autouse=True)
def _words(worker_app: Flask) -> object:
    with worker_app.app_context():
        yield


LINES = "<AdrLine>1 Mira Street</AdrLine>"
PLACE = "<TwnNm>Town</TwnNm><Ctry>NL</Ctry>"


def test_a_file_with_address_lines_alone_fits_the_schema_and_is_refused(schema: etree.XMLSchema) -> None:  # noqa: F811
    document = with_address(LINES + "<AdrLine>1000 AB Town</AdrLine>")
    schema.assertValid(etree.fromstring(document))
    assert "has lines only" in refusal(document)


@pytest.mark.parametrize("inside", ["<StrtNm>Mira Street</StrtNm>" + PLACE, PLACE, PLACE + LINES, PLACE + 2 * LINES])
def test_a_structured_or_hybrid_address_is_accepted(schema: etree.XMLSchema, inside: str) -> None:  # noqa: F811
    schema.assertValid(etree.fromstring(with_address(inside)))
    checks.check(with_address(inside))


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        (PLACE + 3 * LINES, "has 3 lines"),
        ("<TwnNm>Town</TwnNm>", "lacks town or country"),
        ("<TwnNm>Zürich</TwnNm><Ctry>CH</Ctry>", "the character “ü”"),
    ],
)
def test_other_addresses_are_refused(inside: str, reason: str) -> None:
    assert reason in refusal(with_address(inside))


def test_lines_alone_were_allowed_for_what_was_settled_before() -> None:
    checks.check(with_address(LINES).replace(b"2026-11-16", b"2026-11-13"))


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b"<NbOfTxs>2</NbOfTxs>", b"<NbOfTxs>3</NbOfTxs>", "counts other payments"),
        (b"<CtrlSum>80.00", b"<CtrlSum>80.01", "another sum"),
        (b">50.00</InstdAmt>", b">0.00</InstdAmt>", "not an amount"),
        (b">50.00</InstdAmt>", b">50.001</InstdAmt>", "not an amount"),
        (b'Ccy="EUR">50', b'Ccy="USD">50', "not an amount in euro"),
        (b"2026-11-16</Dt>", b"2026-11-15</Dt>", "do not settle euro payments on"),
        (b"2026-11-16</Dt>", b"2026-12-25</Dt>", "do not settle euro payments on"),
        (b"2026-11-16</Dt>", b"soon</Dt>", "does not say when"),
        (b"<Nm>Mira Live", b"<Nm>" + 71 * b"M", "71 characters"),
        (b"<Nm>Mira Live", "<Nm>Mïra".encode(), "the character “ï”"),
        (b"<Nm>Mira Live", b"<Nm>Mira//Live", "a slash"),
        (b"<Nm>Mira Live", b"<Nm>/Mira", "a slash"),
        (b"SC000000000000000000000002<", b"SC000000000000000000000001<", "the same reference"),
        (b"SC000000000000000000000002<", b"RF99SP0000000000000000001<", "check digits"),
        (b"SC000000000000000000000002<", b"S" * 36 + b"<", "more than 35"),
        (b"</Document>", b"", "no XML"),
    ],
)
def test_what_a_bank_would_refuse_is_refused_in_a_sentence(before: bytes, after: bytes, reason: str) -> None:
    assert before in FILE
    assert reason in refusal(FILE.replace(before, after))


def test_a_payment_day_on_which_banks_are_closed_never_becomes_a_file() -> None:
    with pytest.raises(BadInput, match="do not settle"):
        transfer_file(replace(ORDER, execute_on=date(2026, 12, 26)), [payment("Mira Live")])


def test_a_creditor_reference_stands_in_a_field_of_its_own(schema: etree.XMLSchema) -> None:  # noqa: F811
    reference = "RF" + str(98 - int("2825" + "7".zfill(19) + "271500") % 97).zfill(2) + "SP" + "7".zfill(19)
    document = transfer_file(ORDER, [Payment(reference, "Mira Live", IBANS[1], 5000, "EUR")])
    schema.assertValid(etree.fromstring(document))
    assert texts(document, ".//p:EndToEndId") == [reference]
    assert texts(document, ".//p:RmtInf/p:Strd/p:CdtrRefInf/p:Ref") == [reference]
    assert texts(document, ".//p:CdtrRefInf/p:Tp/p:CdOrPrtry/p:Cd") == ["SCOR"]
    assert texts(document, ".//p:Ustrd") == []


def test_the_same_payments_make_the_same_bytes() -> None:
    assert transfer_file(ORDER, [payment("Mira Live"), payment("Joon Park", 3000, 2)]) == FILE
    assert texts(FILE, ".//p:PmtInfId") == texts(FILE, ".//p:MsgId") == [ORDER.number]


def test_every_payout_gets_a_creditor_reference_of_its_own(approved: PayoutBatch) -> None:  # noqa: F811
    references = db.session.scalars(select(Payout.reference).where(Payout.batch_id == approved.id)).all()
    assert len(set(references)) == 2
    for reference in references:
        assert reference
        assert len(reference) == 25
        assert iso11649.is_valid(reference)


def test_check_digits_of_the_database_are_those_of_the_standard(app: Flask) -> None:
    query = "select lpad((98 - mod(('2825' || %(digits)s || '271500')::numeric, 97))::text, 2, '0')"
    for number in (0, 7, 96, 97, 98, 10**18, 2**60 - 1):
        digits = f"{number:019}"
        row = raw().execute(query, {"digits": digits}).fetchone()
        assert row
        assert iso11649.is_valid(f"RF{row[0]}SP{digits}")


def test_the_file_is_kept_with_the_hash_of_its_bytes_and_the_page_shows_it(
    approved: PayoutBatch,  # noqa: F811
    browse: Callable[[str], object],
) -> None:
    file = take(approved)
    db.session.commit()
    assert file.digest == hashlib.sha256(file.content).digest()
    assert file.number
    assert f"<MsgId>{file.number}<".encode() in file.content
    page = browse("mo").get(f"/finance/batches/{approved.public_id}").text  # type: ignore[attr-defined]
    assert file.digest.hex() in page
