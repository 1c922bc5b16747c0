"""Creators like one, with the reasons in words: what a brand or the platform reads on the creator's page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_decimal, gettext, ngettext
from sqlalchemy import select

from app.creators import search
from app.creators.search import alike
from app.creators.search.alike import Alike, Known
from app.database import db, raw
from app.ranking.models import Fatigue
from app.users.models import Creator

SHOWN = 6  # on a creator's page


@dataclass(frozen=True)
class AlikeRow:
    """A creator with the sentence that says why they are alike."""

    creator: Creator
    reasons: str


@dataclass(frozen=True)
class AlikeList:
    """The most alike first; `missing` says why there is nobody, `more` whether there are others."""

    rows: list[AlikeRow]
    missing: str
    more: bool


def compare(at: datetime) -> int:
    """Notes how tired audiences are where creators are looked for, and works out anew who is like whom; returns how
    many pairs are kept. Nothing is committed."""
    tired = select(Fatigue.creator_id, Fatigue.value).where(
        Fatigue.brand_id == 0, Fatigue.country == "", Fatigue.value.is_not(None)
    )
    search.note_fatigue(raw(), dict(list(db.session.execute(tired))))
    return alike.compare(raw(), at=at)


def alike_rows(creator: Creator, readers: Collection[int], *, limit: int = SHOWN) -> AlikeList:
    """Creators like this one for somebody of these brands (none: for the platform)."""
    found = alike.alike_of(raw(), creator.id, readers=readers)
    shown = found[:limit]
    people = select(Creator).where(Creator.id.in_([each.creator_id for each in shown]))
    by_id = {each.id: each for each in db.session.scalars(people)}
    rows = [AlikeRow(by_id[each.creator_id], reasons(each)) for each in shown]
    missing = "" if rows else _missing(creator, alike.known_of(raw(), creator.id))
    return AlikeList(rows, missing, len(found) > limit)


def reasons(each: Alike) -> str:
    """What two creators have in common, the strongest first, separated by middle dots."""
    said = [
        _own(each.own_buyers) if each.own_buyers else "",
        _several(each.buyers) if each.buyers else "",
        {2: gettext("the same category"), 1: gettext("a category nearby")}.get(each.category, ""),
        gettext("most of the audience in the same country") if each.market else "",
        gettext("the same language") if each.language else "",
        gettext("an audience of the same age") if each.age else "",
    ]
    return " · ".join(filter(None, said))


def _own(buyers: int) -> str:
    return str(ngettext("%(num)d of your buyers bought from both", "%(num)d of your buyers bought from both", buyers))


def _several(buyers: int) -> str:
    several = gettext("at least %(buyers)s buyers of several brands bought from both", buyers=format_decimal(buyers))
    return str(several)


def _missing(creator: Creator, known: Known) -> str:
    """What it would take to find somebody."""
    name = creator.name
    if not known.compared:
        return str(gettext("Not compared yet: it is done every night, for everybody who can be found."))
    if not known.category:
        return str(
            gettext(
                "Nobody has said what %(name)s is at home in: a category on their profile or in a list of accounts is"
                " what others are compared by. Buyers in common are counted from %(own)s of your own on.",
                name=name,
                own=alike.OWN_FLOOR,
            )
        )
    return str(gettext("Nobody else in the market is at home in a category of %(name)s’s or near it.", name=name))
