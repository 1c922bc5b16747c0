"""The stream of events: who is let in, what they hear and how often, and that nobody starves or holds up anybody."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from app import clock
from app.database import db, raw
from app.live import chat
from app.live.events import tickets
from app.live.events.tickets import Audience, Ticket
from app.streams import notices, shows
from app.streams.models import Show
from tests import market
from tests.cast import Cast
from tests.live.listener import Listener, Process, crowd, event_process, live_desk, status, viewer
from tests.payouts.people import identity
from tests.programs import open_folder, until
from tests.streams.showing import on_air

KEY = "k" * 32
ANNE, BOB = b"a" * 16, b"b" * 16


@pytest.fixture
def show(cast: Cast) -> Show:
    """Mira on air with two products of lumen."""
    made = on_air(cast.creators["mira"], skus={cast.brands["lumen"]: ("LAMP", "MOON")}, at=clock.now())
    db.session.commit()
    return made


@pytest.fixture
def events(app: Flask, show: Show) -> Iterator[Process]:
    """The event stream, hearing."""
    with open_folder() as folder, event_process(app, folder) as running:
        yield running


def pin(show: Show, number: int) -> None:
    shows.pin(shows.items_of(show)[number], at=clock.now(), by=identity("mira"))
    db.session.commit()


def notify(show: Show, topic: str, times: int = 1) -> None:
    for _ in range(times):
        notices.announce(raw(), show.id, topic)
        db.session.commit()


# -- tickets --


def test_a_ticket_is_read_as_it_was_issued_and_for_a_minute_only() -> None:
    ticket = Ticket(7, Audience.VIEWER, ANNE.hex(), "nl", counted=False, replay=True)
    with time_machine.travel(market.NOON, tick=False) as travel:
        issued = tickets.issue(ticket, KEY)
        travel.shift(tickets.GOOD_FOR)
        assert tickets.read(issued, KEY) == ticket
        travel.shift(1)
        with pytest.raises(tickets.NotAllowed):
            tickets.read(issued, KEY)


@pytest.mark.parametrize("spoilt", ["", "x", "e30.aaaa.bbbb", "%00"])
def test_nothing_else_is_a_ticket(spoilt: str) -> None:
    with pytest.raises(tickets.NotAllowed):
        tickets.read(spoilt, KEY)
    issued = tickets.issue(Ticket(7, Audience.DESK, "1"), KEY)
    for other in (issued[:-1], issued + spoilt + "x"):
        with pytest.raises(tickets.NotAllowed):
            tickets.read(other, KEY)
    with pytest.raises(tickets.NotAllowed):
        tickets.read(issued, "another key")


def test_what_was_signed_for_something_else_is_no_ticket() -> None:
    from itsdangerous import URLSafeTimedSerializer

    for words in ({"show_id": 1}, ["viewer"], {"show_id": 1, "audience": "king", "who": "1"}):
        with pytest.raises(tickets.NotAllowed):
            tickets.read(str(URLSafeTimedSerializer(KEY, tickets.SALT).dumps(words)), KEY)
    ticket = {"show_id": 1, "audience": "viewer", "who": "1"}
    with pytest.raises(tickets.NotAllowed):
        tickets.read(str(URLSafeTimedSerializer(KEY, "another purpose").dumps(ticket)), KEY)


# -- who is let in --


def test_only_who_brings_a_ticket_is_let_in(app: Flask, events: Process, show: Show) -> None:
    assert status(events.port, "/health") == 200
    assert status(events.port, "/") == 404
    assert status(events.port, "/?ticket=nonsense") == 403
    assert status(events.port, f"/?ticket={viewer(app, show.id)}", "POST") == 405
    assert status(events.port, "//[nonsense") == 400
    with socket.create_connection(("127.0.0.1", events.port), timeout=30) as rude:
        rude.sendall(b"nonsense\r\n\r\n")
        assert b" 400 " in rude.recv(100)
    with Listener(events.port, viewer(app, show.id)) as anne:
        assert anne.status == 200
        assert anne.next()["state"] == "on_air"


def test_of_too_many_viewers_the_last_are_turned_away_and_desks_are_not(app: Flask, show: Show) -> None:
    tickets = [viewer(app, show.id, bytes([number]) * 16) for number in range(3)]
    with (
        open_folder() as folder,
        event_process(app, folder, viewers=2) as events,
        crowd(events.port, [*tickets, live_desk(app, show.id)]) as listeners,
    ):
        assert [each.status for each in listeners] == [200, 200, 503, 200]
        listeners[0].close()
        until(lambda: _is_let_in(app, events, show), 20)


def _is_let_in(app: Flask, events: Process, show: Show) -> bool:
    with Listener(events.port, viewer(app, show.id, b"x" * 16)) as late:
        return late.status == 200


def test_one_visitor_holds_only_so_many_connections(app: Flask, events: Process, show: Show) -> None:
    with crowd(events.port, [*[viewer(app, show.id, ANNE)] * 7, viewer(app, show.id, BOB)]) as listeners:
        assert [each.status for each in listeners] == [200] * 6 + [503, 200]


# -- what is heard --


def test_viewers_hear_what_changes_in_their_language_and_desks_what_has_changed(
    app: Flask, events: Process, show: Show
) -> None:
    with (
        Listener(events.port, viewer(app, show.id, ANNE)) as anne,
        Listener(events.port, viewer(app, show.id, BOB, language="nl")) as bob,
        Listener(events.port, live_desk(app, show.id)) as desk,
    ):
        first, second = anne.next(), bob.next()
        assert first["whole"]
        assert set(first["parts"]) == {"pin", "viewers", *(f"offer-{item.id}" for item in shows.items_of(show))}
        assert first["parts"]["pin"] == second["parts"]["pin"] == ""
        desk.next()
        pin(show, 1)
        assert "€10.00" in anne.until("pin")["parts"]["pin"]
        assert "€\N{NO-BREAK SPACE}10,00" in bob.until("pin")["parts"]["pin"]
        assert desk.until("pin") == ["pin"]
        chat.write(show, ANNE, "Anne", "<b>Hello</b>", at=clock.now())
        db.session.commit()
        assert "&lt;b&gt;Hello" in bob.until("chat")["chat"]
        shows.end(show, at=clock.now(), by=identity("mira"))
        db.session.commit()
        assert anne.until("viewers")["state"] == "ended"


def test_nothing_is_heard_of_other_shows_nor_of_what_was_rolled_back(
    app: Flask, events: Process, show: Show, cast: Cast
) -> None:
    other = on_air(cast.creators["joon"], skus={cast.brands["kettle"]: ("POT",)}, at=clock.now())
    db.session.commit()
    with Listener(events.port, live_desk(app, show.id)) as desk:
        desk.next()
        notify(other, "pin")
        notices.announce(raw(), show.id, notices.ORDER)
        db.session.rollback()
        notify(show, "chat")
        assert desk.next() == ["chat"]


def test_of_many_notices_the_last_state_is_told(app: Flask, events: Process, show: Show) -> None:
    with Listener(events.port, viewer(app, show.id)) as anne:
        anne.next()
        for number in range(150):
            notify(show, "offer", 2)
            if number % 10 == 0:
                pin(show, number // 10 % 2)
        pin(show, 0)
        first = shows.items_of(show)[0].id
        while f'"{first}"' not in anne.next()["parts"].get("pin", ""):
            pass


def test_who_does_not_read_is_cut_off_and_holds_nobody_up(app: Flask, events: Process, show: Show) -> None:
    for number in range(40):
        chat.write(show, bytes([number]) * 16, f"Visitor {number}", "x" * 300, at=clock.now())
    db.session.commit()
    lazy = socket.socket()
    lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    lazy.connect(("127.0.0.1", events.port))
    lazy.sendall(f"GET /?ticket={viewer(app, show.id, BOB)} HTTP/1.1\r\n\r\n".encode())
    with Listener(events.port, live_desk(app, show.id)) as desk:
        desk.next()
        notify(show, "pin")
        assert desk.next() == ["pin"]
    lazy.close()


# -- the line, the beat and the end --


def test_after_a_break_of_the_line_everything_counts_as_changed(app: Flask, events: Process, show: Show) -> None:
    with Listener(events.port, live_desk(app, show.id)) as desk:
        assert desk.next() == list(notices.TOPICS)
        cut = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'streamcut events'"
        with psycopg.connect(app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")) as connection:
            connection.execute(cut)
        assert desk.next() == sorted(notices.TOPICS)
        notify(show, "order")
        assert desk.next() == ["order"]


def test_it_beats_and_ends_with_everybody_connected(app: Flask, events: Process, show: Show) -> None:
    beats = text("select count(*) from heartbeat where kind = 'events'")
    with crowd(events.port, [viewer(app, show.id, bytes([number]) * 16) for number in range(20)]) as viewers:
        for each in viewers:
            assert each.next()["state"] == "on_air"
        assert db.session.scalar(beats) == 1
        db.session.rollback()
        assert events.end() == 0
        assert db.session.scalar(beats) == 0
        assert [each.next() for each in viewers] == [None] * 20
    assert "Traceback" not in events.said


def test_who_watches_is_noted_by_the_beat_and_told_to_all(app: Flask, events: Process, show: Show) -> None:
    tickets = [viewer(app, show.id, ANNE), viewer(app, show.id, BOB, counted=False)]
    with crowd(events.port, tickets) as (anne, _bob):
        while "1 watching" not in anne.until("viewers")["parts"]["viewers"]:
            pass
    assert [bytes(who) for who, _replay, _seconds in seen(show)] == [ANNE]


def test_a_signal_that_comes_at_once_is_answered(app: Flask, show: Show) -> None:
    with open_folder() as folder, event_process(app, folder) as events:
        assert events.end() == 0


def test_without_an_address_it_says_so(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["events"])
    assert answer.exit_code == 1
    assert "EVENTS_LISTEN" in answer.output


def seen(show: Show) -> list[Any]:
    db.session.rollback()
    query = text("select visitor, replay, seconds from show_presence where show_id = :show order by visitor")
    return [tuple(row) for row in db.session.execute(query, {"show": show.id})]
