"""Writing in the chat of a show. A message that claims a product reserves it, and is answered to its writer alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from markupsafe import Markup

from app import clock
from app.database import db
from app.errors import StreamcutError
from app.live import chat, claims, parts, watching
from app.live.blueprint import blueprint
from app.live.models import ChatMessage
from app.orders import links, waiting
from app.orders.reservations import SoldOut, reserve
from app.orders.visitors import visitor_key
from app.security import ANYBODY, Identity, require, signed_in
from app.streams.models import Show
from app.streams.shows import items_of
from app.stripe_gateway import gateway
from config import settings

LINKED = Markup('{0} <a href="{1}">{2}</a>')


@blueprint.post("/live/<uuid:show>/chat")
@require(ANYBODY)
def chat_write(show: UUID) -> ResponseReturnValue:
    """Adds a message. To a script it answers in JSON with the line, and what is for the writer alone; to a form by
    going back to the page."""
    who, at = signed_in(), clock.now()
    shown = watching.watchable(show, who)
    try:
        message = _write(shown, who, at)
    except StreamcutError as error:
        db.session.rollback()
        return _answer(shown, None, Markup.escape(error.sentence), error.status)
    if message.hidden_at:
        answer = Markup.escape(gettext("This is a rehearsal: viewers don’t see what you write."))
    else:
        answer = Markup("") if message.person_id else _claim(shown, message.text, at)
    return _answer(shown, message, answer, 200)


def _write(show: Show, who: Identity | None, at: datetime) -> ChatMessage:
    text = request.form.get("text", "")
    if who and watching.of_show(show, who):
        message = chat.write_for_show(show, who, text, at=at)
    else:
        message = chat.write(show, visitor_key(), request.form.get("name", ""), text, at=at)
    db.session.commit()
    return message


def _claim(show: Show, text: str, at: datetime) -> Markup:
    """What becomes of a claim, in HTML for its writer; empty for a message that claims nothing."""
    items = items_of(show)
    claim = claims.read_claim(text, items)
    if claim is None:
        return Markup("")
    item = next(item for item in items if item.id == claim.item_id)
    try:
        gateway(settings())  # where nobody can pay nothing is reserved
        reserved = reserve(show, claim.item_id, claim.quantity, visitor_key(), at)
        db.session.commit()
    except SoldOut as error:
        db.session.rollback()
        waiting.note_missed(show, item.id, claim.quantity, visitor_key(), at=at)
        db.session.commit()
        told, wait = f"{item.product.name}: {error.sentence}", error.about.get("may_wait")
        address = url_for("orders.wait_form", show=show.public_id, item=item.id) if wait else f"#item-{item.id}"
        return LINKED.format(told, address, gettext("Join the waiting list") if wait else gettext("See the product"))
    except StreamcutError as error:
        db.session.rollback()
        told = f"{item.product.name}: {error.sentence}"
        return LINKED.format(told, f"#item-{item.id}", gettext("See the product"))
    told = ngettext(
        "%(num)d × %(product)s is reserved for you for ten minutes.",
        "%(num)d × %(product)s are reserved for you for ten minutes.",
        reserved.quantity,
        product=item.product.name,
    )
    return LINKED.format(told, links.reservation(reserved.public_id), gettext("Go on to pay"))


def _answer(show: Show, message: ChatMessage | None, told: Markup, status: int) -> ResponseReturnValue:
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        line = ""
        if message:
            own = message.visitor is not None or message.hidden_at is not None  # stays on their own page
            shown = chat.Line(message.id, message.name, message.text, message.at, message.person_id, own)
            line = parts.line_html(shown)
        return jsonify(line=line, told=told), status
    if told:
        flash(told, "info" if message else "error")
    elif message:
        flash(gettext("Your message is in the chat."), "success")
    return redirect(url_for("live.watch", show=show.public_id, _anchor="chat"), 303)
