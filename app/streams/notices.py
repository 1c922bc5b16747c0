"""Tells whoever watches that something of a show has changed, by PostgreSQL's own channel `show`.

What is announced reaches listeners when the transaction is committed, and not at all when it is rolled back.
"""

from __future__ import annotations

from typing import Any

import psycopg

CHANNEL = "show"
SHOW, PIN, OFFER, ORDER, CHAT, VIEWERS = TOPICS = ("show", "pin", "offer", "order", "chat", "viewers")


def announce(connection: psycopg.Connection[Any], show_id: int, topic: str) -> None:
    """Announces `<show id> <topic>`, once a transaction however often it is asked. ValueError for an unknown topic."""
    if topic not in TOPICS:
        raise ValueError(f"{topic} is none of {', '.join(TOPICS)}")
    connection.execute("select pg_notify(%s, %s)", [CHANNEL, f"{show_id} {topic}"])
