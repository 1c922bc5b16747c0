"""Files of contracts: periods to the instant, one contract of a pair at a time, one owner of a code at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from app.csvfiles import blocks
from app.database import db, raw
from tests.csvfiles.rows import bring, count, exported, fault_of, good, refused


def test_a_contract_its_terms_and_its_codes_are_stored(app: Flask, tmp_path: Path) -> None:
    bring("contracts", [good("contracts")], tmp_path)
    period = (datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 6, 30, 22, tzinfo=UTC))
    stored = raw().execute(
        "select lower(k.period), upper(k.period), k.exclusive_category, t.nr, t.valid = k.period, commission_bps,"
        " in_stream_bps, replay_bps, after_stream_bps, off_stream_bps, window_days, hold_days"
        " from contract k join terms t on t.contract_id = k.id"
    )
    assert stored.fetchall() == [(*period, "lighting", 1, True, 1000, 1250, None, 0, None, 14, 30)]
    codes = raw().execute("select code, key, o.period = k.period from coupon o join contract k on true order by o.id")
    assert codes.fetchall() == [("MIRA10", "mira10", True), ("mira vip", "mira vip", True)]


@pytest.mark.parametrize(
    ("zone", "first", "last", "begins", "ends"),
    [
        ("UTC", "2026-01-01", "2026-01-01", "2026-01-01T00:00", "2026-01-02T00:00"),
        ("Europe/Amsterdam", "2026-03-29", "2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00"),
        ("Europe/Amsterdam", "2026-10-25", "2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04", "2018-11-04T03:00", "2018-11-05T02:00"),
        ("Asia/Kathmandu", "2026-05-01", "2026-05-31", "2026-04-30T18:15", "2026-05-31T18:15"),
    ],
)
def test_a_period_is_local_days_whatever_the_clocks_do(
    zone: str, first: str, last: str, begins: str, ends: str, app: Flask, tmp_path: Path
) -> None:
    bring("contracts", [good("contracts", starts_on=first, ends_on=last, timezone=zone)], tmp_path)
    stored = raw().execute("select lower(period), upper(period) from contract").fetchone()
    assert stored == tuple(datetime.fromisoformat(f"{instant}+00:00") for instant in (begins, ends))


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"brand": "nobody"}, "brand", "there is no such brand: import brands first"),
        ({"creator": "nobody"}, "creator", "there is no such creator: import creators first"),
        ({"ends_on": "2025-12-31"}, "ends_on", "before starts_on"),
        (
            {"starts_on": "2011-12-30", "ends_on": "2011-12-30", "timezone": "Pacific/Apia"},
            "starts_on",
            "this day does not exist in that time zone",
        ),
        ({"coupons": "  "}, "coupons", "a code is nothing but spaces or signs that nobody sees"),
        ({"coupons": "A|  "}, "coupons", "a code is nothing but spaces or signs that nobody sees"),
        (
            {"coupons": "straße| STRASSE"},
            "coupons",
            "the same code twice (capitals, spaces around it and accents typed in another form do not count)",
        ),
        ({"window_days": "0"}, "window_days", "write a whole number from 1 to 90"),
        ({"hold_days": "91"}, "hold_days", "write a whole number from 0 to 90"),
        ({"ends_on": "9999-12-31"}, "ends_on", "write a day that exists like 2010-03-28, before the year 9999"),
    ],
)
def test_a_contract_that_can_not_be_is_refused(
    changes: dict[str, str], column: str, reason: str, app: Flask, tmp_path: Path
) -> None:
    assert fault_of("contracts", tmp_path, **changes) == (column, reason)


OVERLAP = {"contract": "K2", "starts_on": "2026-06-30", "ends_on": "2026-07-31", "coupons": ""}


@pytest.mark.parametrize("block", [1, blocks.BLOCK])
def test_the_contracts_of_one_pair_never_overlap(
    block: int, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    first, second = good("contracts"), good("contracts", **OVERLAP)
    (fault,) = refused("contracts", [first, second], tmp_path)
    assert (fault.line, fault.column) == (3, "starts_on")
    with_line = "overlaps with the contract of this pair on line 2"
    assert fault.reason == (with_line if block > 1 else "overlaps with the contract “K1” of this pair")
    bring("contracts", [first], tmp_path)
    assert fault_of("contracts", tmp_path, **OVERLAP) == ("starts_on", "overlaps with the contract “K1” of this pair")
    others = [
        second | {"starts_on": "2026-07-01"},
        second | {"contract": "K3", "creator": "joon"},
        second | {"contract": "K4", "brand": "kettle"},
    ]
    assert bring("contracts", [first, *others], tmp_path).new == 3


@pytest.mark.parametrize("block", [1, blocks.BLOCK])
def test_a_code_belongs_to_one_contract_of_a_brand_at_a_time(
    block: int, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    first = good("contracts")
    second = good("contracts", contract="K2", creator="joon", coupons="OWN| mira10 ")
    (fault,) = refused("contracts", [first, second], tmp_path)
    of_line = "a code belongs to the contract on line 2"
    assert (fault.line, fault.reason) == (3, of_line if block > 1 else "“MIRA10” belongs to the contract “K1”")
    bring("contracts", [first], tmp_path)
    (fault,) = refused("contracts", [second], tmp_path)
    assert (fault.column, fault.reason) == ("coupons", "“MIRA10” belongs to the contract “K1”")
    others = [
        second | {"brand": "kettle"},
        second | {"contract": "K3", "starts_on": "2026-07-01", "ends_on": "2026-07-02"},
    ]
    assert bring("contracts", others, tmp_path).new == 2


def test_a_clash_of_one_row_does_not_keep_the_others_out(app: Flask, tmp_path: Path) -> None:
    rows = [
        good("contracts"),
        good("contracts", **OVERLAP),
        good("contracts", contract="K3", creator="joon", coupons=""),
    ]
    result = bring("contracts", rows, tmp_path, skip_bad=True)
    assert (result.new, result.rejected) == (2, 1)


def test_amended_terms_are_what_is_exported_and_compared(app: Flask, tmp_path: Path) -> None:
    bring("contracts", [good("contracts")], tmp_path)
    raw().execute("update terms set valid = tstzrange(lower(valid), '2026-03-01')")
    raw().execute(
        "insert into terms (contract_id, nr, valid, commission_bps, in_stream_bps, after_stream_bps, window_days,"
        " hold_days, recorded_at, brand_id, creator_id)"
        " select t.contract_id, 2, tstzrange('2026-03-01', upper(k.period)), 1100, 1250, 0, 14, 30, now(), t.brand_id,"
        " t.creator_id from terms t join contract k on k.id = t.contract_id"
    )
    db.session.commit()
    assert exported("contracts") == [good("contracts", commission_percent="11")]
    (fault,) = refused("contracts", [good("contracts")], tmp_path)
    assert (fault.column, fault.reason) == ("commission_percent", "conflict: stored is “11”")
    assert count("terms") == 2
