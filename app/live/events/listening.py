"""The line to the database: one connection per process that hears what changes in any show, and mends itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg

from app.live.events.hub import Hub
from app.streams.notices import CHANNEL, TOPICS

log = logging.getLogger(__name__)

PROBE = 10.0  # seconds of silence after which the line is tried
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds between two tries to connect

Connect = Callable[[], Awaitable[psycopg.AsyncConnection[Any]]]


async def listen(connect: Connect, hub: Hub, hears: asyncio.Event) -> None:
    """Tells the hub of every notice until it is cancelled; `hears` is set while the line stands. After an interruption
    everything counts as changed."""
    pause = FIRST_PAUSE
    while True:
        try:
            async with await connect() as connection:
                await connection.execute(f"listen {CHANNEL}")
                hears.set()
                hub.heard_nothing()
                pause = FIRST_PAUSE
                await _hear(connection, hub)
        except (psycopg.Error, OSError) as error:
            log.warning("No line to the database, trying again: %s", error)
        finally:
            hears.clear()
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def _hear(connection: psycopg.AsyncConnection[Any], hub: Hub) -> None:
    """Until the connection is lost, which raises."""
    while True:
        async for notice in connection.notifies(timeout=PROBE):
            show_id, _, topic = notice.payload.partition(" ")
            if show_id.isdigit() and topic in TOPICS:
                hub.heard(int(show_id), topic)
        await asyncio.wait_for(connection.execute("select 1"), PROBE)
