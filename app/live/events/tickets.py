"""Tickets for the event stream: signed words in its address, good for a minute, which the page carries.

The stream has no session and asks no database: whoever was given the page was given the ticket with it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

from app.errors import NotAllowed
from app.words import Word

GOOD_FOR = 60  # seconds between the page and its connection
SALT = "event stream"


class Audience(Word):
    """Who listens: viewers get what their page shows, desks get the names of what has changed."""

    VIEWER = "viewer"
    DESK = "desk"


@dataclass(frozen=True)
class Ticket:
    """Leave to hear of one show. `who` tells listeners apart: a visitor's key in hexadecimal, or a person's number.

    A viewer who is not `counted` is a machine, or looks at a rehearsal; `replay` marks who watches the recording.
    """

    show_id: int
    audience: Audience
    who: str
    language: str = "en"
    counted: bool = True
    replay: bool = False


def issue(ticket: Ticket, secret_key: str) -> str:
    """The ticket as it stands in an address."""
    return str(_signer(secret_key).dumps(asdict(ticket)))


def read(text: str, secret_key: str) -> Ticket:
    """The ticket that the text is; NotAllowed when it is none of ours, or too old."""
    try:
        words = _signer(secret_key).loads(text, max_age=GOOD_FOR)
        return Ticket(**words | {"audience": Audience(words["audience"])})
    except (BadData, KeyError, TypeError, ValueError) as error:
        raise NotAllowed("This ticket is not valid any more.") from error


def _signer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, SALT)
