"""How a watch page shows the picture of a show: by our own player, by the platform's after a click, or by a link.

Nothing is asked of a platform before the click. Its player stands alone: YouTube forbids whatever lies on it, Twitch
wants 400 x 300 and our name as `parent`, TikTok shows a player only on a domain that it has approved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from app.database import raw, rows
from app.streams.models import Player, Show, ShowStatus

YOUTUBE, TWITCH, TIKTOK = "https://www.youtube-nocookie.com", "https://player.twitch.tv", "https://www.tiktok.com"


@dataclass(frozen=True)
class Picture:
    """What the player is told. `kind`: own, frame, link, none. `source` is the address of the picture or of the frame;
    `link` leads to the same on the platform; `origin` is whose leave the page's policy has to give."""

    kind: str
    platform: str = ""
    source: str = ""
    link: str = ""
    origin: str = ""


@dataclass(frozen=True)
class Chapter:
    """From when on a product was on the screen, in seconds from the beginning of the show; `ends` is None for the last
    one when it was never taken off."""

    item_id: int
    name: str
    begins: int
    ends: int | None


NONE = Picture("none")


def picture_of(show: Show, *, host: str, tiktok_domain: str = "") -> Picture:
    """The picture of a show as it is now: live while it is on air or rehearsed, its replay afterwards."""
    if show.status == ShowStatus.ENDED:
        return _replay(show)
    if show.status not in (ShowStatus.ON_AIR, ShowStatus.REHEARSAL) or not show.address:
        return NONE
    return _live(show, show.address, host, tiktok_domain)


def coming(show: Show, picture: Picture, *, host: str, tiktok_domain: str = "") -> Picture:
    """The picture that a page of the show has to be ready for: what it shows or, where it waits for the beginning, what
    will come; the policy of a page can't be changed later."""
    if picture != NONE or show.status == ShowStatus.ENDED or not show.address:
        return picture
    return _live(show, show.address, host, tiktok_domain)


def policy(picture: Picture) -> Mapping[str, str]:
    """What the page's content security policy has to allow beyond the usual, by directive."""
    if picture.kind == "own":
        origin = f" {picture.origin}" if picture.origin else ""
        return {"media-src": f"'self' blob:{origin}", "connect-src": f"'self'{origin}"}
    return {"frame-src": picture.origin} if picture.kind == "frame" else {}


def chapters_of(show: Show) -> list[Chapter]:
    """What was on the screen and when, from the log of pins. What was tried in a rehearsal is not in it."""
    found: list[Chapter] = rows(raw(), "app.live", "chapters", {"show": show.id}, Chapter)
    return found


def webvtt(chapters: list[Chapter], length: int) -> str:
    """The chapters as a text track of the recording, which is so many seconds long."""
    cues = [
        f"{_clock(each.begins)} --> {_clock(each.ends if each.ends is not None else max(length, each.begins + 1))}\n"
        f"{each.name.replace('-->', '→').replace('&', '&amp;').replace('<', '&lt;')}\n"
        for each in chapters
    ]
    return "\n".join(["WEBVTT\n", *cues])


def length_of(show: Show) -> int:
    """How many seconds an ended show was on air."""
    ended: datetime | None = show.ended_at
    return int((ended - show.on_air_at).total_seconds()) if ended and show.on_air_at else 0


def _live(show: Show, address: str, host: str, tiktok_domain: str) -> Picture:
    if show.player == Player.OWN:
        return _own(address)
    if show.player == Player.YOUTUBE:
        return _youtube(address)
    if show.player == Player.TWITCH:
        source = f"{TWITCH}/?channel={quote(address)}&parent={quote(host.rsplit(':', 1)[0])}"
        return Picture("frame", "Twitch", source, f"https://www.twitch.tv/{quote(address)}", TWITCH)
    if show.player == Player.TIKTOK:
        link = f"https://www.tiktok.com/@{quote(address)}/live"
        if tiktok_domain and host.rsplit(":", 1)[0] == tiktok_domain:
            source = f"{TIKTOK}/embed/live/@{quote(address)}?embed_domain={quote(tiktok_domain)}"
            return Picture("frame", "TikTok", source, link, TIKTOK)
        return Picture("link", "TikTok", link=link)
    return Picture("link", urlsplit(address).hostname or "", link=address)


def _replay(show: Show) -> Picture:
    """A recording that was given; else what YouTube keeps at the address of the live video itself."""
    if show.replay_address:
        if show.player == Player.OWN:
            return _own(show.replay_address)
        if show.player == Player.YOUTUBE and "/" not in show.replay_address:
            return _youtube(show.replay_address)
        return Picture("link", urlsplit(show.replay_address).hostname or "", link=show.replay_address)
    if show.player == Player.YOUTUBE and show.address and not show.address.startswith("UC"):
        return _youtube(show.address)
    return NONE


def _own(address: str) -> Picture:
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return Picture("own", source=address, link=address, origin=origin)


def _youtube(address: str) -> Picture:
    if address.startswith("UC") and len(address) == 24:
        source = f"{YOUTUBE}/embed/live_stream?channel={quote(address)}"
        return Picture("frame", "YouTube", source, f"https://www.youtube.com/channel/{quote(address)}/live", YOUTUBE)
    link = f"https://www.youtube.com/watch?v={quote(address)}"
    return Picture("frame", "YouTube", f"{YOUTUBE}/embed/{quote(address)}", link, YOUTUBE)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"
