"""What can go wrong between a program and us, beside app/errors.py; each is answered as one form (RFC 9457).

StreamcutError
├── BadInput
│   ├── Unreadable       400  no JSON, or JSON that says something twice
│   └── BadFields        422  fields that the schema does not allow; `about["errors"]` lists them
├── NoKey                401  no key, or none that is good
├── TooLarge             413
└── WrongKind            415  another content type
"""

from __future__ import annotations

from app.errors import BadInput, NotAllowed, StreamcutError


class Unreadable(BadInput):
    """The body is no JSON that can be read in one way only."""

    status = 400


class BadFields(BadInput):
    """The schema does not allow it; `about["errors"]` says which fields."""


class NoKey(NotAllowed):
    """There is no key with the request, or none that is good."""

    status = 401


class TooLarge(StreamcutError):
    """More was sent than is taken at once."""

    status = 413


class WrongKind(StreamcutError):
    """The body is of another kind than JSON."""

    status = 415
