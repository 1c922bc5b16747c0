"""Texts people write, checked the same way everywhere."""

from __future__ import annotations

from flask_babel import gettext

from app.errors import BadInput


def required_text(text: str, sentence: str, longest: int) -> str:
    """As `optional_text`; BadInput with `sentence` when nothing is left."""
    text = optional_text(text, longest)
    if not text:
        raise BadInput(sentence)
    return text


def optional_text(text: str, longest: int) -> str:
    """The text without the space around it, its lines ended as everywhere. BadInput when it has more than `longest`
    characters."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > longest:
        raise BadInput(gettext("Write at most %(count)s characters.", count=longest))
    return text
