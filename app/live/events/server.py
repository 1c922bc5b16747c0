"""The event stream's HTTP: one kind of request, answered for as long as both sides like.

    GET <any path>?ticket=...     text/event-stream; 403 for a bad ticket, 503 when there are too many listeners
    GET /health                   200 while the line to the database stands, else 503

Everything else of HTTP (TLS, names, logs) is the proxy's in front.
"""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from app.errors import NotAllowed
from app.live.events import tickets
from app.live.events.hub import Client, Hub
from app.live.events.tickets import Audience

log = logging.getLogger(__name__)

LONGEST_HEAD = 8192  # bytes of a request
ASKING = 5.0  # seconds in which a request must have come
PING = 15.0  # seconds of silence after which a comment is sent, so that nobody in between hangs up
SLOW = 10.0  # seconds in which a listener must take what waits for them
BUFFER = 64 * 1024  # bytes that may wait in the connection itself
AT_ONCE = 1000  # connections that may be asking at a time
LIFETIME = {Audience.VIEWER: 1800.0, Audience.DESK: 300.0}  # seconds; then one comes again, with a new ticket

STREAM = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\n"
    b"Access-Control-Allow-Origin: *\r\nX-Accel-Buffering: no\r\nX-Content-Type-Options: nosniff\r\n"
    b"Connection: close\r\n\r\n"
)
REASONS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    503: "Service Unavailable",
}


class EventServer:
    """Serves `hub` to whoever brings a ticket signed with `secret_key`; `hears` says whether the line stands."""

    def __init__(self, hub: Hub, secret_key: str, hears: asyncio.Event) -> None:
        self._hub, self._key, self._hears = hub, secret_key, hears
        self._open: set[asyncio.Task[None]] = set()
        self._asking = 0
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Opens the door; returns the port, which is a free one for 0."""
        self._server = await asyncio.start_server(self._answer, host, port, limit=LONGEST_HEAD, backlog=1024)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self, seconds: float) -> None:
        """Lets nobody in any more and hangs up; who has not gone after so many seconds is cut off."""
        if self._server is not None:
            self._server.close()
        self._hub.end()
        if self._open:
            _, left = await asyncio.wait(self._open, timeout=seconds)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - we run in one
        self._open.add(task)
        try:
            status, client = await self._ask(reader)
            if client is None:
                writer.write(_short(status))
                await asyncio.wait_for(writer.drain(), SLOW)
            else:
                await self._serve(client, reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever it was has gone away, or never wanted to talk to us
        finally:
            self._open.discard(task)
            if task.cancelling():
                writer.transport.abort()
            else:
                writer.close()

    async def _ask(self, reader: asyncio.StreamReader) -> tuple[int, Client | None]:
        """What was asked for: a listener who is let in, or the status that says why not."""
        if self._asking >= AT_ONCE:
            return 503, None
        self._asking += 1
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), ASKING)
        finally:
            self._asking -= 1
        words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        return self._let_in(words[0], words[1]) if len(words) == 3 else (400, None)

    def _let_in(self, method: str, target: str) -> tuple[int, Client | None]:
        if method != "GET":
            return 405, None
        try:
            url = urlsplit(target)
        except ValueError:  # a name in brackets that is no address
            return 400, None
        if url.path == "/health":
            return 200 if self._hears.is_set() else 503, None
        words = parse_qs(url.query).get("ticket")
        if not words:
            return 404, None
        try:
            client = self._hub.join(tickets.read(words[0], self._key))
        except NotAllowed:
            return 403, None
        return (200, client) if client else (503, None)

    async def _serve(self, client: Client, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until one side hangs up, or it is time to come again."""
        writer.transport.set_write_buffer_limits(high=BUFFER)
        gone = asyncio.create_task(_hung_up(reader, client))
        jitter = random.uniform(0.8, 1.2)  # noqa: S311 # nosec B311 - so that not all come again at once
        ending = asyncio.get_running_loop().call_later(LIFETIME[client.ticket.audience] * jitter, client.end)
        try:
            writer.write(STREAM)
            await self._hub.greet(client)
            while (message := await _next(client)) is not None:
                writer.write(message)
                await asyncio.wait_for(writer.drain(), SLOW)
        finally:
            ending.cancel()
            gone.cancel()
            self._hub.leave(client)


async def _next(client: Client) -> bytes | None:
    """The next message, or a ping when there is none for a while."""
    try:
        return await asyncio.wait_for(client.next(), PING)
    except TimeoutError:
        return b": ping\n\n"


async def _hung_up(reader: asyncio.StreamReader, client: Client) -> None:
    """Ends a listener whose connection has ended; what they still say is not listened to."""
    with suppress(OSError):
        while await reader.read(LONGEST_HEAD):
            pass
    client.end()


def _short(status: int) -> bytes:
    body = f"{status} {REASONS[status]}\n"
    head = f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
    retry = "Retry-After: 30\r\n" if status == 503 else ""
    return f"{head}{retry}Access-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n{body}".encode()
