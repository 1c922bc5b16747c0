"""The product's processes as the bench runs them, and who calls them with as little around it as there can be."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from config import ROOT
from tests.bench.ground import Ground, plain
from tests.programs import until

KEY = "-" * 32
CLIENTS = 8  # who call at the same time


def environment(ground: Ground, database: str, **more: str) -> dict[str, str]:
    """The settings of the product's processes on a database of the ground's server."""
    own = {"DATABASE_URL": plain(ground.server.url(database)), "SECRET_KEY": KEY, "VISITOR_KEY": KEY}
    return os.environ | own | {"STREAMCUT_INSTANCE": str(ground.folder), "STREAMCUT_DEMO": "0"} | more


def gunicorn(what: str, port: int) -> list[str]:
    """How `flask up` serves an application."""
    web = [sys.executable, "-m", "gunicorn", what, "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    return [*web, "--workers", "2", "--preload", "--threads", "16", "--no-control-socket", "--log-level", "warning"]


@contextmanager
def process(command: list[str], settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the product while the block runs."""
    quiet = subprocess.DEVNULL
    started = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=quiet, stderr=quiet)
    try:
        yield started
    finally:
        started.terminate()
        started.wait(30)


@contextmanager
def serving(ground: Ground, database: str, what: str) -> Iterator[int]:
    """The port of an application under gunicorn, on a database of the ground's server."""
    port = free_port()
    with process(gunicorn(what, port), environment(ground, database)):
        until(lambda: answers(port), 60)
        yield port


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether the application at the port says that it is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


class Wire:
    """A connection that is kept."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connect()

    def ask(self, request: bytes) -> bytes:
        """What the answer begins with, up to the end of its head; these answers have nothing behind it."""
        self._socket.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            piece = self._socket.recv(4096)
            assert piece, "the server has hung up"
            answer += piece
        if b"connection: close" in answer.lower():
            self.close()
            self._connect()
        return answer

    def close(self) -> None:
        """Hangs up."""
        self._socket.close()

    def _connect(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def all_at_once(go: Callable[[], None]) -> None:
    """As many times as there are clients; what one of them raises is raised."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        for each in [clients.submit(go) for _ in range(CLIENTS)]:
            each.result()
