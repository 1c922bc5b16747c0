"""What host and moderators do about the chat: hide a message, mute its writer, and take either back.

Who may do it is asked by the views (`streams.shows.who_may_moderate`). All of it is noted in the trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select, update

from app.database import db, raw, rows
from app.errors import Conflict, NotFound
from app.live.models import ChatMessage, Chatter
from app.security import Identity
from app.streams import notices
from app.streams.models import Show
from app.users.trail import record


@dataclass(frozen=True)
class Written:
    """A message as moderators see it."""

    id: int
    name: str
    text: str
    at: datetime
    of_show: bool
    hidden: bool
    muted: bool


def message_of(show: Show, message_id: int) -> ChatMessage:
    """A message of this show; NotFound when it is none."""
    query = select(ChatMessage).where(ChatMessage.show_id == show.id, ChatMessage.id == message_id)
    message = db.session.scalar(query)
    if message is None:
        raise NotFound(gettext("There is no such message, or it is not yours."))
    return message


def hide(message: ChatMessage, *, by: Identity, at: datetime) -> None:
    """Nobody sees the message any more. Hidden twice it is hidden once."""
    hidden = update(ChatMessage).where(ChatMessage.id == message.id, ChatMessage.hidden_at.is_(None))
    if db.session.execute(hidden.values(hidden_at=at, hidden_by=by.person_id)).rowcount:  # type: ignore[attr-defined]
        record("hide message", "show", message.show_id, by=by, at=at, message=message.id)
        notices.announce(raw(), message.show_id, notices.CHAT)


def mute(message: ChatMessage, *, by: Identity, at: datetime) -> None:
    """Whoever wrote the message is from now on read by themself alone, with all they have written. Conflict for
    somebody of the show."""
    if message.visitor is None:
        raise Conflict(gettext("Somebody of the show can't be muted."))
    _set_muted(message, at, by)
    record("mute visitor", "show", message.show_id, by=by, at=at, message=message.id)


def unmute(message: ChatMessage, *, by: Identity, at: datetime) -> None:
    """Whoever wrote the message is read by everybody again."""
    _set_muted(message, None, None)
    record("unmute visitor", "show", message.show_id, by=by, at=at, message=message.id)


def _set_muted(message: ChatMessage, at: datetime | None, by: Identity | None) -> None:
    chatter = update(Chatter).where(Chatter.show_id == message.show_id, Chatter.visitor == message.visitor)
    db.session.execute(chatter.values(muted_at=at, muted_by=by.person_id if by else None))
    notices.announce(raw(), message.show_id, notices.CHAT)


def latest(show: Show, most: int = 100) -> list[Written]:
    """The latest messages, the newest first, also those that viewers do not see."""
    found: list[Written] = rows(raw(), "app.live", "written", {"show": show.id, "most": most}, Written)
    return found


def note_word(show: Show, deed: str, word: str, *, by: Identity, at: datetime) -> None:
    """Notes in the trail who changed the list of words, and from which show."""
    record(deed, "show", show.id, by=by, at=at, word=word)
