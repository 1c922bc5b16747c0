"""Finds creators by what they say of themselves; used by whoever needs the best few for a text."""

from __future__ import annotations

from app.creators.search.documents import Connection, by_index
from app.creators.search.questions import understand
from app.database import statement

CANDIDATES = 2_000  # how many that fit are put in order, the largest first: a text that fits more is none to look for


def find(connection: Connection, text: str, *, limit: int = 50) -> list[tuple[int, float]]:
    """The ids of the creators the text fits, the best first, each with its rank (higher is better)."""
    question = understand(connection, text)
    if question is None or not question.query:
        return []
    texts = {name: getattr(question, name) for name in ("query", "order", "account", "name", "exact")}
    values = texts | {"candidates": CANDIDATES, "limit": limit}
    with by_index(connection):
        return connection.execute(statement("app.creators", "search_find"), values).fetchall()
