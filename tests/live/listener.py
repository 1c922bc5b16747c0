"""The event stream in a process of its own, and who listens to it."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from flask import Flask

from app.live.events.tickets import Audience, Ticket, issue
from tests.programs import until

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0  # seconds
PROGRAM = """
import logging, sys
from dataclasses import replace
from pathlib import Path
from app import create_app
from app.processes import events
from tests.conftest import settings
logging.basicConfig(level=logging.INFO)
about = {"events_listen": sys.argv[3], "events_viewers": int(sys.argv[4])}
app = create_app(replace(settings(sys.argv[1], Path(sys.argv[2])), **about))
with app.app_context():
    events.main()
"""


@dataclass
class Process:
    """The event stream while it runs."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int = 0

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def end(self) -> int:
        """SIGTERM; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextmanager
def event_process(app: Flask, folder: Path, *, viewers: int = 1000, listen: str = "127.0.0.1:0") -> Iterator[Process]:
    """The event stream on the database of `app`, once it hears; killed at the end of the block."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    log = folder / "events.log"
    with log.open("wb") as file:
        command = [sys.executable, "-c", PROGRAM, url, str(folder), listen, str(viewers)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT)
    running = Process(process, log)
    try:
        until(lambda: "stream is at" in running.said or process.poll() is not None, PATIENCE, lambda: running.said)
        found = re.search(r"stream is at .*:(\d+)\.", running.said)
        assert found, running.said
        running.port = int(found[1])
        until(lambda: status(running.port, "/health") == 200, PATIENCE, lambda: running.said)
        yield running
    finally:
        process.kill()
        process.wait()


def status(port: int, target: str, method: str = "GET") -> int:
    """The status that a request is answered with."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(f"{method} {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        return int(connection.recv(64).split()[1])


class Listener:
    """Somebody who has a page open. What they hear comes by `next()`."""

    def __init__(self, port: int, ticket: str) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.connection.sendall(f"GET /?ticket={ticket} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        self.file = self.connection.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        while self.file.readline().strip():
            pass  # the rest of the head

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.file.close()
        self.connection.close()

    def next(self) -> Any:
        """The data of the next message; None at the end."""
        while line := self.file.readline():
            if line.startswith(b"data: "):
                return json.loads(line[6:])
        return None

    def until(self, topic: str) -> Any:
        """The next message of which this is a part, or in which a desk is told this topic."""
        while (message := self.next()) is not None:
            if topic in message or topic in message.get("parts", {}) if isinstance(message, dict) else topic in message:
                return message
        raise AssertionError(f"nothing was heard of {topic}")


@contextmanager
def crowd(port: int, tickets: Iterable[str]) -> Iterator[list[Listener]]:
    """A listener for each ticket."""
    with ExitStack() as stack:
        yield [stack.enter_context(Listener(port, ticket)) for ticket in tickets]


def viewer(app: Flask, show_id: int, who: bytes = b"v" * 16, **about: Any) -> str:
    """A ticket for a viewer."""
    return issue(Ticket(show_id, Audience.VIEWER, who.hex(), **about), app.config["SECRET_KEY"])


def live_desk(app: Flask, show_id: int, who: str = "1") -> str:
    """A ticket for a desk."""
    return issue(Ticket(show_id, Audience.DESK, who), app.config["SECRET_KEY"])
