"""Days before a contract and after it are calendar days of its zone, also across a change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.database import raw
from tests.cast import Cast
from tests.contracts.closing import LIGHTS, closing, sheet, signed


@pytest.mark.parametrize(
    ("first", "last", "begins", "ends"),
    [
        pytest.param(  # 31 March less five days is the 26th, when Amsterdam was still in winter
            date(2026, 3, 31),
            date(2026, 5, 31),
            datetime(2026, 3, 25, 23, tzinfo=UTC),
            datetime(2026, 6, 5, 22, tzinfo=UTC),
            id="into summer before it begins",
        ),
        pytest.param(  # 25 October has 25 hours
            date(2026, 10, 26),
            date(2026, 12, 31),
            datetime(2026, 10, 20, 22, tzinfo=UTC),
            datetime(2027, 1, 5, 23, tzinfo=UTC),
            id="into winter before it begins",
        ),
        pytest.param(
            date(2026, 2, 1),
            date(2026, 3, 26),
            datetime(2026, 1, 26, 23, tzinfo=UTC),
            datetime(2026, 3, 31, 22, tzinfo=UTC),
            id="into summer after it has ended",
        ),
    ],
)
def test_pre_days_and_cool_off_begin_and_end_at_local_midnight(
    cast: Cast, first: date, last: date, begins: datetime, ends: datetime
) -> None:
    terms = sheet(LIGHTS, closing("home", pre_days=5, cool_off_days=5), first, last)
    signed(cast.brands["lumen"], cast.creators["mira"], terms)
    rows = raw().execute("select lower(period), upper(period) from claim where kind = 'block'").fetchall()
    assert rows == [(begins, ends)]
