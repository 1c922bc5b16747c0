"""Which player shows a platform's picture, and what it is told: read from what somebody pastes. Pure."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

from flask_babel import gettext

from app.errors import BadInput
from app.streams.models import Player

LONGEST = 500
YOUTUBE_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
YOUTUBE_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")
TWITCH_NAME = re.compile(r"[A-Za-z0-9_]{3,25}")
TIKTOK_NAME = re.compile(r"[A-Za-z0-9_.]{2,24}")
YOUTUBE, TWITCH, TIKTOK = (
    {f"{www}{site}" for www in ("", "www.", "m.")} for site in ("youtube.com", "twitch.tv", "tiktok.com")
)


def player_of(platform: str, pasted: str) -> tuple[Player, str | None]:
    """The player for a platform (code of its node) and what it needs of the address that was pasted: a picture for our
    own page; a video or channel of YouTube, a channel of Twitch, a name of TikTok; else a page to link to.

    BadInput for what is neither, and for an address that is not one of the web.
    """
    text = pasted.strip()
    own = platform == "own"
    if not text:
        return (Player.OWN if own else Player.LINK), None
    known = {
        "youtube": (Player.YOUTUBE, _youtube),
        "twitch": (Player.TWITCH, _twitch),
        "tiktok": (Player.TIKTOK, _tiktok),
    }
    if platform in known:
        player, read = known[platform]
        if found := read(text):
            return player, found
    if own and re.fullmatch(r"/[\x21-\x7e]{1,499}", text) and not text.startswith("//"):
        return Player.OWN, text  # on this site
    return (Player.OWN if own else Player.LINK), _web_address(text)


def _web_address(text: str) -> str:
    parts = urlsplit(text) if len(text) <= LONGEST and re.fullmatch(r"[\x21-\x7e]+", text) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise BadInput(gettext("Write the whole address, like https://example.com/live."))
    return text


def _youtube(text: str) -> str | None:
    parts = _parts(text)
    if parts is None:
        return text if YOUTUBE_VIDEO.fullmatch(text) or YOUTUBE_CHANNEL.fullmatch(text) else None
    host, path = parts.netloc.lower(), parts.path.strip("/").split("/")
    found = None
    if host == "youtu.be":
        found = path[0]
    elif host in YOUTUBE:
        watched = parse_qs(parts.query).get("v", [""])[0]
        found = path[1] if path[0] in ("live", "embed", "channel") and len(path) > 1 else watched
    return found if found and (YOUTUBE_VIDEO.fullmatch(found) or YOUTUBE_CHANNEL.fullmatch(found)) else None


def _twitch(text: str) -> str | None:
    parts = _parts(text)
    name = text if parts is None else parts.path.strip("/") if parts.netloc.lower() in TWITCH else ""
    return name.lower() if TWITCH_NAME.fullmatch(name) else None


def _tiktok(text: str) -> str | None:
    parts = _parts(text)
    name = text if parts is None else parts.path.strip("/").split("/")[0] if parts.netloc.lower() in TIKTOK else ""
    return name.removeprefix("@") if TIKTOK_NAME.fullmatch(name.removeprefix("@")) else None


def _parts(text: str) -> SplitResult | None:
    return urlsplit(text) if text.startswith(("http://", "https://")) else None
