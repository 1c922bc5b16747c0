"""A receiver of webhooks: an HTTP(S) server in a thread, which notes what it was sent and answers as it is told."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme


@dataclass
class Receiver:
    """`code`, `answer` and `headers` are what it says; `pause` is waited for first. What came stands in `got`."""

    url: str = ""
    code: int = 204
    answer: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pause: Callable[[], Any] = lambda: None
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)


@contextmanager
def receiver(authority: trustme.CA | None = None, host: str = "localhost") -> Iterator[Receiver]:
    """Runs one on this machine; with TLS for `host` where an authority is given."""
    box = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            box.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            box.reached.set()
            box.pause()
            self.send_response(box.code)
            for name, value in box.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(box.answer)

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if authority:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    box.url = f"{'https' if authority else 'http'}://localhost:{server.server_port}/hooks?shop=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def trusted(authority: trustme.CA, folder: Path) -> str:
    """A file with the authority's certificate, for the settings."""
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)
