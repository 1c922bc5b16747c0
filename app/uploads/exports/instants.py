"""Days and times as shops and spreadsheets write them, and the instant that they mean in the shop's time zone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# January to December in English, Dutch, German, French, Spanish, Italian: by their first letters
MONTHS = (
    "jan januari januar janvier ene enero gen gennaio",
    "feb februari februar février fevrier febrero febbraio",
    "mar mrt maart märz mars marzo",
    "apr april avril abr abril aprile",
    "may mei mai mayo mag maggio",
    "jun juni juin junio giu giugno",
    "jul juli juillet julio lug luglio",
    "aug augustus august août aout ago agosto",
    "sep sept september septembre septiembre set settembre",
    "oct okt oktober october octobre octubre ott ottobre",
    "nov november novembre noviembre",
    "dec dez december dezember décembre decembre dic diciembre dicembre",
)
MONTH = {
    word: number
    for number, words in enumerate(MONTHS, 1)
    for word in (
        *words.split(),
        "january february march april may june july august september october november december".split()[number - 1],
    )
}
TIME = (
    r"(?:[T ,]+(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)
OFFSET = r"(?: ?(?P<offset>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}|\(?(?:UTC|GMT)[+-][0-9]{1,2}(?::?[0-9]{2})?\)?))?"
YEAR_FIRST = re.compile(
    r"(?P<year>[12][0-9]{3})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})" + TIME + OFFSET
)
YEAR_LAST = re.compile(
    r"(?P<one>[0-9]{1,2})(?P<mark>[-/.])(?P<two>[0-9]{1,2})(?P=mark)(?P<year>[12][0-9]{3}|[0-9]{2})" + TIME + OFFSET
)
IN_WORDS = re.compile(
    r"(?:\w+, )?(?:(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)?[ -](?P<name>[^\W\d_]+)\.?[ -]"
    r"|(?P<name_>[^\W\d_]+)\.? (?P<day_>[0-9]{1,2})(?:st|nd|rd|th)?,? )(?P<year>[12][0-9]{3})" + TIME + OFFSET
)
SERIAL = re.compile(r"[3-7][0-9]{4}(?:[.,][0-9]{1,15})?")  # days since 1900, as spreadsheets keep them
SERIALS = (36_526, 73_051)  # the years 2000 to 2099
HUNDRED = 100


class NoInstant(ValueError):
    """A cell that names no instant; its text is one of the codes in REASONS."""


DOUBTFUL = "day or month first"
UNREAL = "no such time"
NONE = "no date"


def day_first_of(cells: Iterable[str]) -> bool | None:
    """Whether the day stands before the month in `03/04/2026`; None where no cell shows it, or they contradict."""
    shown = set[bool]()
    for cell in cells:
        match = YEAR_LAST.fullmatch(cell.strip())
        if match is None:
            continue
        one, two = int(match["one"]), int(match["two"])
        if match["mark"] == "." or one > 12 >= two:
            shown.add(True)
        elif two > 12 >= one:
            shown.add(False)
    return shown.pop() if len(shown) == 1 else None


def instant(cell: str, zone: str, *, day_first: bool | None = None) -> datetime:
    """The instant in UTC. A time without an offset is of the zone; of two that a clock shows twice it is the first.

    NoInstant for what is no date, for a time that the zone's clocks leave out, and for a date like 03/04/2026 while it
    is not known which of the two is the day.
    """
    text = cell.strip()
    if SERIAL.fullmatch(text) and SERIALS[0] <= float(text.replace(",", ".")) < SERIALS[1]:
        days = timedelta(seconds=round(float(text.replace(",", ".")) * 86_400))
        return _of_zone(datetime(1899, 12, 30) + days, zone)  # noqa: DTZ001 - given its zone there
    if match := YEAR_FIRST.fullmatch(text):
        return _made(match, int(match["month"]), int(match["day"]), zone)
    if match := YEAR_LAST.fullmatch(text):
        one, two = int(match["one"]), int(match["two"])
        if match["mark"] == "." or one > 12:
            return _made(match, two, one, zone)
        if day_first is None and two <= 12 and one != two:
            raise NoInstant(DOUBTFUL)
        return _made(match, two, one, zone) if day_first and two <= 12 else _made(match, one, two, zone)
    if match := IN_WORDS.fullmatch(text):
        month = MONTH.get((match["name"] or match["name_"]).lower())
        if month:
            return _made(match, month, int(match["day"] or match["day_"]), zone)
    raise NoInstant(NONE)


def _made(match: re.Match[str], month: int, day: int, zone: str) -> datetime:
    year = int(match["year"])
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    if match["half"]:
        if not 1 <= hour <= 12:
            raise NoInstant(NONE)
        hour = hour % 12 + (12 if match["half"] in "Pp" else 0)
    part = int(((match["part"] or "") + "000000")[:6])
    try:
        naive = datetime(year if year > HUNDRED else 2000 + year, month, day, hour, minute, second, part)  # noqa: DTZ001
    except ValueError:
        raise NoInstant(NONE) from None
    return _of_zone(naive, zone, match["offset"])


def _of_zone(naive: datetime, zone: str, offset: str | None = None) -> datetime:
    local = naive.replace(tzinfo=_offset(offset) if offset else ZoneInfo(zone))
    try:
        moment = local.astimezone(UTC)
    except OverflowError:
        raise NoInstant(NONE) from None
    if not offset and moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != naive:
        raise NoInstant(UNREAL)
    return moment


def _offset(text: str) -> tzinfo:
    digits = re.sub("[^0-9+-]", "", text)
    if not digits:
        return UTC
    hours, minutes = int(digits[1:3]), int(digits[3:5] or 0)
    if hours > 15 or minutes > 59:
        raise NoInstant(NONE)
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if digits[0] == "-" else span)
