"""Where other systems deliver. What comes is kept; the worker does the rest."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import abandon, db
from app.errors import NotFound
from app.integrations import inbox
from app.integrations.blueprint import blueprint
from app.integrations.source import Refused
from app.integrations.sources import SOURCES
from app.security import ANYBODY, csrf, require
from config import settings


@blueprint.post("/webhooks/<source>")
@require(ANYBODY)
def receive(source: str) -> ResponseReturnValue:
    """Keeps a delivery whose signature is right and answers 204 once that is committed; else 400 and one sentence."""
    of = SOURCES.get(source)
    if of is None or not of.secrets(settings()):
        raise NotFound(gettext("There is no such page, or it is not yours."))
    content = body_within(of.most_bytes)
    if content is None:
        return Response(
            f"{gettext('This is larger than an event of this source may be.')}\n", 413, mimetype="text/plain"
        )
    headers = {name: request.headers[name] for name in of.headers if name in request.headers}
    at = clock.now()
    try:
        inbox.receive(of, content, headers, at=at)
    except Refused as refused:
        abandon()
        inbox.count_refusal(of, refused.reason, at=at)
        db.session.commit()
        return Response(f"{refused.sentence}\n", refused.status, mimetype="text/plain")
    db.session.commit()
    return Response(status=204)


csrf.exempt(receive)  # its signature says who sent it


def body_within(most: int) -> bytes | None:
    """The body as it came; None when it is longer than `most` bytes, of which no more is read."""
    if (request.content_length or 0) > most:
        return None
    content = b""
    while len(content) <= most and (piece := request.stream.read(most + 1 - len(content))):
        content += piece
    return content if len(content) <= most else None
