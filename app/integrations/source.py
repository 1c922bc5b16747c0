"""What a source of webhooks has to say about itself, and what its handlers are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.errors import BadInput
from app.integrations.models import Refusal
from config import Config

Headers = Mapping[str, str]
MOST_BYTES = 512 * 1024  # of one delivery


class Refused(BadInput):
    """A delivery that is not taken in; `reason` is how it is counted."""

    status = 400

    def __init__(self, sentence: str, reason: Refusal) -> None:
        super().__init__(sentence)
        self.reason = reason


class Overtaken(Exception):
    """An event older than one about the same object that was handled before; see app/integrations/latest.py."""


@dataclass(frozen=True)
class Reading:
    """What the inbox reads of a delivery before it keeps it: the source's own number and word, when it happened, and
    whether it is about real money."""

    event_id: str
    type: str
    happened_at: datetime
    livemode: bool


@dataclass(frozen=True)
class Event:
    """An event as its handler gets it. `id` is the row's in webhook_event, `event_id` the source's own number,
    `content` the whole JSON of the body, `shop_id` the shop that sent it, where one did."""

    id: int
    source: str
    event_id: str
    type: str
    happened_at: datetime
    content: dict[str, Any]
    shop_id: int | None = None


# A handler does all it does in the transaction it is called in, and never commits. It calls nobody outside: it writes
# a row for that. What it raises undoes what it did; it is called again later, and may rely on being heard once only.
Handler = Callable[[Event, datetime], None]
# Of many events it does what can be done for all at once, and says of which; the others are handled one by one.
Together = Callable[[Sequence[Event], datetime], frozenset[int]]


@dataclass(frozen=True)
class Source:
    """A system that tells us of events at /webhooks/<name>.

    `secrets` are those in force, none where the source is not set up. `verify` is given the body byte for byte, the
    headers, the secrets and the instant, and raises Refused; `read` is asked afterwards and raises it too. `live` says
    whether this platform takes live events (or test ones) of it. `handlers` are by type; other types are kept and
    ignored; `together`, where there is one, is asked first. `headers` are kept beside the body. `setup` tells an admin
    what to set up.
    """

    name: str
    title: str
    setup: object
    secrets: Callable[[Config], Sequence[str]]
    verify: Callable[[bytes, Headers, Sequence[str], datetime], None]
    read: Callable[[bytes], Reading]
    live: Callable[[Config], bool]
    headers: tuple[str, ...] = ()
    most_bytes: int = MOST_BYTES
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    together: Together | None = None
