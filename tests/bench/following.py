"""Links that are followed, under gunicorn as `flask up` starts it, beside a bare Flask page with one indexed SELECT."""

from __future__ import annotations

import http.client
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from statistics import median, quantiles

from sqlalchemy import func, select

from app.database import db
from app.tracking.models import Touch
from config import ROOT
from tests import market
from tests.bench.ground import Ground, plain
from tests.bench.rounds import interleaved, ratio
from tests.cast import Cast, people_the_market
from tests.programs import until
from tests.tracking import linking

NAME, KEY = "bench_following", "-" * 32
LINKS, CLIENTS = 2_000, 8
ASK = (
    "GET /go/code{number} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0\r\n\r\n"
)


def following(ground: Ground) -> None:
    """How many clicks a second are led on, and how long one takes that is alone; every one has to be a touch."""
    seconds = ground.some(4, 1)
    print(f"{LINKS:,} links, {CLIENTS} at a time, two cores for all")
    with ground.database(NAME):
        people_the_market()
        cast = Cast.load()
        linking.domain(cast.brands["lumen"])
        agreed = market.contract(cast.brands["lumen"], cast.creators["mira"], date(2020, 1, 1), date(2080, 12, 31))
        for number in range(LINKS):
            linking.link(agreed, f"code{number}")
        db.session.commit()
        with serving(ground, NAME, "wsgi:app") as ours, serving(ground, NAME, "tests.bench.bare:app") as bare:
            for port in (ours, bare):
                _rate(port, 1)  # all threads have their connections
            before = _touches()
            followed = 0

            def follow() -> float:
                nonlocal followed
                count, rate = _rate(ours, seconds)
                followed += count
                return rate

            contenders = {"redirect": follow, "bare indexed SELECT": lambda: _rate(bare, seconds)[1]}
            rates = interleaved(ground.rounds, contenders, unit="clicks/s")
            assert _touches() - before == followed, "not every click is a touch"
            alone, least = _alone(ours), _alone(bare)
    ratio(rates, "redirect", "bare indexed SELECT", aim=0.6)
    print(f"  one click at a time: {_said(alone)}; the bare page: {_said(least)}")


@contextmanager
def serving(ground: Ground, database: str, what: str) -> Iterator[int]:
    """The port of an application under gunicorn, on a database of the ground's server."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    web = [sys.executable, "-m", "gunicorn", what, "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    web += ["--workers", "2", "--preload", "--threads", "16", "--no-control-socket", "--log-level", "warning"]
    process = subprocess.Popen(
        web, cwd=ROOT, env=environment(ground, database), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: _answers(port), 60)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def environment(ground: Ground, database: str) -> dict[str, str]:
    """The settings of the product's processes on a database of the ground's server."""
    return os.environ | {
        "DATABASE_URL": plain(ground.server.url(database)),
        "SECRET_KEY": KEY,
        "VISITOR_KEY": KEY,
        "STREAMCUT_INSTANCE": str(ground.folder),
        "STREAMCUT_DEMO": "0",
    }


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


class _Client:
    """A browser's connection that is kept, with as little around it as there can be."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def click(self) -> None:
        """Follows a link."""
        self.socket.sendall(ASK.format(number=random.randrange(LINKS)).encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            piece = self.socket.recv(4096)
            assert piece, "the server has hung up"
            answer += piece
        assert answer.startswith(b"HTTP/1.1 302"), answer
        if b"Connection: close" in answer:
            self.socket.close()
            self.__init__(self.port)  # type: ignore[misc]


def _rate(port: int, seconds: float) -> tuple[int, float]:
    """How many clicks were led on in these seconds, and how many a second."""
    counts: list[int] = []
    begun = time.monotonic()

    def follow() -> None:
        client, count = _Client(port), 0
        while time.monotonic() < begun + seconds:
            client.click()
            count += 1
        client.socket.close()
        counts.append(count)

    threads = [threading.Thread(target=follow) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == CLIENTS, "a client has failed"
    return sum(counts), sum(counts) / (time.monotonic() - begun)


def _alone(port: int) -> list[float]:
    """How long each of 500 clicks took, one after another."""
    client, times = _Client(port), []
    for _ in range(500):
        started = time.perf_counter()
        client.click()
        times.append(time.perf_counter() - started)
    client.socket.close()
    return times


def _said(times: list[float]) -> str:
    return f"p50 {median(times) * 1000:.2f} ms, p99 {quantiles(times, n=100)[98] * 1000:.2f} ms"


def _touches() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Touch)) or 0
