"""What can go wrong, drawn as one tree. Each error is one sentence that says what to do.

StreamcutError
├── BadInput            422  the request or file says something we can't take
│   └── BadFile              ... and `report` lists the bad rows
├── NotFound            404  no such thing, or not yours
├── NotAllowed          403  you may not do this
│   └── SignInNeeded    401  ... before you sign in
├── Conflict            409  true a moment ago, not any more
│   ├── WrongStatus          the status does not allow this move
│   └── AlreadyStored        stored with another content
├── TooMany             429  slow down
└── Unavailable         503  something outside does not answer
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask_babel import gettext


class StreamcutError(Exception):
    """Base of all: `str(error)` is the sentence a user reads, `status` the HTTP answer."""

    status = 500

    def __init__(self, sentence: str, **about: Any) -> None:
        self.sentence = gettext(sentence)  # in the reader's language, where there is a reader
        super().__init__(self.sentence)
        self.about = about


class BadInput(StreamcutError):
    """What was sent can't be taken as it is."""

    status = 422


class BadFile(BadInput):
    """A file that was refused; `about["report"]` has its bad rows where there are any."""


class NotFound(StreamcutError):
    """There is no such thing, or it belongs to somebody else."""

    status = 404


class NotAllowed(StreamcutError):
    """The person may not do this."""

    status = 403


class SignInNeeded(NotAllowed):
    """Nobody is signed in."""

    status = 401


class Conflict(StreamcutError):
    """The world has moved on since the page was shown."""

    status = 409


class WrongStatus(Conflict):
    """The status does not allow this move."""


class AlreadyStored(Conflict):
    """The same key is stored with another content."""


class TooMany(StreamcutError):
    """Too many tries; `about["retry_after"]` is in seconds."""

    status = 429


class Unavailable(StreamcutError):
    """Something outside does not answer; trying again later may help."""

    status = 503


def in_one_line(error: Exception) -> str:
    """Our own errors are a sentence; others are told by kind, first line (the rest may hold data) and place."""
    if isinstance(error, StreamcutError):
        return str(error.sentence)
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace else ""
    first = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {first[0]}{place}"[:500]
