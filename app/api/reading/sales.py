"""Sale lines with whose they are and why, as the API gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

from flask_babel import gettext

from app import clock
from app.api import cursors
from app.api.callers import Caller
from app.api.reading.rows import amount, named, percent, price
from app.api.schemas import (
    Attribution,
    Decision,
    Page,
    Referred,
    RefundOfSale,
    Sale,
    SaleInFull,
    SalesAsked,
)
from app.database import query_rows, raw, rows, statement
from app.errors import NotFound
from app.sales.sentences import evidence_sentence, label_sentence, rate_sentence, verdict_sentence
from app.web.paging import wanted

WHERE: dict[str, LiteralString] = {
    "source": " and s.source = %(source)s",
    "order": " and s.order_ref = %(order)s",
    "since": " and s.occurred_at >= %(since)s",
    "until": " and s.occurred_at < %(until)s",
    "creator": " and d.creator_id = (select id from creator where public_id = %(creator)s)",
    "cursor": " and (s.occurred_at, s.id) < (%(key_at)s, %(key_id)s)",
}
WON: LiteralString = (
    "join decision d on d.brand_id = s.brand_id and d.sale_id = s.id"
    " and d.nr = (select max(x.nr) from decision x where x.brand_id = d.brand_id and x.sale_id = d.sale_id)"
)


def page_of_sales(caller: Caller, asked: SalesAsked) -> Page[Sale]:
    """The brand's lines that are asked for, the latest first."""
    shown, following = lines(caller, asked)
    return Page[Sale](data=[Sale(**_sale(row)) for row in shown], next=following)


def lines(caller: Caller, asked: SalesAsked) -> tuple[Sequence[Any], str | None]:
    """The same as rows of sql/sales.sql, with the cursor of what follows."""
    found = _find(caller, wanted(asked, WHERE), WON if asked.creator else "", asked.limit + 1, vars(asked))
    return cursors.cut(found, asked.limit)


def line(caller: Caller, number: int) -> Any:
    """One line as a row; NotFound when the brand has none of that number."""
    found = _find(caller, " and s.id = %(sale)s", "", 1, {"sale": number, "cursor": None})
    if not found:
        raise NotFound(gettext("There is nothing at this address, or it is not yours."))
    return found[0]


def refunds_of(caller: Caller, number: int) -> list[Any]:
    """The refunds of a line, as rows of sql/sale_refunds.sql."""
    return rows(raw(), "app.api", "sale_refunds", {"brand": caller.brand_id, "sale": number})


def sale_in_full(caller: Caller, number: int) -> SaleInFull:
    """One line with its refunds and decisions; NotFound when the brand has none of that number."""
    found = line(caller, number)
    keys = {"brand": caller.brand_id, "sale": number}
    refunds = [
        RefundOfSale(
            refund=each.refund_ref,
            occurred_at=each.occurred_at,
            amount=amount(each.amount, each.currency),
            currency=each.currency,
            counts=each.counts,
        )
        for each in refunds_of(caller, number)
    ]
    decisions = [
        Decision(
            nr=each.nr,
            decided_at=each.decided_at,
            rule=each.rule,
            label=each.label,
            reason=each.reason,
            creator=named(each),
            note=each.note,
        )
        for each in rows(raw(), "app.api", "sale_decisions", keys)
    ]
    return SaleInFull(**_sale(found), refunds=refunds, decisions=decisions)


def _find(caller: Caller, where: LiteralString, join: LiteralString, limit: int, more: dict[str, Any]) -> list[Any]:
    text = statement("app.api", "sales").replace("{where}", where).replace("{join}", join)
    values = more | {"brand": caller.brand_id, "today": clock.today(at=caller.at), "limit": limit}
    return query_rows(raw(), text, values | cursors.read(more["cursor"]))


def _sale(row: Any) -> dict[str, Any]:
    """The fields of a line from its row."""
    return {
        "id": row.id,
        "source": row.source,
        "order": row.order_ref,
        "line": row.line_ref,
        "occurred_at": row.occurred_at,
        "recorded_at": row.recorded_at,
        "sku": row.sku,
        "description": row.description,
        "quantity": row.quantity,
        "unit_price": price(row.unit_price, row.currency),
        "discount": amount(row.discount_minor, row.currency),
        "base": amount(row.base_minor, row.currency),
        "refunded": amount(row.refunded, row.currency),
        "currency": row.currency,
        "country": row.country,
        "coupon": row.coupon,
        "checkout_stream": row.checkout_stream,
        "attribution": _attribution(row) if row.nr else None,
    }


def _attribution(row: Any) -> Attribution:
    return Attribution(
        decided_at=row.decided_at,
        rule=row.rule,
        label=row.label,
        reason=row.reason,
        why=why(row),
        creator=named(row),
        contract=Referred(id=row.contract_id, ref=row.contract_ref) if row.contract_id else None,
        stream=Referred(id=row.stream_uuid, ref=row.stream_ref) if row.stream_uuid else None,
        touch=row.touch_ref,
        rate_percent=percent(row.rate_bps),
        fee_percent=percent(row.fee_bps),
        commission=amount(row.commission, row.currency),
        fee=amount(row.fee, row.currency),
        available_on=row.available_on,
        standing=row.standing,
    )


def why(row: Any) -> list[str]:
    """Why the line is whose it is, in sentences: the rule, where it stands to its stream, and the rate."""
    told = [verdict_sentence(row, row)]
    if row.rule:
        told += [evidence_sentence(row), label_sentence(row)]
        told.append(
            gettext(
                "The rate is %(rate)s%%: %(whence)s.", rate=percent(row.rate_bps), whence=rate_sentence(row.rate_from)
            )
        )
    return [each for each in told if each]
