"""What the columns of a list are: by the words of their headings, and by what their cells look like.

Both have to agree. Where they don't, the cells are believed, or the column is left out, and a sentence says so: whoever
imports reads it, and changes the mapping where the guess is wrong.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext

from app.catalog.taxonomy import PLATFORM, tree
from app.creators.lists import cells
from app.creators.lists.columns import (
    CATEGORIES,
    CHECK,
    NUMBERS,
    SHARE,
    known_by,
    label,
)

SAMPLE = 400  # rows that are looked at
MOSTLY = 0.7  # of the cells that say anything
NEAR = 0.05  # account and name to show are told apart by less than this: it is said
AUDIENCE = re.compile(r"audience|publiek", re.IGNORECASE)
ACCOUNT = re.compile(r"[a-z0-9._-]+")
HINTS = {  # words of headings, and of names of files, that only one platform's lists have
    "tiktok": re.compile(r"tik ?tok"),
    "instagram": re.compile(r"instagram"),
    "youtube": re.compile(r"you ?tube"),
    "twitch": re.compile(r"twitch|partnered"),
    "facebook": re.compile(r"facebook"),
    "whatnot": re.compile(r"whatnot"),
}
DAY = re.compile(r"(?<!\d)(20\d\d)(?:[-_. ]?(0[1-9]|1[0-2])(?:[-_. ]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")
Cells = Sequence[str]


@dataclass
class Guess:
    """`platform` is empty where nothing names it; `doubts` are sentences about what was not clear."""

    platform: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


def guess(header: Sequence[str], rows: Sequence[Sequence[str]], file_name: str) -> Guess:
    """What the columns of `header` are, by the first of `rows` (of as many cells), and whose platform's list it is."""
    found = Guess()
    looked = [[cells.bare(row[at]) for row in rows[:SAMPLE] if at < len(row)] for at in range(len(header))]
    sample = [[cell for cell in column if cell and not cells.says_nothing(cell)] for column in looked]
    said = [known_by(heading) for heading in header]
    _numbers(found, header, sample, said)
    _share(found, header, sample, said)
    _of_names(found, "country", cells.country, header, sample, said)
    _of_names(found, "language", cells.language, header, sample, said)
    for field_name, at in zip(CATEGORIES, (at for at, each in enumerate(said) if each == "category"), strict=False):
        found.columns[field_name] = at
    _accounts(found, header, sample, said)
    _platform(found, header, file_name)
    return found


def day_of(file_name: str, today: date) -> date | None:
    """The day the name of a file tells, of a month or year its last, never one to come; None where it tells none."""
    told = DAY.search(file_name)
    if told is None:
        return None
    year, month = int(told[1]), int(told[2] or 12)
    last = calendar.monthrange(year, month)[1]
    return min(date(year, month, min(int(told[3] or last), last)), today)


def _numbers(found: Guess, header: Sequence[str], sample: Sequence[Cells], said: Sequence[str | None]) -> None:
    """Of columns with the same meaning the exact one counts, and a rounded one is compared with it."""
    for name in NUMBERS:
        columns = [at for at, each in enumerate(said) if each == name]
        numeric = [at for at in columns if _mostly(sample[at], _is_number)]
        for at in columns:
            names = _mostly(sample[at], cells.country) or _mostly(sample[at], cells.language)
            if sample[at] and at not in numeric and not names:
                _doubt_left_out(found, header[at])
        rounded = [at for at in numeric if any(map(cells.is_rounded, sample[at]))]
        plain = [at for at in numeric if at not in rounded]
        empty = [at for at in columns if not sample[at]]  # the next file with these headings may have more to say
        if columns := plain or rounded or empty:
            found.columns[name] = columns[0]
        if plain and rounded:
            found.columns[name + CHECK] = rounded[0]
        elif rounded:
            found.doubts.append(gettext("“%(heading)s” holds rounded numbers.", heading=_shown(header[rounded[0]])))


def _share(found: Guess, header: Sequence[str], sample: Sequence[Cells], said: Sequence[str | None]) -> None:
    """Engagement counts where it is a share; in many lists it is a number of people, which is something else."""
    for at in (at for at, each in enumerate(said) if each == SHARE):
        if SHARE not in found.columns and _mostly(sample[at], cells.share):
            found.columns[SHARE] = at
        else:
            _doubt_left_out(found, header[at], gettext("its values are not percentages"))


def _of_names(
    found: Guess,
    name: str,
    read: Callable[[str], str | None],
    header: Sequence[str],
    sample: Sequence[Cells],
    said: Sequence[str | None],
) -> None:
    """Countries or languages: under their own heading, or under another one, where only the cells tell."""
    fitting = [at for at in range(len(header)) if _mostly(sample[at], read) and said[at] != "name"]
    own = [at for at in range(len(header)) if said[at] == name and (at in fitting or not sample[at])]
    own.sort(key=lambda at: (not sample[at], bool(AUDIENCE.search(header[at]))))
    for at in (at for at, each in enumerate(said) if each == name and sample[at] and at not in own):
        _doubt_left_out(found, header[at])
    chosen = (own or [at for at in fitting if at not in found.columns.values()])[:1]
    for at in chosen:
        found.columns[name] = at
        if at not in own:
            about = {"heading": _shown(header[at]), "what": label(name)}
            found.doubts.append(
                gettext(
                    "Most values under “%(heading)s” look like “%(what)s”, so they are used for that despite the "
                    "heading.",
                    **about,
                )
            )
        elif AUDIENCE.search(header[at]):
            about = {"heading": _shown(header[at])}
            found.doubts.append(
                gettext(
                    "“%(heading)s” is about the audience. No column says where the creator is, so this one is "
                    "used. Skip it if that is wrong.",
                    **about,
                )
            )


def _accounts(found: Guess, header: Sequence[str], sample: Sequence[Cells], said: Sequence[str | None]) -> None:
    """Of two columns of names the one that looks most like an account names it, whatever the headings say."""
    free = [at for at in range(len(header)) if at not in found.columns.values() and sample[at]]
    named = [at for at in free if said[at] == "name"]
    if not named:
        named = [
            at for at in free if said[at] is None and _different(sample[at]) and not _mostly(sample[at], _is_number)
        ]
    named.sort(key=lambda at: -_account_like(sample[at]))
    if not named:
        found.doubts.append(gettext("No column looks like account names. Choose one."))
        return
    found.columns["name"] = named[0]
    if len(named) > 1:
        found.columns["title"] = named[1]
        if _account_like(sample[named[0]]) - _account_like(sample[named[1]]) < NEAR:
            about = {"account": _shown(header[named[0]]), "title": _shown(header[named[1]])}
            found.doubts.append(
                gettext("“%(account)s” and “%(title)s” look alike. Check which one is the account name.", **about)
            )


def _platform(found: Guess, header: Sequence[str], file_name: str) -> None:
    """The headings are believed before the name of the file."""
    known = tree(PLATFORM).by_code
    texts = (" ".join(header).lower(), file_name.lower())
    told = [[code for code, hint in HINTS.items() if hint.search(text) and code in known] for text in texts]
    by_header, by_name = (codes[0] if len(codes) == 1 else "" for codes in told)
    found.platform = by_header or by_name
    if by_header and by_name and by_header != by_name:
        found.doubts.append(
            gettext("The file name and the headings point to different platforms. The headings are used.")
        )
    elif not found.platform:
        found.doubts.append(gettext("The file does not say which platform these accounts are on. Choose one."))


def _doubt_left_out(found: Guess, heading: str, why: str = "") -> None:
    why = why or gettext("its values don’t match the heading")
    found.doubts.append(gettext("“%(heading)s” is skipped: %(why)s.", heading=_shown(heading), why=why))


def _shown(heading: str) -> str:
    return " ".join(heading.split())[:60]


def _is_number(cell: str) -> bool:
    return cells.number(cell) is not None


def _mostly(column: Cells, fits: Callable[[str], object]) -> bool:
    """Whether most cells fit."""
    return bool(column) and sum(1 for cell in column if fits(cell) not in (None, False)) >= MOSTLY * len(column)


def _different(column: Cells) -> bool:
    return len(set(column)) > len(column) / 2


def _account_like(column: Cells) -> float:
    """The share of cells without blanks, capitals and letters that accounts can't have."""
    return sum(1 for cell in column if ACCOUNT.fullmatch(cell)) / len(column)
