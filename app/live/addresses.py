"""Where a page finds its stream of events: with a ticket, at the address of the settings, or nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import request

from app.live.events.tickets import Ticket, issue
from app.security import content_security_policy
from config import settings

OURSELVES = "'self'"


def stream_address(ticket: Ticket) -> str:
    """The address at which a page of this request may listen; empty where no stream is served. Good for a minute."""
    base = _base()
    return f"{base}?ticket={issue(ticket, settings().secret_key)}" if base else ""


def live_policy(more: Mapping[str, str]) -> str:
    """The content security policy of a page that listens, with `more` by directive."""
    parts, wanted = urlsplit(_base()), dict(more)
    if parts.netloc:
        wanted["connect-src"] = f"{wanted.get('connect-src', OURSELVES)} {parts.scheme}://{parts.netloc}"
    return content_security_policy(wanted)


def _base() -> str:
    config = settings()
    if not config.events_listen and not config.events_url:
        return ""
    if config.events_url:
        return config.events_url
    host = urlsplit(f"//{request.host}").hostname or "127.0.0.1"
    name = f"[{host}]" if ":" in host else host
    return f"{request.scheme}://{name}:{config.events_listen.rpartition(':')[2]}/"
