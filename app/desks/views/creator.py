"""A creator's desk: earnings, streams, contracts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.catalog import naming
from app.database import db, raw
from app.desks import creator_earnings as desk
from app.desks import todo
from app.desks.blueprint import blueprint
from app.desks.lines.near_misses import near_misses as list_near_misses
from app.ledger.balances import standings
from app.live.desk.scenes import on_air
from app.money import Money
from app.payouts import debts
from app.payouts.models import BankDetail
from app.payouts.obstacles import REMEDIES
from app.payouts.prospects import prospects
from app.sales.commissions.models import Standing
from app.sales.models import Label
from app.security import CREATOR, PLATFORM, identity, require
from app.streams.models import Stream
from app.streams.validity import of_streams
from app.users.models import Creator
from app.users.scope import creator_for
from app.web import charts, choices, query_args
from app.web.downloads import csv_download
from app.web.paging import Window
from config import settings

SHORT_SPAN, LONG_SPAN = timedelta(days=30), timedelta(days=92)  # of orders that were nearly won
FILTERS = ("brand", "stream", "from", "to", "label", "status", "order")
DOWNLOAD = (
    "order,line,occurred_at,brand,sku,description,rule,label,base,currency,rate_percent,commission,refunded,"
    "net_commission,available_on,status"
).split(",")


@blueprint.get("/creators/<uuid:creator>/earnings")
@require(CREATOR | PLATFORM)
def earnings(creator: UUID) -> ResponseReturnValue:
    """What the creator has earned: pending with dates, payable, in transit, paid; each line with its reason."""
    who, at = creator_for(identity(), creator, read=True), clock.now()
    today, brands = clock.today(at=at), desk.brands_of(raw(), who.id)
    filters = _filters(who, brands, today)
    since = at - timedelta(days=desk.CHART_DAYS)
    sums = desk.sums(raw(), filters, since=since, zone=who.timezone)
    currency, days = sums.chart(clock.today(who.timezone, at=at))
    return render_template(
        "desks/earnings.html",
        creator=who,
        brands=choices.named(brands) if brands else [],
        money=standings(raw(), who.id, on=today),
        to_come=desk.becoming_payable(raw(), who.id, [brand.id for brand in brands], today),
        page=desk.lines(raw(), filters, Window.asked(request.args)),
        sums=sums,
        currency=currency,
        chart=charts.chart(days, currency),
        choices={"status": choices.options(Standing), "label": choices.options(Label)},
        filtered={name: request.args[name] for name in FILTERS if request.args.get(name)},
        bank_details=_bank_details_page(who),
        prospects=prospects(who, settings(), at=at),
        debts=debts.account(who, on=today),
        remedies=REMEDIES,
        on_air=on_air(who),
        todo=todo.for_creator(who),
        own=who.id in identity().creator_ids(),
    )


@blueprint.get("/creators/<uuid:creator>/earnings.csv")
@require(CREATOR | PLATFORM)
def earnings_download(creator: UUID) -> ResponseReturnValue:
    """The same lines as a file, as many as there are."""
    who, today = creator_for(identity(), creator, read=True), clock.today()
    filters = _filters(who, desk.brands_of(raw(), who.id), today)
    rows = map(_cells, desk.all_lines(db.engine, filters))
    return csv_download(f"{who.handle}-earnings-{clock.today(who.timezone)}.csv", DOWNLOAD, rows)


def _cells(line: Any) -> list[Any]:
    def major(minor: int) -> Any:
        return Money(minor, line.currency).major()

    return [
        line.order_ref,
        line.line_ref,
        line.occurred_at.isoformat(),
        line.brand_name,
        line.sku,
        line.description,
        line.rule,
        line.label,
        major(line.base_minor),
        line.currency,
        f"{line.rate_bps / 100:g}",
        major(line.commission),
        major(line.refunded),
        major(line.net),
        line.available_on,
        line.standing,
    ]


@blueprint.get("/creators/<uuid:creator>/near-misses")
@require(CREATOR | PLATFORM)
def near_misses(creator: UUID) -> ResponseReturnValue:
    """The orders that the creator nearly won, each with what spoke for them: of 30 days unless asked, of 92 at most."""
    who, at = creator_for(identity(), creator, read=True), clock.now()
    first, end = query_args.period(request.args, who.timezone)
    end = min(end or at, at)
    first = first or end - SHORT_SPAN
    begin = max(first, end - LONG_SPAN)
    brands = [brand.id for brand in desk.brands_of(raw(), who.id)]
    return render_template(
        "desks/near_misses.html",
        creator=who,
        begin=begin,
        end=end,
        most_days=LONG_SPAN.days if begin > first else None,
        page=list_near_misses(raw(), who.id, brands, begin, end, Window.asked(request.args)),
    )


@blueprint.get("/creators/<uuid:creator>/streams")
@require(CREATOR | PLATFORM)
def creator_streams(creator: UUID) -> ResponseReturnValue:
    """The creator's streams, each with what it sold and earned, by label."""
    who, at = creator_for(identity(), creator, read=True), clock.now()
    query = select(Stream).options(joinedload(Stream.brand)).where(Stream.creator_id == who.id)
    newest_first = query.order_by(Stream.starts_at.desc(), Stream.id.desc())
    pagination = db.paginate(newest_first)
    brands = [brand.id for brand in desk.brands_of(raw(), who.id)]
    filters = desk.Filters(who.id, brands, clock.today(at=at))
    sums = desk.stream_sums(raw(), filters, [stream.id for stream in pagination.items])
    verdicts = of_streams(raw(), [stream.id for stream in pagination.items])
    return render_template(
        "desks/creator_streams.html",
        creator=who,
        pagination=pagination,
        sums=sums,
        verdicts=verdicts,
        per_hour=desk.per_valid_hour(sums, verdicts),
        may_add=who.id in identity().creator_ids(),
        at=at,
        naming=naming,
    )


def _filters(who: Creator, brands: Sequence[Any], today: date) -> desk.Filters:
    brand = query_args.identifier(request.args, "brand")
    begin, end = query_args.period(request.args, who.timezone)
    chosen = [each.id for each in brands if brand is None or each.public_id == brand]
    return desk.Filters(
        creator_id=who.id,
        brands=chosen,
        today=today,
        begin=begin,
        end=end,
        stream_id=_stream(who, query_args.text(request.args, "stream")),
        label=query_args.choice(request.args, "label", [*Label]),
        order=query_args.text(request.args, "order"),
        status=query_args.choice(request.args, "status", [*Standing]),
    )


def _stream(who: Creator, ref: str | None) -> int | None:
    """The number of the creator's stream with this reference; 0, which no stream has, when there is none."""
    if ref is None:
        return None
    return db.session.scalar(select(Stream.id).where(Stream.ref == ref, Stream.creator_id == who.id)) or 0


def _bank_details_page(who: Creator) -> str:
    """Where the creator's bank details are entered, when there are none yet; else empty."""
    known = db.session.scalar(select(BankDetail.id).where(BankDetail.creator_id == who.id).limit(1))
    return "" if known else url_for("payouts.bank_details", creator=who.public_id)
