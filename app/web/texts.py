"""Texts people write, checked the same way everywhere."""

from __future__ import annotations

from flask_babel import gettext

from app.csvfiles.cells import NAME
from app.errors import BadInput

LONGEST_NAME = 200


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


def checked_name(text: str) -> str:
    """The name of a person, brand or creator without the space around it, as strict as a file's (cells.NAME). BadInput
    for one that is empty or longer than 200 characters, or holds a line break or another control character: a name
    stands in the subjects of letters, in contracts and in files of banks. The database refuses such names too."""
    text = text.strip()
    if not text or len(text) > LONGEST_NAME or not NAME.fits.fullmatch(text):
        raise BadInput(
            gettext(
                "Write the name on one line of 1 to %(count)s characters, without tabs and line breaks.",
                count=LONGEST_NAME,
            )
        )
    return text
