"""Files of banks are read in every version, and what is no such file is refused in one sentence."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.errors import BadInput
from app.payouts.reports.lines import LineLevel
from app.payouts.reports.reading import read
from tests.conftest import MARKET_DATA
from tests.payouts.reports.messages import OURS, Booked, Said, statement, status_report

SAMPLES = sorted((MARKET_DATA / "iso20022").glob("*.xml"))
STATEMENT = statement([Booked("50.00", reference="R1", name="Mira", iban="NL91ABNA0417164300"), Booked("1.00", True)])
REPORT = status_report("SC1", [Said("R1", "RJCT", "AC04", "closed"), Said("R2", "ACSC", amount="50.00")], group="PART")


@pytest.fixture(autouse=True)
def _words(worker_app: Flask) -> Iterator[None]:
    with worker_app.app_context():
        yield


@pytest.mark.skipif(not SAMPLES, reason="the samples of ISO 20022 are not there")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_samples_are_read_and_the_wrong_one_is_refused(path: Path) -> None:
    if "wrong" in path.name:
        with pytest.raises(BadInput, match=r"about no account: ask the bank for it again\.$"):
            read(path.read_bytes())
        return
    said = read(path.read_bytes())
    assert (said.kind, said.version) == ("camt_053", "camt.053.001.02")
    assert said.accounts
    sums = {(line.amount, line.currency, line.incoming) for line in said.lines}
    assert sums <= {(885, "EUR", True), (700, "EUR", False)}
    assert len(said.lines) == (2 if "multi" in path.name else 1)


@pytest.mark.parametrize("version", ["03", "10"])
def test_a_status_report_speaks_of_the_file_its_groups_and_its_payments(version: str) -> None:
    said = read(
        status_report(
            "SC1", [Said("R1", "RJCT", "AC04", "closed", "50.00"), Said("R2", "XXXX")], whole="PART", version=version
        )
    )
    assert said.version == f"pain.002.001.{version}"
    assert [(line.level, line.status) for line in said.lines] == [
        (LineLevel.FILE, "PART"),
        (LineLevel.PAYMENT, "RJCT"),
        (LineLevel.PAYMENT, "XXXX"),
    ]
    refused = said.lines[1]
    assert (refused.reference, refused.message, refused.group, refused.reason, refused.remark, refused.amount) == (
        "R1",
        "SC1",
        "SC1",
        "AC04",
        "closed",
        5000,
    )


@pytest.mark.parametrize("code", ["RCVC", "RVMC", "RVNM", "RVNA"])
def test_a_verification_of_payee_is_found_where_banks_write_it(code: str) -> None:
    for said in (Said("R1", code), Said("R1", "PDNG", words=f"{code} J. Park")):
        assert [line.status for line in read(status_report("SC1", [said])).lines] == [code]


@pytest.mark.parametrize("version", [2, 3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize("notice", [False, True])
def test_statements_of_all_versions_say_the_same(version: int, notice: bool) -> None:
    entries = [
        Booked("80.00", group="SC1", count=2),
        Booked("80.00", parts=[("R1", "50.00"), ("R2", "30.00")]),
        Booked("30.00", credit=True, reference="R2", returned="AC04", name="Joon", iban="DE89370400440532013000"),
        Booked("9.00", credit=True, text="RF18 5390", own="B1", status="PDNG", name="Kim"),
    ]
    said = read(statement(entries, version=version, notice=notice))
    assert said.accounts == [OURS]
    assert [(line.amount, line.incoming, line.reference, line.group, line.count) for line in said.lines] == [
        (8000, False, "", "SC1", 2),
        (5000, False, "R1", "", None),
        (3000, False, "R2", "", None),
        (3000, True, "R2", "", None),
        (900, True, "", "", None),
    ]
    back, late = said.lines[3:]
    assert (back.is_return, back.reason, back.name, back.iban) == (True, "AC04", "Joon", "DE89370400440532013000")
    assert (late.status, late.remittance, late.bank_reference) == ("PDNG", "RF18 5390", "B1")


def test_details_that_do_not_add_up_are_one_line() -> None:
    said = read(statement([Booked("80.01", parts=[("R1", "50.00"), ("R2", "30.00")])]))
    assert [(line.amount, line.reference, line.count) for line in said.lines] == [(8001, "", 2)]


ENTITY = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"PK\x03\x04", "is packed"),
        (b"\x1f\x8b\x08", "is packed"),
        (b"-----BEGIN PGP MESSAGE-----", "encrypted"),
        (b"date;amount\n", "encrypted"),
        (b"\x00\xff" * 40, "encrypted"),
        (STATEMENT[:-1], "cut off"),
        (STATEMENT[: len(STATEMENT) // 2], "cut off"),
        (STATEMENT.replace(b"UTF-8", b"UTF-99"), "cut off"),
        (b"<a/>", "“a”"),
        (STATEMENT.replace(b"BkToCstmrStmt", b"BkToCstmrAcctRpt"), "camt.052"),
        (STATEMENT.replace(b"BkToCstmrStmt", b"CstmrCdtTrfInitn"), "pain.001"),
        (STATEMENT.replace(b"50.00", b"50.001"), "more decimals"),
        (STATEMENT.replace(b"50.00", b"-50.00"), "not an amount"),
        (STATEMENT.replace(b"EUR", b"XXQ"), "no currency"),
        (STATEMENT.replace(b"2026-11-16</Dt>", b"2026-13-16</Dt>"), "day that can't be"),
        (STATEMENT.replace(b"<CdtDbtInd>DBIT</CdtDbtInd>", b""), "without an amount or direction"),
        (REPORT.replace(b"OrgnlMsgId", b"Other"), "about which file"),
        (REPORT.replace(b"TxSts", b"Other").replace(b"PmtInfSts", b"Other"), "nothing about any payment"),
        (REPORT.replace(b'<?xml version="1.0" encoding="UTF-8"?>', ENTITY), "document type"),
        (
            REPORT.decode().replace("UTF-8", "UTF-16").replace("?>", "?><!DOCTYPE d>", 1).encode("utf-16"),
            "document type",
        ),
    ],
)
def test_what_is_no_file_of_a_bank_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as told:
        read(content)
    assert str(told.value).endswith(".")


def test_a_file_that_is_too_large_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.payouts.reports.documents.MOST_BYTES", 100)
    with pytest.raises(BadInput, match="larger than"):
        read(STATEMENT)


def test_entities_are_never_followed() -> None:
    laughs = b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    with pytest.raises(BadInput, match="document type"):
        read(b'<?xml version="1.0"?>' + b" " * 3000 + laughs + STATEMENT.split(b"?>")[1])


@pytest.mark.parametrize("content", [STATEMENT, REPORT], ids=["statement", "report"])
def test_no_damage_ever_gives_anything_but_a_sentence(content: bytes) -> None:
    dice, refused = random.Random(38), 0
    damaged = [content[:cut] for cut in range(0, len(content), 7)]
    for _ in range(1500):
        flipped = bytearray(content)
        for _ in range(dice.randint(1, 3)):
            flipped[dice.randrange(len(flipped))] = dice.randrange(256)
        damaged.append(bytes(flipped))
    for each in damaged:
        try:
            read(each)
        except BadInput:
            refused += 1
    assert refused > len(damaged) / 2
