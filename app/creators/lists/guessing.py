"""What the columns of a list are: by the words of their headings, and by what their cells look like.

Both have to agree. Where they don't, the cells are believed, or the column is left out, and a sentence says so: whoever
imports reads it, and changes the mapping where the guess is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from flask_babel import gettext

from app.creators import accounts
from app.creators.lists import cells, counts
from app.creators.lists.columns import (
    CATEGORIES,
    CHECK,
    NUMBERS,
    SHARE,
    in_percent,
    in_units,
    known_by,
    label,
    resembles,
    surplus,
)
from app.creators.lists.evidence import (
    Cells,
    account_like,
    disagree,
    mostly,
    names_accounts,
    same,
    sample_of,
)
from app.creators.lists.hints import hinted
from app.creators.lists.words import platform_of

NEAR = 0.05  # account and name to show are told apart by less than this: it is said
AUDIENCE = re.compile(r"audience|publiek", re.IGNORECASE)


@dataclass
class Guess:
    """`platform` is empty where nothing names it; `doubts` are sentences about what was not clear."""

    platform: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    platform_doubts: list[str] = field(default_factory=list)  # those of them that are about the platform
    questions: list[str] = field(default_factory=list)  # those of them that somebody has to answer


def guess(header: Sequence[str], rows: Sequence[Sequence[str]], file_name: str, platform: str = "") -> Guess:
    """What the columns of `header` are, by the first of `rows` (of as many cells), and whose platform's list it is;
    `platform`: whose accounts are wanted, where somebody has said it."""
    guesser = _Guesser(header, sample_of(header, rows), platform)
    guesser.guess_side(file_name)
    guesser.guess_numbers()
    guesser.guess_share()
    guesser.guess_names("platform", cells.platform)
    guesser.guess_names("country", cells.country)
    guesser.guess_names("language", cells.language)
    guesser.guess_categories()
    guesser.guess_accounts()
    guesser.guess_platform(file_name)
    return guesser.guess


def _only(codes: set[str]) -> str:
    """The one there is; empty where there is none, or several."""
    return next(iter(codes)) if len(codes) == 1 else ""


class _Guesser:
    """Goes through the columns, kind by kind; what one kind has taken is not free for the next."""

    def __init__(self, header: Sequence[str], sample: Sequence[Cells], platform: str = "") -> None:
        self.header, self.sample, self.platform = header, sample, platform
        self.meanings = [known_by(heading) for heading in header]
        self.guess = Guess()
        self.several = False  # columns of several platforms stand side by side

    def guess_side(self, file_name: str) -> None:
        """Of a list whose headings name several platforms the columns of one: whose, somebody has to say."""
        sides = [
            platform_of(heading) if meaning else "" for heading, meaning in zip(self.header, self.meanings, strict=True)
        ]
        self.several = len(set(sides) - {""}) > 1
        if self.several:
            wanted = self.platform or _only(hinted(file_name) & set(sides))
            self.meanings = [
                meaning if side in ("", wanted) else None for side, meaning in zip(sides, self.meanings, strict=True)
            ]

    def guess_numbers(self) -> None:
        """Of columns with the same meaning the exact one counts, and a rounded one is compared with it."""
        for name in NUMBERS:
            columns = [at for at, meaning in enumerate(self.meanings) if meaning == name and self._in_ones(at)]
            numeric = [at for at in columns if mostly(self.sample[at], counts.written)]
            for at in columns:
                names = mostly(self.sample[at], cells.country) or mostly(self.sample[at], cells.language)
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
                self._say_how_it_is_rounded(rounded[0])
            if name in self.guess.columns:
                self._say_what_is_too_much(self.guess.columns[name])
        self._say_what_is_no_total()

    def _say_how_it_is_rounded(self, at: int) -> None:
        """`12 mil` is twelve thousand to some readers and twelve millions to others."""
        unsure = next(filter(counts.is_unsure, self.sample[at]), None)
        sign = counts.sign_of(self.sample[at], whole=False)
        if unsure is None or sign is None:
            self._doubt(gettext("“%(heading)s” holds rounded numbers.", heading=self._heading(at)))
            return
        about = {"cell": unsure, "heading": self._heading(at), "number": f"{counts.count(unsure, sign):,}"}
        self._ask(gettext("“%(cell)s” is read as %(number)s under “%(heading)s”. Check that it means that.", **about))

    def _say_what_is_too_much(self, at: int) -> None:
        sign = counts.sign_of(self.sample[at], whole=False) or counts.DecimalSign.POINT
        much = next((cell for cell in self.sample[at] if (counts.count(cell, sign) or 0) > counts.MOST_LIKELY), None)
        if much is not None:
            about = {"cell": much, "heading": self._heading(at)}
            self._doubt(
                gettext(
                    "“%(cell)s” under “%(heading)s” is more than any account has. Such cells are left empty.", **about
                )
            )

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
            self._ask(gettext("“%(heading)s” is used for “%(what)s”. Check that it means that.", **about))
        for other in ordered[1:]:
            if surplus(self.header[other], name) == surplus(self.header[first], name) and not same(
                self.sample[first], self.sample[other]
            ):
                about = {"heading": self._heading(first), "other": self._heading(other), "what": what}
                self._ask(
                    gettext(
                        "“%(heading)s” and “%(other)s” both look like “%(what)s”. The first is used: check it.", **about
                    )
                )
        return first

    def _say_what_is_no_total(self) -> None:
        """A list that has only new or lost followers has none that we could take; nor has one of hours the minutes."""
        for at in (at for at, meaning in enumerate(self.meanings) if meaning == ""):
            about = resembles(self.header[at])
            if about == "followers" and about not in self.guess.columns:
                self._leave_out(at, gettext("it is not the number of all followers"))
            elif about in NUMBERS and about not in self.guess.columns:
                self._leave_out(at, gettext("it says something else than “%(what)s”", what=label(about)))

    def guess_share(self) -> None:
        """Engagement counts where it is a share; in many lists it is a number of people, which is something else."""
        for at in (at for at, meaning in enumerate(self.meanings) if meaning == SHARE):
            reader = partial(cells.share, percent=in_percent(self.header[at]))
            if SHARE not in self.guess.columns and mostly(self.sample[at], reader):
                self.guess.columns[SHARE] = at
            else:
                self._leave_out(at, gettext("its values are not percentages"))

    def guess_names(self, name: str, read: Callable[[str], str | None]) -> None:
        """Countries, languages or platforms: under their own heading, or under another one, where only the cells
        tell."""
        fitting = [at for at, column in enumerate(self.sample) if mostly(column, read) and self.meanings[at] != "name"]
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
        named = [at for at in called if names_accounts(self.sample[at])]
        for at in (at for at in called if at not in named):
            self._leave_out(at, gettext("its values don’t look like account names"))
        named.sort(key=lambda at: -account_like(self.sample[at]))
        if not named:
            self._ask(gettext("No column looks like account names. Choose one."))
            return
        first, others = named[0], named[1:]
        self.guess.columns["name"] = first
        addresses = [at for at in others if mostly(self.sample[at], accounts.is_address)]
        for at in addresses:
            if disagree(self.sample[first], self.sample[at]):
                about = {"heading": self._heading(first), "other": self._heading(at)}
                self._ask(
                    gettext(
                        "“%(heading)s” and “%(other)s” name different accounts. The first is used: check it.", **about
                    )
                )
        if titles := [
            at for at in others if at not in addresses and not platform_of(self.header[at]) == self.platform != ""
        ]:
            self._choose_title(first, titles[0])

    def _choose_title(self, account: int, title: int) -> None:
        self.guess.columns["title"] = title
        if account_like(self.sample[account]) - account_like(self.sample[title]) < NEAR:
            about = {"account": self._heading(account), "title": self._heading(title)}
            self._ask(
                gettext("“%(account)s” and “%(title)s” look alike. Check which one is the account name.", **about)
            )

    def guess_platform(self, file_name: str) -> None:
        """Addresses and a column of platforms are believed before the headings, those before the name of the file."""
        in_cells = self._platforms_of_cells()
        ways = [codes for codes in (in_cells, hinted(" ".join(self.header)), hinted(file_name)) if len(codes) == 1]
        named = [_only(codes) for codes in ways]
        several = len(in_cells) > 1 or (self.several and not named)
        if self.platform:
            named, doubt = [self.platform], ""
        elif several:
            doubt = gettext("The list has accounts of several platforms. Choose whose to import.")
        elif len(set(named)) > 1:
            doubt = gettext("The file name and the headings point to different platforms. The headings are used.")
        elif not named:
            doubt = gettext("The file does not say which platform these accounts are on. Choose one.")
        else:
            doubt = ""
        self.guess.platform = named[0] if named and (self.platform or not several) else ""
        self.guess.platform_doubts = [doubt] if doubt else []
        self.guess.doubts += self.guess.platform_doubts

    def _platforms_of_cells(self) -> set[str]:
        """Those of the addresses in all columns of accounts, and of the column of platforms."""
        columns = [self.sample[at] for at, meaning in enumerate(self.meanings) if meaning == "name"]
        platforms = {accounts.platform_of(cell) for column in columns for cell in column if accounts.is_address(cell)}
        at = self.guess.columns.get("platform")
        named = self.sample[at] if at is not None else ()
        return (platforms | {code for cell in named if (code := cells.platform(cell))}) - {""}

    def _leave_out(self, at: int, why: str = "") -> None:
        why = why or gettext("its values don’t match the heading")
        self._doubt(gettext("“%(heading)s” is skipped: %(why)s.", heading=self._heading(at), why=why))

    def _doubt(self, sentence: str) -> None:
        self.guess.doubts.append(sentence)

    def _ask(self, sentence: str) -> None:
        self.guess.questions.append(sentence)
        self._doubt(sentence)

    def _heading(self, at: int) -> str:
        return " ".join(self.header[at].split())[:60]
