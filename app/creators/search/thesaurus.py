"""Words of one idea in Dutch and English, kept as data beside the tree of categories (thesaurus.txt). Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from text_unidecode import unidecode

ANY = "all"  # the node of ideas that no category has
SIGNS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Idea:
    """What asks for an idea and what answers for it, spelled plainly: lower case, no accents or signs; `node` is the
    code of the category it lies in."""

    node: str
    asks: tuple[str, ...]
    answers: tuple[str, ...]


def plain(text: str) -> str:
    """As `plain_words` (migration 0021) spells words that stand in the thesaurus."""
    return SIGNS.sub(" ", re.sub(r"['’]s\b", "", unidecode(text).lower())).strip()


@cache
def ideas() -> tuple[Idea, ...]:
    """All of them in the order of the file."""
    text = files("app.creators.search").joinpath("thesaurus.txt").read_text("utf-8")
    return tuple(_read(text))


def others(phrase: str) -> tuple[str, ...]:
    """What else the ideas of a word, or of a few, are called; nothing where there is none."""
    found = dict.fromkeys(answer for idea in _by_word().get(phrase, ()) for answer in idea.answers)
    return tuple(answer for answer in found if answer != phrase)


def nodes(phrase: str) -> tuple[str, ...]:
    """The codes of the categories in which the ideas of a word lie."""
    return tuple(dict.fromkeys(idea.node for idea in _by_word().get(phrase, ()) if idea.node != ANY))


def known(phrase: str) -> bool:
    """Whether a word, or a few, ask for an idea."""
    return phrase in _by_word()


@cache
def _by_word() -> Mapping[str, tuple[Idea, ...]]:
    found: dict[str, list[Idea]] = defaultdict(list)
    for idea in ideas():
        for word in idea.asks:
            found[word].append(idea)
    return {word: tuple(some) for word, some in found.items()}


def _read(text: str) -> Iterator[Idea]:
    node = ANY
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith(" "):
            node = line.strip()
            continue
        words = [word.strip() for side in line.split("=") for word in side.split(",")]
        asks = [plain(word) for word in words if not word.startswith("+")]
        answers = [plain(word) for word in words if not word.startswith("~")]
        yield Idea(node, tuple(dict.fromkeys(asks)), tuple(dict.fromkeys(answers)))
