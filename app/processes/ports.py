"""Where the programs listen: what an address means, whether it is free, and who can reach it."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from ipaddress import ip_address

from app.errors import BadInput, Conflict
from config import Config


def host_and_port(listen: str) -> tuple[str, int]:
    """The two halves of `127.0.0.1:8000`; BadInput for what is no such address."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit():
        raise BadInput(f"LISTEN={listen} is no address for a web server: write it like 127.0.0.1:8000.")
    return host, int(port)


def check_port(listen: str) -> None:
    """Conflict when another program has the port, or it is not ours to take."""
    host, port = host_and_port(listen)
    kind = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    try:
        socket.create_server((host.strip("[]"), port), family=kind).close()
    except OSError as error:
        raise Conflict(
            f"{listen} can't be used ({os.strerror(error.errno or 0)}): stop the program that has it, "
            f"or choose another, like this: LISTEN=127.0.0.1:{port + 1} make run"
        ) from error


def events_address(config: Config) -> str:
    """Where the stream of events is served: as the settings say, else beside the site, on the next port when it is free
    and on any other when it is not."""
    if config.events_listen:
        return config.events_listen
    host, port = host_and_port(config.listen)
    kind = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    for wanted in (port + 1, 0):
        with suppress(OSError, OverflowError), socket.create_server((host.strip("[]"), wanted), family=kind) as probe:
            return f"{host}:{probe.getsockname()[1]}"
    return ""


def beyond_loopback(host: str) -> bool:
    """Whether others than this machine may reach a server that listens there; a name we can't judge counts as such."""
    try:
        return not ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host != "localhost"
