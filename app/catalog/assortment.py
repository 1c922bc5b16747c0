"""What a brand sells, in categories of the tree: as it says itself, else as its products say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, text

from app.catalog.models import BrandCategory
from app.catalog.taxonomy import CATEGORY, ROOTS, Word, tree
from app.database import db
from app.security import Identity
from app.users.models import Brand
from app.users.trail import record

KNOWN = text(
    "select n.code from brand_node b join node n on n.id = b.node_id where b.brand_id = :brand order by n.lo, n.hi desc"
)


def categories_of(brand_id: int) -> list[Word]:
    """The categories the brand is known to sell in, parents before children; none where nobody has said anything."""
    categories = tree(CATEGORY)
    return [categories.word(code) for code in db.session.scalars(KNOWN, {"brand": brand_id})]


def sold(brand_id: int) -> tuple[str, ...]:
    """The same as codes, none inside another; that of all categories where nobody has said anything."""
    known = tree(CATEGORY).covering([word.code for word in categories_of(brand_id)])
    return tuple(word.code for word in known) or (ROOTS[CATEGORY],)


def declared(brand_id: int) -> list[str]:
    """The codes of the categories the brand has said it sells in."""
    query = select(BrandCategory.node_id).where(BrandCategory.brand_id == brand_id)
    chosen = frozenset(db.session.scalars(query))
    return [word.code for word in tree(CATEGORY).words if word.id in chosen]


def declare(brand: Brand, codes: Iterable[str], *, by: Identity, at: datetime) -> None:
    """Notes in which categories the brand sells, in place of what it said before; none: its products say it.

    BadInput for a code that is none of ours.
    """
    chosen = tree(CATEGORY).covering(sorted(set(codes)))
    db.session.execute(delete(BrandCategory).where(BrandCategory.brand_id == brand.id))
    db.session.add_all([BrandCategory(brand_id=brand.id, node_id=word.id) for word in chosen])
    db.session.flush()
    record("declare", "brand", brand.id, by=by, at=at, categories=[word.code for word in chosen])
