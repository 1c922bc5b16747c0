"""When a creator is free, without a word of who keeps them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.contracts.terms.sheet import CarveOut, Scope
from app.creators import availability
from app.creators.availability import Closed
from tests.cast import Cast
from tests.contracts.closing import LIGHTS, SKIN, closing, sheet, signed

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


def test_what_is_closed_is_told_by_category_and_day(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    assert availability.closed_periods(mira, at=NOW) == []
    signed(lumen, mira, sheet(LIGHTS, closing("home", cool_off_days=10, fee=1)))
    expected = Closed("Home", "", date(2026, 3, 1), date(2026, 6, 10), True)
    assert availability.closed_periods(mira, at=NOW) == [expected]
    assert availability.closed_periods(mira, at=NOW, readers=[cast.brands["kettle"].id]) == [expected]
    assert availability.closed_periods(mira, at=NOW, readers=[lumen.id]) == []  # it is the holder itself
    assert availability.closed_periods(mira, at=datetime(2026, 6, 11, tzinfo=UTC)) == []
    assert [each.now for each in availability.closed_periods(mira, at=datetime(2026, 2, 1, tzinfo=UTC))] == [False]
    assert availability.closed_periods(cast.creators["joon"], at=NOW) == []


def test_named_rivals_are_closed_to_themselves_only(cast: Cast) -> None:
    mira, kettle = cast.creators["mira"], cast.brands["kettle"]
    scope = Scope(("home",), ("tiktok",), ("NL",), ("live",))
    signed(cast.brands["lumen"], mira, sheet(LIGHTS, closing(level="named_rivals", rivals=("kettle",), scope=scope)))
    assert availability.closed_periods(mira, at=NOW) == []
    (told,) = availability.closed_periods(mira, at=NOW, readers=[kettle.id])
    assert told.where == "TikTok; Netherlands; Live stream"


def test_who_is_carved_out_is_let_through(cast: Cast) -> None:
    mira, kettle = cast.creators["mira"], cast.brands["kettle"]
    carved = (CarveOut("kettle", date(2026, 12, 31)),)
    signed(cast.brands["lumen"], mira, sheet(SKIN, closing("beauty", carve_outs=carved)))
    assert [each.categories for each in availability.closed_periods(mira, at=NOW)] == ["Beauty"]
    assert availability.closed_periods(mira, at=NOW, readers=[kettle.id]) == []
