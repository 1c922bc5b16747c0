"""Who is told what of a show, and how often: the hub alone, with a painter that says what it was asked to paint."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.live.events import hub as hubs
from app.live.events.hub import Client, Hub
from app.live.events.tickets import Audience, Ticket
from app.streams.notices import CHAT, OFFER, PIN, TOPICS

SHOW = 7


class Painter:
    """Paints the names of the topics; fails as often as it is told to."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []
        self.failing = 0

    async def __call__(self, _show: int, topics: frozenset[str], languages: frozenset[str]) -> Mapping[str, bytes]:
        self.asked.append(set(topics))
        if self.failing:
            self.failing -= 1
            raise RuntimeError("no database")
        return {language: json.dumps(sorted(topics) or "whole").encode() for language in languages}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits."""
    monkeypatch.setattr(hubs, "PAUSE", 0)
    monkeypatch.setattr(hubs, "AGAIN", 0)


def acted(scene: Callable[[Hub, Painter], Awaitable[None]]) -> None:
    async def act() -> None:
        painter = Painter()
        await asyncio.wait_for(scene(Hub(painter, {Audience.VIEWER: 10, Audience.DESK: 10}), painter), 30)

    with ThreadPoolExecutor(1) as thread:  # browsers of other tests keep a loop running in this one
        thread.submit(asyncio.run, act()).result()


async def come(hub: Hub, audience: Audience = Audience.VIEWER, who: str = "anne") -> Client:
    client = hub.join(Ticket(SHOW, audience, who))
    assert client is not None
    await hub.greet(client)
    return client


async def heard(client: Client) -> Any:
    message = await client.next()
    assert message is not None
    return json.loads(message.rpartition(b"data: ")[2])


def test_who_comes_is_told_everything_and_then_what_changes() -> None:
    async def scene(hub: Hub, _painter: Painter) -> None:
        anne, desk = await come(hub), await come(hub, Audience.DESK)
        assert await heard(anne) == "whole"
        assert await heard(desk) == list(TOPICS)
        hub.heard(SHOW, PIN)
        assert await heard(anne) == await heard(desk) == [PIN]

    acted(scene)


def test_however_much_is_heard_at_once_it_is_painted_once() -> None:
    async def scene(hub: Hub, painter: Painter) -> None:
        anne = await come(hub)
        await heard(anne)
        for _ in range(300):
            hub.heard(SHOW, OFFER)
            hub.heard(SHOW, CHAT)
        assert await heard(anne) == [CHAT, OFFER]
        assert painter.asked == [set(), {CHAT, OFFER}]

    acted(scene)


def test_after_a_picture_that_failed_viewers_are_told_everything() -> None:
    async def scene(hub: Hub, painter: Painter) -> None:
        anne = await come(hub)
        await heard(anne)
        painter.failing = 2
        hub.heard(SHOW, CHAT)
        assert await heard(anne) == "whole"
        hub.heard(SHOW, PIN)
        assert await heard(anne) == [PIN]

    acted(scene)


def test_after_a_break_of_the_line_viewers_are_told_everything_and_desks_every_topic() -> None:
    async def scene(hub: Hub, _painter: Painter) -> None:
        anne, desk = await come(hub), await come(hub, Audience.DESK)
        await heard(anne)
        await heard(desk)
        for _ in range(2):  # the same picture twice: who has missed something is told again
            hub.heard_nothing()
            assert await heard(anne) == "whole"
            assert await heard(desk) == sorted(TOPICS)

    acted(scene)


def test_who_came_to_no_picture_gets_one_as_soon_as_there_is_one() -> None:
    async def scene(hub: Hub, painter: Painter) -> None:
        painter.failing = 1
        anne = await come(hub)
        assert await heard(anne) == "whole"

    acted(scene)


def test_who_does_not_take_what_is_sent_is_cut_off() -> None:
    async def scene(hub: Hub, _painter: Painter) -> None:
        lazy = await come(hub)
        for _ in range(hubs.QUEUE):
            lazy.send(b"x")
        assert await lazy.next() is None

    acted(scene)


def test_who_has_left_is_forgotten_and_makes_room() -> None:
    async def scene(hub: Hub, _painter: Painter) -> None:
        clients = [await come(hub, who="anne") for _ in range(hubs.PER_LISTENER)]
        assert hub.join(Ticket(SHOW, Audience.VIEWER, "anne")) is None
        hub.leave(clients.pop())
        clients.append(await come(hub, who="anne"))
        for client in clients:
            hub.leave(client)
        assert (hub.count(Audience.VIEWER), hub.shows()) == (0, [])

    acted(scene)
