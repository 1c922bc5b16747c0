"""Who only looks like somebody: machines by their own word, and browsers that fetch a page in case it is wanted."""

from __future__ import annotations

import re

from werkzeug.datastructures import Headers

# Not CUBOT, which makes telephones. WhatsApp asks so for previews; people who follow a link there come by a browser.
MACHINE = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|fetch|monitor|facebookexternalhit|^whatsapp/|curl|wget|python", re.I
)
PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def is_machine(headers: Headers) -> bool:
    """Whether whoever sends these headers says that it is no person's browser, or says nothing of itself."""
    agent = headers.get("User-Agent", "")
    return not agent or bool(MACHINE.search(agent))


def is_fetched_ahead(headers: Headers) -> bool:
    """Whether a browser asks before anybody has decided to go there."""
    purpose = " ".join(headers.get(name, "") for name in PURPOSES).lower()
    return any(word in purpose for word in ("prefetch", "prerender", "preview"))
