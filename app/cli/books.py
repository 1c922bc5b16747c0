"""Commands of the books: settle, check, correct."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from sqlalchemy import select

from app import clock
from app.cli.group import commands, day
from app.database import db, raw
from app.errors import NotFound
from app.ledger.checks import Check
from app.money import Money
from app.payouts.checks import check_books
from app.payouts.withdrawal import withdraw_import
from app.processes.parallel_settlement import settle_all
from app.sales import correction_record
from app.sales.corrections import Correction, Days, redecide
from app.sales.models import CorrectionKind, CorrectionRecord
from app.uploads.models import Import
from app.users.models import Brand

COMMAND_LINE = "command line"


@commands.command("settle")
@click.option("--batch", type=click.IntRange(1), help="Due rows per transaction (default: SETTLE_BATCH).")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes (default: one a core, fewer for little).")
def settle(batch: int | None, workers: int | None) -> None:
    """Attribute, rate and post everything that is not settled yet.

    Example: flask settle
    """
    done = settle_all(workers=workers, batch=batch)
    rate = done.lines / done.seconds if done.seconds else 0
    click.echo(
        f"settled: {done.due} due, {done.lines} lines, {done.decided} decided, "
        f"{done.entries} entries, {done.aside} set aside in {done.seconds:.1f} s ({rate:.0f} lines/s)"
    )


@commands.command("check-books")
@click.pass_context
def check_the_books(ctx: click.Context) -> None:
    """Check every invariant of the books; exits with 1 when one fails.

    Example: flask check-books
    """
    checks = check_books(raw())
    db.session.rollback()
    for check in checks:
        click.echo(f"{'ok   ' if check.ok else 'FAILS'}  {check.name}" + ("" if check.ok else f": {_offence(check)}"))
    if not all(check.ok for check in checks):
        ctx.exit(1)


def _offence(check: Check) -> str:
    return f"{check.count} rows, the first: {check.detail}"


@commands.command("redecide")
@click.option("--brand", "handle", required=True, help="The brand's handle.")
@click.option("--from", "first", required=True, help="The first local day of the sales, like 2026-11-01.")
@click.option("--to", "last", required=True, help="The last local day.")
@click.option("--reason", required=True, help="Why: it is kept with every new decision.")
@click.option("--by", default=COMMAND_LINE, show_default=True, help="Who decides.")
@click.option("--yes", is_flag=True, help="Do it; without this only the differences are shown.")
def redecide_lines(handle: str, first: str, last: str, reason: str, by: str, yes: bool) -> None:
    """Decide a brand's sale lines again by what is recorded now; a dry run unless --yes is given.

    Example: flask redecide --brand lumen --from 2026-11-01 --to 2026-11-30 --reason "contract came late" --yes
    """
    brand = db.session.scalar(select(Brand).where(Brand.handle == handle))
    if brand is None:
        raise NotFound(f"There is no brand “{handle}”.")
    days = Days(day(first), day(last), brand.timezone)
    record = CorrectionRecord(
        kind=CorrectionKind.DAYS, brand_id=brand.id, first_on=days.first, last_on=days.last, reason=reason
    )
    at = clock.now()
    _finish(record, redecide(raw(), brand.id, days, by=by, reason=reason, at=at), by=by, at=at, yes=yes)


@commands.command("withdraw-import")
@click.argument("number", type=int, metavar="ID")
@click.option("--reason", required=True, help="Why: it is kept with the import.")
@click.option("--by", default=COMMAND_LINE, show_default=True, help="Who withdraws it.")
@click.option("--yes", is_flag=True, help="Do it; without this only the differences are shown.")
def withdraw(number: int, reason: str, by: str, yes: bool) -> None:
    """Reverse the sales or refunds of a wrong import in the books; a dry run unless --yes is given.

    Example: flask withdraw-import 12 --reason "wrong month" --yes
    """
    at = clock.now()
    done = withdraw_import(raw(), number, by=by, reason=reason, at=at)
    brand_id = db.session.scalar(select(Import.brand_id).where(Import.id == number))
    record = CorrectionRecord(kind=CorrectionKind.IMPORT, brand_id=brand_id, import_id=number, reason=reason)
    _finish(record, done, by=by, at=at, yes=yes)


def _finish(record: CorrectionRecord, done: Correction, *, by: str, at: datetime, yes: bool) -> None:
    """Shows what a correction does, line by line and added up, and commits it or rolls it back."""
    for change in done.changes:
        click.echo(_in_words(change))
    for each in done.sums:
        whose = f"creator {each.creator_name}" if each.creator_id else "the platform's fee"
        click.echo(f"{each.brand_name}, {whose}: {Money(each.amount, each.currency)} on {each.lines} lines")
    totals = f"{done.lines} lines looked at, {done.decided} decided anew, {done.entries} entries"
    if yes:
        correction_record.book(record, done, by=None, at=at, name=by)
        db.session.commit()
        click.echo(f"{totals} posted.")
    else:
        db.session.rollback()
        click.echo(f"{totals} would be posted. Nothing was changed: add --yes to do it.")


def _in_words(change: dict[str, Any]) -> str:
    """One changed line: what it was, what it is, and the difference in money."""

    def whose(rule: str | None, reason: str | None, creator: int | None, rate: int | None) -> str:
        return f"{rule} of creator {creator} at {rate} bps" if rule else f"the house's ({reason})"

    old = whose(change["old_rule"], change["old_reason"], change["old_creator_id"], change["old_rate_bps"])
    new = whose(change["rule"], change["reason"], change["creator_id"], change["rate_bps"])
    key = "/".join((change["source"], change["order_ref"], change["line_ref"]))
    money = Money(change["commission_difference"], change["currency"])
    fee = Money(change["fee_difference"], change["currency"])
    return f"{key}: {old} -> {new}, commission {money}, fee {fee}"
