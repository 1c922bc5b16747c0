"""The words nobody may write in the shows of a creator; the host and the moderators keep the list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.database import db
from app.errors import BadInput, Conflict
from app.live.models import BlockedWord
from app.security import Identity

LONGEST, MOST = 60, 500
APART = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """As words are compared: small letters without accents, and nothing between them but single spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return APART.sub(" ", "".join(sign for sign in letters if not unicodedata.combining(sign))).strip()


def words_of(creator_id: int) -> Sequence[str]:
    """The list, by the alphabet."""
    query = select(BlockedWord.word).where(BlockedWord.creator_id == creator_id).order_by(BlockedWord.word)
    return db.session.scalars(query).all()


def refuse_blocked(creator_id: int, text: str) -> None:
    """BadInput when a word of the list stands in the text, as a word of its own."""
    said = f" {plain(text)} "
    if any(f" {word} " in said for word in words_of(creator_id)):
        raise BadInput(gettext("A word in your message is not welcome here: put it differently."))


def block(creator_id: int, text: str, *, by: Identity, at: datetime) -> str:
    """Puts a word, or a few words that stand together, on the list; returns it as it is compared."""
    word = plain(text)
    if not 2 <= len(word) <= LONGEST:
        raise BadInput(gettext("Enter a word of 2 to %(longest)s letters.", longest=LONGEST))
    if len(words_of(creator_id)) >= MOST:
        raise Conflict(gettext("There are %(most)s words on the list: remove some first.", most=MOST))
    row = {"creator_id": creator_id, "word": word, "added_by": by.person_id, "added_at": at}
    db.session.execute(insert(BlockedWord).values(row).on_conflict_do_nothing())
    return word


def unblock(creator_id: int, word: str) -> None:
    """Takes a word off the list, if it is there."""
    db.session.execute(delete(BlockedWord).where(BlockedWord.creator_id == creator_id, BlockedWord.word == word))
