"""What a dispute is about: the lines of its order, who has a part in them, and by which terms a creator could earn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Row, select, text

from app.contracts.models import Contract, Terms
from app.database import db, query_rows, statement
from app.sales.disputes.models import Dispute
from app.sales.models import REJECTIONS

STAND_IN = "dispute"  # the source of a sale that a ruling recorded because its order never came
Connection = psycopg.Connection[Any]


def belongs_to(connection: Connection, brand_id: int, sale_id: int, creator_ids: Collection[int]) -> bool:
    """Whether the line is, or was by an earlier decision, one of these creators', or they have a share of it."""
    owner = connection.execute(
        "select from decision where brand_id = %(brand)s and sale_id = %(sale)s and creator_id = any (%(creators)s)"
        " union all select from decision_share"
        " where brand_id = %(brand)s and sale_id = %(sale)s and creator_id = any (%(creators)s) limit 1",
        {"brand": brand_id, "sale": sale_id, "creators": list(creator_ids)},
    )
    return owner.fetchone() is not None


def has_part(connection: Connection, brand_id: int, sale_id: int, creator_ids: Collection[int]) -> bool:
    """Whether the line is or was one of these creators', or they nearly won it."""
    part = (connection, brand_id, sale_id, creator_ids)
    return belongs_to(*part) or is_near_miss(*part)


def is_near_miss(connection: Connection, brand_id: int, sale_id: int, creator_ids: Collection[int]) -> bool:
    """Whether something of these creators stood beside the line, and somebody else has it."""
    query = statement("app.sales", "near_misses").replace("{which}", "s.brand_id = %(brand)s and s.id = %(sale)s")
    given = {"creators": list(creator_ids), "rejections": list(REJECTIONS)}
    return bool(query_rows(connection, query, given | {"brand": brand_id, "sale": sale_id}))


def lines_of(dispute: Dispute) -> list[Row[Any]]:
    """The lines it is about, as they stand: the one, or all of its order that have come by now, by number. The newest
    decision says whose each is (`creator_id`; none: the house's)."""
    query = text(
        """select s.id, s.source, s.line_ref, s.occurred_at, s.base_minor, s.currency, d.rule, d.label, d.reason,
            d.creator_id, c.name creator_name, i.withdrawn_at is not null withdrawn
        from sale s
        join import i on i.id = s.import_id
        left join lateral (
            select * from decision d where d.brand_id = s.brand_id and d.sale_id = s.id order by d.nr desc limit 1
        ) d on true
        left join creator c on c.id = d.creator_id
        where s.brand_id = :brand and case when cast(:sale as bigint) is null
            then s.order_ref = :order and s.source <> :stand_in and i.withdrawn_at is null else s.id = :sale end
        order by s.id"""
    )
    values = {"brand": dispute.brand_id, "sale": dispute.sale_id, "order": dispute.order_ref, "stand_in": STAND_IN}
    return list(db.session.execute(query, values))


def stand_in_of(dispute: Dispute) -> Row[Any] | None:
    """The sale (id, import_id) that a ruling recorded in place of the order, unless it was withdrawn."""
    query = text(
        """select s.id, s.import_id from sale s join import i on i.id = s.import_id
        where s.brand_id = :brand and s.source = :stand_in and s.order_ref = :order and s.line_ref = :line
            and i.withdrawn_at is null"""
    )
    values = {"brand": dispute.brand_id, "order": dispute.order_ref, "line": str(dispute.id), "stand_in": STAND_IN}
    return db.session.execute(query, values).one_or_none()


def terms_at(brand_id: int, creator_id: int, at: datetime) -> Terms | None:
    """The terms of the pair in force at an instant, else the last ones before it; None where there are none."""
    of_pair = select(Terms).join(Terms.contract).where(Contract.brand_id == brand_id, Contract.creator_id == creator_id)
    terms: Terms | None = db.session.scalar(of_pair.where(Terms.valid.contains(at)).limit(1))
    if terms is None:
        before = of_pair.where(text("upper(terms.valid) <= :at").bindparams(at=at))
        terms = db.session.scalar(before.order_by(text("upper(terms.valid) desc"), Terms.id.desc()).limit(1))
    return terms
