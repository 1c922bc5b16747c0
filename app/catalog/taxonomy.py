"""The trees of shared words: categories, platforms, territories, formats. A node is the half-open range of its subtree,
so a scope is a multirange and "in" is an overlap (design.md section 4). Nodes never move, so they are read once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from flask import current_app
from flask_babel import get_locale, gettext
from sqlalchemy import select

from app.catalog.models import Node, TreeName
from app.database import db
from app.errors import BadInput

CATEGORY, PLATFORM, TERRITORY, FORMAT = TREES = tuple(TreeName)
ROOTS: dict[str, str] = {CATEGORY: "all", PLATFORM: "all", TERRITORY: "world", FORMAT: "all"}


@dataclass(frozen=True)
class Word:
    """A node: its code, its names, its range, and how deep it stands (the root: 0)."""

    id: int
    code: str
    name_en: str
    name_nl: str
    lo: int
    hi: int
    depth: int

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_nl if str(get_locale() or "en") == "nl" else self.name_en


@dataclass(frozen=True)
class Tree:
    """One tree, its nodes in the order of their ranges: parents before children."""

    name: str
    words: tuple[Word, ...]

    @cached_property
    def by_code(self) -> dict[str, Word]:
        """The nodes by code."""
        return {word.code: word for word in self.words}

    def word(self, code: str) -> Word:
        """The node with this code; BadInput where there is none."""
        if code not in self.by_code:
            raise BadInput(gettext("“%(code)s” is not one of our words: choose one from the list.", code=code[:60]))
        return self.by_code[code]

    def named(self, text: str) -> Word | None:
        """The node that a file calls by its code or by one of its names; None where there is none."""
        wanted = text.strip().lower()
        matches = (w for w in self.words if wanted in (w.code.lower(), w.name_en.lower(), w.name_nl.lower()))
        return next(matches, None)

    def multirange(self, codes: Iterable[str]) -> str:
        """The subtrees of these nodes as the text of an int4multirange; BadInput for an unknown code."""
        words = [self.word(code) for code in codes]
        return multirange_text((word.lo, word.hi) for word in words)

    def covering(self, codes: Collection[str]) -> list[Word]:
        """The named nodes without those that lie inside another of them."""
        words = [self.word(code) for code in codes]
        return [w for w in words if not any(o is not w and o.lo <= w.lo and w.hi <= o.hi for o in words)]

    def within(self, lo: int, hi: int) -> list[Word]:
        """The largest nodes that lie in the range [lo, hi)."""
        return self.covering([word.code for word in self.words if lo <= word.lo and word.hi <= hi])


def multirange_text(spans: Iterable[tuple[int, int]]) -> str:
    """Half-open spans of numbers as the text of an int4multirange."""
    return "{" + ",".join(f"[{lo},{hi})" for lo, hi in spans) + "}"


def tree(name: str) -> Tree:
    """One of the four trees, read from the database the first time."""
    known: dict[str, Tree] = current_app.extensions.setdefault("trees", {})
    if name not in known:
        nodes = db.session.scalars(select(Node).where(Node.tree == name).order_by(Node.lo)).all()
        depths: dict[int | None, int] = {None: -1}
        words = []
        for node in nodes:
            depths[node.id] = depths[node.parent_id] + 1
            depth = depths[node.id]
            words.append(Word(node.id, node.code, node.name_en, node.name_nl, node.lo, node.hi, depth))
        known[name] = Tree(name, tuple(words))
    return known[name]


def names(name: str, codes: Iterable[str]) -> str:
    """The nodes with these codes in the reader's words, separated by commas."""
    return ", ".join(tree(name).word(code).name for code in codes)
