"""A brand's desk: its day, its sales with their decisions, what it sells, whom it works with, its streams."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.clock import first_instant
from app.contracts import overview
from app.contracts.models import Contract
from app.database import db, raw
from app.desks import brand_sales as desk
from app.desks import todo
from app.desks.blueprint import blueprint
from app.ledger.funding import funds
from app.live.desk.scenes import on_air
from app.money import Money
from app.sales.models import HOUSE, HOUSE_REASONS, Label, Rule
from app.security import BRAND, PLATFORM, identity, require
from app.streams.models import Stream
from app.uploads.models import Upload, UploadFile
from app.users.models import Brand, Creator
from app.users.scope import brand_for
from app.web import charts, choices, query_args
from app.web.downloads import csv_download
from app.web.paging import Window

FILTERS = ("from", "to", "creator", "rule", "label", "reason", "order", "upload")
DOWNLOAD = (
    "source,order,line,occurred_at,sku,description,quantity,unit_price,discount,base,currency,country,rule,label,reason,"
    "creator,contract,stream,rate_percent,refunded,net_commission,net_fee,available_on"
).split(",")


@blueprint.get("/brands/<uuid:brand>")
@require(BRAND | PLATFORM)
def brand_home(brand: UUID) -> ResponseReturnValue:
    """The brand's day: funds, contracts, streams, the sales of the last 30 days, and what to do next."""
    owner, at = brand_for(identity(), brand, read=True), clock.now()
    today = clock.today(owner.timezone, at=at)
    since = first_instant(today - timedelta(days=29), owner.timezone)
    running = overview.contracts_of(brand_id=owner.id).where(Contract.period.contains(at))
    tomorrow = first_instant(today + timedelta(days=1), owner.timezone)
    streams = _streams(owner).where(
        Stream.starts_at < tomorrow,
        or_(Stream.ends_at.is_(None), Stream.ends_at >= first_instant(today, owner.timezone)),
    )
    months = desk.month(desk.days(raw(), owner.id, since=since, zone=owner.timezone), today)
    money = funds(raw(), on=clock.today(at=at), brands=[owner.id])
    return render_template(
        "desks/brand_home.html",
        brand=owner,
        on_air=on_air(owner),
        todo=todo.for_brand(owner, money),
        funds=money,
        months=months,
        charts={each.currency: charts.chart(list(each.days.items()), each.currency) for each in months},
        contracts=db.session.scalars(running.limit(8)).all(),
        contracts_running=db.session.scalar(select(func.count()).select_from(running.order_by(None).subquery())),
        streams=db.session.scalars(streams.limit(20)).all(),
        at=at,
    )


@blueprint.get("/brands/<uuid:brand>/sales")
@require(BRAND | PLATFORM)
def brand_sales(brand: UUID) -> ResponseReturnValue:
    """The brand's sale lines, each with whose it is, why, and what it costs."""
    owner = brand_for(identity(), brand, read=True)
    return render_template(
        "desks/brand_sales.html",
        brand=owner,
        page=desk.sales(raw(), _filters(owner), Window.asked(request.args)),
        creators=choices.named(_creators(owner)),
        choices={
            "rule": choices.options([*Rule, HOUSE]),
            "label": choices.options(Label),
            "reason": choices.options(HOUSE_REASONS),
        },
        filtered={name: request.args[name] for name in FILTERS if request.args.get(name)},
    )


@blueprint.get("/brands/<uuid:brand>/sales.csv")
@require(BRAND | PLATFORM)
def brand_sales_download(brand: UUID) -> ResponseReturnValue:
    """The same lines as a file, as many as there are."""
    owner = brand_for(identity(), brand, read=True)
    lines = desk.all_sales(db.engine, _filters(owner))
    name = f"{owner.handle}-sales-{clock.today(owner.timezone)}.csv"
    return csv_download(name, DOWNLOAD, map(_cells, lines))


def _streams(owner: Brand) -> Any:
    query = select(Stream).options(joinedload(Stream.creator)).where(Stream.brand_id == owner.id)
    return query.order_by(Stream.starts_at.desc(), Stream.id.desc())


def _creators(owner: Brand) -> list[Creator]:
    """The creators the brand has or had contracts with, by name."""
    have = select(Contract.creator_id).where(Contract.brand_id == owner.id)
    return list(db.session.scalars(select(Creator).where(Creator.id.in_(have)).order_by(Creator.name, Creator.id)))


def _filters(owner: Brand) -> desk.Filters:
    begin, end = query_args.period(request.args, owner.timezone)
    creator = query_args.identifier(request.args, "creator")
    creator_id = db.session.scalar(select(Creator.id).where(Creator.public_id == creator)) if creator else None
    return desk.Filters(
        brand_id=owner.id,
        begin=begin,
        end=end,
        creator_id=(creator_id or 0) if creator else None,
        rule=query_args.choice(request.args, "rule", [*Rule, HOUSE]),
        label=query_args.choice(request.args, "label", [*Label]),
        reason=query_args.choice(request.args, "reason", HOUSE_REASONS),
        order=query_args.text(request.args, "order"),
        imports=_imports(owner, query_args.identifier(request.args, "upload")),
    )


def _imports(owner: Brand, upload: UUID | None) -> list[int] | None:
    """The imports of the brand's upload with this public id."""
    if upload is None:
        return None
    of_upload = select(UploadFile.import_id).join(UploadFile.upload)
    mine = of_upload.where(Upload.public_id == upload, Upload.brand_id == owner.id, UploadFile.import_id.is_not(None))
    return [number for number in db.session.scalars(mine) if number is not None]


def _cells(line: Any) -> list[Any]:
    def major(minor: int) -> Any:
        return Money(minor, line.currency).major()

    return [
        line.source,
        line.order_ref,
        line.line_ref,
        line.occurred_at.isoformat(),
        line.sku,
        line.description,
        line.quantity,
        line.unit_price,
        major(line.discount_minor) if line.discount_minor else "",
        major(line.base_minor),
        line.currency,
        line.country,
        line.rule or (HOUSE if line.nr else ""),
        line.label,
        line.reason,
        line.creator_name,
        line.contract_ref,
        line.stream_ref,
        "" if line.rate_bps is None else f"{line.rate_bps / 100:g}",
        major(line.refunded),
        major(line.commission),
        major(line.fee),
        line.available_on,
    ]
