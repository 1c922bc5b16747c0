"""Files of channels and streams."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.database import raw
from tests.csvfiles.rows import bring, exported, fault_of, good


def test_a_channel_is_stored_with_its_figures_or_without(app: Flask, tmp_path: Path) -> None:
    columns = list(good("channels"))[3:]
    bring("channels", [good("channels"), good("channels", name="bare") | dict.fromkeys(columns, "")], tmp_path)
    stored = raw().execute(
        "select categories, followers, average_views, average_live_viewers, engagement_bps, audience_countries,"
        " verified_on::text from channel order by id"
    )
    assert stored.fetchall() == [
        (["home", "garden"], 120000, 5000, 300, 425, {"NL": 6250, "BE": 2000}, "2026-02-28"),
        ([], None, None, None, None, {}, None),
    ]


def test_an_audience_is_written_by_size(app: Flask, tmp_path: Path) -> None:
    bring("channels", [good("channels", audience_countries="DE:1|BE:20|NL:62.50|AT:20")], tmp_path)
    assert exported("channels")[0]["audience_countries"] == "NL:62.5|AT:20|BE:20|DE:1"


def test_a_stream_without_an_end_still_runs(app: Flask, tmp_path: Path) -> None:
    bring("streams", [good("streams", ends_at="", skus="")], tmp_path)
    assert raw().execute("select ends_at, skus from stream").fetchone() == (None, [])


def test_one_broadcast_may_be_for_several_brands(app: Flask, tmp_path: Path) -> None:
    rows = [good("streams"), good("streams", stream="S2", brand="kettle")]
    assert bring("streams", rows, tmp_path).new == 2


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"ends_at": "2026-03-01T18:00:00Z"}, "ends_at", "must be after starts_at, or empty while the stream runs"),
        ({"creator": "nobody"}, "creator", "there is no such creator: import creators first"),
        ({"brand": "nobody"}, "brand", "there is no such brand, or it is not yours: import brands first"),
        ({"skus": "A||B"}, "skus", "write one or more, separated by |, each of 1 to 128 characters"),
    ],
)
def test_a_stream_that_can_not_be_is_refused(
    changes: dict[str, str], column: str, reason: str, app: Flask, tmp_path: Path
) -> None:
    assert fault_of("streams", tmp_path, **changes) == (column, reason)
