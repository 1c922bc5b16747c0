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
from app.creators import accounts
from app.creators.lists import cells, counts
from app.creators.lists.columns import (
    CATEGORIES,
    CHECK,
    NUMBERS,
    SHARE,
    in_units,
    known_by,
    label,
    surplus,
    words_of,
)

SAMPLE = 400  # rows that are looked at
MOSTLY = 0.7  # of the cells that say anything
NEAR = 0.05  # account and name to show are told apart by less than this: it is said
AUDIENCE = re.compile(r"audience|publiek", re.IGNORECASE)
ACCOUNT = re.compile(r"[a-z0-9._-]+")
RANK = re.compile(r"(?:#|no\.?|nr\.?)? ?[0-9]+(?:\.|st|nd|rd|th|e)?", re.IGNORECASE)
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
    platform_doubts: list[str] = field(default_factory=list)  # those of them that are about the platform


def guess(header: Sequence[str], rows: Sequence[Sequence[str]], file_name: str) -> Guess:
    """What the columns of `header` are, by the first of `rows` (of as many cells), and whose platform's list it is."""
    guesser = _Guesser(header, sample_of(header, rows))
    guesser.guess_numbers()
    guesser.guess_share()
    guesser.guess_names("platform", cells.platform)
    guesser.guess_names("country", cells.country)
    guesser.guess_names("language", cells.language)
    guesser.guess_categories()
    guesser.guess_accounts()
    guesser.guess_platform(file_name)
    return guesser.guess


def sample_of(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Cells]:
    """Of each column the first cells that say anything."""
    columns = [[cells.bare(row[at]) for row in rows[:SAMPLE] if at < len(row)] for at in range(len(header))]
    return [[cell for cell in column if cell and not cells.says_nothing(cell)] for column in columns]


def fits(field_name: str, column: Cells) -> bool:
    """Whether the cells of a column can be what it is taken for; a column that says nothing yet can be anything."""
    reader = {SHARE: cells.share, "platform": cells.platform, "country": cells.country, "language": cells.language}
    if not column or field_name in CATEGORIES or field_name == "title":
        return True
    if field_name == "name":
        return _names_accounts(column)
    return _mostly(column, reader.get(field_name, counts.written))


def day_of(file_name: str, today: date) -> date | None:
    """The day the name of a file tells, of a month or year its last, never one to come; None where it tells none."""
    match = DAY.search(file_name)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 12)
    last = calendar.monthrange(year, month)[1]
    return min(date(year, month, min(int(match[3] or last), last)), today)


class _Guesser:
    """Goes through the columns, kind by kind; what one kind has taken is not free for the next."""

    def __init__(self, header: Sequence[str], sample: Sequence[Cells]) -> None:
        self.header, self.sample = header, sample
        self.meanings = [known_by(heading) for heading in header]
        self.guess = Guess()

    def guess_numbers(self) -> None:
        """Of columns with the same meaning the exact one counts, and a rounded one is compared with it."""
        for name in NUMBERS:
            columns = [at for at, meaning in enumerate(self.meanings) if meaning == name and self._in_ones(at)]
            numeric = [at for at in columns if _mostly(self.sample[at], counts.written)]
            for at in columns:
                names = _mostly(self.sample[at], cells.country) or _mostly(self.sample[at], cells.language)
                if self.sample[at] and at not in numeric and not names:
                    self._leave_out(at)
            rounded = [at for at in numeric if any(map(counts.is_rounded, self.sample[at]))]
            plain = [at for at in numeric if at not in rounded]
            empty = [at for at in columns if not self.sample[at]]  # the next file with these headings may say more
            if chosen := plain or rounded or empty:
                self.guess.columns[name] = self._chosen(name, chosen)
            if plain and rounded:
                self.guess.columns[name + CHECK] = rounded[0]
            elif rounded:
                self._doubt(gettext("“%(heading)s” holds rounded numbers.", heading=self._heading(rounded[0])))
        self._say_what_is_no_total()

    def _in_ones(self, at: int) -> bool:
        """Whether the heading counts in ones: in thousands or millions nothing is taken."""
        if not in_units(self.header[at]):
            return True
        self._leave_out(at, gettext("it counts in thousands or millions"))
        return False

    def _chosen(self, name: str, columns: Sequence[int]) -> int:
        """The column whose heading says nothing more; where several are left that differ, or it does say more, that is
        said."""
        ordered = sorted(columns, key=lambda at: surplus(self.header[at], name))
        first, what = ordered[0], label(name)
        if surplus(self.header[first], name):
            about = {"heading": self._heading(first), "what": what}
            self._doubt(gettext("“%(heading)s” is used for “%(what)s”. Check that it means that.", **about))
        for other in ordered[1:]:
            if surplus(self.header[other], name) == surplus(self.header[first], name) and not _same(
                self.sample[first], self.sample[other]
            ):
                about = {"heading": self._heading(first), "other": self._heading(other), "what": what}
                self._doubt(
                    gettext(
                        "“%(heading)s” and “%(other)s” both look like “%(what)s”. The first is used: check it.", **about
                    )
                )
        return first

    def _say_what_is_no_total(self) -> None:
        """A list that has only new or lost followers has none that we could take."""
        like = [at for at, meaning in enumerate(self.meanings) if meaning == ""]
        like = [at for at in like if "followers" in words_of(self.header[at])]
        if "followers" not in self.guess.columns:
            for at in like:
                self._leave_out(at, gettext("it is not the number of all followers"))

    def guess_share(self) -> None:
        """Engagement counts where it is a share; in many lists it is a number of people, which is something else."""
        for at in (at for at, meaning in enumerate(self.meanings) if meaning == SHARE):
            if SHARE not in self.guess.columns and _mostly(self.sample[at], cells.share):
                self.guess.columns[SHARE] = at
            else:
                self._leave_out(at, gettext("its values are not percentages"))

    def guess_names(self, name: str, read: Callable[[str], str | None]) -> None:
        """Countries, languages or platforms: under their own heading, or under another one, where only the cells
        tell."""
        fitting = [at for at, column in enumerate(self.sample) if _mostly(column, read) and self.meanings[at] != "name"]
        own = [at for at, meaning in enumerate(self.meanings) if meaning == name]
        for at in (at for at in own if self.sample[at] and at not in fitting):
            self._leave_out(at)
        own = [at for at in own if at in fitting or not self.sample[at]]
        own.sort(key=lambda at: (not self.sample[at], bool(AUDIENCE.search(self.header[at]))))
        for at in (own or [at for at in fitting if at not in self.guess.columns.values()])[:1]:
            self.guess.columns[name] = at
            about = {"heading": self._heading(at), "what": label(name)}
            if at not in own:
                self._doubt(
                    gettext(
                        "Most values under “%(heading)s” look like “%(what)s”, so they are used for that despite the "
                        "heading.",
                        **about,
                    )
                )
            elif AUDIENCE.search(self.header[at]):
                self._doubt(
                    gettext(
                        "“%(heading)s” is about the audience. No column says where the creator is, so this one is "
                        "used. Skip it if that is wrong.",
                        heading=self._heading(at),
                    )
                )

    def guess_categories(self) -> None:
        """The first columns that say they hold categories."""
        columns = (at for at, meaning in enumerate(self.meanings) if meaning == "category")
        self.guess.columns |= dict(zip(CATEGORIES, columns, strict=False))

    def guess_accounts(self) -> None:
        """Of columns that are called names the one that looks most like an account names it; a column of which nobody
        knows what it is names nobody."""
        free = [at for at in range(len(self.header)) if at not in self.guess.columns.values() and self.sample[at]]
        called = [at for at in free if self.meanings[at] == "name"]
        named = [at for at in called if _names_accounts(self.sample[at])]
        for at in (at for at in called if at not in named):
            self._leave_out(at, gettext("its values don’t look like account names"))
        named.sort(key=lambda at: -_account_like(self.sample[at]))
        if not named:
            self._doubt(gettext("No column looks like account names. Choose one."))
            return
        first, titles = named[0], [at for at in named[1:] if not _mostly(self.sample[at], accounts.is_address)]
        self.guess.columns["name"] = first
        if titles:
            self.guess.columns["title"] = titles[0]
            if _account_like(self.sample[first]) - _account_like(self.sample[titles[0]]) < NEAR:
                about = {"account": self._heading(first), "title": self._heading(titles[0])}
                self._doubt(
                    gettext("“%(account)s” and “%(title)s” look alike. Check which one is the account name.", **about)
                )

    def guess_platform(self, file_name: str) -> None:
        """Addresses and a column of platforms are believed before the headings, those before the name of the file."""
        known = tree(PLATFORM).by_code
        texts = (" ".join(self.header).lower(), file_name.lower())
        hinted = [{code for code, hint in HINTS.items() if hint.search(text) and code in known} for text in texts]
        ways = [codes for codes in (self._platforms_of_cells(), *hinted) if len(codes) == 1]
        named = [next(iter(codes)) for codes in ways]
        if len(self._platforms_of_cells()) > 1:
            doubt = gettext("The list has accounts of several platforms. Choose whose to import.")
        elif len(set(named)) > 1:
            doubt = gettext("The file name and the headings point to different platforms. The headings are used.")
        elif not named:
            doubt = gettext("The file does not say which platform these accounts are on. Choose one.")
        else:
            doubt = ""
        self.guess.platform = named[0] if named and len(self._platforms_of_cells()) < 2 else ""
        self.guess.platform_doubts = [doubt] if doubt else []
        self.guess.doubts += self.guess.platform_doubts

    def _platforms_of_cells(self) -> set[str]:
        columns = self.guess.columns
        addresses = self.sample[columns["name"]] if "name" in columns else ()
        platforms = {accounts.platform_of(cell) for cell in addresses if accounts.is_address(cell)}
        named = self.sample[columns["platform"]] if "platform" in columns else ()
        return (platforms | {code for cell in named if (code := cells.platform(cell))}) - {""}

    def _leave_out(self, at: int, why: str = "") -> None:
        why = why or gettext("its values don’t match the heading")
        self._doubt(gettext("“%(heading)s” is skipped: %(why)s.", heading=self._heading(at), why=why))

    def _doubt(self, sentence: str) -> None:
        self.guess.doubts.append(sentence)

    def _heading(self, at: int) -> str:
        return " ".join(self.header[at].split())[:60]


def _mostly(column: Cells, matches: Callable[[str], object]) -> bool:
    """Whether most cells fit."""
    return bool(column) and sum(1 for cell in column if matches(cell) not in (None, False)) >= MOSTLY * len(column)


def _names_accounts(column: Cells) -> bool:
    """Whether the cells tell people apart and are neither ranks nor other numbers."""
    different = len({accounts.key(cell) for cell in column}) * 2 >= len(column)
    return different and not _mostly(column, lambda cell: RANK.fullmatch(cell) or counts.written(cell))


def _account_like(column: Cells) -> float:
    """The share of cells without blanks, capitals and letters that accounts can't have; addresses count by their
    accounts."""
    return sum(1 for cell in column if ACCOUNT.fullmatch(accounts.account(cell, "") or "")) / len(column)


def _same(one: Cells, other: Cells) -> bool:
    return list(one) == list(other)
