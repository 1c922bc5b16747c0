"""Who is connected to which show, and what they are sent: asyncio alone, without network or database.

However often something changes, a show is painted at most three times a second and the same bytes go to all its
viewers; a desk is told by the same beat which topics have changed. What a listener does not take is not kept for long:
whose queue is full is cut off, and comes back to a fresh picture.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from app.live.events.tickets import Audience, Ticket
from app.streams.notices import TOPICS

log = logging.getLogger(__name__)

PAUSE = 0.3  # seconds between two messages to the same listener, at least
AGAIN = 1.0  # seconds until a show that could not be painted is tried again
FRESH = 0.5  # seconds for which those who come share one picture
QUEUE = 16  # messages that may wait for a listener
PER_LISTENER = 6  # connections of one visitor or person: tabs and devices

# What has changed in a show, as messages by language; with no topics: everything.
Paint = Callable[[int, frozenset[str], frozenset[str]], Awaitable[Mapping[str, bytes]]]


class Client:
    """One open connection."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self.ended = False
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUE)

    def send(self, message: bytes) -> None:
        """Puts a message into the queue; who has too many waiting there is cut off."""
        if self._queue.full():
            self.end()
        elif not self.ended:
            self._queue.put_nowait(message)

    def end(self) -> None:
        """Nothing more comes, not even what waits."""
        if self.ended:
            return
        self.ended = True
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(None)

    async def next(self) -> bytes | None:
        """The next message; None when there will be none."""
        return await self._queue.get()


@dataclass
class Picture:
    """All of a show in one language, while it is painted and shortly after; `since`: what has changed meanwhile."""

    painting: asyncio.Task[bytes]
    begun: float
    since: set[str] = field(default_factory=set)


@dataclass
class Crowd:
    """Everybody who listens to one show."""

    show_id: int
    clients: set[Client] = field(default_factory=set)
    coming: int = 0  # who gets the first picture just now
    changed: set[str] = field(default_factory=set)
    whole: bool = False  # anything may have changed: viewers are told everything
    pictures: dict[str, Picture] = field(default_factory=dict)
    told: dict[str, bytes] = field(default_factory=dict)  # by language, the last message to all
    telling: asyncio.Task[None] | None = None


class Hub:
    """All listeners of this process. `most` says how many of each audience there may be."""

    def __init__(self, paint: Paint, most: Mapping[Audience, int]) -> None:
        self._paint, self._most = paint, most
        self._crowds: dict[int, Crowd] = {}
        self._present: Counter[Audience] = Counter()
        self._each: Counter[tuple[Audience, str]] = Counter()

    def count(self, audience: Audience) -> int:
        """How many of this audience are connected."""
        return self._present[audience]

    def watching(self) -> set[tuple[int, str, bool]]:
        """Show, visitor and whether it is the replay, of the viewers who count."""
        everybody = (client.ticket for crowd in self._crowds.values() for client in crowd.clients)
        viewers = (ticket for ticket in everybody if ticket.audience == Audience.VIEWER and ticket.counted)
        return {(ticket.show_id, ticket.who, ticket.replay) for ticket in viewers}

    def shows(self) -> list[int]:
        """The shows that somebody listens to."""
        return list(self._crowds)

    def join(self, ticket: Ticket) -> Client | None:
        """A new listener, to be greeted; None when there are too many, or too many of the same visitor."""
        kind = (ticket.audience, ticket.who)
        if self._present[ticket.audience] >= self._most[ticket.audience] or self._each[kind] >= PER_LISTENER:
            return None
        self._present[ticket.audience] += 1
        self._each[kind] += 1
        self._crowds.setdefault(ticket.show_id, Crowd(ticket.show_id)).coming += 1
        return Client(ticket)

    async def greet(self, client: Client) -> None:
        """Tells a new listener how things stand; from then on they hear what changes."""
        crowd = self._crowds[client.ticket.show_id]
        missed: set[str] | None = set()
        if client.ticket.audience == Audience.DESK:
            client.send(_names(TOPICS))
        else:
            missed = await self._show_picture(crowd, client)
        crowd.coming -= 1
        crowd.clients.add(client)
        if missed is None:
            self._all_changed(crowd)
        for topic in list(missed or ()):
            self.heard(crowd.show_id, topic)

    def leave(self, client: Client) -> None:
        """Forgets a listener, greeted or not."""
        client.end()
        ticket = client.ticket
        crowd = self._crowds[ticket.show_id]
        if client in crowd.clients:
            crowd.clients.remove(client)
        else:
            crowd.coming -= 1
        kind = (ticket.audience, ticket.who)
        self._present[ticket.audience] -= 1
        self._each[kind] -= 1
        self._each += Counter()  # drops what is zero
        if not crowd.clients and not crowd.coming:
            del self._crowds[ticket.show_id]
            if crowd.telling:
                crowd.telling.cancel()

    def heard(self, show_id: int, topic: str) -> None:
        """Something has changed in a show: its listeners will know within a third of a second and the painting."""
        crowd = self._crowds.get(show_id)
        if crowd is None:
            return
        crowd.changed.add(topic)
        for picture in crowd.pictures.values():
            picture.since.add(topic)
        if crowd.telling is None:
            crowd.telling = asyncio.create_task(self._tell(crowd))

    def heard_nothing(self) -> None:
        """The line was dead for a while: anything may have changed."""
        for crowd in self._crowds.values():
            self._all_changed(crowd)

    def end(self) -> None:
        """Cuts everybody off."""
        for crowd in self._crowds.values():
            for client in crowd.clients:
                client.end()

    def _all_changed(self, crowd: Crowd) -> None:
        crowd.whole = True
        for topic in TOPICS:
            self.heard(crowd.show_id, topic)

    async def _show_picture(self, crowd: Crowd, client: Client) -> set[str] | None:
        """Sends everything there is to show, and returns the topics that have changed since it was painted; None where
        it could not be."""
        language, now = client.ticket.language, asyncio.get_running_loop().time()
        picture = crowd.pictures.get(language)
        if picture is None or now - picture.begun > FRESH:
            picture = Picture(asyncio.create_task(self._paint_all(crowd.show_id, language)), now)
            crowd.pictures[language] = picture
        try:
            client.send(await asyncio.shield(picture.painting))
        except Exception:
            log.warning("The first picture of show %s could not be painted.", crowd.show_id, exc_info=True)
            return None
        return picture.since

    async def _paint_all(self, show_id: int, language: str) -> bytes:
        return (await self._paint(show_id, frozenset(), frozenset({language})))[language]

    async def _tell(self, crowd: Crowd) -> None:
        """Sends what has changed until nothing has; never twice within the pause."""
        while crowd.changed:
            topics, crowd.changed = frozenset(crowd.changed), set()
            whole, crowd.whole = crowd.whole, False
            try:
                await self._tell_once(crowd, topics, whole=whole)
                pause = PAUSE
            except Exception:
                log.warning("What changed in show %s could not be painted.", crowd.show_id, exc_info=True)
                crowd.changed |= topics
                crowd.whole = True
                pause = AGAIN
            await asyncio.sleep(pause)
        crowd.telling = None

    async def _tell_once(self, crowd: Crowd, topics: frozenset[str], *, whole: bool) -> None:
        desks = [client for client in crowd.clients if client.ticket.audience == Audience.DESK]
        for client in desks:
            client.send(_names(sorted(topics)))
        viewers = [client for client in crowd.clients if client.ticket.audience == Audience.VIEWER]
        languages = frozenset(client.ticket.language for client in viewers)
        painted = frozenset() if whole else topics
        messages = await self._paint(crowd.show_id, painted, languages) if languages else {}
        fresh = {language: each for language, each in messages.items() if whole or crowd.told.get(language) != each}
        crowd.told |= fresh  # who has come since then was shown nothing older
        for client in viewers:
            if client.ticket.language in fresh:
                client.send(fresh[client.ticket.language])


def _names(topics: Iterable[str]) -> bytes:
    return f"event: changed\ndata: {json.dumps(list(topics))}\n\n".encode()
