"""The simulated bank on the network: the API, the pages that Stripe would show, and, for tests, a door for control."""

from __future__ import annotations

import json
import socket
import struct
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from app.demo.simulated_bank import control, pages
from app.demo.simulated_bank.answers import Bank, Request
from app.demo.simulated_bank.requests import read_body, read_form
from app.demo.simulated_bank.webhooks import Courier

MOST = 1_000_000  # bytes of a body


class Server(ThreadingHTTPServer):
    """Serves one bank."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], bank: Bank, courier: Courier | None, *, controlled: bool) -> None:
        super().__init__(address, Handler)
        self.bank, self.courier, self.controlled = bank, courier, controlled

    def handle_error(self, *about: Any) -> None:
        """A client that has gone away is no news; anything else is a fault of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*about)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms: its head and its body are sent one after the other
    server: Server

    def log_message(self, *_: object) -> None:
        """Nothing: what matters stands in its books."""

    def do_GET(self) -> None:
        """Asks."""
        self._handle(b"")

    def do_POST(self) -> None:
        """Does."""
        length = int(self.headers.get("Content-Length") or 0)
        self._handle(self.rfile.read(min(length, MOST)))

    def _handle(self, raw: bytes) -> None:
        url = urlsplit(self.path)
        if url.path.startswith(("/v1/", "/v2/")):
            self._api(url.path, url.query, raw)
        elif url.path == "/_control" and self.server.controlled and self.command == "POST":
            self._json(200, control.obey(self.server.bank, self.server.courier, json.loads(raw)))
        else:
            form = read_form(raw.decode(errors="replace")) if self.command == "POST" else {}
            answer = pages.show(self.server.bank, self.command, url.path, form)
            self._write(answer.status, answer.html.encode(), "text/html; charset=utf-8", answer.headers)

    def _api(self, path: str, query: str, raw: bytes) -> None:
        try:
            body = read_form(query) if self.command == "GET" else read_body(int(path[2]), raw)
        except ValueError:
            self._json(400, {"error": {"type": "invalid_request_error", "message": "The body can't be read."}})
            return
        secret = (self.headers.get("Authorization") or "").removeprefix("Bearer ").strip()
        key = self.headers.get("Idempotency-Key") or ""
        account = self.headers.get("Stripe-Account") or self.headers.get("Stripe-Context") or ""
        answer = self.server.bank.answer(Request(self.command, path, body, key, account, secret))
        if answer.lost:
            self._hang_up()
        elif answer.garbled:
            text = json.dumps(answer.body).encode()
            self._write(answer.status, text[: len(text) // 2], "application/json", {})
        else:
            self._json(answer.status, answer.body, answer.headers)

    def _hang_up(self) -> None:
        """The connection breaks in the middle, with a reset."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.shutdown(socket.SHUT_RDWR)

    def _json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self._write(status, json.dumps(body).encode(), "application/json", headers or {})

    def _write(self, status: int, content: bytes, kind: str, headers: dict[str, str]) -> None:
        with suppress(OSError):
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
