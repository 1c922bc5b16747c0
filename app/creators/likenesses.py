"""Creators who may be one person, met on several platforms: found, shown with what speaks for it, and merged or kept
apart by somebody who has looked; never by themselves.

Merging gives one of them the channels of the other, with their figures, and the other goes. What was agreed, streamed,
sold or paid is somebody's for good, so of two creators who both have any of it neither can go.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from psycopg.errors import DeadlockDetected, ForeignKeyViolation, RestrictViolation
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.creators import taking_up
from app.creators.lists.storing import in_turn
from app.creators.models import Likeness, LikenessStatus
from app.database import db, lock, raw, statement
from app.errors import Conflict, NotFound
from app.security import Identity
from app.streams.models import Channel
from app.transitions import move
from app.users import trail
from app.users.models import Creator

SHORTEST, MOST = 6, 3  # signs of an account that tells somebody, and creators who may share an account or a name
IN_USE = (  # tables, and what somebody has who stands in one
    ("membership", _("a sign-in")),
    ("claim", _("a claim")),
    ("invitation", _("an invitation to sign in")),
    ("contract", _("contracts")),
    ("offer", _("offers")),
    ("stream", _("streams")),
    ("show", _("planned shows")),
    ("application", _("applications")),
    ("approach", _("invitations to campaigns")),
    ("participation", _("campaigns")),
    ("sample", _("samples")),
    ("gift", _("samples")),
    ("payout", _("payouts")),
    ("bank_detail", _("bank details")),
    ("legal_details", _("legal details")),
    ("tax_profile", _("tax details")),
    ("invoice", _("invoices")),
    ("profile", _("a profile of their own")),
    ("asking_price", _("asking prices")),
    ("shortlist_entry", _("a place on a brand’s list")),
    ("creator_tag", _("tags of a brand")),
    ("creator_note", _("notes of a brand")),
)


@dataclass(frozen=True)
class Row:
    """What a list says stands in one row: an account, and another one of the same person elsewhere."""

    line: int
    platform: str
    name: str
    other: str
    other_name: str


@dataclass(frozen=True)
class Pair:
    """A proposal with both creators, who stays, and why neither can go (empty: one of them can)."""

    likeness: Likeness
    one: Creator
    other: Creator
    uses: tuple[list[str], list[str]]

    @property
    def stays(self) -> Creator:
        """Who is in use; of two who are not the one who was here first."""
        return self.other if self.uses[1] and not self.uses[0] else self.one

    @property
    def goes(self) -> Creator:
        """The other one."""
        return self.one if self.stays is self.other else self.other

    @property
    def obstacle(self) -> str:
        """Why they can't be merged; empty where they can."""
        if not all(self.uses):
            return ""
        return str(
            gettext(
                "These two can’t be merged, because both are in use: %(one)s has %(what)s, %(other)s has %(more)s. "
                "What was agreed and earned stays with whom it was agreed with.",
                one=self.one.name,
                what=", ".join(self.uses[0]),
                other=self.other.name,
                more=", ".join(self.uses[1]),
            )
        )


def look(creator_ids: Collection[int] | None, *, file_name: str = "", rows: Sequence[Row] = (), at: datetime) -> int:
    """Proposes who of these creators (None: of all) may be the same person as whom; returns how many pairs are new or
    have new signs. `rows`: what a list `file_name` says of accounts in one row."""
    values: dict[str, Any] = {
        "creators": None if creator_ids is None else sorted(creator_ids),
        "shortest": SHORTEST,
        "most": MOST,
        "file_name": file_name,
        "lines": [row.line for row in rows],
        "platforms": [row.platform for row in rows],
        "names": [row.name for row in rows],
        "others": [row.other for row in rows],
        "other_names": [row.other_name for row in rows],
        "at": at,
    }
    return raw().execute(statement("app.creators", "likeness_find"), values, prepare=False).rowcount


def open_pairs(number: int) -> list[Pair]:
    """The proposals that wait, those with most signs first."""
    one, other = aliased(Creator), aliased(Creator)
    query = (
        select(Likeness, one, other)
        .join(one, one.id == Likeness.one_id)
        .join(other, other.id == Likeness.other_id)
        .where(Likeness.status == LikenessStatus.ALIKE)
        .order_by(func.jsonb_array_length(Likeness.evidence).desc(), Likeness.id)
        .limit(number)
    )
    rows = [(row[0], row[1], row[2]) for row in db.session.execute(query)]
    uses = _uses([creator.id for row in rows for creator in row[1:]])
    return [Pair(likeness, one, other, (uses[one.id], uses[other.id])) for likeness, one, other in rows]


def decided(number: int) -> Sequence[Likeness]:
    """The latest decisions."""
    query = select(Likeness).where(Likeness.status != LikenessStatus.ALIKE)
    return db.session.scalars(query.order_by(Likeness.decided_at.desc(), Likeness.id.desc()).limit(number)).all()


def get(public_id: UUID) -> Likeness:
    """The proposal; NotFound where there is none."""
    found = db.session.scalar(select(Likeness).where(Likeness.public_id == public_id))
    if found is None:
        raise NotFound(gettext("There is no such proposal."))
    return found


def merge(likeness: Likeness, *, by: Identity, at: datetime) -> Creator:
    """Makes one creator of both; returns who stays. WrongStatus when it is decided; Conflict when both are in use, one
    is gone, or somebody is changing one right now."""
    lock(likeness)
    in_turn()
    _decide(likeness, LikenessStatus.MERGED, by, at)
    found = {each.id: each for each in db.session.scalars(_both(likeness).with_for_update())}
    if len(found) < 2:
        raise Conflict(gettext("One of these creators is no longer here, so there is nothing to merge."))
    one, other, uses = found[likeness.one_id], found[likeness.other_id], _uses(found)
    pair = Pair(likeness, one, other, (uses[one.id], uses[other.id]))
    if pair.obstacle:
        raise Conflict(pair.obstacle)
    stays, goes = pair.stays, pair.goes
    if raw().execute(statement("app.creators", "likeness_visited"), {"creator": goes.id}).fetchone():
        raise Conflict(gettext("Visitors came by “%(name)s”, so the two stay apart.", name=goes.name))
    about = {"handle": goes.handle, "name": goes.name, "into": stays.handle, "evidence": likeness.evidence}
    taking_up.wait()
    try:
        with db.session.begin_nested():
            _give(stays.id, goes.id)
    except (ForeignKeyViolation, RestrictViolation) as error:
        raise Conflict(
            gettext("Something refers to “%(name)s” that can’t be moved, so the two stay apart.", name=goes.name)
        ) from error
    except DeadlockDetected as error:
        raise Conflict(gettext("Somebody is changing one of these creators right now. Try again.")) from error
    goes_id = goes.id
    db.session.expunge(goes)
    db.session.refresh(stays)
    trail.record("merge", "creator", stays.id, by=by, at=at, **about)
    taking_up.take_up([stays.id, goes_id], at=at)  # who is gone is rated and found no more
    return stays


def keep_apart(likeness: Likeness, *, by: Identity, at: datetime) -> None:
    """Says that they are two people: the pair is not proposed again. WrongStatus when it is decided."""
    lock(likeness)
    _decide(likeness, LikenessStatus.TWO, by, at)
    trail.record(
        "keep_apart", "likeness", likeness.id, by=by, at=at, one=likeness.one_handle, other=likeness.other_handle
    )


def channels_of(pairs: Sequence[Pair]) -> dict[int, list[Channel]]:
    """The channels of everybody in the pairs, by creator."""
    ids = [creator.id for pair in pairs for creator in (pair.one, pair.other)]
    found: dict[int, list[Channel]] = {each: [] for each in ids}
    query = select(Channel).where(Channel.creator_id.in_(ids)).order_by(Channel.platform, Channel.id)
    for channel in db.session.scalars(query):
        found[channel.creator_id].append(channel)
    return found


def _decide(likeness: Likeness, status: LikenessStatus, by: Identity, at: datetime) -> None:
    move(likeness, status)
    likeness.decided_at, likeness.decided_by = at, by.name


def _both(likeness: Likeness) -> Any:
    return select(Creator).where(Creator.id.in_([likeness.one_id, likeness.other_id])).order_by(Creator.id)


def _uses(creator_ids: Collection[int]) -> dict[int, list[str]]:
    """What each of these creators has that can't be moved, in the reader's words."""
    rows = raw().execute(statement("app.creators", "likeness_uses"), {"creators": list(creator_ids)}).fetchall()
    uses: dict[int, list[str]] = {each: [] for each in creator_ids}
    for creator_id, tables in rows:
        uses[creator_id] = list(dict.fromkeys(str(what) for table, what in IN_USE if table in tables))
    return uses


def _give(stays: int, goes: int) -> None:
    """Moves what the one has to the other, and takes the one away."""
    db.session.flush()
    for name in ("told", "channels", "lists", "documents", "creator"):
        raw().execute(statement("app.creators", f"likeness_{name}"), {"stays": stays, "goes": goes})
