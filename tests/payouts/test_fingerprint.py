"""The proof of a submitted batch: one text for the same content, another for any other, in all schemes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.payouts.batches.fingerprint import (
    Gone,
    Line,
    fingerprint,
    first_scheme,
    is_unchanged,
    line_fingerprint,
    second_scheme,
)
from app.payouts.models import BankDetail, PayoutBatch

ENTERED = datetime(2026, 11, 1, 9, 30, tzinfo=ZoneInfo("UTC"))  # as psycopg reads it
LINE = Line(
    payout_id=7,
    creator_id=3,
    creator="Mira",
    amount=5000,
    currency="EUR",
    frozen_holder="Zoë Mira",
    frozen_iban="NL91ABNA0417164300",
    rail="sepa",
    reference="SC7",
    holder="Zoë Mira",
    iban="NL91ABNA0417164300",
    recorded_at=ENTERED,
    recorded_by=4,
    versions=1,
    held=False,
    total=5000,
    digest=b"\x00\xff",
)
OTHER: dict[str, Any] = {
    "payout_id": 8,
    "creator_id": 4,
    "amount": 5001,
    "currency": "GBP",
    "frozen_holder": "Zoe Mira",
    "frozen_iban": None,
    "rail": "list",
    "reference": "SC8",
    "holder": "",
    "iban": None,
    "recorded_at": ENTERED + timedelta(microseconds=1),
    "recorded_by": 5,
    "versions": 2,
    "held": True,
    "total": 4999,
    "digest": b"\x00\xfe",
}
SCHEMES = pytest.mark.parametrize("scheme", [fingerprint, second_scheme, first_scheme])


def batch(**values: Any) -> PayoutBatch:
    return PayoutBatch(**({"currency": "EUR", "cutoff_on": date(2026, 11, 14), "minimum": 1000} | values))


def account(holder: str = "Streamcut", iban: str = "NL02ABNA0123456789") -> BankDetail:
    return BankDetail(holder=holder, iban=iban)


def test_what_was_submitted_before_and_what_is_submitted_now_keep_their_proof() -> None:
    assert (
        first_scheme(batch(), account(), [LINE]).hex()
        == "53b96f5eb8d55d89ed42a86db409e46fbc88673b0649e48c17f2a4081fc44105"
    )
    assert (
        second_scheme(batch(), account(), [LINE]).hex()
        == "fdaf7ada30e71c544c6f6f92b39a310acd36ed97e431ea5cc2f3dc67b829d33e"
    )
    assert (
        fingerprint(batch(), account(), [LINE]).hex()
        == "302486379556c1f786692dc90532a6a7341eec4a50f307f83507bd170ed2c919"
    )


@pytest.mark.parametrize("left", [0, 1, 2])
def test_what_was_taken_out_counts_as_it_was_and_the_others_as_they_are(left: int) -> None:
    lines = [LINE._replace(payout_id=number, amount=1000 * number) for number in (1, 2, 3)]
    submitted = batch(fingerprint=fingerprint(batch(), account(), lines))
    out = lines.pop(left)
    gone = [Gone(out.payout_id, out.amount, line_fingerprint(out))]
    assert is_unchanged(submitted, account(), lines, gone)
    assert not is_unchanged(submitted, account(), lines)
    assert not is_unchanged(submitted, account(), lines, [gone[0]._replace(amount=1)])
    assert not is_unchanged(submitted, account(), [lines[0], lines[1]._replace(iban="NL20INGB0001234567")], gone)
    assert not is_unchanged(submitted, account(), lines[:1], gone)


def test_every_field_of_a_line_is_tried_but_the_display_name() -> None:
    assert set(OTHER) == set(Line._fields) - {"creator"}


@SCHEMES
@pytest.mark.parametrize("field", OTHER)
def test_any_other_line_has_another_fingerprint(scheme: Any, field: str) -> None:
    submitted = batch(fingerprint=scheme(batch(), account(), [LINE]))
    assert is_unchanged(submitted, account(), [LINE])
    assert not is_unchanged(submitted, account(), [LINE._replace(**{field: OTHER[field]})])


@SCHEMES
def test_any_other_head_or_number_of_lines_has_another_fingerprint(scheme: Any) -> None:
    submitted = scheme(batch(), account(), [LINE])
    for values in ({"currency": "GBP"}, {"cutoff_on": date(2026, 11, 15)}, {"minimum": 1001}):
        assert not is_unchanged(batch(fingerprint=submitted, **values), account(), [LINE])
    for other in (account(holder="Streamcut BV"), account(iban="NL20INGB0001234567")):
        assert not is_unchanged(batch(fingerprint=submitted), other, [LINE])
    for lines in ([], [LINE, LINE], [LINE._replace(amount=2500), LINE._replace(amount=2500)]):
        assert not is_unchanged(batch(fingerprint=submitted), account(), lines)


@SCHEMES
def test_a_new_display_name_changes_nothing(scheme: Any) -> None:
    submitted = batch(fingerprint=scheme(batch(), account(), [LINE]))
    assert is_unchanged(submitted, account(), [LINE._replace(creator="Mira Live")])


def test_an_instant_is_the_same_in_every_zone() -> None:
    for zone in (UTC, ZoneInfo("Europe/Amsterdam")):
        moved = LINE._replace(recorded_at=ENTERED.astimezone(zone))
        assert fingerprint(batch(), account(), [moved]) == fingerprint(batch(), account(), [LINE])
