"""Buying by a word in the chat: "moon 2" or "#3 2" is a claim on two pieces of a product on the run sheet.

A product is called by its number on the run sheet, its SKU, its name, or any word of its name that no other product of
the show has in its own. A number alone is a number; with `#` before it, one piece.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.live.blocked_words import plain
from app.streams.models import ShowItem

SHORTEST = 3  # letters of a word that calls a product
CLAIM = re.compile(r"\s*(?P<called>#?.*?\S)\s*[x×*]?\s+[x×]?(?P<quantity>\d{1,3})\s*", re.IGNORECASE)
NUMBER = re.compile(r"#\s*(\d{1,3})")


@dataclass(frozen=True)
class Claim:
    """So many pieces of an item of the run sheet."""

    item_id: int
    quantity: int


def read_claim(text: str, items: Sequence[ShowItem]) -> Claim | None:
    """The claim that a message is; None for a message that is only said."""
    found = CLAIM.fullmatch(text)
    if alone := NUMBER.fullmatch(text.strip()):
        item, quantity = _numbered(alone[1], items), 1
    elif found:
        item, quantity = _called(found["called"], items), int(found["quantity"])
    else:
        return None
    return Claim(item.id, quantity) if item and quantity else None


def words_of(items: Sequence[ShowItem]) -> dict[int, str]:
    """By which word each item can be claimed, as the page tells it: the first of its name that is its own alone, else
    its number."""
    own = _own_words(items)
    words = {item.id: [word for word in plain(item.product.name).split() if own.get(word) is item] for item in items}
    return {item.id: words[item.id][0] if words[item.id] else f"#{item.position}" for item in items}


def _called(text: str, items: Sequence[ShowItem]) -> ShowItem | None:
    if number := NUMBER.fullmatch(text) or re.fullmatch(r"(\d{1,3})", text):
        return _numbered(number[1], items)
    word = plain(text)
    for names in ([item.product.sku for item in items], [item.product.name for item in items]):
        matching = [item for item, name in zip(items, names, strict=True) if plain(name) == word]
        if len(matching) == 1:
            return matching[0]
    return _own_words(items).get(word)


def _numbered(number: str, items: Sequence[ShowItem]) -> ShowItem | None:
    return next((item for item in items if item.position == int(number)), None)


def _own_words(items: Sequence[ShowItem]) -> dict[str, ShowItem]:
    """The words that stand in the name of one item only."""
    names = [(item, set(plain(item.product.name).split())) for item in items]
    often = Counter(word for _, words in names for word in words)
    return {
        word: item
        for item, words in names
        for word in words
        if often[word] == 1 and len(word) >= SHORTEST and not word.isdigit()
    }
