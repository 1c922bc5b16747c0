"""A show as a calendar takes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.streams.calendar_file import calendar_file, escaped, folded
from app.streams.models import Show
from tests.market import NOON

PUBLIC_ID = UUID("12345678-1234-5678-1234-567812345678")


def file_of(**changes: Any) -> str:
    row = {"title": "Lamps, bulbs; and more", "notes": "Bring:\n- the ladder\\steps", "status": "planned", "edition": 0}
    row |= {
        "public_id": PUBLIC_ID,
        "planned_start": NOON,
        "planned_minutes": 90,
        "changed_at": NOON - timedelta(days=1),
    }
    show = Show(**(row | changes))
    return calendar_file(show, host="live.example", address="https://live.example/shows/1", platform_name="Streamcut")


def lines(text: str) -> list[str]:
    """The lines as they were before they were folded."""
    return text.replace("\r\n ", "").split("\r\n")


def test_a_show_is_one_event_in_utc() -> None:
    read = lines(file_of())
    assert read[0] == "BEGIN:VCALENDAR"
    assert read[-2:] == ["END:VCALENDAR", ""]
    assert f"UID:show-{PUBLIC_ID}@live.example" in read
    assert "DTSTART:20260310T120000Z" in read
    assert "DTEND:20260310T133000Z" in read
    assert "SUMMARY:Lamps\\, bulbs\\; and more" in read
    assert "DESCRIPTION:Bring:\\n- the ladder\\\\steps" in read


def test_the_event_stays_the_same_when_it_changes() -> None:
    moved = lines(file_of(edition=3, planned_start=NOON + timedelta(hours=1), status="cancelled"))
    assert f"UID:show-{PUBLIC_ID}@live.example" in moved
    assert "SEQUENCE:3" in moved
    assert "STATUS:CANCELLED" in moved
    assert "STATUS:TENTATIVE" in lines(file_of(status="proposed"))


@pytest.mark.parametrize("text", ["x" * 500, "é" * 200, "日本語" * 60, "😀" * 50, "Lamp\r\nBEGIN:VEVENT\r\n" * 9])
def test_no_line_is_longer_than_75_octets_and_nothing_is_lost(text: str) -> None:
    written = file_of(notes=text)
    assert max(len(line.encode()) for line in written.split("\r\n")) <= 75
    assert f"DESCRIPTION:{escaped(text)}" in lines(written)
    assert lines(written).count("BEGIN:VEVENT") == 1


def test_a_line_that_fits_is_not_folded() -> None:
    assert list(folded("x" * 75)) == ["x" * 75]
    assert list(folded("x" * 76)) == ["x" * 75, " x"]


def test_control_characters_are_left_out() -> None:
    assert escaped("a\x07b\tc\u2028d") == "abcd"
