"""The chat as host and moderators see it: hide, mute, and the list of words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import NotFound, StreamcutError
from app.live import blocked_words, moderation
from app.live.blueprint import blueprint
from app.live.models import ChatMessage
from app.security import SIGNED_IN, Identity, identity, require
from app.streams.models import Show
from app.streams.shows import show_by_public_id, who_may_moderate

Deed = Callable[..., None]


@blueprint.get("/live/<uuid:show>/moderation")
@require(SIGNED_IN)
def moderating(show: UUID) -> ResponseReturnValue:
    """The latest messages, with what can be done about them, and the words nobody may write."""
    moderated = _show(show)
    return render_template(
        "live/moderation.html",
        show=moderated,
        messages=moderation.latest(moderated),
        words=blocked_words.words_of(moderated.creator_id),
    )


@blueprint.post("/live/<uuid:show>/messages/<int:message>/hide")
@require(SIGNED_IN)
def message_hide(show: UUID, message: int) -> ResponseReturnValue:
    """Nobody sees the message any more."""
    return _done(show, message, moderation.hide, gettext("The message is hidden."))


@blueprint.post("/live/<uuid:show>/messages/<int:message>/mute")
@require(SIGNED_IN)
def message_mute(show: UUID, message: int) -> ResponseReturnValue:
    """Its writer is read by themself alone."""
    return _done(show, message, moderation.mute, gettext("Muted. Only they still see what they write."))


@blueprint.post("/live/<uuid:show>/messages/<int:message>/unmute")
@require(SIGNED_IN)
def message_unmute(show: UUID, message: int) -> ResponseReturnValue:
    """Its writer is read by everybody again."""
    return _done(show, message, moderation.unmute, gettext("Everybody reads them again."))


@blueprint.post("/live/<uuid:show>/words")
@require(SIGNED_IN)
def word_block(show: UUID) -> ResponseReturnValue:
    """Puts a word on the list."""
    moderated, at = _show(show), clock.now()
    try:
        word = blocked_words.block(moderated.creator_id, request.form.get("word", ""), by=identity(), at=at)
        moderation.note_word(moderated, "block word", word, by=identity(), at=at)
        db.session.commit()
        flash(gettext("“%(word)s” can’t be written any more.", word=word), "success")
    except StreamcutError as error:
        db.session.rollback()
        flash(error.sentence, "error")
    return _back(moderated)


@blueprint.post("/live/<uuid:show>/words/remove")
@require(SIGNED_IN)
def word_unblock(show: UUID) -> ResponseReturnValue:
    """Takes a word off the list."""
    moderated, word = _show(show), request.form.get("word", "")
    blocked_words.unblock(moderated.creator_id, word)
    moderation.note_word(moderated, "unblock word", word, by=identity(), at=clock.now())
    db.session.commit()
    return _back(moderated)


def _show(public_id: UUID) -> Show:
    """A show that the person moderates; for everybody else there is none."""
    show = show_by_public_id(public_id)
    if not who_may_moderate(show, identity()):
        raise NotFound(gettext("There is no such show, or it is not yours."))
    return show


def _done(show: UUID, message: int, deed: Deed, sentence: str) -> ResponseReturnValue:
    moderated = _show(show)
    found: ChatMessage = moderation.message_of(moderated, message)
    person: Identity = identity()
    at: datetime = clock.now()
    try:
        deed(found, by=person, at=at)
        db.session.commit()
        flash(sentence, "success")
    except StreamcutError as error:
        db.session.rollback()
        flash(error.sentence, "error")
    return _back(moderated)


def _back(show: Show) -> ResponseReturnValue:
    return redirect(url_for("live.moderating", show=show.public_id), 303)
