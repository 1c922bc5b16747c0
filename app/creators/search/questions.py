"""What somebody types, turned into queries: ideas in both languages, compounds taken apart and put together, names in
other letters, accounts, and typing errors mended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from flask_babel import get_locale

from app.catalog.taxonomy import CATEGORY, tree
from app.creators.search import compounds, letters, thesaurus
from app.creators.search.documents import Connection, by_index, known
from app.database import statement

MOST_WORDS = 12  # of a question; what comes after them is not looked for
MOST_TOGETHER = 3  # words that are one idea together
LIKE = 0.35  # how alike (pg_trgm) a word has to be to stand for one that nobody is described by
AS_LIKE = 0.9  # and how near to the best of them
SHORTEST_BEGINNING = 5  # letters of a word from which on it finds what begins with it, as in `word_query`


@dataclass(frozen=True)
class Question:
    """The texts of tsqueries: what has to be there, what gives the order, and what comes before all others: the very
    account, the very name (empty where there can be none). `instead`: which words were looked for in place of one that
    nobody is described by; `some`: nobody has all the words, so some of them are enough."""

    query: str
    order: str
    instead: Mapping[str, Sequence[str]] = field(default_factory=dict)
    some: bool = False
    account: str = ""
    name: str = ""

    @property
    def exact(self) -> str:
        """What finds the very account or the very name."""
        return _any_of([self.account, self.name])


def understand(connection: Connection, text: str) -> Question | None:
    """What the text asks for; None where there is no word in it, and an empty query where nobody can be meant."""
    typed = letters.account(text)
    plain = _plain(connection, typed or text)
    words = list(dict.fromkeys(plain.split()))[:MOST_WORDS]
    if not words:
        return None
    account, name = _lexeme(letters.OWNED + typed) if typed else "", _lexeme(letters.WHOLE + plain)
    asked = _Asked(connection, words, names_only=letters.only_account(text))
    chosen = [word for word in words if not asked.stop(word)] or words
    each = [asked.query(word) for word in chosen]
    query, order = asked.all_of(chosen, each, account), asked.order(chosen, each)
    if _described(connection, [query]):
        return Question(query, order, account=account, name=name)
    described = asked.described(chosen)
    instead = {word: _instead(connection, word) for word in chosen if word not in described}
    asked.add([other for others in instead.values() for other in others])
    each = [_any_of(asked.query(other) for other in instead.get(word, (word,))) for word in chosen]
    query, order = asked.all_of(chosen, each), asked.order(chosen, each)
    mends = {word: [letters.bare(other) for other in others] for word, others in instead.items() if others}
    if _described(connection, [query]):
        return Question(query, order, mends)
    return Question(_any_of(each), order, mends, some=len(chosen) > 1)


def spread(connection: Connection, words: Sequence[str]) -> list[str]:
    """Each word as `word_query` (migration 0064) reads it: with the parts of a compound, other forms, and what else its
    idea is called, beside it."""
    if not words:
        return []
    rows = connection.execute("select word, plain_words(word) from unnest(%s::text[]) word", [list(words)])
    plain = {word: list(dict.fromkeys(spelled.split())) for word, spelled in rows}
    vocabulary = known(connection, {part for parts in plain.values() for part in parts})
    ways = {word: _ways(plain[word][0], vocabulary) if len(plain[word]) == 1 else [word] for word in words}
    return ["|".join([*ways[word], *_others(" ".join(plain[word]))]) for word in words]


class _Asked:
    """The words of a question with their parts, their neighbours written as one, and what is one idea together."""

    def __init__(self, connection: Connection, words: Sequence[str], *, names_only: bool) -> None:
        self._connection, self._words = connection, words
        self._names_only = names_only
        self._parts: dict[str, tuple[str, ...]] = {}
        self._queries: dict[str, str] = {}
        self._stops: dict[str, bool] = {}
        self.add([*words, *(first + second for first, second in pairwise(words))], list(_phrases(words).values()))

    def add(self, words: Sequence[str], phrases: Collection[str] = ()) -> None:
        """Takes in words that are looked for, and what some of them are together."""
        new = [word for word in dict.fromkeys(words) if word not in self._queries]
        phrases = [phrase for phrase in phrases if phrase not in self._queries]
        vocabulary = known(self._connection, new)
        self._parts |= {word: compounds.split(word, vocabulary) for word in new}
        parts = {part for word in new for part in self._parts[word]} - set(new)
        rows = [(word, "|".join([*_simple(word), *_others(word)]), _named(word)) for word in new]
        rows += [(part, "|".join([*_simple(part), *_others(part)]), "") for part in sorted(parts)]
        rows += [(phrase, "|".join(_others(phrase)), _lexeme(letters.PHRASE + phrase)) for phrase in phrases]
        if rows:
            values = dict(zip(("words", "ways", "names"), map(list, zip(*rows, strict=True)), strict=True))
            for word, said, name, stop in self._connection.execute(statement("app.creators", "search_asked"), values):
                self._queries.setdefault(word, name if self._names_only else _any_of([said, name]))
                self._stops[word] = stop

    def stop(self, word: str) -> bool:
        """Whether a word says nothing by itself."""
        return self._stops[word]

    def query(self, word: str) -> str:
        """What finds a word: itself and all it is called, or every part of it."""
        parts = () if self._names_only else self._parts.get(word, ())
        return _any_of([self._queries[word], _all_of([self._queries[part] for part in parts]) if parts else ""])

    def described(self, words: Sequence[str]) -> set[str]:
        """Those of the words that somebody is described by."""
        queries = {word: self.query(word) for word in words}
        found = _described(self._connection, list(queries.values()))
        return {word for word, query in queries.items() if query in found}

    def together(self, words: Sequence[str]) -> dict[tuple[int, int], list[str]]:
        """What finds neighbours, by where they begin and end: written as one word ("nagel lak" is "nagellak" too), or
        by what they are together."""
        phrases = _phrases(words)
        self.add([first + second for first, second in pairwise(words)], list(phrases.values()))
        found = {span: [self._queries[phrase]] for span, phrase in phrases.items()}
        for at, (first, second) in enumerate(pairwise(words)):
            apart = self._parts.get(first + second) == (first, second)
            found[at, at + 2].append(self._queries[first + second] if apart else self.query(first + second))
        return found

    def order(self, words: Sequence[str], each: Sequence[str]) -> str:
        """What gives the order: each of the words, neighbours together, and what says nothing by itself."""
        stops = [self.query(word) for word in self._words if self.stop(word)]
        return _any_of([*each, *(query for queries in self.together(words).values() for query in queries), *stops])

    def all_of(self, words: Sequence[str], each: Sequence[str], more: str = "") -> str:
        """What has all of the words, found by `each`: one by one, two of them as one, or a few as what they are
        together; or what `more` finds."""
        ways = [_all_of(each)]
        for (begin, end), queries in self.together(words).items():
            ways += [_all_of([*each[:begin], query, *each[end:]]) for query in queries]
        return _any_of([*ways, more])


def _plain(connection: Connection, text: str) -> str:
    row = connection.execute("select plain_words(%s)", [letters.spelled(text)]).fetchone()
    return str(row[0]) if row else ""


def _phrases(words: Sequence[str]) -> dict[tuple[int, int], str]:
    """Words that stand beside each other, by where they begin and end."""
    lengths = range(2, MOST_TOGETHER + 1)
    return {(at, at + n): " ".join(words[at : at + n]) for n in lengths for at in range(len(words) - n + 1)}


def _simple(word: str) -> list[str]:
    return [word, *compounds.forms(word)]


def _ways(word: str, vocabulary: frozenset[str]) -> list[str]:
    """The word, its other forms, and its parts."""
    return [*_simple(word), *filter(None, [" ".join(compounds.split(word, vocabulary))])]


def _others(phrase: str) -> list[str]:
    """What the ideas of a word are called, as `word_query` finds it by its stems alone."""
    forms = () if " " in phrase else compounds.forms(phrase)
    return [f"={other}" for form in (phrase, *forms) for other in thesaurus.others(form)]


def _named(word: str) -> str:
    """What finds a name that the word is, or begins with, or is written in."""
    if word.startswith(letters.BONES):
        return _lexeme(word)
    long = len(word) >= SHORTEST_BEGINNING or not word.isascii()
    whole = _lexeme(letters.NAMED + word) + (":*" if long else "")
    pieces = [_lexeme(letters.NAMED + piece) for piece in letters.pieces(word)]
    return _any_of([whole, _all_of(pieces) if pieces else ""])


def _instead(connection: Connection, word: str) -> list[str]:
    """What is looked for in place of a word that nobody is described by: a name of its consonants, the category in
    which its idea lies, or words that look like it."""
    skeleton = letters.bones(word)
    if skeleton and _described(connection, [_lexeme(letters.BONES + skeleton)]):
        return [letters.BONES + skeleton]
    in_dutch = str(get_locale() or "en") == "nl"
    nodes = [tree(CATEGORY).word(code) for code in thesaurus.nodes(word)]
    names = [thesaurus.plain(node.name_nl if in_dutch else node.name_en) for node in nodes]
    return [name for name in names if " " not in name] or _alike(connection, word)


def _alike(connection: Connection, word: str) -> list[str]:
    """Words that somebody is described by and that look like this one, the most alike first."""
    values = {"word": word, "like": LIKE, "as_like": AS_LIKE}
    return [neighbour for (neighbour,) in connection.execute(statement("app.creators", "search_alike"), values)]


def _described(connection: Connection, queries: Sequence[str]) -> set[str]:
    """Those of the queries that find anybody."""
    with by_index(connection):
        rows = connection.execute(statement("app.creators", "search_described"), {"queries": list(queries)}).fetchall()
    return {query for (query,) in rows}


def _lexeme(said: str) -> str:
    """A text as one lexeme of a tsquery, whatever is in it."""
    escaped = said.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _any_of(queries: Iterable[str]) -> str:
    return " | ".join(f"({query})" for query in queries if query)


def _all_of(queries: Sequence[str]) -> str:
    return " & ".join(f"({query})" for query in queries) if all(queries) else ""
