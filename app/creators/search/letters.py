"""Names in any letters: how they are spelled for the search, by themselves and in Latin letters. Pure.

Chinese, Japanese and Thai are written without blanks, so a name in them is found by every two letters that follow each
other. Arabic, Hebrew and Thai names are written in Latin letters in many ways which agree in their consonants.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from text_unidecode import unidecode

SHORTEST_BONES = 3  # consonants by which a name is found
FOLDED = str.maketrans(  # letters that people write for one another: four of Arabic, yo; and a stretch
    "\u0623\u0625\u0622\u0671\u0649\u0629\u0451\u0401",
    "\u0627\u0627\u0627\u0627\u064a\u0647\u0435\u0415",
    "\u0640",
)
UNSPACED = re.compile(  # Thai, Lao, Khmer, Japanese and Chinese, in which words follow each other without a blank
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"
)
BONY = re.compile("[\u0590-\u06ff\u0750-\u077f\u0e00-\u0eff]")  # letters of which a spelling shows the consonants
ACCOUNT = re.compile(
    r"(?:https?://)?(?:www\.|m\.)?(?:instagram|tiktok|youtube|twitch|facebook)\.(?:com|tv)/(?:@|c/|user/|channel/)?"
    r"([^/?#\s]+)\S*",
    re.IGNORECASE,
)
# What stands before consonants, a word of a name, an account, a whole name, and a few words with a meaning together:
BONES, NAMED, OWNED, WHOLE, PHRASE = "~", ".", "@", "=", "_"


def spelled(text: str) -> str:
    """One way of writing what looks alike: composed, without signs that nobody sees, other signs as blanks."""
    composed = unicodedata.normalize("NFKC", text).translate(FOLDED)
    kept = (_kept(letter) for letter in composed)
    return "".join(kept)


def account(text: str) -> str:
    """The account that a text may name: an address of a platform, or a name with or without its sign; else nothing."""
    typed = unicodedata.normalize("NFKC", text).strip()
    address = ACCOUNT.fullmatch(typed)
    name = address[1] if address else typed.removeprefix("@")
    return "" if not name or re.search(r"\s", name) else name.lower()


def only_account(text: str) -> bool:
    """Whether a text is written as an account, and can't be a word."""
    typed = text.strip()
    return bool(account(text)) and (typed.startswith("@") or ACCOUNT.fullmatch(typed) is not None)


def words(name: str) -> tuple[str, ...]:
    """All that a name with letters outside ASCII is found by: its words, pieces of those written
    together, and both in Latin letters; consonants follow a BONES."""
    return tuple(dict.fromkeys(each for word in spelled(name).lower().split() for each in _forms(word)))


def pieces(word: str) -> tuple[str, ...]:
    """Every two neighbouring letters of what is written without blanks; nothing of other words."""
    return tuple(f"{a}{b}" for a, b in pairwise(word)) if UNSPACED.fullmatch(word) else ()


def bones(latin: str) -> str:
    """The consonants of a word in Latin letters, doubled ones once: mohammed and mhmd are one; too few are none."""
    plain = re.sub(r"[^a-z]", "", latin.lower())
    kept = plain[:1] + re.sub(r"[aeiouwy]", "", plain[1:]) if plain else ""
    kept = re.sub(r"^[aeiou]", "", kept)
    single = re.sub(r"(.)\1+", r"\1", kept)
    return single if len(single) >= SHORTEST_BONES else ""


def bare(word: str) -> str:
    """A word as people read it: without what stands before it."""
    return word.removeprefix(BONES)


def _kept(letter: str) -> str:
    if letter.isascii():
        return letter
    category = unicodedata.category(letter)
    if category == "Cf" or (category == "Mn" and not UNSPACED.match(letter)):
        return ""
    return letter if category[0] in "LMN" else " "


def _forms(word: str) -> Iterator[str]:
    if word.isascii():
        yield from re.findall(r"[a-z0-9]+", word)
        return
    parts = [part for part in re.split(f"({UNSPACED.pattern})", word) if part]
    for part in parts if len(parts) > 1 else [word]:
        if part.isascii():
            yield from re.findall(r"\w+", part)
            continue
        yield part
        yield from pieces(part)
        yield from _latin(part)


def _latin(part: str) -> Iterator[str]:
    """王小明: wang, xiao, ming, each two of them, and all; محمد: mhmd, and its consonants."""
    syllables = re.findall(r"[a-z0-9]+", re.sub(r"['`@]", "", unidecode(part).lower()))
    yield from syllables
    yield from (f"{a}{b}" for a, b in pairwise(syllables))
    yield "".join(syllables)
    if BONY.search(part) and (skeleton := bones("".join(syllables))):
        yield BONES + skeleton
