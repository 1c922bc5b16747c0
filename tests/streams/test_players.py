"""What somebody pastes as the address of a picture."""

from __future__ import annotations

import pytest
from flask import Flask

from app.errors import BadInput
from app.streams.players import player_of

ID, CHANNEL = "dQw4w9WgXcQ", "UC" + "a" * 22


@pytest.mark.parametrize(
    ("platform", "pasted", "player", "address"),
    [
        ("own", "", "own", None),
        ("own", "https://cdn.example/live.m3u8", "own", "https://cdn.example/live.m3u8"),
        ("own", "/static/demo/live.m3u8", "own", "/static/demo/live.m3u8"),
        ("youtube", ID, "youtube", ID),
        ("youtube", f"https://www.youtube.com/watch?v={ID}&t=3", "youtube", ID),
        ("youtube", f"https://youtu.be/{ID}", "youtube", ID),
        ("youtube", f"https://youtube.com/live/{ID}?feature=share", "youtube", ID),
        ("youtube", f"https://www.youtube.com/channel/{CHANNEL}", "youtube", CHANNEL),
        ("youtube", "https://www.youtube.com/@mira", "link", "https://www.youtube.com/@mira"),
        ("twitch", "Mira_Live", "twitch", "mira_live"),
        ("twitch", "https://www.twitch.tv/mira_live", "twitch", "mira_live"),
        ("tiktok", "@mira.live", "tiktok", "mira.live"),
        ("tiktok", "https://www.tiktok.com/@mira.live/live", "tiktok", "mira.live"),
        ("instagram", "https://instagram.com/mira", "link", "https://instagram.com/mira"),
        ("amazon", "", "link", None),
    ],
)
def test_an_address_says_which_player(app: Flask, platform: str, pasted: str, player: str, address: str | None) -> None:
    assert player_of(platform, f" {pasted} ") == (player, address)


@pytest.mark.parametrize(
    ("platform", "pasted"),
    [
        ("own", "live.m3u8"),
        ("own", "//evil.example/live"),
        ("instagram", "javascript:alert(1)"),
        ("instagram", "https://user:secret@example.com/"),
        ("youtube", "https://exa mple.com/"),
        ("youtube", "not an id"),
        ("link", "ftp://example.com/"),
        ("other", "https://example.com/" + "x" * 500),
    ],
)
def test_what_is_no_address_is_refused(app: Flask, platform: str, pasted: str) -> None:
    with pytest.raises(BadInput, match="whole address"):
        player_of(platform, pasted)
