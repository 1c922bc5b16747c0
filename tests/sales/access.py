"""Who reaches which page of disputes, and of single commissions."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.database import db
from app.sales.commissions import holding
from app.sales.commissions.models import DECIDERS, HoldReason
from app.sales.disputes import exchange
from app.sales.disputes.evidence import Evidence
from app.sales.disputes.exchange import Said
from app.sales.disputes.models import DisputeFile, DisputeMessage
from app.sales.jobs import settle_due
from app.security import BRAND, CREATOR, PLATFORM, Role
from app.users.party_pages import DEALERS, READERS
from tests import market
from tests.access import Kind, Row, Side
from tests.payouts.people import identity

ADMIN = frozenset({Role.ADMIN})
OWNER = frozenset({Role.BRAND_OWNER})
LOOKERS = frozenset({Role.ADMIN, Role.AUDITOR})
SAID = {"body": "It was my viewer."}
RULING = {"outcome": "for_brand", "remedy": "no_change", "reason": "Nothing shows it.", "label": ""}


def _dispute(side: Side) -> object:
    at = clock.now()
    if not exchange.db.session.scalar(select(market.Contract.id).where(market.Contract.creator_id == side.creator.id)):
        market.contract(side.brand, side.creator)
    said = Said(f"It is missing: {side.word}", [Evidence("chat.txt", "text/plain; charset=utf-8", b"hello")])
    given = (side.creator, side.brand, f"O-{side.word}", (at - timedelta(days=2)).date(), said)
    return exchange.open_about_missing(
        *given, by=identity(side.creator.handle.removeprefix(f"{side.word}-")), at=at
    ).public_id


def _file(side: Side) -> object:
    dispute = exchange.get_dispute(side.value("dispute"))  # type: ignore[arg-type]
    of_dispute = select(DisputeFile.public_id).join(DisputeMessage, DisputeMessage.id == DisputeFile.message_id)
    return db.session.scalars(of_dispute.where(DisputeMessage.dispute_id == dispute.id)).one()


def _pending(side: Side) -> int:
    """A line that the side's creator earned ten days ago, under whatever contract they have."""
    at = clock.now() - timedelta(days=10)
    pair = (market.Contract.brand_id == side.brand.id, market.Contract.creator_id == side.creator.id)
    if not db.session.scalar(select(market.Contract.id).where(*pair)):
        days = (at.date() - timedelta(days=40), at.date() + timedelta(days=400))
        market.contract(side.brand, side.creator, *days, ref=f"C {side.word}")
    visitor = f"visitor of {side.word}"
    market.touch(side.brand, side.creator, visitor, at - timedelta(hours=1))
    number = market.sale(side.brand, order_ref=f"C {side.word}", description=side.word, visitor=visitor, at=at).id
    db.session.commit()
    settle_due(wait=True)
    return number


def _held(side: Side) -> int:
    number = _pending(side)
    owner = identity("olga" if side.name == "ours" else "kim")
    holding.place(side.brand.id, number, HoldReason.UNDER_REVIEW, side.word, by=owner, at=clock.now())
    return number


KINDS = {
    "dispute": Kind(_dispute),
    "dispute_file": Kind(_file),
    "pending_sale": Kind(_pending, missing=999_999_999),
    "held_sale": Kind(_held, missing=999_999_999),
}
WHY = {"why": "so it is"}


def _until(_side: Side) -> dict[str, object]:
    return WHY | {"until": (clock.today() + timedelta(days=22)).isoformat()}


ROWS = [
    *(
        Row(f"sales.{side}_{name}", "GET", READERS[side], args={"file": "dispute_file"})
        for side in ("brand", "creator")
        for name in ("disputes", "dispute", "dispute_file")
    ),
    *(
        row
        for side in ("brand", "creator")
        for row in (
            Row(f"sales.{side}_dispute_new", "GET", DEALERS[side], also=(404,)),  # without a sale
            Row(f"sales.{side}_dispute_create", "POST", DEALERS[side], form=SAID, also=(404,)),
            Row(f"sales.{side}_dispute_add", "POST", DEALERS[side], form=SAID),
            Row(f"sales.{side}_dispute_appeal", "POST", DEALERS[side], form=SAID, also=(404,)),  # nobody has lost yet
        )
    ),
    Row("sales.brand_dispute_answer", "POST", DEALERS["brand"], form=SAID),
    Row("sales.creator_dispute_answer", "POST", DEALERS["creator"], form=SAID, also=(404,)),  # it was they who asked
    Row("sales.brand_dispute_retract", "POST", DEALERS["brand"], also=(404,)),
    Row("sales.creator_dispute_retract", "POST", DEALERS["creator"]),
    Row("sales.admin_disputes", "GET", LOOKERS),
    Row("sales.admin_dispute", "GET", LOOKERS),
    Row("sales.admin_dispute_file", "GET", LOOKERS, args={"file": "dispute_file"}),
    Row("sales.admin_dispute_rule", "POST", ADMIN, form=RULING, also=(409,)),  # it was not answered yet
    Row("sales.admin_dispute_replace", "POST", ADMIN, also=(409,)),
    Row("desks.creator_missing_order", "GET", CREATOR, query="?order=O-1"),
    Row("sales.commission", "GET", DECIDERS, args={"sale": "pending_sale"}),
    Row("sales.commission_hold", "POST", DECIDERS, args={"sale": "pending_sale"}, form=WHY | {"reason": "fraud"}),
    Row("sales.commission_release", "POST", DECIDERS, args={"sale": "held_sale"}, form=WHY),
    Row("sales.commission_reject", "POST", DECIDERS, args={"sale": "held_sale"}, form=WHY | {"code": "test_order"}),
    Row("sales.commission_approve", "POST", DECIDERS, args={"sale": "pending_sale"}, form=WHY),
    Row("sales.commission_extend", "POST", DECIDERS, args={"sale": "pending_sale"}, form=_until),
    Row("sales.commission_appeal", "POST", CREATOR, args={"sale": "held_sale"}, form={"text": "it was a fan"}),
    Row("sales.brand_sharing", "GET", BRAND | PLATFORM),
    Row("sales.brand_sharing_update", "POST", OWNER, form={"is_on": "y", "first_bps": "25", "last_bps": "50"}),
    Row("sales.brand_holds", "GET", BRAND | PLATFORM),
    Row("sales.held_commissions", "GET", frozenset({Role.ADMIN, Role.AUDITOR})),
]
