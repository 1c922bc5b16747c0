"""A show as a calendar file (RFC 5545): text is escaped, lines are folded at 75 octets, the UID never changes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from app.streams.models import Show, ShowStatus

KIND = "text/calendar; charset=utf-8"
OCTETS = 75  # of a line, without its end
STANDS = {
    ShowStatus.PROPOSED: "TENTATIVE",
    ShowStatus.CANCELLED: "CANCELLED",
    ShowStatus.DECLINED: "CANCELLED",
}


def calendar_file(show: Show, *, host: str, address: str, platform_name: str) -> str:
    """The file of one show; `address` is its page, `host` makes its UID unique in the world.

    A calendar that has the show already takes over what has changed, since SEQUENCE grows with each change.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{escaped(platform_name)}//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:show-{show.public_id}@{host}",
        f"SEQUENCE:{show.edition}",
        f"DTSTAMP:{_utc(show.changed_at)}",
        f"DTSTART:{_utc(show.planned_start)}",
        f"DTEND:{_utc(show.planned_end)}",
        f"SUMMARY:{escaped(show.title)}",
        f"DESCRIPTION:{escaped(show.notes)}",
        f"URL:{address}",
        f"STATUS:{STANDS.get(ShowStatus(show.status), 'CONFIRMED')}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{piece}\r\n" for line in lines for piece in folded(line))


def escaped(text: str) -> str:
    """A text as a value: backslash, semicolon, comma and line ends are escaped, other control characters left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(each for each in text if each.isprintable() or each == " ")


def folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets; those after the first begin with a space. No character is cut."""
    pieces, size = [""], 0
    for each in line:
        octets = len(each.encode())
        if size + octets > OCTETS:
            pieces.append(" ")
            size = 1
        pieces[-1] += each
        size += octets
    yield from pieces


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"
