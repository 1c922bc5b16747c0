"""A creator's statements: every month with all brands, as a page, a CSV and a PDF."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.database import raw
from app.desks import month_account as account
from app.desks.blueprint import blueprint
from app.security import CREATOR, PLATFORM, identity, require
from app.users.scope import creator_for
from app.web.downloads import csv_download, download

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
    who = creator_for(identity(), creator, read=True)
    span = account.month_of(month, at=clock.now())
    entries = account.movements(raw(), who.id, span, limit=SHOWN + 1)
    return render_template(
        "desks/statement.html",
        creator=who,
        span=span,
        sums=account.sums(raw(), who.id, span),
        entries=entries[:SHOWN],
        more=len(entries) > SHOWN,
        account=account,
    )


@blueprint.get("/creators/<uuid:creator>/statements/<month>/statement.csv")
@require(CREATOR | PLATFORM)
def statement_csv(creator: UUID, month: str) -> ResponseReturnValue:
    """The same as a file: every entry, from the opening to the closing."""
    who = creator_for(identity(), creator, read=True)
    span = account.month_of(month, at=clock.now())
    rows = account.cells(account.sums(raw(), who.id, span), account.movements(raw(), who.id, span))
    return csv_download(f"{who.handle}-{month}.csv", account.COLUMNS, list(rows))


@blueprint.get("/creators/<uuid:creator>/statements/<month>/statement.pdf")
@require(CREATOR | PLATFORM)
def statement_pdf(creator: UUID, month: str) -> ResponseReturnValue:
    """The same on paper."""
    who, at = creator_for(identity(), creator, read=True), clock.now()
    span = account.month_of(month, at=at)
    entries = account.movements(raw(), who.id, span)
    paper = account.pdf(who, span, account.sums(raw(), who.id, span), entries, at=at)
    return download(paper, f"{who.handle}-{month}.pdf", "application/pdf")
