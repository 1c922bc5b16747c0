"""What creators can be found by, written down so that a search is one look into an index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import psycopg

from app.creators.results import UNKNOWN
from app.creators.search import compounds, letters, thesaurus
from app.database import Lock, statement, take_turn

Connection = psycopg.Connection[Any]
SHORTEST_IDEA = 4  # letters of a word of the thesaurus that may be a part of a compound
MANY = 5_000  # words for which all that is known is loaded, instead of what could be in them


def rebuild(connection: Connection, creator_ids: Collection[int] | None = None, *, at: datetime) -> int:
    """Writes the documents of these creators, or of all, from what their profiles, channels and results say now.

    Returns how many creators were looked at. A document that has not changed is not written. Nothing is committed.
    """
    until = at.date().replace(day=1)
    values = {
        "creators": None if creator_ids is None else sorted(creator_ids),
        "since": until.replace(year=until.year - 1),
        "brands": UNKNOWN,
        "at": at,
    }
    take_turn(connection, Lock.SEARCHING)
    _run(connection, "search_open", {})
    connection.execute("delete from sought")
    looked_at = _run(connection, "search_gather", values)
    _spell_names(connection)
    connection.execute("analyze sought")
    _run(connection, "search_words", {"ideas": _ideas()})
    _take_apart(connection)
    _run(connection, "search_store", values)
    return looked_at


def note_fatigue(connection: Connection, values: Mapping[int, int]) -> None:
    """Writes down how tired each creator's audience is, of 100, by their numbers; it is known to a room above this one.
    Nothing is committed."""
    take_turn(connection, Lock.SEARCHING)
    _run(connection, "search_fatigue", {"creators": list(values), "values": list(values.values())})


def known(connection: Connection, words: Collection[str]) -> frozenset[str]:
    """The words that may be parts of these ones; of many words all there are."""
    query = "select word from search_word where part"
    if len(words) > MANY:
        return _column(connection.execute(query))
    pieces = list({piece for word in words for piece in compounds.pieces(word)})
    return _column(connection.execute(query + " and word = any(%s)", [pieces]))


def _spell_names(connection: Connection) -> None:
    """Writes beside names in other letters in which ways they are looked for."""
    names = _cursor(connection, "search_names", {}).fetchall()
    spelled = [" ".join(letters.words(name)) for _creator, name in names]
    _run(connection, "search_spelled", {"creators": [creator for creator, _name in names], "spelled": spelled})


@cache
def _ideas() -> list[str]:
    """Words of the thesaurus of which compounds may be made."""
    words = {word for idea in thesaurus.ideas() for word in (*idea.asks, *idea.answers)}
    return sorted(word for word in words if len(word) >= SHORTEST_IDEA and " " not in word)


@contextmanager
def by_index(connection: Connection) -> Iterator[None]:
    """Has documents found by their index in the block: how many fit a question of many words is beyond the planner, who
    would rather read them all."""
    connection.execute("set local enable_seqscan = off")
    yield
    connection.execute("set local enable_seqscan to default")


def _take_apart(connection: Connection) -> None:
    """Finds parts and forms of the words of these creators, and writes them beside the words."""
    spoken = sorted(_column(_cursor(connection, "search_spoken", {})))
    simple = _column(_cursor(connection, "search_simple", {"words": spoken}))
    _run(connection, "search_forms", {"forms": [form for word in simple for form in compounds.forms(word)]})
    vocabulary = known(connection, spoken)
    parts = [" ".join(compounds.also(word, vocabulary)) for word in spoken]
    _run(connection, "search_parts", {"words": spoken, "parts": parts})


def _run(connection: Connection, name: str, values: dict[str, Any]) -> int:
    return _cursor(connection, name, values).rowcount


def _cursor(connection: Connection, name: str, values: dict[str, Any]) -> psycopg.Cursor[Any]:
    return connection.execute(statement("app.creators", name), values or None, prepare=False)


def _column(rows: Iterable[tuple[str]]) -> frozenset[str]:
    return frozenset(word for (word,) in rows)
