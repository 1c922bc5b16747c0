"""Files of brands and creators; a brand's fee is a version in time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask

from app.database import raw
from tests.csvfiles.rows import AT, bring, exported, good


def fees() -> list[tuple[object, ...]]:
    """The teapot's fees in order of time."""
    stored = raw().execute(
        "select lower(valid), upper(valid), fee_bps from brand_fee join brand b on b.id = brand_id"
        " where handle = 'teapot' order by valid"
    )
    return stored.fetchall()


def test_a_brands_first_fee_is_valid_since_ever(app: Flask, tmp_path: Path) -> None:
    bring("brands", [good("brands")], tmp_path)
    assert fees() == [(None, None, 350)]


def test_another_fee_is_another_version_from_the_import_on(app: Flask, tmp_path: Path) -> None:
    bring("brands", [good("brands")], tmp_path)
    day = timedelta(days=1)
    bring("brands", [good("brands", platform_fee_percent="4")], tmp_path, update=True, at=AT)
    bring("brands", [good("brands", platform_fee_percent="4", name="Teapots")], tmp_path, update=True, at=AT + day)
    bring("brands", [good("brands", platform_fee_percent="0", name="Teapots")], tmp_path, update=True, at=AT + 2 * day)
    assert fees() == [(None, AT, 350), (AT, AT + 2 * day, 400), (AT + 2 * day, None, 0)]
    assert exported("brands")[-1] == good("brands", platform_fee_percent="0", name="Teapots")


def test_two_changes_at_one_instant_leave_the_last(app: Flask, tmp_path: Path) -> None:
    bring("brands", [good("brands")], tmp_path)
    for fee in ("4", "5"):
        bring("brands", [good("brands", platform_fee_percent=fee)], tmp_path, update=True, at=AT)
    assert fees() == [(None, AT, 350), (AT, None, 500)]


def test_creators_speak_languages(app: Flask, tmp_path: Path) -> None:
    bring("creators", [good("creators")], tmp_path)
    assert raw().execute("select languages from creator where handle = 'noor'").fetchone() == (["nl", "en"],)
