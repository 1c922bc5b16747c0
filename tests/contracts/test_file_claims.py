"""What contracts of files claim: work in what the brand sells, and an exclusive category closed to everybody else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.contracts.exclusivity.closures import conflicts
from app.csvfiles import blocks
from app.database import db, raw
from tests import market
from tests.cast import Cast
from tests.contracts.closing import LIGHTS, SKIN, closing, sheet, signed
from tests.csvfiles.rows import bring, good, refused

SIZES = pytest.mark.parametrize("block", [1, blocks.BLOCK])
CLOSES = good("contracts", contract="K1", exclusive_category="Verlichting")
WORKS = good("contracts", contract="K2", brand="kettle", coupons="", exclusive_category="")


@pytest.fixture
def sold(cast: Cast) -> None:
    """Both brands sell lamps."""
    for brand in cast.brands.values():
        market.product(brand, category="home.lighting")
    db.session.commit()


def claimed() -> list[tuple[str, str]]:
    """Contract and kind of every claim."""
    query = "select h.ref, c.kind from claim c join contract h on h.id = c.contract_id order by 1, 2"
    return list(raw().execute(query).fetchall())


def test_work_is_claimed_in_the_brands_categories_everywhere(cast: Cast, sold: None, tmp_path: Path) -> None:
    bring("contracts", [WORKS], tmp_path)
    row = (
        raw()
        .execute(
            "select c.lanes::text, c.period, c.creator_id, c.categories = int4multirange(int4range(n.lo, n.hi)),"
            " (select count(*) from node r where r.parent_id is null and int4range(r.lo, r.hi) <@ case r.tree"
            "  when 'platform' then c.platforms when 'territory' then c.territories when 'format' then c.formats end)"
            " from claim c, node n where n.code = 'home.lighting'"
        )
        .fetchone()
    )
    assert row is not None
    kettle = cast.brands["kettle"].id
    assert (row[0], row[2:]) == (f"{{[{kettle},{kettle + 1})}}", (cast.creators["mira"].id, True, 3))
    assert row[1].upper == datetime(2026, 6, 30, 22, tzinfo=UTC)


def test_a_brand_of_which_nothing_is_known_claims_nothing_yet(cast: Cast, tmp_path: Path) -> None:
    bring("contracts", [WORKS], tmp_path)
    assert claimed() == []


@pytest.mark.parametrize(("word", "blocks_it"), [("home.lighting", True), (" LIGHTING ", True), ("lampen", False)])
def test_an_exclusive_category_is_closed_when_the_tree_knows_it(
    cast: Cast, word: str, blocks_it: bool, tmp_path: Path
) -> None:
    bring("contracts", [CLOSES | {"exclusive_category": word}], tmp_path)
    assert claimed() == ([("K1", "block")] if blocks_it else [])
    spring = {"first": date(2026, 4, 1), "last": date(2026, 4, 30)}
    mira = cast.creators["mira"].id
    assert bool(conflicts(mira, cast.brands["kettle"].id, sheet(LIGHTS, **spring))) == blocks_it
    assert conflicts(mira, cast.brands["kettle"].id, sheet(SKIN, **spring)) == []
    assert conflicts(mira, cast.brands["lumen"].id, sheet(LIGHTS, **spring)) == []


@SIZES
def test_work_in_what_a_row_before_it_closes_is_a_bad_row(
    block: int, sold: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    (fault,) = refused("contracts", [CLOSES, WORKS], tmp_path)
    assert (fault.line, fault.column) == (3, "creator")
    day = "an exclusivity closes this brand's categories until and including 2026-06-30"
    assert fault.reason == (day if block == 1 else "the exclusivity on line 2 closes this brand's categories")


@SIZES
def test_an_exclusive_category_over_the_work_of_a_row_before_it_is_a_bad_row(
    block: int, sold: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    (fault,) = refused("contracts", [WORKS, CLOSES], tmp_path)
    assert (fault.line, fault.column) == (3, "exclusive_category")
    day = "the creator has other work in it until and including 2026-06-30"
    assert fault.reason == (day if block == 1 else "the creator has other work in it on line 2")


def test_rows_that_meet_what_is_stored_say_until_when_and_not_whose(cast: Cast, sold: None, tmp_path: Path) -> None:
    signed(cast.brands["lumen"], cast.creators["mira"], sheet(LIGHTS, closing("home", cool_off_days=1)))
    db.session.commit()
    (fault,) = refused("contracts", [WORKS], tmp_path)
    assert (fault.column, fault.reason) == (
        "creator",
        "an exclusivity closes this brand's categories until and including 2026-06-01",
    )
    (fault,) = refused("contracts", [good("contracts", contract="K3", brand="kettle", coupons="")], tmp_path)
    assert "Lumen" not in fault.reason


@SIZES
def test_rows_apart_in_time_creator_or_category_pass_and_skipped_rows_keep_nobody_out(
    block: int, cast: Cast, sold: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    later = {"starts_on": "2026-07-01", "ends_on": "2026-07-31"}
    rows = [
        CLOSES,
        WORKS,
        WORKS | {"contract": "K3", "creator": "joon"},
        WORKS | later | {"contract": "K4"},
        WORKS | {"contract": "K5", "starts_on": "2027-01-01", "ends_on": "2027-12-31", "exclusive_category": "food"},
    ]
    result = bring("contracts", rows, tmp_path, skip_bad=True)
    assert (result.new, result.rejected) == (4, 1)
    assert claimed() == [
        ("K1", "block"), ("K1", "work"), ("K3", "work"), ("K4", "work"), ("K5", "block"), ("K5", "work"),
    ]  # fmt: skip


def test_the_same_file_twice_changes_nothing(sold: None, tmp_path: Path) -> None:
    bring("contracts", [CLOSES], tmp_path)
    before = claimed()
    result = bring("contracts", [CLOSES], tmp_path)
    assert (result.new, result.unchanged) == (0, 1)
    assert claimed() == before
