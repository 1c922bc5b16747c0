"""Why a candidate lost, where the clock and the files disagree: the decision is the truth, the rest is explained."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.desks.lines.candidates import Candidate, Winner, weigh

SOLD = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def touch(number: int, ref: str, at: datetime, **known: object) -> Candidate:
    values = {"contract_id": 7, "window_days": 14, "creator_id": 1, "touch_id": number} | known
    return Candidate("touch", ref, at, **values)  # type: ignore[arg-type]


def outcomes(winner: Winner, *candidates: Candidate) -> list[str]:
    return [candidate.outcome for candidate in weigh(candidates, winner, SOLD)]


WON = touch(1, "m", SOLD - 2 * HOUR)


@pytest.mark.parametrize(
    ("other", "outcome"),
    [
        (touch(2, "x", SOLD - 3 * HOUR), "earlier_touch"),
        (touch(2, "z", SOLD - 2 * HOUR), "tie"),
        (touch(2, "M", SOLD - 2 * HOUR), "too_late"),  # smaller in byte order: it would have won
        (touch(2, "x", SOLD - HOUR), "too_late"),  # recorded before, by a file that was still being read
        (touch(2, "x", SOLD - HOUR, late=True), "too_late"),
        (touch(2, "x", SOLD - HOUR, contract_id=None), "no_contract_at_touch"),
        (touch(2, "x", SOLD - 14 * 24 * HOUR), "earlier_touch"),
        (touch(2, "x", SOLD - 14 * 24 * HOUR - timedelta(microseconds=1)), "outside_window"),
        (Candidate("coupon", "C", SOLD, creator_id=1, contract_id=7), "too_late"),
        (Candidate("coupon", "C", SOLD, creator_id=1), "coupon_not_valid"),
        (Candidate("coupon", "C", SOLD), "unknown_coupon"),
        (Candidate("checkout", "S", SOLD, creator_id=1, own_brand=False), "foreign_stream"),
        (Candidate("checkout", "S", SOLD, creator_id=1), "no_contract"),
        (Candidate("checkout", "S", SOLD), "unknown_stream"),
    ],
)
def test_beside_a_touch_that_won(other: Candidate, outcome: str) -> None:
    assert outcomes(Winner("touch", "last_touch", 7, 1), WON, other) == ["won", outcome]


def test_beside_a_checkout_everything_that_would_have_counted_was_beaten() -> None:
    checkout = Candidate("checkout", "S", SOLD, creator_id=1, contract_id=5)
    coupon = Candidate("coupon", "C", SOLD, creator_id=1, contract_id=6)
    assert outcomes(Winner("checkout", "checkout_stream", 5, None), checkout, coupon, WON) == [
        "won",
        "beaten_by_checkout",
        "beaten_by_checkout",
    ]


@pytest.mark.parametrize("reason", ["not_commissionable", "withdrawn"])
def test_on_a_line_that_nobody_can_earn_nobody_is_looked_at(reason: str) -> None:
    assert outcomes(Winner(None, reason, None, None), WON) == ["not_looked_at"]


def test_on_a_house_line_whoever_would_have_earned_it_came_too_late() -> None:
    assert outcomes(Winner(None, "no_candidate", None, None), WON) == ["too_late"]
