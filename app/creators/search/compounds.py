"""Dutch words come in forms and are glued together: what a word is made of, and how else it is written. Pure.

A stemmer knows neither that "hardloopschoenen" are shoes nor that "tas" and "tassen" are one thing. Both sides of a
search use this: a document is found by the parts and forms of its words, a question asks for those of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

LETTERS = re.compile(r"[a-z]+")  # words are spelled as plain_words (migration 0021) does: no accents, no signs
VOWELS = "aeiou"
SHORTEST, SHORTEST_PART, SHORTEST_HEAD, LONGEST = 7, 3, 4, 40  # letters of a compound, of its parts, of its last part
MOST_PARTS = 4
LINKS = ("", "s", "en")  # between the parts of a compound


def forms(word: str) -> tuple[str, ...]:
    """How a Dutch plural or infinitive is written when it is one thing, or the first part of a compound:
    tassen: tas; lopen: loop; huizen: huis. Of other words nothing, or a form that nobody uses, which does no harm."""
    if not LETTERS.fullmatch(word):
        return ()
    if word.endswith("en") and len(word) >= 5:
        return _kept(word, _without_en(word[:-2]))
    return _kept(word, [word[:-1]]) if word.endswith("s") and len(word) >= 5 else ()


def split(word: str, known: Collection[str]) -> tuple[str, ...]:
    """The fewest known words that the compound is made of, in their order; nothing where it is none."""
    if not SHORTEST <= len(word) <= LONGEST or not LETTERS.fullmatch(word):
        return ()
    length = len(word)
    best: list[tuple[str, ...]] = [()] * (length + len(LINKS[-1]) + 1)  # the fewest parts from each letter to the end
    for begin in range(length - SHORTEST_PART, -1, -1):
        if begin and word[begin:] in known:
            best[begin] = (word[begin:],)
        else:
            best[begin] = min(_ways(word, begin, best, known), key=len, default=())
    return best[0] if len(best[0]) <= MOST_PARTS else ()


def head(word: str, known: Collection[str]) -> str:
    """The longest known word that the word ends in: what a "hanglamp" is, though nobody knows "hang"."""
    if not SHORTEST <= len(word) <= LONGEST or not LETTERS.fullmatch(word):
        return ""
    ends = (word[at:] for at in range(SHORTEST_PART, len(word) - SHORTEST_HEAD + 1))
    return next((end for end in ends if end in known), "")


def also(word: str, known: Collection[str]) -> tuple[str, ...]:
    """All that a document with this word is found by too: its parts, or at least its last one, and all their forms."""
    parts = split(word, known) or tuple(filter(None, [head(word, known)]))
    variants = [*forms(word), *parts, *(form for part in parts for form in forms(part))]
    return tuple(dict.fromkeys(variants))


def pieces(word: str) -> Iterator[str]:
    """Every piece of a word that could be a part of it."""
    if SHORTEST <= len(word) <= LONGEST and LETTERS.fullmatch(word):
        for begin in range(len(word)):
            for end in range(begin + SHORTEST_PART, len(word) + 1):
                yield word[begin:end]


def _without_en(base: str) -> list[str]:
    """lop: loop, tass: tas, huiz: huis, schoen: schoen."""
    if base[-1:] == base[-2:-1]:
        base = base[:-1]
    elif base[-1:] not in VOWELS and base[-2:-1] in VOWELS and base[-3:-2] not in VOWELS:
        base = f"{base[:-1]}{base[-2]}{base[-1]}" if base[-2] != "i" else base
    hard = {"v": "f", "z": "s"}.get(base[-1:], base[-1:])
    return [base[:-1] + hard]


def _kept(word: str, candidates: list[str]) -> tuple[str, ...]:
    return tuple(each for each in candidates if len(each) >= SHORTEST_PART and each != word and set(each) & set(VOWELS))


def _ways(word: str, begin: int, best: Sequence[tuple[str, ...]], known: Collection[str]) -> Iterator[tuple[str, ...]]:
    """What can be made from this letter on: a known part, a link, and the best that follows; long parts first."""
    for end in range(len(word) - SHORTEST_PART, begin + SHORTEST_PART - 1, -1):
        if word[begin:end] in known:
            for link in LINKS:
                if word.startswith(link, end) and best[end + len(link)]:
                    yield (word[begin:end], *best[end + len(link)])
