"""What a contract claims: the boxes cover what a plain reading of the sheet says, and are stored whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import errors

from app.contracts.exclusivity import claims
from app.contracts.exclusivity.claim_boxes import (
    Box,
    Pass,
    Spans,
    Stretch,
    blocks,
    boxes,
    minus,
    union,
)
from app.contracts.exclusivity.closures import Clash
from app.contracts.exclusivity.numbered_claims import span
from app.contracts.models import Waiver
from app.contracts.terms.sheet import (
    CarveOut,
    Exclusivity,
    Scope,
    Sheet,
)
from app.database import db, raw
from app.errors import BadInput
from tests import market
from tests.cast import Cast
from tests.contracts.closing import LIGHTS, SKIN, amended, closing, count, draft, sheet, signed

ZONE = "Europe/Amsterdam"
DAY = timedelta(days=1)
OWN = 3
BRANDS = {"b0": 0, "b1": 1, "b2": 2, "own": OWN, "b4": 4}
CODES = {"all": (0, 8), "a": (1, 4), "a1": (2, 3), "b": (4, 7), "b1": (5, 6), "world": (0, 8)}
Waived = tuple[str, date, int, str | None]  # a brand, from when, how many days more, in what
BEGIN = date(2026, 3, 27)  # the clocks change on the 29th

codes = st.sampled_from(["all", "a", "a1", "b", "b1"])
days = st.integers(-4, 12).map(lambda n: BEGIN + n * DAY)
exclusivities = st.builds(
    Exclusivity,
    level=st.sampled_from(["full", "category", "named_rivals"]),
    scope=st.builds(Scope, categories=st.lists(codes, min_size=1, max_size=2, unique=True).map(tuple)),
    rivals=st.lists(st.sampled_from(["b1", "b2", "b4", "own"]), max_size=2, unique=True).map(tuple),
    pre_days=st.integers(0, 3),
    cool_off_days=st.integers(0, 3),
    carve_outs=st.lists(st.builds(CarveOut, st.sampled_from(list(BRANDS)), days), max_size=2).map(tuple),
)
waived = st.lists(st.tuples(st.sampled_from(list(BRANDS)), days, st.integers(0, 5), st.none() | codes), max_size=3)


def number(_tree: str, chosen: Sequence[str]) -> Spans:
    return union(CODES[code] for code in chosen)


def passes(given_waivers: Sequence[Waived]) -> list[Pass]:
    found = []
    for name, first, length, code in given_waivers:
        period = span(first, first + length * DAY, ZONE)
        assert period.upper is not None
        found.append(Pass(BRANDS[name], period.upper, period.lower, (CODES[code],) if code else None))
    return found


def has(spans: Spans, wanted: int) -> bool:
    return any(lo <= wanted < hi for lo, hi in spans)


def covered(found: Sequence[Box], kind: str, brand: int, category: int, instant: datetime) -> int:
    """In how many boxes of the kind the point lies."""
    return sum(
        box.kind == kind and has(box.lanes, brand) and has(box.categories, category) and instant in box.period
        for box in found
    )


def closed(terms: Sheet, given_waivers: Sequence[Waived], brand: str, category: int, day: date) -> bool:
    """Whether the sheet closes the category to the brand on the day, read plainly."""
    it = terms.exclusivity
    if it is None or brand == "own" or (it.level == "named_rivals" and brand not in it.rivals):
        return False
    if not terms.starts_on - it.pre_days * DAY <= day <= terms.ends_on + it.cool_off_days * DAY:
        return False
    if it.level != "full" and not has(number("category", it.scope.categories), category):
        return False
    if any(each.brand == brand and day <= each.until for each in it.carve_outs):
        return False
    return not any(
        name == brand and first <= day <= first + length * DAY and (code is None or has((CODES[code],), category))
        for name, first, length, code in given_waivers
    )


@settings(max_examples=150, deadline=None)
@given(it=exclusivities, work=st.lists(codes, min_size=1, max_size=2, unique=True), given_waivers=waived)
def test_the_boxes_cover_exactly_what_the_sheet_says(
    it: Exclusivity, work: list[str], given_waivers: list[Waived]
) -> None:
    terms = Sheet(BEGIN, BEGIN + 5 * DAY, ZONE, "EUR", 1000, work=Scope(tuple(work)), exclusivity=it)
    period = span(terms.starts_on, terms.ends_on, ZONE)
    found = boxes(terms, OWN, Stretch(period, ZONE), number=number, brands=BRANDS, passes=passes(given_waivers))
    assert all(box.lanes and box.categories and not box.period.isempty for box in found)
    for brand, brand_id in BRANDS.items():
        for offset in range(-5, 12):
            day = BEGIN + offset * DAY
            instants = span(day, day, ZONE)
            assert instants.lower is not None
            assert instants.upper is not None
            for category in range(8):
                wanted = closed(terms, given_waivers, brand, category, day)
                for instant in (instants.lower, instants.upper - timedelta(microseconds=1)):
                    assert covered(found, "block", brand_id, category, instant) == wanted, (brand, day, category)
                working = brand == "own" and terms.starts_on <= day <= terms.ends_on and has(number("", work), category)
                assert covered(found, "work", brand_id, category, instants.lower) == working


def test_brands_without_a_pass_share_one_box(app: Flask) -> None:
    given_passes = [Pass(1, datetime(2026, 3, 30, tzinfo=UTC)), Pass(1, datetime(2026, 3, 29, tzinfo=UTC))]
    stretch = Stretch(span(BEGIN, BEGIN + 5 * DAY, ZONE), ZONE)
    found = blocks(closing("a"), OWN, stretch, number=number, brands=BRANDS, passes=given_passes)
    assert [box.lanes for box in found] == [((1, 2),), minus(((0, 2**31 - 1),), ((1, 2), (OWN, OWN + 1)))]
    assert found[0].period.lower == datetime(2026, 3, 30, tzinfo=UTC)


def test_spans_are_joined_and_cut() -> None:
    assert union([(5, 7), (1, 3), (3, 4), (6, 9)]) == ((1, 4), (5, 9))
    assert minus(((1, 9),), ((0, 2), (4, 5), (8, 20))) == ((2, 4), (5, 8))
    assert minus(((1, 3),), ((1, 3),)) == ()


def test_claims_are_stored_as_they_are_drawn_and_replaced_whole(cast: Cast) -> None:
    terms = sheet(LIGHTS, closing("home", pre_days=2, cool_off_days=30))
    made = signed(cast.brands["lumen"], cast.creators["mira"], terms)
    rows = raw().execute("select kind, lanes @> 1, lanes @> 2, lower(period), upper(period) from claim order by id")
    lumen = cast.brands["lumen"].id == 1
    begins, ends = datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert rows.fetchall() == [
        ("work", lumen, not lumen, begins, ends),
        ("block", not lumen, lumen, begins - 2 * DAY, ends + 30 * DAY),
    ]
    claims.write(made, terms)
    assert (count("work"), count("block")) == (1, 1)


def test_an_amendment_holds_from_its_day_and_what_was_before_stays(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    terms = sheet(LIGHTS, closing("home.lighting", pre_days=5, cool_off_days=10))
    made = signed(lumen, mira, terms)
    amended(made, sheet(SKIN, closing("beauty", pre_days=5, cool_off_days=1)), date(2026, 4, 1))
    claims.rewrite(made)
    rows = raw().execute(
        "select kind, lower(period), upper(period) from claim order by categories, lower(period), kind"
    )
    change = datetime(2026, 3, 31, 22, tzinfo=UTC)
    begins, ends = datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert sorted(rows.fetchall()) == sorted(
        [
            ("work", begins, change),
            ("block", begins - 5 * DAY, change),
            ("work", change, ends),
            ("block", change, ends + DAY),
        ]
    )


def test_a_contract_that_ends_early_gives_free_what_comes_after_its_cool_off(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    made = signed(lumen, mira, sheet(LIGHTS, closing("home", cool_off_days=7)))
    made.period = span(made.starts_on, date(2026, 4, 30), ZONE)
    claims.rewrite(made)
    rows = raw().execute("select kind, upper(period) from claim order by kind desc").fetchall()
    ends = datetime(2026, 4, 30, 22, tzinfo=UTC)
    assert rows == [("work", ends), ("block", ends + 7 * DAY)]


def test_what_came_by_file_stays_as_it_was_and_is_cut_to_the_period(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    made = market.contract(lumen, mira)
    made.exclusive_category = "Lighting"
    market.product(lumen, category="home.lighting")
    assert claims.claim_missing(at=market.NOON) == (1, 0)
    assert (count("work"), count("block")) == (1, 0), "blocks are written by the import"
    made.period = span(made.starts_on, date(2026, 6, 30), ZONE)
    claims.rewrite(made)
    ends = datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert raw().execute("select kind, upper(period) from claim order by kind").fetchall() == [
        ("block", ends),
        ("work", ends),
    ]
    amended(made, sheet(SKIN), date(2026, 4, 1))
    claims.rewrite(made)
    change = datetime(2026, 3, 31, 22, tzinfo=UTC)
    rows = raw().execute("select kind, lower(period) < %s, upper(period) from claim order by id", [change]).fetchall()
    assert rows == [("work", True, change), ("block", True, change), ("work", False, ends)]


def test_a_refused_claim_leaves_what_was_there(cast: Cast) -> None:
    lumen, kettle, mira = cast.brands["lumen"], cast.brands["kettle"], cast.creators["mira"]
    signed(kettle, mira, sheet(SKIN, closing("beauty")))
    made = signed(lumen, mira, sheet(LIGHTS))
    with pytest.raises(Clash, match="An exclusivity closes this until and including 31 May 2026: Skin care"):
        claims.write(made, sheet(SKIN))
    lights = raw().execute("select lo from node where code = 'home.lighting'").fetchone()
    kept = raw().execute("select lower(categories) from claim where contract_id = %s", [made.id]).fetchall()
    assert kept == [lights]


def test_a_scope_without_a_node_and_a_brand_nobody_knows_are_sentences(cast: Cast) -> None:
    made = draft(cast.brands["lumen"], cast.creators["mira"], sheet())
    with pytest.raises(BadInput, match="at least one category"):
        claims.write(made, sheet(Scope(categories=())))
    with pytest.raises(BadInput, match="There is no brand “nobody” here"):
        claims.write(made, sheet(LIGHTS, closing(level="named_rivals", rivals=("nobody",))))


EMPTY = "insert into claim (creator_id, contract_id, kind, lanes, categories, platforms, territories, formats, period)"


@pytest.mark.parametrize("column", ["lanes", "categories", "platforms", "territories", "formats", "period"])
@pytest.mark.parametrize("nothing", ["{}", None])
def test_the_database_refuses_a_claim_of_nothing(cast: Cast, column: str, nothing: str | None) -> None:
    made = draft(cast.brands["lumen"], cast.creators["mira"], sheet())
    row = dict.fromkeys(("lanes", "categories", "platforms", "territories", "formats"), "{[0,9)}")
    row |= {"period": "[2026-01-01,2026-02-01)"}
    row[column] = "empty" if nothing and column == "period" else nothing  # type: ignore[assignment]
    values = [made.creator_id, made.id, *row.values()]
    refusal = errors.CheckViolation if nothing else errors.NotNullViolation
    with pytest.raises(refusal):
        raw().execute(f"{EMPTY} values (%s, %s, 'work', %s, %s, %s, %s, %s, %s)", values)


def test_a_granted_waiver_opens_its_days_and_category_for_one_brand(cast: Cast) -> None:
    lumen, kettle, mira = cast.brands["lumen"], cast.brands["kettle"], cast.creators["mira"]
    made = signed(lumen, mira, sheet(LIGHTS, closing("home", "beauty")))
    waiver = Waiver(
        contract_id=made.id, brand_id=kettle.id, first_on=date(2026, 4, 1), last_on=date(2026, 4, 30), reason="r",
        status="granted", asked_by=1, asked_at=market.NOON, decided_by=1, decided_at=market.NOON,
    )  # fmt: skip
    db.session.add(waiver)
    claims.rewrite(made)
    signed(kettle, mira, sheet(SKIN, first=date(2026, 4, 1), last=date(2026, 4, 30)))
    with pytest.raises(Clash):
        signed(kettle, mira, sheet(SKIN, first=date(2026, 5, 1), last=date(2026, 5, 1)))


def test_two_who_wait_for_each_other_are_told_to_try_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = draft(cast.brands["lumen"], cast.creators["mira"], sheet())

    def deadlock(*_: object) -> list[Box]:
        raise psycopg.errors.DeadlockDetected("deadlock detected")

    monkeypatch.setattr(claims, "stretches", deadlock)
    with pytest.raises(claims.Conflict, match="Somebody else is changing contracts of this creator: try again"):
        claims.write(made, sheet())
