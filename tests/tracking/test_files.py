"""Files of touches, and the hash that stands for a visitor."""

from __future__ import annotations

import hmac
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.database import raw
from app.tracking.visitors import visitor_hash
from tests.csvfiles.rows import bring, fault_of, good

NO_STREAM = "there is no such stream of this brand and creator: import streams first"


@given(st.text(min_size=1), st.text(min_size=1), st.binary(min_size=1, max_size=100))
def test_a_visitors_hash_is_half_an_hmac_of_brand_and_visitor(brand: str, visitor: str, key: bytes) -> None:
    message = brand.encode("utf-8", "surrogatepass") + b"\0" + visitor.encode("utf-8", "surrogatepass")
    try:
        f"{brand}{visitor}".encode()
    except UnicodeEncodeError:
        return  # such text is in no file
    assert visitor_hash(brand, visitor, key) == hmac.new(key, message, "sha256").hexdigest()[:32]


def test_a_hash_that_an_export_wrote_is_taken_as_it_is() -> None:
    written = "hmac:" + "0123456789abcdef" * 2
    assert visitor_hash("lumen", written, b"key") == written[5:]
    for other in (written + "0", written[:-1], written.upper(), f" {written}"):
        assert visitor_hash("lumen", other, b"key") != written[5:]


def test_a_touch_finds_its_stream(app: Flask, tmp_path: Path) -> None:
    bring("streams", [good("streams")], tmp_path)
    bring("touches", [good("touches", stream="S1"), good("touches", touch="T2")], tmp_path)
    stored = raw().execute("select t.ref, s.ref from touch t left join stream s on s.id = t.stream_id order by t.id")
    assert stored.fetchall() == [("T1", "S1"), ("T2", None)]


@pytest.mark.parametrize(
    "changes", [{"stream": "S9"}, {"stream": "S1", "brand": "kettle"}, {"stream": "S1", "creator": "joon"}]
)
def test_a_touch_of_an_unknown_or_foreign_stream_is_refused(
    changes: dict[str, str], app: Flask, tmp_path: Path
) -> None:
    bring("streams", [good("streams")], tmp_path)
    assert fault_of("touches", tmp_path, **changes) == ("stream", NO_STREAM)


def test_a_touch_needs_a_visitor_and_a_creator(app: Flask, tmp_path: Path) -> None:
    assert fault_of("touches", tmp_path, visitor="") == ("visitor", "empty: write something here")
    assert fault_of("touches", tmp_path, creator="nobody")[0] == "creator"
