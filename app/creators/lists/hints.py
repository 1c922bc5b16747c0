"""What headings and the names of files hint at: a platform, and a day."""

from __future__ import annotations

import calendar
import re
from datetime import date

from app.catalog.taxonomy import PLATFORM, tree

HINTS = {  # words of headings, and of names of files, that only one platform's lists have
    "tiktok": re.compile(r"tik ?tok"),
    "instagram": re.compile(r"instagram"),
    "youtube": re.compile(r"you ?tube"),
    "twitch": re.compile(r"twitch|partnered"),
    "facebook": re.compile(r"facebook"),
    "whatnot": re.compile(r"whatnot"),
}
DAY = re.compile(r"(?<!\d)(20\d\d)(?:[-_. ]?(0[1-9]|1[0-2])(?:[-_. ]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")


def day_of(file_name: str, today: date) -> date | None:
    """The day the name of a file tells, of a month or year its last, never one to come; None where it tells none."""
    match = DAY.search(file_name)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 12)
    last = calendar.monthrange(year, month)[1]
    return min(date(year, month, min(int(match[3] or last), last)), today)


def hinted(text: str) -> set[str]:
    """The platforms that headings, or the name of a file, hint at."""
    known = tree(PLATFORM).by_code
    return {code for code, hint in HINTS.items() if hint.search(text.lower()) and code in known}
