"""Requests that may be repeated: one that comes with a name of its own is done once, and answered alike each time.

The answer is kept in the transaction of what was done, so there is never one without the other. What was refused is
not kept: it may be mended and sent again under the same name.
"""

from __future__ import annotations

import hashlib
import re

from flask import Response, request
from flask_babel import gettext
from sqlalchemy import func, select

from app.api.callers import Caller
from app.api.errors import Unreadable
from app.api.models import Answer
from app.database import db
from app.errors import BadInput, Conflict

HEADER = "Idempotency-Key"
NAME = re.compile(r"[!-~]{1,255}")


def name_of_request() -> str | None:
    """The name the request gives itself; None when it has none. Unreadable for one that no header should hold."""
    name = request.headers.get(HEADER)
    if name is not None and not NAME.fullmatch(name):
        raise Unreadable(gettext("An Idempotency-Key has 1 to 255 printable characters of ASCII, without spaces."))
    return name


def repeated(caller: Caller, name: str, content: bytes) -> Response | None:
    """The answer that was given to the same request before; None for the first one, which nobody else then does at the
    same time. Conflict while another one does it, BadInput when the name stood for something else."""
    lock = func.hashtextextended(f"api {caller.key_id} {name}", 0)
    if not db.session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
        raise Conflict(gettext("A request with this Idempotency-Key is being done just now: ask again in a moment."))
    kept = db.session.get(Answer, (caller.key_id, name))
    if kept is None:
        return None
    if (kept.method, kept.path, kept.body_hash) != _what(content):
        raise BadInput(
            gettext("This Idempotency-Key stood for another request before: give each request a name of its own.")
        )
    answer = Response(kept.body, kept.status, content_type="application/json")
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def keep(caller: Caller, name: str, content: bytes, answer: Response) -> None:
    """Keeps the answer for whoever repeats the request; the caller commits it with what was done."""
    method, path, digest = _what(content)
    about = {"method": method, "path": path, "body_hash": digest, "status": answer.status_code}
    db.session.add(Answer(key_id=caller.key_id, name=name, **about, body=answer.get_data(), at=caller.at))


def _what(content: bytes) -> tuple[str, str, bytes]:
    return request.method, request.path, hashlib.sha256(content).digest()
