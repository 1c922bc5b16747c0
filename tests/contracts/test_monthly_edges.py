"""Lines of monthly money at the edges of an early end: the last day is still theirs, the next is not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.contracts.models import BonusCondition, BonusLine
from app.contracts.terms import monthly_lines
from app.database import db
from tests import market
from tests.bonuses.promising import promise
from tests.cast import Cast

LAST = date(2026, 6, 30)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "left"),
    [
        ((date(2026, 1, 1), LAST - DAY), (date(2026, 1, 1), LAST - DAY)),
        ((date(2026, 1, 1), LAST), (date(2026, 1, 1), LAST)),
        ((date(2026, 1, 1), LAST + DAY), (date(2026, 1, 1), LAST)),
        ((LAST, date(2026, 12, 31)), (LAST, LAST)),
        ((LAST + DAY, date(2026, 12, 31)), None),
    ],
)
def test_a_line_lasts_to_the_new_last_day_and_one_that_begins_later_never_holds(
    cast: Cast, days: tuple[date, date], left: tuple[date, date] | None
) -> None:
    contract = market.contract(cast.brands["lumen"], cast.creators["mira"])
    promise(contract, days=days, conditions={"posts": 2})
    monthly_lines.end(contract, LAST)
    rows = db.session.execute(select(BonusLine.first_on, BonusLine.last_on)).all()
    assert [tuple(row) for row in rows] == ([left] if left else [])
    assert len(db.session.scalars(select(BonusCondition)).all()) == len(rows)
