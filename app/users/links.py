"""Links that open something once: the id of a row, signed, so that only we can have made them.

Whether a link still opens anything is what its row says. The signature keeps those out who have read the table.
"""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer

from app.errors import NotFound
from config import settings


def token_of(kind: str, row_id: UUID) -> str:
    """The signed text that stands in the address of a link of `kind` (reset, invitation)."""
    text: str = _serializer(kind).dumps(row_id.hex)
    return text


def row_of(kind: str, token: str) -> UUID:
    """The id in a link of `kind`; NotFound when we did not sign it for that."""
    try:
        return UUID(_serializer(kind).loads(token))
    except (BadSignature, ValueError, TypeError, AttributeError) as error:
        raise link_closed() from error


def link_closed() -> NotFound:
    """What somebody reads whose link opens nothing (any more), for whatever reason."""
    return NotFound(gettext("This link was used, withdrawn or has expired: ask for a new one."))


def address(endpoint: str, kind: str, row_id: UUID) -> str:
    """The whole address, as it stands in a mail: from the settings, never from what a request says its host is."""
    path = current_app.url_map.bind("").build(endpoint, {"token": token_of(kind, row_id)})
    return settings().address_of(path)


def _serializer(kind: str) -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt=f"streamcut-{kind}")
