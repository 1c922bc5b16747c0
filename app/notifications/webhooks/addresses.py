"""Where webhooks may go: https, and public addresses only, so that nobody reaches our own network through us.

What a name stands for is asked once for each attempt. Every address it stands for is checked, the connection is made to
one that was checked, and the other end's address is checked again once it stands: a name that means something else from
one moment to the next (DNS rebinding) gets nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask_babel import gettext

from app.errors import BadInput
from config import settings

LONGEST = 2000
OWN_PORTS = 1024  # below it, 443 alone: other services of a machine listen there
UNICAST6 = ipaddress.ip_network("2000::/3")
TUNNELS = tuple(ipaddress.ip_network(each) for each in ("2002::/16", "2001::/32"))  # they hide an IPv4 address


@dataclass(frozen=True)
class Target:
    """An address taken apart: `path` is what is asked for, with the query."""

    scheme: str
    host: str
    port: int
    path: str


def read(url: str) -> Target:
    """Takes an address apart; BadInput with what to write instead where it is none we send to."""
    url = url.strip()
    loopback = settings().webhook_loopback
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode() if ":" not in (parts.hostname or "") else parts.hostname
        port = parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if not host or len(url) > LONGEST or not url.isascii() or any(each <= " " or each == "\x7f" for each in url):
        raise BadInput(gettext("Write the whole address, like https://shop.example/webhooks."))
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise BadInput(gettext("The address begins with https://: events are sent encrypted only."))
    if "@" in parts.netloc or parts.fragment:
        raise BadInput(gettext("Leave names, passwords and everything after # out of the address."))
    port = port if port is not None else {"https": 443, "http": 80}[parts.scheme]
    if port != 443 and port < OWN_PORTS and not loopback:
        raise BadInput(gettext("Use port 443, or one from 1024 on."))
    query = f"?{parts.query}" if parts.query else ""
    return Target(parts.scheme, host or "", port, (parts.path or "/") + query)


def resolve(target: Target) -> list[str]:
    """The addresses the host stands for now, all of them public; BadInput where there is none, or one is not."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BadInput(gettext("There is no host %(host)s: check the address.", host=target.host)) from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not addresses or not all(may_reach(each) for each in addresses):
        raise BadInput(gettext("%(host)s is not on the public internet: we send nothing there.", host=target.host))
    return addresses


def may_reach(address: str) -> bool:
    """Whether an IP address is public; those of this machine are reached with WEBHOOK_LOOPBACK only."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # with a zone: fe80::1%eth0
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return settings().webhook_loopback
    if isinstance(ip, ipaddress.IPv6Address) and (ip not in UNICAST6 or any(ip in each for each in TUNNELS)):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
