"""The site while a show is watched: pages answer as before, however many listen and however often something changes."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from typing import Any

import psycopg
from flask import current_app

from app import clock
from app.database import db
from app.live.events.tickets import Audience, Ticket, issue
from app.streams import shows
from app.streams.models import Show
from config import ROOT
from tests.bench.crowd import CUT_OFF
from tests.bench.ground import Ground, plain
from tests.bench.rounds import verdict
from tests.bench.serving import answers, environment, free_port, gunicorn, process
from tests.cast import Cast, people_the_market
from tests.payouts.people import identity
from tests.programs import descendants, until
from tests.streams import showing

VIEWERS, DESKS, A_SECOND = 200, 24, 300
NAME = "bench_viewers"


def viewers(ground: Ground) -> None:
    """The watch page's times without and with a crowd, how late the crowd hears, and what it costs."""
    seconds = ground.some(30, 4)
    print(f"{VIEWERS} viewers and {DESKS} desks, {A_SECOND} notices a second, two cores for all")
    with ground.database(NAME):
        show = _show()
        address = f"/live/{show.public_id}"
        with _servers(ground) as (site, events, pids):
            _times(site, address, 2)  # both workers have seen it once
            quiet = _times(site, address, seconds / 2)
            alone = _memory([pids[1]])
            crowd = _crowd(events, show, seconds + 3)
            time.sleep(2)  # until all are there
            sent = _change(plain(ground.server.url(NAME)), show, seconds)
            busy = _times(site, address, seconds)
            changes = sent()
            heard = json.loads(crowd.communicate(timeout=60)[0])
            both = _memory([pids[1]])
            began = time.monotonic()
            os.kill(pids[1], signal.SIGTERM)
            until(lambda: not Path(f"/proc/{pids[1]}").exists() or _zombie(pids[1]), 10)
            stopped = time.monotonic() - began
    _report(quiet, busy, heard, changes, seconds)
    print(f"  memory of the event stream: {alone:.0f} MB alone, {both:.0f} MB with the crowd")
    verdict("seconds until the event stream has stopped", stopped, aim=3, met=stopped <= 3)


def _show() -> Show:
    people_the_market()
    cast, at = Cast.load(), clock.now() - timedelta(minutes=5)
    skus = tuple(f"SKU{number}" for number in range(10))
    show = showing.on_air(cast.creators["mira"], skus={cast.brands["lumen"]: skus}, at=at)
    db.session.commit()
    return show


@contextmanager
def _servers(ground: Ground) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """The site as `flask up` serves it, and the event stream: their ports and process ids."""
    site, events = free_port(), free_port()
    settings = environment(ground, NAME, EVENTS_LISTEN=f"127.0.0.1:{events}")
    stream = [sys.executable, "-m", "flask", "--app", "wsgi", "events"]
    with process(gunicorn("wsgi:app", site), settings) as web, process(stream, settings) as beside:
        for port in (site, events):
            until(lambda port=port: answers(port), 30)
        yield site, events, (web.pid, beside.pid)


def _get(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def _times(port: int, path: str, seconds: float) -> list[float]:
    """How long the page took, asked twenty times a second by as many as that needs."""
    found: list[float] = []
    begun, end = time.monotonic(), time.monotonic() + seconds

    def ask(every: float, first: float) -> None:
        due = begun + first
        while due < end:
            time.sleep(max(0.0, due - time.monotonic()))
            started = time.perf_counter()
            assert _get(port, path) == 200
            found.append(time.perf_counter() - started)
            due += every

    threads = [threading.Thread(target=ask, args=(0.2, number * 0.05)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _crowd(port: int, show: Show, seconds: float) -> subprocess.Popen[str]:
    secret = current_app.config["SECRET_KEY"]
    languages = ("en", "nl")
    tickets = [
        issue(Ticket(show.id, Audience.VIEWER, f"{number:032x}", languages[number % 2]), secret)
        for number in range(VIEWERS)
    ]
    tickets += [issue(Ticket(show.id, Audience.DESK, str(number)), secret) for number in range(DESKS)]
    command = [sys.executable, "-m", "tests.bench.crowd"]
    crowd = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert crowd.stdin is not None
    crowd.stdin.write(json.dumps({"port": port, "tickets": tickets, "seconds": seconds}) + "\n")
    crowd.stdin.flush()
    return crowd


def _change(url: str, show: Show, seconds: float) -> Callable[[], list[tuple[float, int]]]:
    """Sends notices at the rate, beside what follows, and pins another product every second; the result waits for the
    end and returns (instant after the commit, item) of each pin."""
    pins: list[tuple[float, int]] = []
    end, show_id, person = time.monotonic() + seconds, show.id, identity("mira").person_id
    items = [item.id for item in shows.items_of(show)]
    db.session.rollback()

    def notices() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            begun, sent = time.monotonic(), 0
            while time.monotonic() < end:
                while sent < (time.monotonic() - begun) * A_SECOND:
                    connection.execute(
                        "select pg_notify('show', %s)", [f"{show_id} {'order' if sent % 2 else 'offer'}"]
                    )
                    sent += 1
                time.sleep(0.002)

    def pinning() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            for number in range(int(seconds) - 1):
                item = items[number % len(items)]
                with connection.transaction():
                    connection.execute("update pin set unpinned_at = now() where unpinned_at is null")
                    connection.execute(
                        "insert into pin (show_id, item_id, pinned_at, pinned_by, rehearsal)"
                        " values (%s, %s, now(), %s, false)",
                        [show_id, item, person],
                    )
                    connection.execute("select pg_notify('show', %s)", [f"{show_id} pin"])
                pins.append((time.monotonic(), item))
                time.sleep(1)

    threads = [threading.Thread(target=deed) for deed in (notices, pinning)]
    for thread in threads:
        thread.start()

    def wait() -> list[tuple[float, int]]:
        for thread in threads:
            thread.join()
        return pins

    return wait


def _report(
    quiet: list[float], busy: list[float], heard: list[list[Any]], pins: Sequence[tuple[float, int]], seconds: float
) -> None:
    late: list[float] = []
    for at, item in pins:
        first: dict[float, float] = {}
        for who, instant, seen, _size in heard:
            if seen == item and at - 0.05 <= instant <= at + 5:
                first.setdefault(who, instant - at)
        assert len(first) == VIEWERS, f"{len(first)} viewers saw item {item}"
        late += first.values()
    assert not [who for who, _instant, seen, _size in heard if seen == CUT_OFF]
    begun, ended = pins[0][0], pins[-1][0]
    desks = [
        sorted(each[1] for each in heard if each[0] == number and begun < each[1] < ended)
        for number in range(VIEWERS, VIEWERS + DESKS)
    ]
    gaps = [later - earlier for instants in desks for earlier, later in pairwise(instants)]
    messages = len(heard) / (VIEWERS + DESKS) / seconds
    print(f"  watch page, quiet: {_percentiles(quiet)}")
    print(f"  watch page, with the crowd: {_percentiles(busy)}")
    print(f"  from the commit of a pin to a viewer: {_percentiles(late)}")
    print(f"  from one notice of sales to the next at a desk: {_percentiles(gaps)}")
    verdict("messages a listener hears each second", messages, aim=4, met=messages <= 4)
    verdict(
        "seconds from a pin to a viewer, p99", quantiles(late, n=100)[98], aim=1, met=quantiles(late, n=100)[98] <= 1
    )


def _percentiles(times: Sequence[float]) -> str:
    cuts = quantiles(times, n=100)
    return f"p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, of {len(times):,}"


def _memory(pids: Sequence[int]) -> float:
    """Megabytes of these processes and their children."""
    total = 0
    everybody = [each for pid in pids for each in (pid, *descendants(pid))]
    for pid in everybody:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                total += int(line.split()[1])
    return total / 1024


def _zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
