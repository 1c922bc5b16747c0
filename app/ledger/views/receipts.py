"""The receipt of a top-up, as the brand and finance see it."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.database import db
from app.ledger import receipts
from app.ledger.blueprint import blueprint
from app.ledger.models import TopUpReturn
from app.ledger.views.top_ups import BRAND_MONEY
from app.security import PLATFORM, identity, require
from app.users.scope import brand_for
from app.web.downloads import download


@blueprint.get("/brands/<uuid:brand>/funds/receipts/<uuid:receipt>")
@require(BRAND_MONEY | PLATFORM)
def receipt(brand: UUID, receipt: UUID) -> ResponseReturnValue:
    """What it says, and what of the money went back since."""
    owner = brand_for(identity(), brand, BRAND_MONEY, read=True)
    row = receipts.find(owner, receipt)
    query = select(TopUpReturn).options(joinedload(TopUpReturn.top_up)).where(TopUpReturn.top_up_id == row.top_up_id)
    returns = db.session.scalars(query.order_by(TopUpReturn.id.desc())).all()
    facts = receipts.facts(row)
    return render_template("ledger/receipt.html", brand=owner, receipt=row, facts=facts, returns=returns)


@blueprint.get("/brands/<uuid:brand>/funds/receipts/<uuid:receipt>/receipt.pdf")
@require(BRAND_MONEY | PLATFORM)
def receipt_pdf(brand: UUID, receipt: UUID) -> ResponseReturnValue:
    """The same on paper."""
    row = receipts.find(brand_for(identity(), brand, BRAND_MONEY, read=True), receipt)
    return download(receipts.pdf(row), f"{row.number}.pdf", "application/pdf")
