"""A creator's statements: every month with all brands, and for a brand with it alone; as a page, a CSV and a PDF."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import Select, select

from app import clock
from app.database import db, raw
from app.desks import month_account as account
from app.desks.blueprint import blueprint
from app.errors import NotFound
from app.ledger.models import Account, Balance
from app.security import BRAND, CREATOR, PLATFORM, identity, require
from app.users.models import Brand, Creator
from app.users.scope import brand_for, creator_for
from app.web.downloads import csv_download, download
from config import settings

SHOWN = 500  # entries on the page


@blueprint.get("/creators/<uuid:creator>/statements")
@require(CREATOR | PLATFORM)
def statements(creator: UUID) -> ResponseReturnValue:
    """The months of which there is a statement."""
    who = creator_for(identity(), creator, read=True)
    months = account.months(raw(), who.id, at=clock.now())
    return render_template("desks/statements.html", creator=who, months=months)


@blueprint.get("/creators/<uuid:creator>/statements/<month>")
@require(CREATOR | PLATFORM)
def statement(creator: UUID, month: str) -> ResponseReturnValue:
    """All of a month: what was owed before, earned, taken back and paid, and what is owed at its end."""
    return _page(creator_for(identity(), creator, read=True), month)


@blueprint.get("/creators/<uuid:creator>/statements/<month>/statement.csv")
@require(CREATOR | PLATFORM)
def statement_csv(creator: UUID, month: str) -> ResponseReturnValue:
    """The same as a file: every entry, from the opening to the closing."""
    return _csv(creator_for(identity(), creator, read=True), month)


@blueprint.get("/creators/<uuid:creator>/statements/<month>/statement.pdf")
@require(CREATOR | PLATFORM)
def statement_pdf(creator: UUID, month: str) -> ResponseReturnValue:
    """The same on paper."""
    return _pdf(creator_for(identity(), creator, read=True), month)


@blueprint.get("/brands/<uuid:brand>/statements")
@require(BRAND | PLATFORM)
def brand_month_accounts(brand: UUID) -> ResponseReturnValue:
    """The creators who earned with the brand, each with this month's statement and the last one's."""
    owner, at = brand_for(identity(), brand, read=True), clock.now()
    page = db.paginate(_earning(owner).order_by(Creator.name, Creator.id))
    this = clock.today(settings().platform_timezone, at=at).replace(day=1)
    months = [this, clock.first_of_last_month(this)]
    return render_template("desks/brand_month_accounts.html", brand=owner, page=page, months=months)


@blueprint.get("/brands/<uuid:brand>/statements/<uuid:of>/<month>")
@require(BRAND | PLATFORM)
def brand_month_account(brand: UUID, of: UUID, month: str) -> ResponseReturnValue:
    """A creator's month with this brand alone."""
    owner = brand_for(identity(), brand, read=True)
    return _page(_creator_of(owner, of), month, owner)


@blueprint.get("/brands/<uuid:brand>/statements/<uuid:of>/<month>/statement.csv")
@require(BRAND | PLATFORM)
def brand_month_account_csv(brand: UUID, of: UUID, month: str) -> ResponseReturnValue:
    """The same as a file."""
    owner = brand_for(identity(), brand, read=True)
    return _csv(_creator_of(owner, of), month, owner)


@blueprint.get("/brands/<uuid:brand>/statements/<uuid:of>/<month>/statement.pdf")
@require(BRAND | PLATFORM)
def brand_month_account_pdf(brand: UUID, of: UUID, month: str) -> ResponseReturnValue:
    """The same on paper."""
    owner = brand_for(identity(), brand, read=True)
    return _pdf(_creator_of(owner, of), month, owner)


def _earning(brand: Brand) -> Select[Creator]:
    """Those who have earned with the brand."""
    earned = select(Balance.creator_id).where(Balance.brand_id == brand.id, Balance.account == Account.CREATOR)
    return select(Creator).where(Creator.id.in_(earned))


def _creator_of(brand: Brand, public_id: UUID) -> Creator:
    """A creator who earned with the brand; NotFound for everybody else."""
    found = db.session.scalar(_earning(brand).where(Creator.public_id == public_id))
    if found is None:
        raise NotFound(gettext("There is no statement of that month."))
    return found


def _page(who: Creator, month: str, brand: Brand | None = None) -> str:
    span, of = account.month_of(month, at=clock.now()), brand.id if brand else None
    entries = account.movements(raw(), who.id, span, SHOWN + 1, of)
    return render_template(
        "desks/statement.html",
        creator=who,
        brand=brand,
        span=span,
        sums=account.sums(raw(), who.id, span, of),
        streams=account.streams(raw(), who.id, span, of),
        entries=entries[:SHOWN],
        more=len(entries) > SHOWN,
        account=account,
    )


def _csv(who: Creator, month: str, brand: Brand | None = None) -> ResponseReturnValue:
    span, of = account.month_of(month, at=clock.now()), brand.id if brand else None
    rows = account.cells(account.sums(raw(), who.id, span, of), account.movements(raw(), who.id, span, None, of))
    return csv_download(f"{_name(who, brand)}-{month}.csv", account.COLUMNS, list(rows))


def _pdf(who: Creator, month: str, brand: Brand | None = None) -> ResponseReturnValue:
    at = clock.now()
    span, of = account.month_of(month, at=at), brand.id if brand else None
    found = account.movements(raw(), who.id, span, None, of)
    paper = account.pdf(who, span, account.sums(raw(), who.id, span, of), found, at=at, brand=brand)
    return download(paper, f"{_name(who, brand)}-{month}.pdf", "application/pdf")


def _name(who: Creator, brand: Brand | None) -> str:
    return f"{brand.handle}-{who.handle}" if brand else who.handle
