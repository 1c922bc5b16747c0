"""`flask events`: the stream of events for watch pages and live desks (app/live/events). Several may run.

It serves thousands of listeners from one thread; what is painted and counted for them runs in a few threads beside it,
with database connections of their own. Without it everything still works: pages ask again every few seconds.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from flask import Flask, current_app

from app import clock, settings
from app.database import abandon, db
from app.errors import BadInput
from app.live import parts, presence
from app.live.events.hub import Hub
from app.live.events.listening import listen
from app.live.events.server import EventServer
from app.live.events.tickets import Audience
from app.processes.database_setup import listening_line
from app.processes.heartbeat import Heart
from app.processes.supervisor import answer_signals
from config import Config

log = logging.getLogger(__name__)

BEAT = 10.0  # seconds between two notes of who watches
PAINTERS = 4  # threads, each with a database connection
PATIENCE = 1.5  # seconds a listener has to go when we stop
Result = TypeVar("Result")


def main() -> None:
    """Serves until SIGTERM or SIGINT, and is gone within three seconds of it. BadInput without EVENTS_LISTEN."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    config = settings()
    if not config.events_listen:
        raise BadInput("EVENTS_LISTEN says where the stream of events is served: set it, like 127.0.0.1:8001.")
    with Heart(app, "events") as heart:
        asyncio.run(_serve(app, config, heart))
    log.info("The event stream has stopped.")


class Shop:
    """Where pictures are painted: threads that have an application context and a database session for each job."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(PAINTERS, "painter")

    async def do(self, job: Callable[..., Result], *args: Any) -> Result:
        """The result of a job that may ask the database."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(self._do, job, *args))

    async def paint(self, show_id: int, topics: frozenset[str], languages: frozenset[str]) -> Mapping[str, bytes]:
        """The messages for viewers, by language."""
        return await self.do(_paint, show_id, topics, languages)

    def close(self) -> None:
        """Lets nothing new begin."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _do(self, job: Callable[..., Result], *args: Any) -> Result:
        with self._app.app_context():
            try:
                return job(*args)
            except Exception:
                abandon()
                raise


def _paint(show_id: int, topics: frozenset[str], languages: frozenset[str]) -> dict[str, bytes]:
    found = parts.messages(show_id, topics, languages, at=clock.now())
    return {language: f"data: {message}\n\n".encode() for language, message in found.items()}


def _note(watching: list[tuple[int, str, bool]]) -> None:
    """A beat of everybody who watches through this process."""
    presence.beat([(show, bytes.fromhex(who), replay) for show, who, replay in watching], at=clock.now())
    db.session.commit()


async def _serve(app: Flask, config: Config, heart: Heart) -> None:
    stopping, hears, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    answer_signals()
    shop = Shop(app)
    hub = Hub(shop.paint, {Audience.VIEWER: config.events_viewers, Audience.DESK: config.events_desks})
    server = EventServer(hub, config.secret_key, hears)
    host, _, port = config.events_listen.rpartition(":")
    served = await server.start(host.strip("[]"), int(port))
    log.info("The event stream is at %s:%s.", host, served)
    beside = [asyncio.create_task(listen(_line, hub, hears)), asyncio.create_task(_beat(hub, shop, heart))]
    await stopping.wait()
    for task in beside:
        task.cancel()
    await server.stop(PATIENCE)
    await asyncio.gather(*beside, return_exceptions=True)
    shop.close()


async def _beat(hub: Hub, shop: Shop, heart: Heart) -> None:
    """Notes who watches, and has what changes by itself, like a price that ends, looked at again."""
    while True:
        await asyncio.sleep(BEAT)
        heart.doing = f"serving {hub.count(Audience.VIEWER)} {hub.count(Audience.DESK)}"
        try:
            if watching := sorted(hub.watching()):
                await shop.do(_note, watching)
        except Exception:  # a database that is away: who watches now will be noted at the next beat
            log.warning("Who watches could not be noted.", exc_info=True)
        for show_id in hub.shows():
            hub.heard(show_id, "offer")


def _line() -> Any:
    return listening_line(application_name="streamcut events")
