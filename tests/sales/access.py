"""Who reaches which page of disputes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.database import db
from app.sales.disputes import exchange
from app.sales.disputes.evidence import Evidence
from app.sales.disputes.exchange import Said
from app.sales.disputes.models import DisputeFile, DisputeMessage
from app.security import CREATOR, Role
from app.users.party_pages import DEALERS, READERS
from tests import market
from tests.access import Kind, Row, Side
from tests.payouts.people import identity

ADMIN = frozenset({Role.ADMIN})
LOOKERS = frozenset({Role.ADMIN, Role.AUDITOR})
SAID = {"body": "It was my viewer."}
RULING = {"outcome": "for_brand", "remedy": "no_change", "reason": "Nothing shows it.", "label": ""}


def _dispute(side: Side) -> object:
    at = clock.now()
    if not exchange.db.session.scalar(select(market.Contract.id).where(market.Contract.creator_id == side.creator.id)):
        market.contract(side.brand, side.creator)
    said = Said(f"It is missing: {side.word}", [Evidence("chat.txt", "text/plain; charset=utf-8", b"hello")])
    given = (side.creator, side.brand, f"O-{side.word}", (at - timedelta(days=2)).date(), said)
    return exchange.open_about_missing(*given, by=identity(side.creator.handle), at=at).public_id


def _file(side: Side) -> object:
    dispute = exchange.get_dispute(side.value("dispute"))  # type: ignore[arg-type]
    of_dispute = select(DisputeFile.public_id).join(DisputeMessage, DisputeMessage.id == DisputeFile.message_id)
    return db.session.scalars(of_dispute.where(DisputeMessage.dispute_id == dispute.id)).one()


KINDS = {"dispute": Kind(_dispute), "dispute_file": Kind(_file)}
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
]
