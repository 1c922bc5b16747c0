"""One request to an endpoint, with no database: it ends within ten seconds, follows no redirect, reads 2 kB."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from flask_babel import gettext

from app.errors import BadInput
from app.notifications.webhooks.addresses import Target, may_reach, read, resolve
from config import settings

TIMEOUT = 10.0  # seconds for everything: connecting, sending, and the answer, however slowly it drips
MOST_ANSWER = 2048  # bytes that are kept
MOST_ADDRESSES = 4  # of a host that are tried
AGENT = "Streamcut-Webhooks/1"


@dataclass(frozen=True)
class Result:
    """What came of an attempt: `error` is empty when the endpoint has taken the event (2xx)."""

    code: int | None
    answer: str
    error: str
    milliseconds: int


def post(url: str, headers: Mapping[str, str], body: bytes) -> Result:
    """Sends the body. Whatever happens stands in the result: nothing is raised for what the other side does."""
    begun = time.monotonic()
    code, answer, error = None, "", ""
    try:
        code, answer = _exchange(read(url), headers, body)
        error = _why_refused(code)
    except BadInput as refused:
        error = str(refused)
    except ssl.SSLCertVerificationError as wrong:
        error = gettext("The certificate is not right: %(why)s", why=wrong.verify_message)
    except TimeoutError:
        error = gettext("No answer within 10 seconds.")
    except (OSError, HTTPException, ValueError) as fault:
        late = time.monotonic() - begun >= TIMEOUT
        said = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
        error = gettext("No answer within 10 seconds.") if late else gettext("No connection: %(why)s", why=said)
    return Result(code, answer, error, round((time.monotonic() - begun) * 1000))


def _why_refused(code: int) -> str:
    if 200 <= code < 300:
        return ""
    if 300 <= code < 400:
        return str(gettext("It answered %(code)s: redirects are not followed.", code=code))
    return str(gettext("It answered %(code)s.", code=code))


def _exchange(target: Target, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
    """The status of the answer and its first bytes."""
    sock = _encrypted(_connected(target), target)
    over = threading.Timer(TIMEOUT, _cut, [sock])  # a socket's own time-out begins anew with each byte
    over.start()
    try:
        with sock:
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            kind = HTTPSConnection if target.scheme == "https" else HTTPConnection
            connection = kind(target.host, target.port, timeout=TIMEOUT)
            connection.sock = sock
            connection.request("POST", target.path, body, {"User-Agent": AGENT, **headers, "Connection": "close"})
            response = connection.getresponse()
            return response.status, _readable(response.read(MOST_ANSWER))
    finally:
        over.cancel()


def _connected(target: Target) -> socket.socket:
    """A connection to one of the addresses that were checked; the first that answers."""
    fault: OSError = OSError()
    addresses = resolve(target)[:MOST_ADDRESSES]
    for address in addresses:
        try:
            sock = socket.create_connection((address, target.port), timeout=TIMEOUT / len(addresses))
        except OSError as error:
            fault = error
            continue
        if may_reach(str(sock.getpeername()[0])):
            sock.settimeout(TIMEOUT)
            return sock
        sock.close()
        raise BadInput(gettext("%(host)s is not on the public internet: we send nothing there.", host=target.host))
    raise fault


def _encrypted(plain: socket.socket, target: Target) -> socket.socket:
    """The connection with TLS for the name in the address, whose certificate is checked for it; no handshake yet."""
    if target.scheme == "http":
        return plain
    context = ssl.create_default_context(cafile=settings().webhook_ca_file or None)
    return context.wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # beneath TLS, which may be in the middle of something


def _readable(content: bytes) -> str:
    """The beginning of an answer as text that a table can hold."""
    return content.decode("utf-8", "replace").replace("\x00", "\ufffd")
