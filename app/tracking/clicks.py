"""Clicks on links of ours as shops give them back: whose visitor they are, and what a shop saw that we did not.

A link's click has an id, which travels with the buyer to the shop and comes back with the order. Its touch is stored
under that id, so one click is one touch, whoever tells of it and however often.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.database import db, raw, statement
from app.tracking.models import Touch
from app.tracking.visitors import visitor_hash
from app.users.models import Brand
from config import settings

CLICK_ID = re.compile("[0-9a-f]{24}")
CODE = re.compile("[a-z0-9][a-z0-9-]{1,30}[a-z0-9]")  # of a link
LONGEST_EVIDENCE = 500  # characters


@dataclass(frozen=True)
class ShopVisit:
    """What a shop has recorded of a buyer's way to it: `utm_content` and `ref` of the address they came by, and where
    that stood (`evidence`, like `landing_site=/?ref=abc`)."""

    click_id: str | None
    code: str | None
    visited_at: datetime
    evidence: str


def new_click_id() -> str:
    """An id nobody can guess, of signs that no shop changes: 24 hexadecimal digits."""
    return secrets.token_hex(12)


def click_visitor(brand: str, click_id: str) -> bytes:
    """The visitor of the brand with that handle who is known by one click alone, in 16 bytes."""
    return bytes.fromhex(visitor_hash(brand, f"click:{click_id}", settings().visitor_key.encode()))


def visitors_of_clicks(brand_id: int, click_ids: Collection[str]) -> dict[str, str]:
    """The visitors of those clicks on the brand's links that are stored as touches: click id -> `hmac:<32 digits>`.

    Other ids, also those of another brand's clicks and of touches in files, are left out.
    """
    known = [each for each in click_ids if CLICK_ID.fullmatch(each)]
    if not known:
        return {}
    query = select(Touch.ref, Touch.visitor)
    found = db.session.execute(
        query.where(Touch.brand_id == brand_id, Touch.ref.in_(known), Touch.link_id.is_not(None))
    )
    return {click: written(visitor) for click, visitor in found}


def written(visitor: bytes) -> str:
    """A visitor's hash as files and sale lines write it."""
    return f"hmac:{visitor.hex()}"


def record_shop_visits(brand_id: int, visits: Sequence[ShopVisit], *, at: datetime) -> list[str | None]:
    """Stores what a shop has recorded, and returns for each visit the visitor that is to stand on the sale
    (`hmac:<32 digits>`); None where it names no link of this brand.

    Our own touch of the same click id wins: nothing is stored then. Else the visit is a touch with its evidence, once
    however often it is told. A link that was off at the visit gets none. The caller commits.
    """
    own = visitors_of_clicks(brand_id, {visit.click_id for visit in visits if visit.click_id})
    handle = db.session.scalar(select(Brand.handle).where(Brand.id == brand_id)) or ""
    codes = _codes(brand_id, visits)
    answers: list[str | None] = []
    told: dict[str, tuple[str, bytes, ShopVisit]] = {}
    for visit in visits:
        if visit.click_id in own:
            answers.append(own[visit.click_id or ""])
        elif (code := _code(visit)) in codes:
            ref = _reference(visit)
            visitor = click_visitor(handle, ref)
            answers.append(written(visitor))
            told.setdefault(ref, (code, visitor, visit))
        else:
            answers.append(None)
    if told:
        _store(brand_id, told, at)
    return answers


def clicks_since(brand_id: int, since: datetime) -> int:
    """How many people clicked links of the brand since then: whether a shop that names none of them has lost them."""
    query = select(func.count()).where(
        Touch.brand_id == brand_id, Touch.link_id.is_not(None), Touch.occurred_at >= since, Touch.evidence.is_(None)
    )
    return db.session.scalar(query) or 0


def _code(visit: ShopVisit) -> str:
    """The code as links have it; empty where it can be none."""
    code = (visit.code or "").strip().lower()
    return code if CODE.fullmatch(code) else ""


def _codes(brand_id: int, visits: Sequence[ShopVisit]) -> set[str]:
    """Which of the codes are the brand's links'."""
    asked = sorted({_code(visit) for visit in visits} - {""})
    if not asked:
        return set()
    found = raw().execute("select code from link where brand_id = %s and code = any (%s)", [brand_id, asked])
    return {code for (code,) in found}


def _reference(visit: ShopVisit) -> str:
    """The touch's reference: the click id, or what tells one visit without a click id from another."""
    if visit.click_id and CLICK_ID.fullmatch(visit.click_id):
        return visit.click_id
    told = f"{_code(visit)}\0{visit.visited_at.timestamp()}\0{_storable(visit.evidence)}"
    return "shop-" + hashlib.sha256(told.encode()).hexdigest()[:24]


def _storable(evidence: str) -> str:
    """What a database takes of a text that came from outside."""
    return evidence.encode("utf-8", "replace").decode().replace("\0", "")[:LONGEST_EVIDENCE]


def _store(brand_id: int, told: dict[str, tuple[str, bytes, ShopVisit]], at: datetime) -> None:
    codes, visitors, visits = zip(*told.values(), strict=True)
    values = {
        "brand": brand_id,
        "refs": list(told),
        "codes": list(codes),
        "visitors": list(visitors),
        "instants": [visit.visited_at for visit in visits],
        "evidence": [_storable(visit.evidence) for visit in visits],
        "at": at,
    }
    raw().execute(statement("app.tracking", "visits_store"), values)
