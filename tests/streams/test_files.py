"""Files of channels and streams, and of what platforms say of a stream."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.database import raw
from tests.cast import Cast
from tests.csvfiles.rows import bring, exported, fault_of, good, refused


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


# -- what platforms say of a stream --


@pytest.fixture
def streamed(app: Flask, tmp_path: Path) -> None:
    """The stream that minutes and engagement are of."""
    bring("streams", [good("streams")], tmp_path)


def test_minutes_are_stored_as_the_platform_says_them_or_empty(streamed: None, tmp_path: Path) -> None:
    bare = good("minutes", minute="2026-03-01T19:06:00+01:00") | dict.fromkeys(list(good("minutes"))[2:], "")
    bring("minutes", [good("minutes"), bare], tmp_path)
    stored = raw().execute(
        "select viewers, taps, impressions, orders, net_sales, currency, stock from stream_minute order by minute"
    )
    assert stored.fetchall() == [(250, 31, 900, 4, 4850, "EUR", 96), (None,) * 7]
    assert [row["net_sales"] for row in exported("minutes")] == ["48.50", ""]
    mended = bring("minutes", [good("minutes", viewers="260")], tmp_path, update=True)
    assert (mended.new, mended.updated) == (0, 1)
    assert bring("minutes", [good("minutes", viewers="260")], tmp_path).unchanged == 1


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"stream": "S9"}, "stream", "there is no such stream, or it is not yours: import streams first"),
        ({"minute": "2026-03-01T19:05:01+01:00"}, "minute", "must be the beginning of a minute, like 19:05:00"),
        ({"minute": "2026-03-01T18:59:00+01:00"}, "minute", "lies outside the stream"),
        ({"minute": "2026-03-01T20:31:00+01:00"}, "minute", "lies outside the stream"),
        ({"currency": ""}, "currency", "net_sales and currency stand together, or neither does"),
        ({"net_sales": ""}, "currency", "net_sales and currency stand together, or neither does"),
        ({"net_sales": "1.005"}, "net_sales", "more decimals than the currency has"),
        ({"net_sales": "100000000000.01"}, "net_sales", "more than 10^13 minor units"),
    ],
)
def test_a_minute_that_can_not_be_is_refused(
    changes: dict[str, str], column: str, reason: str, streamed: None, tmp_path: Path
) -> None:
    assert fault_of("minutes", tmp_path, **changes) == (column, reason)


def test_a_brand_brings_minutes_of_its_own_streams_alone(streamed: None, cast: Cast, tmp_path: Path) -> None:
    kettle = [cast.brands["kettle"].id]
    (fault,) = refused("minutes", [good("minutes")], tmp_path, brand_ids=kettle)
    assert fault.column == "stream"
    assert bring("minutes", [good("minutes")], tmp_path, brand_ids=[cast.brands["lumen"].id]).new == 1
    assert exported("minutes", kettle) == []


def test_engagement_is_of_a_whole_stream_and_may_be_mended(streamed: None, tmp_path: Path) -> None:
    bring("engagement", [good("engagement", peak_viewers="")], tmp_path)
    bring("engagement", [good("engagement")], tmp_path, update=True)
    stored = raw().execute(
        "select views, peak_viewers, watch_seconds, reactions, comments, shares from stream_engagement"
    )
    assert stored.fetchall() == [(8200, 412, 95, 640, 212, 18)]
    assert exported("engagement") == [good("engagement")]
