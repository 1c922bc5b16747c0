"""The live videos of Thai sellers become streams with engagement."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from app.database import db
from app.streams.live_sellers import published
from app.streams.models import Stream, StreamEngagement
from app.users.models import Creator
from tests.conftest import MARKET_DATA

HEAD = "status_id,status_type,status_published,num_reactions,num_comments,num_shares,num_likes\n"
ROWS = """\
246675545449582_1649696485147474,video,4/22/2018 6:00,529,512,262,432
246675545449582_1649426988507757,photo,4/21/2018 22:45,150,0,0,150
117059915488335_1,video,12/9/15 09:28,20,3,1,20
246675545449582_1649696485147474,video,4/22/2018 6:00,529,512,262,432
"""
REAL = MARKET_DATA / "live" / "facebook-live-sellers-thailand.csv.gz"


def command(app: Flask, path: Path, *options: str) -> Result:
    return app.test_cli_runner().invoke(args=["import-live-sellers", str(path), *options])


def file_of(folder: Path, rows: str = ROWS) -> Path:
    path = folder / "sellers.csv.gz"
    path.write_bytes(gzip.compress(("\ufeff" + HEAD + rows).encode()))
    return path


def test_live_videos_become_streams_with_what_viewers_did(app: Flask, tmp_path: Path) -> None:
    said = command(app, file_of(tmp_path), "--brand", "lumen", "--minutes", "45").output
    assert "2 live videos: 2 new creators, 2 new streams of 45 minutes each, 2 with engagement" in said
    assert "1 rows said the same twice, 1 were no live video" in said
    stream = db.session.scalars(select(Stream).where(Stream.ref == "facebook:246675545449582_1649696485147474")).one()
    assert stream.starts_at == datetime(2018, 4, 21, 23, 0, tzinfo=UTC)
    assert (stream.ends_at, stream.platform) == (datetime(2018, 4, 21, 23, 45, tzinfo=UTC), "facebook")
    assert (stream.creator.handle, stream.creator.country) == ("facebook:246675545449582", "TH")
    done = db.session.scalars(select(StreamEngagement).where(StreamEngagement.stream_id == stream.id)).one()
    assert (done.reactions, done.comments, done.shares, done.views) == (529, 512, 262, None)
    assert "0 new creators, 0 new streams" in command(app, file_of(tmp_path), "--brand", "lumen").output


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("4/22/2018 6:00", datetime(2018, 4, 22, 6, tzinfo=UTC)),
        ("12/9/15 09:28", datetime(2015, 12, 9, 9, 28, tzinfo=UTC)),
        ("2/2/14 14:08", datetime(2014, 2, 2, 14, 8, tzinfo=UTC)),
    ],
)
def test_both_ways_in_which_days_are_written_are_read(text: str, instant: datetime) -> None:
    assert published(text, "UTC") == instant


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("1_2,video,22/4/2018 6:00,1,2,3,4\n", "Line 2 can't be read: 22/4/2018 6:00"),
        ("page,video,4/22/2018 6:00,1,2,3,4\n", "Line 2 can't be read: page"),
        ("1_2,video,4/22/2018 6:00,many,2,3,4\n", "Line 2 can't be read"),
    ],
)
def test_a_row_that_can_not_be_read_refuses_the_file(app: Flask, tmp_path: Path, rows: str, why: str) -> None:
    assert why in command(app, file_of(tmp_path, rows), "--brand", "lumen").output
    assert db.session.scalar(select(func.count()).select_from(Stream)) == 0


def test_another_file_and_an_unknown_brand_are_refused(app: Flask, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    assert "The file lacks columns" in command(app, other, "--brand", "lumen").output
    assert "There is no brand" in command(app, other, "--brand", "nobody").output
    assert "no IANA time zone" in command(app, other, "--brand", "lumen", "--zone", "Thailand").output


@pytest.mark.skipif(not REAL.is_file(), reason=f"No data set at {REAL}.")
def test_the_whole_data_set_comes_in(app: Flask) -> None:
    said = command(app, REAL, "--brand", "lumen").output
    assert "9 new creators" in said
    assert db.session.scalar(select(func.count()).select_from(Creator).where(Creator.handle.like("facebook:%"))) == 9
    assert db.session.scalar(select(func.count()).select_from(StreamEngagement)) == 2334 - int(
        said.split("; ")[1].split()[0]
    )
