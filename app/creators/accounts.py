"""An account in its platform's own normal form: one account is one creator, however people write it.

An address, an `@`, invisible signs and another composition of the same letters are ways to write, not other accounts.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

HOSTS = {  # of the addresses of accounts: the platform
    "tiktok.com": "tiktok",
    "instagram.com": "instagram",
    "instagr.am": "instagram",
    "youtube.com": "youtube",
    "twitch.tv": "twitch",
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "whatnot.com": "whatnot",
}
AT = "@\N{FULLWIDTH COMMERCIAL AT}"
ADDRESS = re.compile(r"(?:https?:)?//\S+|(?:[\w-]+\.)+[a-z]{2,}/\S*|www\.(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
ANOTHER = re.compile(r"\S@|@\w")  # in the middle of a name: an address of mail, or a second account
BEFORE = {
    "youtube": {"c", "user", "channel"},
    "whatnot": {"user"},
    "instagram": {"_u"},
    "twitch": {"popout", "moderator", "u"},
    "facebook": {"pg"},
}  # what stands before the account in an address
PLACES = frozenset(
    "p reel reels explore stories tv video videos watch shorts playlist groups pages directory share people events "
    "hashtag tag t music discover foryou results feed embed accounts direct marketplace".split()
)
# How the platforms write an account; the others let everybody write as they like.
POSSIBLE = {
    "tiktok": re.compile(r"[A-Za-z0-9._]{1,32}"),
    "instagram": re.compile(r"[A-Za-z0-9._]{1,30}"),
    "twitch": re.compile(r"[A-Za-z0-9_]{1,25}"),
}
TWO_NAMES = re.compile(r"(?P<shown>.+?) ?\((?P<login>[A-Za-z0-9_]+)\)")  # as Twitch shows who writes in other letters
PREFIX = re.compile(r"^(?:www|m|mobile|web|[a-z]{2}-[a-z]{2})\.")


def visible(text: str) -> str:
    """The text composed (NFC) and without what can't be seen: marks of direction, joiners, soft hyphens, widths of
    nothing. Blanks become one blank each, at the ends none."""
    if text.isascii():
        return " ".join(text.split())
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(sign for sign in composed if unicodedata.category(sign) != "Cf" and not _selects(sign))
    return " ".join(seen.split())


def account(text: str, platform: str) -> str | None:
    """The account that a cell or a field names on the platform, as it is written there; None where it names none: an
    address of another platform, or of something else than an account."""
    name = visible(text)
    if ADDRESS.fullmatch(name):
        return _of_address(name, platform)
    if platform == "twitch" and (both := TWO_NAMES.fullmatch(name)):
        return both["login"]
    name = name.lstrip(AT).strip()
    return None if not name or ANOTHER.search(name) else name


def beside(text: str, platform: str) -> str:
    """The name to show that stands beside the account in the same cell, as Twitch has it; empty where there is none."""
    both = TWO_NAMES.fullmatch(visible(text)) if platform == "twitch" else None
    return both["shown"] if both else ""


def is_possible(name: str, platform: str) -> bool:
    """Whether an account of the platform can be called so: a letter that only looks like another one makes no account
    where accounts have none but Latin letters."""
    return platform not in POSSIBLE or POSSIBLE[platform].fullmatch(name) is not None


def key(name: str) -> str:
    """What two ways to write one account have in common: no platform tells accounts apart by capitals."""
    return visible(name).casefold()


def is_address(text: str) -> bool:
    """Whether it is an address on the web."""
    return ADDRESS.fullmatch(visible(text)) is not None


def platform_of(address: str) -> str:
    """Whose address it is; empty for an address of no platform we know."""
    parts = urlsplit(address if "//" in address else f"//{address}")
    return HOSTS.get(PREFIX.sub("", (parts.hostname or "").lower()), "")


def _of_address(address: str, platform: str) -> str | None:
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        found_on = platform_of(address)
    except ValueError:
        return None
    path = [visible(unquote(piece)) for piece in parts.path.split("/") if piece]
    if (platform and found_on != platform) or not found_on or not path:
        return None
    if path[0].lower() in BEFORE.get(found_on, ()) and len(path) > 1:
        return path[1].lstrip("@")
    name = path[0].lstrip("@")
    return None if not name or name.lower() in PLACES or name.endswith(".php") else name


def _selects(sign: str) -> bool:
    """Whether it only chooses how the sign before it is drawn."""
    return "\ufe00" <= sign <= "\ufe0f"
