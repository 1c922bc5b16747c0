"""The routes of lists of accounts from elsewhere: the platform's alone, so one list stands for both sides."""

from __future__ import annotations

import io
from typing import Any

from sqlalchemy import select

from app import clock
from app.creators.lists import own, receiving
from app.creators.models import CreatorList, Likeness
from app.database import db
from app.security import BRAND, OWNERS, Identity, Role
from tests.access import Kind, Row, Side

DEALERS = OWNERS | {Role.BRAND_MEMBER}
ADMIN, READERS = frozenset({Role.ADMIN}), frozenset({Role.ADMIN, Role.AUDITOR})
FILE = b"TikTok name,Followers\nnobody.special,1200\n"
MAPPED = {"platform": "tiktok", "measured_on": "2026-01-31", "column_0": "name", "column_1": ""}


def _list(_side: Side) -> object:
    found = db.session.scalar(select(CreatorList.public_id).limit(1))
    return found or receiving.receive(FILE, "tiktok-2026-01.csv", by=None, at=clock.now()).public_id


def _sent(_side: Side) -> Any:
    return {"file": (io.BytesIO(FILE), "tiktok-2026-01.csv")}


def _imported(side: Side) -> object:
    content = f"TikTok name,Followers\n{side.word}.alone,1200\n".encode()
    found = receiving.receive(content, "a.csv", by=None, at=clock.now())
    found.platform = "tiktok"
    receiving.import_list(found, by=None, at=clock.now())
    return found.public_id


def _likeness(_side: Side) -> object:
    """Two creators on the platform's side of the table: one pair stands for both sides."""
    waiting = select(Likeness.public_id).where(Likeness.status == "alike")
    if (found := db.session.scalar(waiting.limit(1))) is None:
        for platform in ("tiktok", "instagram"):
            content = b"account,name\nlamp.lady,Anna Vos\n"
            listed = receiving.receive(content, f"{platform}.csv", by=None, at=clock.now())
            receiving.import_list(listed, by=None, at=clock.now())
        found = db.session.scalar(waiting.limit(1))
    return found


def _by(side: Side) -> Identity:
    return Identity(side.person.id, side.person.name, "", "en", "UTC", "", frozenset())


def _own(side: Side) -> CreatorList:
    name = f"{side.word}.csv"
    found = receiving.receive(FILE, name, brand_id=side.brand.id, by=None, at=clock.now())
    found.platform = "tiktok"
    db.session.flush()
    return found


def _kept(side: Side) -> CreatorList:
    found = _own(side)
    own.keep(found, by=_by(side), at=clock.now())
    return found


def _offered(side: Side) -> object:
    found = _kept(side)
    own.offer(found, by=_by(side), at=clock.now())
    return found.public_id


KINDS = {
    "own_list": Kind(lambda side: _own(side).public_id),
    "kept_list": Kind(lambda side: _kept(side).public_id),
    "offered_list": Kind(_offered),
    "likeness": Kind(_likeness),
    "creator_list": Kind(_list),
    "imported_list": Kind(_imported),
}
KEPT = {"own_list": "kept_list"}
ROWS = [
    Row("creators.brand_own_lists", "GET", BRAND),
    Row("creators.brand_own_list_create", "POST", DEALERS, form=_sent),
    Row("creators.brand_own_list", "GET", BRAND),
    Row("creators.brand_own_list_update", "POST", DEALERS, form=MAPPED),
    Row("creators.brand_own_list_keep", "POST", DEALERS),
    Row("creators.brand_own_list_shortlist", "POST", DEALERS, KEPT, {"name": "Winter"}),
    Row("creators.brand_own_list_offer", "POST", DEALERS, KEPT),
    Row("creators.brand_own_list_delete", "POST", DEALERS, KEPT),
    Row("creators.brand_own_list_cells", "GET", BRAND),
    Row("creators.creator_list_take_up", "POST", ADMIN),
    Row("creators.creators_alike", "GET", READERS),
    Row("creators.creators_alike_look", "POST", ADMIN),
    Row("creators.creators_alike_merge", "POST", ADMIN),
    Row("creators.creators_alike_keep_apart", "POST", ADMIN),
    Row("creators.creator_lists", "GET", READERS),
    Row("creators.creator_list_create", "POST", ADMIN, form=_sent),
    Row("creators.creator_list", "GET", READERS),
    Row("creators.creator_list_update", "POST", ADMIN, form=MAPPED),
    Row("creators.creator_list_cells", "GET", READERS),
    Row("creators.creator_list_import", "POST", ADMIN),
    Row("creators.creator_list_discard", "POST", ADMIN),
    Row(
        "creators.creator_list_withdraw", "POST", ADMIN, {"creator_list": "imported_list"}, {"reason": "the wrong file"}
    ),
]
