"""What somebody types, turned into queries: compounds taken apart and put together, and typing errors mended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.creators.search import compounds
from app.creators.search.documents import Connection, known
from app.database import statement

MOST_WORDS = 12  # of a question; what comes after them is not looked for
LIKE = 0.35  # how alike (pg_trgm) a word has to be to stand for one that nobody is described by
AS_LIKE = 0.9  # and how near to the best of them


@dataclass(frozen=True)
class Question:
    """The texts of two tsqueries: what has to be there, and what gives the order. `instead`: which words were looked
    for in place of one that nobody is described by; `some`: nobody has all the words, so some of them are enough."""

    query: str
    order: str
    instead: Mapping[str, Sequence[str]] = field(default_factory=dict)
    some: bool = False


def understand(connection: Connection, text: str) -> Question | None:
    """What the text asks for; None where there is no word in it, and an empty query where nobody can be meant."""
    words = _words(connection, text)
    if not words:
        return None
    lexemes = _lexemes(connection, words)
    chosen = [word for word in words if not lexemes[word].stop] or words
    instead = {word: _alike(connection, word) for word in chosen if not lexemes[word].described}
    mended = [alike for word in chosen for alike in instead.get(word, ())]
    lexemes |= _lexemes(connection, mended)
    each = [_any_of(lexemes[alike].query for alike in instead.get(word, (word,))) for word in chosen]
    pairs = _pairs(connection, chosen)
    glued = [_all_of([*each[:at], pair, *each[at + 2 :]]) for at, pair in enumerate(pairs)]
    order = _any_of([*each, *pairs, *(lexemes[word].query for word in words if lexemes[word].stop)])
    mends = {word: alike for word, alike in instead.items() if alike}
    query = _any_of([_all_of(each), *glued])
    if _anybody(connection, query):
        return Question(query, order, mends)
    return Question(_any_of(each), order, mends, some=len(chosen) > 1)


def spread(connection: Connection, words: Sequence[str]) -> list[str]:
    """Each word as `word_query` (migration 0021) reads it: with the parts of a compound, and other forms, beside it."""
    if not words:
        return []
    rows = connection.execute("select word, plain_words(word) from unnest(%s::text[]) word", [list(words)])
    plain = {word: list(dict.fromkeys(spelled.split())) for word, spelled in rows}
    vocabulary = known(connection, {part for parts in plain.values() for part in parts})
    ways = {word: _ways(plain[word][0], vocabulary) if len(plain[word]) == 1 else [word] for word in words}
    return ["|".join(ways[word]) for word in words]


@dataclass(frozen=True)
class _Lexeme:
    """A word: the text of its query, whether it says nothing by itself, and whether anybody is described by it."""

    query: str
    stop: bool
    described: bool


def _words(connection: Connection, text: str) -> list[str]:
    row = connection.execute("select plain_words(%s)", [text]).fetchone()
    return list(dict.fromkeys(row[0].split()))[:MOST_WORDS] if row else []


def _lexemes(connection: Connection, words: Sequence[str]) -> dict[str, _Lexeme]:
    vocabulary = known(connection, words)
    ways = ["|".join(_ways(word, vocabulary)) for word in words]
    rows = connection.execute(statement("app.creators", "search_asked"), {"words": list(words), "ways": ways})
    return {word: _Lexeme(query, stop, described) for word, query, stop, described in rows}


def _ways(word: str, vocabulary: frozenset[str]) -> list[str]:
    """The word, its other forms, and its parts."""
    return [word, *compounds.forms(word), *filter(None, [" ".join(compounds.split(word, vocabulary))])]


def _pairs(connection: Connection, words: Sequence[str]) -> list[str]:
    """What finds each two neighbours written as one word: "nagel lak" is "nagellak" too."""
    pairs = [first + second for first, second in pairwise(words)]
    lexemes = _lexemes(connection, pairs)
    return [lexemes[pair].query for pair in pairs]


def _alike(connection: Connection, word: str) -> list[str]:
    """Words that somebody is described by and that look like this one, the most alike first."""
    values = {"word": word, "like": LIKE, "as_like": AS_LIKE}
    return [neighbour for (neighbour,) in connection.execute(statement("app.creators", "search_alike"), values)]


def _anybody(connection: Connection, query: str) -> bool:
    row = connection.execute("select exists (select from search_document where words @@ %s::tsquery)", [query])
    return bool(row.fetchone() == (True,))


def _any_of(queries: Iterable[str]) -> str:
    return " | ".join(f"({query})" for query in queries if query)


def _all_of(queries: Sequence[str]) -> str:
    return " & ".join(f"({query})" for query in queries) if all(queries) else ""
