"""Texts that people write: trimmed, required where they are, and never too long."""

from __future__ import annotations

from flask_babel import gettext

from app.errors import BadInput


def required_text(text: str, sentence: str, longest: int) -> str:
    """The text without space around it, lines ending in `\\n`.

    BadInput with `sentence` when nothing is left of it, and when it has more than `longest` characters.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise BadInput(sentence)
    if len(text) > longest:
        raise BadInput(gettext("Write at most %(count)s characters.", count=longest))
    return text
