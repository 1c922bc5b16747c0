"""The chat of a show: short lines of text by visitors and by the people of the show, kept, limited and moderated.

A visitor has one name in a show, which nobody else has there, and writes at most a few messages at once. Somebody of
the show (its host, a moderator, a brand) writes under a name of theirs without limit, and their lines carry a mark.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import gettext
from psycopg.errors import UniqueViolation

from app.database import db, raw, rows, statement
from app.errors import BadInput, Conflict, TooMany
from app.live.blocked_words import refuse_blocked
from app.live.models import ChatMessage, Chatter
from app.security import Identity
from app.streams import notices
from app.streams.activity import note
from app.streams.models import ActivityKind, Show, ShowStatus
from app.streams.shows import who_may_host

ROOM = "app.live"
LONGEST, LONGEST_NAME = 300, 30  # characters
AT_ONCE, EACH = 4, 3.0  # messages a visitor may write at once; seconds until one more
SHOWN = 50  # messages on a page
NOBODY = b""
EVER = datetime(2000, 1, 1, tzinfo=UTC)
OPEN = frozenset({ShowStatus.PLANNED, ShowStatus.ON_AIR})  # when one can write; also while waiting for the beginning
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs"})  # categories of Unicode
SPACES = re.compile(r"\s+")
JOINER = "\u200d"  # inside of faces and flags


@dataclass(frozen=True)
class Line:
    """A message as it is shown; `own` is the reader's."""

    id: int
    name: str
    text: str
    at: datetime
    person_id: int | None
    own: bool


def write(show: Show, visitor: bytes, name: str, text: str, *, at: datetime) -> ChatMessage:
    """Adds what a visitor writes.

    BadInput for an empty or long text or name and for a blocked word, Conflict while the chat is closed or where
    another has the name, TooMany for too many at once.
    """
    _refuse_closed(show)
    words, called = _clean(text, LONGEST), _name(show, name)
    refuse_blocked(show.creator_id, f"{called} {words}")
    values = {"show": show.id, "visitor": visitor, "name": called, "at": at, "most": float(AT_ONCE), "each": EACH}
    try:
        with db.session.begin_nested():
            allowed = raw().execute(statement(ROOM, "allow_message"), values).fetchone()
    except UniqueViolation as error:
        raise Conflict(_taken()) from error
    if allowed is None:
        raise TooMany(gettext("You write faster than people read: wait a few seconds."), retry_after=int(EACH))
    return _add(ChatMessage(show_id=show.id, visitor=visitor, name=called, text=words, at=at), quietly=allowed[0])


def write_for_show(show: Show, person: Identity, text: str, *, at: datetime) -> ChatMessage:
    """Adds what somebody of the show writes. Of a host it is a sign of life (rules.md B8). What is written in a
    rehearsal is hidden at once: viewers never see it."""
    if show.status not in OPEN | {ShowStatus.REHEARSAL}:
        _refuse_closed(show)
    message = ChatMessage(show_id=show.id, person_id=person.person_id, name=person.name, text=_clean(text, LONGEST))
    message.at = at
    rehearsed = show.status == ShowStatus.REHEARSAL
    if rehearsed:
        message.hidden_at, message.hidden_by = at, person.person_id
    if who_may_host(show, person):
        message.name = show.creator.name
        note(show, ActivityKind.CHAT, at=at, by=person)
    return _add(message, quietly=rehearsed)


def lines(show_id: int, reader: bytes = NOBODY, *, since: datetime = EVER, most: int = SHOWN) -> list[Line]:
    """The last messages from `since` on, the oldest first, as this visitor may see them."""
    values = {"show": show_id, "reader": reader, "since": since, "most": most}
    found: list[Line] = rows(raw(), ROOM, "chat_lines", values, Line)
    return found


def name_of(show_id: int, visitor: bytes) -> str:
    """The name a visitor has in this chat; empty before their first message."""
    chatter = db.session.get(Chatter, (show_id, visitor))
    return chatter.name if chatter else ""


def gone(show_id: int, *, since: datetime) -> list[int]:
    """The latest messages that were taken away since that instant."""
    return [row.id for row in rows(raw(), ROOM, "chat_gone", {"show": show_id, "since": since, "most": 10 * SHOWN})]


def clean(*, before: datetime) -> int:
    """Deletes what was written before an instant, and who wrote it; returns the number of messages."""
    count = raw().execute("delete from chat_message where at < %s", [before]).rowcount
    raw().execute(
        "delete from chatter c where allowed_at < %s"
        " and not exists (select from chat_message m where (m.show_id, m.visitor) = (c.show_id, c.visitor))",
        [before],
    )
    return count


def _add(message: ChatMessage, *, quietly: bool) -> ChatMessage:
    db.session.add(message)
    db.session.flush()
    if not quietly:
        notices.announce(raw(), message.show_id, notices.CHAT)
    return message


def _refuse_closed(show: Show) -> None:
    if show.status not in OPEN:
        raise Conflict(gettext("The chat of this show is closed."))


def _name(show: Show, name: str) -> str:
    """The name one wants, unless it is the host's."""
    called = _clean(name, LONGEST_NAME)
    if called.casefold() == show.creator.name.casefold():
        raise Conflict(_taken())
    return called


def _clean(text: str, longest: int) -> str:
    """In one line, without what can't be seen; BadInput when nothing is left, or too much."""
    spaced = SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    seen = "".join(sign for sign in spaced if sign == JOINER or unicodedata.category(sign) not in UNSEEN)
    if not seen.strip():
        raise BadInput(gettext("Write a name and a message."))
    if len(seen) > longest:
        raise BadInput(gettext("That is too long: at most %(longest)s characters.", longest=longest))
    return seen


def _taken() -> str:
    return str(gettext("Somebody has that name in this chat: choose another one."))


def recently(at: datetime) -> datetime:
    """From when on messages and removals are sent again with a notice, so that none is missed."""
    return at - timedelta(seconds=15)
