"""Rows in, twice, changed, clashing, skipped, updated: what spec/formats.md promises of every kind."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from flask import Flask

from app.csvfiles import blocks
from app.csvfiles.importing import Options, import_file
from app.database import db, raw
from app.errors import BadFile, BadInput, NotAllowed
from app.uploads.file_kinds import KINDS
from tests.cast import Cast
from tests.csvfiles.rows import AT, GOOD, as_csv, bring, bring_all, count, good, refused

TABLES = "brand brand_fee creator channel product contract terms coupon stream touch sale refund due import revision"
OTHER = {  # for each kind another content of one column, and what the report calls the stored one
    "brands": ("name", "Kettle", "Teapot & Co"),
    "creators": ("languages", "nl", "nl|en"),
    "channels": ("audience_countries", "BE:20", "NL:62.5|BE:20"),
    "products": ("price", "12.13", "12.125"),
    "contracts": ("in_stream_percent", "12.51", "12.5"),
    "streams": ("ends_at", "2026-03-01T20:30:00+01:00", "2026-03-01T19:30:00.5+00:00"),
    "touches": ("occurred_at", "2026-03-01T19:05:00Z", "2026-03-01T18:05:00+00:00"),
    "sales": ("discount", "1.21", "1.20"),
    "refunds": ("amount", "12.13", "12.12"),
}
SAME = {  # other ways to write what the good rows say
    "brands": {"platform_fee_percent": "3.50"},
    "channels": {"audience_countries": "BE:20.00|NL:62.5", "followers": "0120000"},
    "products": {"price": "12.1250"},
    "contracts": {"commission_percent": "10.00"},
    "streams": {"starts_at": "2026-03-01T18:00:00Z", "ends_at": "2026-03-01T12:30:00.500000-07:00"},
    "touches": {"occurred_at": "2026-03-01T18:05:00.0Z"},
    "sales": {"unit_price": "12.12500", "occurred_at": "2026-03-01T18:10:00+00:00"},
    "refunds": {"amount": "12.12", "occurred_at": "2026-03-09T11:00:00+01:00"},
}


def everything() -> dict[str, int]:
    """How many rows each table has."""
    return {table: count(table) for table in TABLES.split()}


def test_a_file_of_every_kind_is_stored_and_bringing_it_twice_changes_nothing(app: Flask, tmp_path: Path) -> None:
    bring_all(tmp_path)
    stored = everything()
    for kind in KINDS:
        result = bring(kind, [good(kind)], tmp_path)
        assert (result.read, result.new, result.unchanged, result.rejected) == (1, 0, 1, 0)
    assert everything() == stored | {"import": stored["import"] + len(KINDS)}


@pytest.mark.parametrize("kind", SAME)
def test_the_same_content_written_otherwise_is_unchanged(kind: str, app: Flask, tmp_path: Path) -> None:
    bring_all(tmp_path)
    assert bring(kind, [good(kind, **SAME[kind])], tmp_path).unchanged == 1


@pytest.mark.parametrize("kind", OTHER)
def test_another_content_under_a_stored_key_is_a_conflict_that_shows_both(
    kind: str, app: Flask, tmp_path: Path
) -> None:
    bring_all(tmp_path)
    stored = everything()
    column, value, before = OTHER[kind]
    (fault,) = refused(kind, [good(kind, **{column: value})], tmp_path)
    assert (fault.line, fault.column, fault.value) == (2, column, value)
    assert fault.reason == f"conflict: stored is “{before}”"
    assert everything() == stored


def test_every_fact_and_every_import_remember_where_they_came_from(app: Flask, cast: Cast, tmp_path: Path) -> None:
    result = bring("sales", [good("sales")], tmp_path, brand_ids=[cast.brands["lumen"].id])
    stored = raw().execute(
        "select i.id, i.kind, i.file_name, length(i.sha256), b.handle, i.by_name, i.started_at, i.read_rows,"
        " i.new_rows, s.recorded_at from sale s join import i on i.id = s.import_id join brand b on b.id = i.brand_id"
    )
    row = (result.import_id, "sales", "sales.csv", 32, "lumen", "command line", AT, 1, 1, AT)
    assert stored.fetchall() == [row]


def test_one_bad_row_refuses_the_file_and_nothing_is_stored(app: Flask, tmp_path: Path) -> None:
    stored = everything()
    rows = [good("sales", order=str(number)) for number in range(20)]
    rows[7] |= {"quantity": "0", "unit_price": "1E9"}
    rows[9] |= {"brand": "nobody"}
    faults = refused("sales", rows, tmp_path)
    assert [(fault.line, fault.column, fault.value) for fault in faults] == [
        (9, "quantity", "0"),
        (9, "unit_price", "1E9"),
        (11, "brand", "nobody"),
    ]
    assert everything() == stored


def test_a_report_lists_a_thousand_bad_rows_and_counts_the_rest(app: Flask, tmp_path: Path) -> None:
    rows = [good("sales", order=str(number), quantity="none") for number in range(1_500)]
    with pytest.raises(BadFile) as caught:
        bring("sales", rows, tmp_path)
    report = caught.value.about["report"]
    assert (report.read, report.rejected, len(report.faults)) == (1_500, 1_500, 1_000)
    assert [fault.line for fault in report.faults] == list(range(2, 1_002))


def test_rows_in_quotation_marks_over_several_lines_are_named_by_the_line_they_begin_on(
    app: Flask, tmp_path: Path
) -> None:
    rows = [
        good("sales", order=str(number), description='two\nlines, a "quote",\r\n\tand a \\t') for number in range(4)
    ]
    rows[3]["country"] = "XX"
    (fault,) = refused("sales", rows, tmp_path)
    assert (fault.line, fault.column, fault.value) == (11, "country", "XX")
    assert bring("sales", rows[:3], tmp_path).new == 3
    assert raw().execute("select distinct description from sale").fetchall() == [(rows[0]["description"],)]


# -- inside one file --


@pytest.fixture(params=[2, blocks.BLOCK], ids=["blocks of two rows", "one block"])
def any_block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows meet in one block, or in different ones."""
    monkeypatch.setattr(blocks, "BLOCK", request.param)


ABOUT = {"streams": ("minutes", "engagement")}  # kinds whose rows speak of one that has to be there


@pytest.mark.parametrize("kind", OTHER)
@pytest.mark.usefixtures("any_block")
def test_of_two_rows_with_one_key_the_later_is_unchanged_or_bad(kind: str, app: Flask, tmp_path: Path) -> None:
    for needed in KINDS:
        if needed != kind and needed not in ABOUT.get(kind, ()):
            bring(needed, [good(needed)], tmp_path)
    column, value, before = OTHER[kind]
    first, other = good(kind), good(kind, **{column: value})
    (fault,) = refused(kind, [first, first, other, first], tmp_path)
    assert (fault.line, fault.column, fault.value, fault.reason) == (
        4,
        column,
        value,
        f"conflict: stored is “{before}”",
    )
    result = bring(kind, [first, first, first], tmp_path)
    assert (result.new, result.unchanged, result.rejected) == (1, 2, 0)


def test_a_row_close_to_an_earlier_bad_one_with_its_key_is_left_out_too(app: Flask, tmp_path: Path) -> None:
    rows = [good("sales", discount="1000"), good("sales"), good("sales", order="2")]
    result = bring("sales", rows, tmp_path, skip_bad=True)
    assert (result.new, result.rejected) == (1, 2)
    assert [(fault.line, fault.reason) for fault in result.faults] == [
        (2, "more than quantity times unit_price"),
        (3, "an earlier row of the file has this key and can't be taken: mend both"),
    ]


def test_a_million_rows_with_one_key_are_no_trouble(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 500)
    result = bring("touches", [good("touches")] * 5_000, tmp_path)
    assert (result.read, result.new, result.unchanged) == (5_000, 1, 4_999)


@pytest.mark.parametrize("kind", ["sales", "refunds", "touches"])
@pytest.mark.usefixtures("any_block")
def test_equal_rows_of_one_file_are_counted_and_named(kind: str, app: Flask, tmp_path: Path) -> None:
    for needed in KINDS:
        if needed != kind:
            bring(needed, [good(needed)], tmp_path)
    column = {"sales": "order", "refunds": "refund", "touches": "touch"}[kind]
    rows = [good(kind), good(kind), good(kind, **{column: "other"}), good(kind)]
    result = bring(kind, rows, tmp_path)
    assert (result.new, result.unchanged, result.repeated, result.repeats) == (2, 2, 2, [3, 5])
    assert raw().execute("select repeated_rows from import where id = %s", [result.import_id]).fetchone() == (2,)
    assert str(result).startswith(f"{kind}: 4 read, 2 new, 2 unchanged, 0 rejected in ")
    again = bring(kind, rows, tmp_path)
    assert (again.new, again.unchanged, again.repeated) == (0, 4, 0), "what was stored before is not repeated here"


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        (kind, column.name)
        for kind, its in KINDS.items()
        for column in its.columns
        if column.name
        in {"handle", "creator", "brand", "sku", "skus", "contract", "coupons", "coupon", "stream", "touch", "visitor"}
        | {"source", "order", "line", "refund", "checkout_stream"}
    ],
)
def test_a_number_that_a_spreadsheet_has_damaged_is_refused_in_every_column_that_names_something(
    kind: str, column: str, app: Flask, tmp_path: Path
) -> None:
    (fault,) = refused(kind, [good(kind, **{column: "4.50E+15"})], tmp_path)
    assert (fault.column, fault.value) == (column, "4.50E+15")
    assert fault.reason.startswith("a spreadsheet has damaged this number")


def test_orders_that_a_spreadsheet_has_made_one_refuse_the_file(app: Flask, tmp_path: Path) -> None:
    """Ones that were rounded have no exponent: they show as two rows of one line with different content."""
    rows = [good("sales", order="4500000000000000"), good("sales", order="4500000000000000", quantity="7")]
    (fault,) = refused("sales", rows, tmp_path)
    assert (fault.line, fault.column, count("sale")) == (3, "quantity", 0)


@pytest.mark.parametrize(
    ("amount", "minor"), [("100", 100), ("100.00", 100), ("100.0", 100), ("100.50", None), ("100.001", None)]
)
def test_zeros_behind_the_point_are_no_decimals(app: Flask, tmp_path: Path, amount: str, minor: int | None) -> None:
    price = {"currency": "JPY", "unit_price": "900", "quantity": "1"}
    rows = {
        "sales": (good("sales", **price, discount=amount), "discount", "discount_minor"),
        "refunds": (good("refunds", currency="JPY", amount=amount), "amount", "amount"),
    }
    for kind, (row, column, stored) in rows.items():
        if minor is None:
            (fault,) = refused(kind, [row], tmp_path)
            assert (fault.column, fault.reason) == (column, "more decimals than the currency has")
        else:
            bring(kind, [row], tmp_path)
            table = kind.removesuffix("s")
            assert raw().execute(f"select {stored} from {table}").fetchone() == (minor,)


# -- skipping --


def test_bad_rows_can_be_skipped_mended_and_brought_again(app: Flask, tmp_path: Path) -> None:
    rows = [good("sales", order=str(number)) for number in range(6)]
    rows[1]["quantity"], rows[3]["brand"], rows[4]["description"] = "many", "nobody", "=HYPERLINK()"
    rows[4]["currency"] = "eur"
    result = bring("sales", rows, tmp_path, skip_bad=True)
    assert (result.read, result.new, result.rejected) == (6, 3, 3)
    path = tmp_path / "sales.csv.rejected.csv"
    assert result.rejected_path == path
    with path.open(newline="") as file:
        header, *rejected = csv.reader(file)
    assert header == [*GOOD["sales"], "line", "reason"]
    assert [row[-2] for row in rejected] == ["3", "5", "6"]
    assert rejected[0][-1] == "quantity: write a whole number from 1 to 10000000"
    assert rejected[1][-1].startswith("brand: there is no such brand")
    assert rejected[2][header.index("description")] == "'=HYPERLINK()", "no spreadsheet takes it for a formula"
    mended = path.read_text().replace("many", "2").replace("nobody", "lumen").replace("eur", "EUR")
    assert bring("sales", mended, tmp_path).new == 3
    assert bring("sales", mended, tmp_path, skip_bad=True).unchanged == 3
    assert raw().execute("select description from sale where order_ref = '4'").fetchone() == ("=HYPERLINK()",)


def test_bad_rows_that_can_not_be_written_down_are_not_skipped(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "touches.csv.rejected.csv.part").mkdir()
    with pytest.raises(BadInput, match=r"touches.csv.rejected.csv can't be written: Is a directory\."):
        bring("touches", [good("touches"), good("touches", touch="T2", creator="who")], tmp_path, skip_bad=True)
    db.session.rollback()
    assert count("touch") == 0


def test_a_row_with_too_many_or_too_few_cells_is_bad_and_kept_whole(app: Flask, tmp_path: Path) -> None:
    long, short, *_ = as_csv([good("touches"), good("touches", touch="T2")]).splitlines()[1:]
    header = ",".join(GOOD["touches"])
    result = bring("touches", f"{header}\n{long},x,y\n\n{short[:8]}\n", tmp_path, skip_bad=True)
    assert [(fault.line, fault.reason) for fault in result.faults] == [
        (2, "the row has 8 cells, the header 6"),
        (4, "the row has 2 cells, the header 6"),
    ]
    assert f"{long},x,y,2," in (tmp_path / "touches.csv.rejected.csv").read_text()


def test_a_file_that_ends_in_the_middle_of_a_row_stores_nothing_also_when_bad_rows_are_skipped(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 10)
    rows = [good("touches", touch=f"T{number}", creator="mira" if number else "who") for number in range(100)]
    with pytest.raises(BadFile, match="Line 102 can't be read as CSV: a quotation mark is opened and never closed"):
        bring("touches", as_csv(rows) + 'lumen,"T100', tmp_path, skip_bad=True)
    db.session.rollback()
    assert (count("touch"), count("import")) == (0, 0)
    assert list(tmp_path.glob("*rejected*")) == []


# -- updating --


def test_an_update_changes_what_is_stored_shows_the_differences_and_keeps_the_history(
    app: Flask, tmp_path: Path
) -> None:
    bring_all(tmp_path)
    for kind in ("brands", "creators", "channels", "products"):
        column, value, before = OTHER[kind]
        result = bring(kind, [good(kind, **{column: value})], tmp_path, update=True)
        assert (result.updated, result.unchanged, result.rejected) == (1, 0, 0)
        assert "1 updated" in str(result)
        (change,) = result.changes
        assert (change.line, change.column, change.before, change.after) == (2, column, before, value)
        assert bring(kind, [good(kind, **{column: value})], tmp_path).unchanged == 1
        assert refused(kind, [good(kind)], tmp_path)
        kept = raw().execute("select before ->> %s, after ->> %s, import_id from revision where kind = %s",
                             [column, column, kind]).fetchall()  # fmt: skip
        assert kept == [(before, value, result.import_id)]


def test_an_update_tells_new_changed_and_unchanged_rows_apart(app: Flask, tmp_path: Path) -> None:
    bring("products", [good("products"), good("products", sku="BULB")], tmp_path)
    rows = [good("products"), good("products", sku="BULB", price="2"), good("products", sku="CORD")]
    rows += [good("products", sku="CORD", price="9")]
    (fault,) = refused("products", rows, tmp_path, update=True)
    assert (fault.line, fault.column, fault.reason) == (5, "price", "conflict: stored is “12.125”")
    result = bring("products", rows[:3], tmp_path, update=True)
    assert (result.new, result.updated, result.unchanged) == (1, 1, 1)


def test_facts_and_contracts_are_never_updated(app: Flask, tmp_path: Path) -> None:
    for kind in ("contracts", "streams", "touches", "sales", "refunds"):
        with pytest.raises(BadInput, match=f"Stored {kind} are never changed by a file"):
            bring(kind, [good(kind)], tmp_path, update=True)


# -- whose rows --


def test_a_brands_members_bring_what_is_the_brands_own(app: Flask, cast: Cast, tmp_path: Path) -> None:
    bring("contracts", [good("contracts")], tmp_path)
    for kind in ("products", "streams", "touches", "sales", "refunds"):
        kettle, lumen = cast.brands["kettle"].id, cast.brands["lumen"].id
        (foreign,) = refused(kind, [good(kind)], tmp_path, brand_ids=[kettle])
        (unknown,) = refused(kind, [good(kind, brand="nobody")], tmp_path, brand_ids=[kettle])
        assert foreign.reason == unknown.reason, "whether a foreign brand exists is not told"
        assert bring(kind, [good(kind)], tmp_path, brand_ids=[lumen]).new == 1
    for kind in ("brands", "creators", "channels", "contracts"):
        with pytest.raises(NotAllowed, match="are imported by the platform's admin"):
            bring(kind, [good(kind)], tmp_path, brand_ids=[cast.brands["lumen"].id])


def test_values_of_a_row_that_belongs_to_somebody_else_are_never_shown(app: Flask, cast: Cast, tmp_path: Path) -> None:
    bring("streams", [good("streams", brand="kettle", platform="secret")], tmp_path)
    (fault,) = refused("streams", [good("streams")], tmp_path, brand_ids=[cast.brands["lumen"].id])
    assert (fault.column, fault.reason) == ("stream", "conflict: this key is stored already, with another content")
    admin = refused("streams", [good("streams")], tmp_path)
    assert {fault.reason for fault in admin} >= {"conflict: stored is “secret”", "conflict: stored is “kettle”"}


# -- how it is told --


def test_the_closing_line_says_what_happened(app: Flask, tmp_path: Path) -> None:
    result = bring("touches", [good("touches")], tmp_path)
    result.seconds = 6.24
    assert str(result) == "touches: 1 read, 1 new, 0 unchanged, 0 rejected in 6.2 s"


def test_progress_is_told_block_by_block(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 10)
    path = tmp_path / "touches.csv"
    path.write_text(as_csv(good("touches", touch=str(number)) for number in range(25)))
    told: list[tuple[int, int]] = []
    options = Options(progress=lambda rows, read: told.append((rows, read)))
    import_file(KINDS["touches"], path, options, by=None, at=AT)
    size = path.stat().st_size
    assert told == [(10, size), (20, size), (25, size)]


def test_a_file_without_rows_is_in_order(app: Flask, tmp_path: Path) -> None:
    result = bring("refunds", ",".join(GOOD["refunds"]) + "\n", tmp_path)
    assert (result.read, result.new, result.rejected) == (0, 0, 0)
