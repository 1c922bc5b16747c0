"""What is stored goes out in its own format and comes back the same, and no spreadsheet takes a cell for a formula."""

from __future__ import annotations

import csv
import gzip
import io
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.csvfiles.exporting import writing
from app.database import db
from app.errors import BadInput
from app.uploads.file_kinds import KINDS
from tests.cast import Cast
from tests.csvfiles.rows import bring, bring_all, exported, exported_text, good

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "'=1",
    "''@",
    "'quoted'",
    "=cmd|' /C calc'!A0",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM",
    "'\uff1d1",
)
Owner = psycopg.Connection[Any]


def test_every_kind_comes_back_as_it_went_out(app: Flask, owner_connection: Owner, tmp_path: Path) -> None:
    bring_all(tmp_path)
    bring("streams", [good("streams", stream="S2", ends_at="", skus="")], tmp_path)
    bring("touches", [good("touches", touch="T2", stream="S2")], tmp_path)
    bring("channels", [good("channels", name="bare") | dict.fromkeys(list(good("channels"))[3:], "")], tmp_path)
    bare = dict.fromkeys(["visitor", "description", "discount", "country", "coupon", "checkout_stream"], "")
    bring("sales", [good("sales", order="2", **bare), good("sales", order="3", coupon=" X ")], tmp_path)
    out = {kind: exported_text(kind) for kind in KINDS}
    for kind in KINDS:
        assert bring(kind, out[kind], tmp_path).unchanged == out[kind].count("\n") - 1
    db.session.commit()
    owner_connection.execute("truncate brand, creator, import, touch, sale, refund, due cascade")
    owner_connection.commit()
    for kind in KINDS:
        assert bring(kind, out[kind], tmp_path).new == out[kind].count("\n") - 1
        assert exported_text(kind) == out[kind]


def test_an_export_says_what_the_file_said(app: Flask, tmp_path: Path) -> None:
    bring_all(tmp_path)
    utc = {"starts_at": "2026-03-01T18:00:00+00:00", "ends_at": "2026-03-01T19:30:00.5+00:00"}
    assert exported("streams") == [good("streams", **utc)]
    assert exported("contracts") == [good("contracts")]
    assert exported("channels") == [good("channels", name="'@mira")]
    assert exported("products") == [good("products")]
    (sale,) = exported("sales")
    assert sale.pop("visitor").startswith("hmac:")
    expected = good("sales", occurred_at="2026-03-01T18:10:00+00:00")
    del expected["visitor"]
    assert sale == expected


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_somebodys_own_words_come_back_letter_by_letter_and_never_as_a_formula(
    app: Flask, owner_connection: Owner, tmp_path: Path, data: st.DataObject
) -> None:
    db.session.commit()
    owner_connection.execute("delete from product")
    owner_connection.commit()
    printed = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
    formula = st.sampled_from(FORMULAS)
    references = st.lists(formula | st.text(printed, min_size=1, max_size=128), min_size=1, max_size=5, unique=True)
    free = st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"])
    words = formula | st.text(free, min_size=1, max_size=40) | st.sampled_from(["\t=1", "\r\n", "\\N", "\\.", '"', " "])
    rows = [good("products", sku=sku, name=data.draw(words)) for sku in data.draw(references)]
    escaped = [{column: escape(value) for column, value in row.items()} for row in rows]
    assert bring("products", escaped, tmp_path).new == len(rows)
    stored = db.session.execute(db.text("select sku, name from product order by sku")).all()
    assert [tuple(row) for row in stored] == sorted((row["sku"], row["name"]) for row in rows)
    out = exported("products")
    for row in out:
        assert not {value[0] for value in row.values()} & set("=+-@\t\r")
    assert bring("products", exported_text("products"), tmp_path).unchanged == len(rows)


def escape(value: str) -> str:
    """docs/files.md: what begins like a formula has a ' in front, in whatever file it stands."""
    return f"'{value}" if value.lstrip("'")[:1] in tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20") else value


def test_rows_are_sorted_by_key_in_byte_order(app: Flask, tmp_path: Path) -> None:
    skus = ["a", "B", "é", "Z", "10", "9", "~", "a b", "a-b", "\U0001f4a1", "\uffee"]
    bring("products", [good("products", sku=sku) for sku in skus], tmp_path)
    bring("products", [good("products", sku="z", brand="kettle")], tmp_path)
    rows = [(row["brand"], row["sku"]) for row in exported("products")]
    assert rows == [("kettle", "z"), *(("lumen", sku) for sku in sorted(skus, key=str.encode))]


def test_a_brand_is_given_only_what_is_its_own(app: Flask, cast: Cast, tmp_path: Path) -> None:
    bring_all(tmp_path)
    for kind in ("products", "streams", "touches", "sales", "refunds"):
        assert len(exported(kind, [cast.brands["lumen"].id])) == 1
        assert exported(kind, [cast.brands["kettle"].id]) == []


@pytest.mark.parametrize(
    ("name", "unpack"), [("a.csv", bytes), ("a.csv.gz", gzip.decompress), ("a.csv.xz", lzma.decompress)]
)
def test_a_file_is_packed_by_its_name_and_appears_when_it_is_complete(
    name: str, unpack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / name
    with writing(str(path)) as out:
        out.write(b"a,b\n")
        assert not path.exists()
    assert unpack(path.read_bytes()) == b"a,b\n"
    with pytest.raises(TypeError), writing(str(path)) as out:
        out.write("half of it, then something breaks")  # type: ignore[arg-type]
    assert unpack(path.read_bytes()) == b"a,b\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_can_not_be_written_to_is_named_in_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none" / "a.csv", tmp_path):
        with pytest.raises(BadInput, match=f"^{path} can't be written: "), writing(str(path)) as out:
            out.write(b"")


def test_a_device_is_written_to_and_not_replaced() -> None:
    with writing("/dev/null") as out:
        out.write(b"gone")
    assert Path("/dev/null").is_char_device()


def test_an_empty_table_is_a_header(app: Flask) -> None:
    for kind in ("sales", "refunds", "touches"):
        assert list(csv.reader(io.StringIO(exported_text(kind)))) == [list(good(kind))]
