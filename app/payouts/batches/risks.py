"""What is worth a second look at the payouts of a batch, in four levels (rules.md B21). HIGH is answered in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.database import query_rows

Connection = psycopg.Connection[Any]

HIGH = 4
LEVELS = {  # level: (label, tone)
    1: (_("Info"), "quiet"),
    2: (_("Low"), "info"),
    3: (_("Medium"), "warn"),
    HIGH: (_("HIGH"), "bad"),
}
NOTES: LiteralString = """
select n.payout_id, n.level, n.note, n.about, c.name as creator, p.public_id as payout
from risk_notes(%(batch)s) n join payout p on p.id = n.payout_id join creator c on c.id = p.creator_id
order by n.level desc, n.payout_id, n.note
"""


class Note(NamedTuple):
    """One thing about one payout. `about` names who or what it is about, where there is one."""

    payout_id: int
    level: int
    note: str
    about: str
    creator: str
    payout: UUID


def read(connection: Connection, batch_id: int) -> list[Note]:
    """All notes of a batch as of now, the highest level first."""
    return query_rows(connection, NOTES, {"batch": batch_id}, Note)


def by_payout(notes: Sequence[Note]) -> Mapping[int, list[Note]]:
    """The notes of each payout, the highest level first."""
    found: dict[int, list[Note]] = defaultdict(list)
    for note in notes:
        found[note.payout_id].append(note)
    return found


def by_level(notes: Sequence[Note]) -> list[tuple[int, int]]:
    """How many notes there are of each level, the highest first."""
    return sorted(Counter(note.level for note in notes).items(), reverse=True)


def high(notes: Sequence[Note]) -> list[Note]:
    """Those that the approver has to answer."""
    return [note for note in notes if note.level == HIGH]


def sentence(note: Note) -> str:
    """What a note says."""
    sentences = {
        "first": gettext("First payout ever"),
        "bank_changed": gettext("Bank details changed since the last payout"),
        "shared_account": gettext("Same bank account as %(others)s", others=note.about),
        "name_differs": gettext("Account holder is “%(holder)s”", holder=note.about),
        "large": gettext("Among the largest five per cent"),
        "much_more": gettext("Over half more than last time"),
        "much_less": gettext("Under half of last time"),
        "same_person": gettext("Same person behind %(others)s", others=note.about),
    }
    return str(sentences[note.note])
