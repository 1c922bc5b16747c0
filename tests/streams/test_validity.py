"""Which shows count, and how many of their minutes (rules.md B8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.contracts.models import Contract, Effort
from app.database import db, raw
from app.streams.models import Stream
from app.streams.validity import REASONS, Verdict, judge, verdicts
from tests import market
from tests.cast import Cast

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)
TENTH = datetime(2026, 6, 10, 10, tzinfo=UTC)


@pytest.fixture
def contract(cast: Cast) -> Contract:
    """Lumen with mira: shows of an hour and more, at most 240 minutes a day."""
    return market.contract(cast.brands["lumen"], cast.creators["mira"], FIRST, date(2026, 12, 31))


def show(contract: Contract, at: datetime = TENTH, hours: float | None = 2, **columns: Any) -> Stream:
    return market.stream(contract.brand, contract.creator, at, hours, **({"skus": ["LAMP"]} | columns))


def effort(contract: Contract, day: int, quantity: int, status: str = "counted", what: str = "valid_minutes") -> None:
    row = Effort(contract_id=contract.id, what=what, done_on=date(2026, 6, day), quantity=quantity, proof="a link")
    row.claimed_by, row.claimed_at, row.status = 1, TENTH, status
    if status != "claimed":
        row.reviewed_by, row.reviewed_at = 2, TENTH
    db.session.add(row)
    db.session.flush()


def found(contract: Contract, first: date = FIRST, last: date = LAST) -> list[Verdict]:
    return verdicts(raw(), contract.id, first=first, last=last)


def counted(contract: Contract) -> list[int | str]:
    """Of each show or effort the minutes that count, or why it does not."""
    return [verdict.reason or verdict.counted for verdict in found(contract)]


def test_a_show_counts_with_its_whole_minutes(contract: Contract) -> None:
    made = show(contract, hours=(2 * 3600 - 1) / 3600)
    (verdict,) = found(contract)
    assert (verdict.stream_id, verdict.on_day, verdict.reason) == (made.id, date(2026, 6, 10), None)
    assert (verdict.minutes, verdict.counted, verdict.counts_at) == (119, 119, made.ends_at)


@pytest.mark.parametrize(
    ("given", "reason"),
    [({"hours": None}, "no_end"), ({"hours": 59 / 60}, "too_short"), ({"skus": []}, "no_product")],
)
def test_a_show_that_lacks_something_says_what(contract: Contract, given: dict[str, Any], reason: str) -> None:
    show(contract, **given)
    assert counted(contract) == [reason]
    assert reason in REASONS


def test_an_hour_is_long_enough_to_the_second(contract: Contract) -> None:
    show(contract, hours=1)
    assert counted(contract) == [60]


def test_of_two_shows_that_overlap_neither_counts_and_back_to_back_is_no_overlap(contract: Contract) -> None:
    show(contract, hours=1)
    show(contract, TENTH + timedelta(hours=1), hours=1)
    show(contract, TENTH + timedelta(hours=1, minutes=59), hours=1)
    assert counted(contract) == [60, "overlap", "overlap"]


def test_a_show_for_another_brand_overlaps_unless_it_is_the_same_broadcast(contract: Contract, cast: Cast) -> None:
    show(contract)
    other = market.stream(cast.brands["kettle"], contract.creator, TENTH, 2)
    assert counted(contract) == [120]
    other.platform = "youtube"
    db.session.flush()
    assert counted(contract) == ["overlap"]


def test_another_creators_show_and_one_without_an_end_overlap_nothing(contract: Contract, cast: Cast) -> None:
    show(contract)
    market.stream(contract.brand, cast.creators["joon"], TENTH, 2)
    market.stream(cast.brands["kettle"], contract.creator, TENTH + timedelta(minutes=5), None)
    assert counted(contract) == [120]


def test_a_day_is_capped_and_the_earlier_show_counts_first(contract: Contract) -> None:
    show(contract, TENTH + timedelta(hours=6), 3)
    show(contract, TENTH, 3)
    show(contract, TENTH + timedelta(hours=10), 1)
    show(contract, TENTH + timedelta(days=1), 1)
    assert counted(contract) == [180, 60, 0, 60]


def test_a_month_is_capped_after_its_days(contract: Contract) -> None:
    contract.month_minutes = 300
    show(contract, TENTH, 5)
    show(contract, TENTH + timedelta(days=1), 2)
    show(contract, TENTH + timedelta(days=2), 2)
    july = show(contract, TENTH + timedelta(days=30), 1)
    assert counted(contract) == [240, 60, 0]
    assert [each.counted for each in found(contract, last=date(2026, 7, 31))] == [240, 60, 0, 60]
    assert july.id


def test_a_day_is_the_contracts_own(contract: Contract) -> None:
    show(contract, datetime(2026, 6, 30, 21, 30, tzinfo=UTC), 1)  # half past eleven at night in Amsterdam
    show(contract, datetime(2026, 6, 30, 22, 30, tzinfo=UTC), 1)  # July
    show(contract, datetime(2026, 5, 31, 21, 30, tzinfo=UTC), 1)  # before the contract
    assert [(each.on_day, each.counted) for each in found(contract)] == [(LAST, 60)]


def test_the_night_in_which_the_clocks_go_back_has_all_its_minutes(contract: Contract) -> None:
    show(contract, datetime(2026, 10, 24, 23, 30, tzinfo=UTC), 2)  # 01:30 to 02:30, which comes twice
    (verdict,) = found(contract, date(2026, 10, 1), date(2026, 10, 31))
    assert (verdict.on_day, verdict.counted) == (date(2026, 10, 25), 120)


def test_effort_counts_once_it_is_reviewed_after_the_shows_of_its_day_and_below_the_caps(contract: Contract) -> None:
    show(contract, hours=3)
    effort(contract, 10, 90)
    effort(contract, 11, 30, "claimed")
    effort(contract, 12, 30, "refused")
    effort(contract, 13, 5, what="posts")
    assert counted(contract) == [180, 60, "claimed", "refused"]
    assert found(contract)[1].counts_at == datetime(2026, 6, 10, 22, tzinfo=UTC)


def test_many_contracts_are_judged_at_once_and_each_by_its_own_terms(
    app: Flask, contract: Contract, cast: Cast
) -> None:
    other = market.contract(cast.brands["kettle"], cast.creators["joon"], FIRST, LAST)
    other.stream_minutes = 180
    show(contract)
    show(other)
    db.session.flush()
    assert judge(raw(), [contract.id, other.id], first=FIRST, last=LAST) == 2
    rows = raw().execute("select contract_id, reason, counted from stream_verdict order by contract_id").fetchall()
    assert rows == [(contract.id, None, 120), (other.id, "too_short", 0)]


def test_a_show_that_came_twice_for_one_brand_counts_once(contract: Contract) -> None:
    show(contract, hours=2)
    show(contract, hours=2)
    assert counted(contract) == [120, "overlap"]
