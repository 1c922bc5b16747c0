"""The routes of watch pages, chat and moderation."""

from __future__ import annotations

from app import clock
from app.database import db
from app.live.models import ChatMessage, Chatter
from app.security import ANYBODY, SIGNED_IN
from app.streams import shows
from tests.access import Kind, Row, Side

VISITOR = b"v" * 16


def _message(side: Side) -> object:
    """What a visitor has written in the show that the person moderates."""
    show = shows.show_by_public_id(side.value("moderated_show"))  # type: ignore[arg-type]
    db.session.add(Chatter(show_id=show.id, visitor=VISITOR, name="Anne", allowance=1, allowed_at=clock.now()))
    db.session.flush()
    message = ChatMessage(show_id=show.id, visitor=VISITOR, name="Anne", text=side.word, at=clock.now())
    db.session.add(message)
    db.session.flush()
    return message.id


KINDS = {"chat_message": Kind(_message, missing=999_999_999, personal=True)}
WATCHED, MODERATED = {"show": "show_on_air"}, {"show": "moderated_show"}
MESSAGE = MODERATED | {"message": "chat_message"}

ROWS = [
    Row("live.watch", "GET", ANYBODY, args=WATCHED),
    Row("live.ticket", "GET", ANYBODY, args=WATCHED),
    Row("live.now", "GET", ANYBODY, args=WATCHED),
    Row("live.seen", "POST", ANYBODY, args=WATCHED),
    Row("live.calendar", "GET", ANYBODY, args=WATCHED),
    Row("live.chapters", "GET", ANYBODY, args=WATCHED),
    Row("live.chat_write", "POST", ANYBODY, args=WATCHED, form={"name": "Anne", "text": "Hello"}),
    Row("live.moderating", "GET", SIGNED_IN, args=MODERATED),
    Row("live.message_hide", "POST", SIGNED_IN, args=MESSAGE),
    Row("live.message_mute", "POST", SIGNED_IN, args=MESSAGE),
    Row("live.message_unmute", "POST", SIGNED_IN, args=MESSAGE),
    Row("live.word_block", "POST", SIGNED_IN, args=MODERATED, form={"word": "scam"}),
    Row("live.word_unblock", "POST", SIGNED_IN, args=MODERATED, form={"word": "scam"}),
]
