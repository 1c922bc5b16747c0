"""Texts people write, checked the same way everywhere."""

from __future__ import annotations

from flask_babel import gettext

from app.errors import BadInput


def required_text(text: str, sentence: str, longest: int) -> str:
    """The text without the space around it. BadInput with `sentence` when nothing is left, and when it has more than
    `longest` characters."""
    text = text.strip()
    if not text:
        raise BadInput(sentence)
    if len(text) > longest:
        raise BadInput(gettext("Write at most %(count)s characters.", count=longest))
    return text
