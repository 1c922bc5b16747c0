"""A mail server small enough to read, on a port of its own, that keeps what it takes and fails as it is told."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any


@dataclass
class Mailbox:
    """What came in, in order. While `refusal` is set, every mail is refused with it, after `tries` is counted."""

    url: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    refusal: str = ""
    tries: int = 0
    passwords: int = 0  # how many were sent to it
    goodbye: str = "221 bye"
    hangs: threading.Event | None = None  # no answer at all until it is set


@contextlib.contextmanager
def mail_server(scheme: str = "smtp", tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """The server, as long as the block lasts: `smtps` is encrypted from the first byte, `smtp` offers STARTTLS where
    `tls` is given."""
    mailbox = Mailbox()

    class Talk(StreamRequestHandler):
        def setup(self) -> None:
            if scheme == "smtps" and tls:
                self.request = tls.wrap_socket(self.request, server_side=True)
            super().setup()

        def finish(self) -> None:
            super().finish()
            self.request.close()  # the encrypted one, which has taken the plain one's place

        def handle(self) -> None:
            if mailbox.hangs:
                mailbox.hangs.wait(30)
                return
            self.say("220 ready")
            while line := self.rfile.readline():
                if not self.answer(line.split()[0].upper() if line.split() else b""):
                    return

        def answer(self, verb: bytes) -> bool:
            if verb == b"DATA":
                self.say("354 go on")
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
                mailbox.tries += 1
                if not mailbox.refusal:
                    mailbox.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
                self.say(mailbox.refusal or "250 taken")
            elif verb == b"STARTTLS" and tls:
                self.say("220 go on")
                self.request = tls.wrap_socket(self.request, server_side=True)
                super().setup()
            elif verb == b"EHLO" and tls and scheme == "smtp" and not isinstance(self.request, ssl.SSLSocket):
                self.say("250-fine\r\n250 STARTTLS")
            elif verb == b"AUTH":
                mailbox.passwords += 1
                self.say("235 fine")
            elif verb == b"EHLO":
                self.say("250-fine\r\n250 AUTH PLAIN")
            else:
                self.say(mailbox.goodbye if verb == b"QUIT" else "250 fine")
            return verb != b"QUIT"

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    class Server(ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that was killed in the middle of a sentence is what some tests are about."""

    with Server(("127.0.0.1", 0), Talk) as server:
        mailbox.url = f"{scheme}://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield mailbox
        finally:
            if mailbox.hangs:
                mailbox.hangs.set()
            server.shutdown()
            thread.join()
