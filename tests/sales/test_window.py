"""The widest window that can be promised, to its last instant; the statement looks no farther back than that."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from app.database import db, raw
from app.sales.jobs import settle_due
from tests import market
from tests.cast import Cast

WIDEST = timedelta(hours=90 * 24)
TICK = timedelta(microseconds=1)
SPRING = datetime(2026, 2, 10, 12, tzinfo=UTC)  # Amsterdam's and New York's clocks change before the window ends


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (WIDEST - timedelta(hours=1) + TICK, "last_touch"),
        (WIDEST, "last_touch"),
        (WIDEST + TICK, "window_passed"),
    ],
)
def test_a_window_of_ninety_days_holds_for_its_last_hour(app: Flask, cast: Cast, after: timedelta, reason: str) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira, date(2026, 1, 1), date(2026, 12, 31), window_days=90)
    market.touch(lumen, mira, at=SPRING)
    market.sale(lumen, 1_000, SPRING + after, visitor="v1")
    db.session.commit()
    settle_due()
    assert raw().execute("select reason from decision").fetchall() == [(reason,)]
