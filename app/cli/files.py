"""Commands that read and write files (spec/formats.md)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import click
from sqlalchemy import select

from app import clock
from app.cli.group import commands, day
from app.creators.taking_up import take_up_imports
from app.csvfiles.exporting import export, writing
from app.csvfiles.importing import Options, import_file
from app.csvfiles.report import ImportResult
from app.database import db, raw
from app.errors import BadFile, BadInput
from app.ledger.balances import export_balances
from app.payouts.files import export_payouts
from app.sales.exports import export_attributions
from app.uploads.exports.bringing import import_export
from app.uploads.exports.flags import sentence
from app.uploads.exports.mapping import MAPPED
from app.uploads.exports.programs import PROGRAMS
from app.uploads.exports.reading import checked_reading
from app.uploads.exports.remembering import reading_of
from app.uploads.file_kinds import KINDS
from app.users.models import Brand

FROM = {  # what an export is called here, and its programs; `table`: any table of orders
    "shopify": {"shopify_orders", "shopify_transactions"},
    "woocommerce": {"woocommerce_orders", "woocommerce_report"},
    "tiktok": {"tiktok_affiliate"},
    "bol": {"bol_specification"},
    "table": {*PROGRAMS, MAPPED.name},
}
REPORTS = ("attributions", "balances", "payouts")


@commands.command("import")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file")
@click.option("--skip-bad", is_flag=True, help="Store the good rows; the bad ones go to FILE.rejected.csv.")
@click.option("--update", is_flag=True, help="Change what is stored, after showing the differences.")
@click.option("--yes", is_flag=True, help="With --update: do not ask.")
@click.option("--from", "program", type=click.Choice([*FROM]), help="With sales: FILE is an export of this program.")
@click.option("--brand", help="With --from: the handle of the brand whose shop it is.")
@click.option("--source", help="With --from: what the shop is called; keep it the same in every file.")
@click.option("--currency", help="With --from: the currency, where the file does not say it.")
@click.option("--zone", help="With --from: the time zone of the shop, where times have none.")
@click.pass_context
def import_rows(
    ctx: click.Context, /, kind: str, file: str, skip_bad: bool, update: bool, yes: bool, **export_of: str | None
) -> None:
    """Import FILE, a .csv, .csv.gz or .csv.xz of one of the kinds (- is standard input).

    One bad row refuses the file, unless --skip-bad. Importing twice is harmless. With --from, FILE is what a shop
    exports: its orders become sales and refunds.

    Example: flask import sales november.csv.gz

    Example: flask import sales orders_export_1.csv --from shopify --brand lumen
    """
    flags: Sequence[dict[str, Any]] = ()
    try:
        with _progress(file) as progress:
            options = Options(skip_bad=skip_bad, update=update, progress=progress)
            if export_of["program"]:
                result, flags = _import_export(kind, file, options, export_of)
            else:
                result = import_file(KINDS[kind], file, options, by=None, at=clock.now())
    except BadFile as error:
        db.session.rollback()
        if report := error.about.get("report"):
            _show_faults(report)
            click.echo(str(report))
        raise
    if update and result.changes and not _agreed(result, yes):
        db.session.rollback()
        click.echo("Nothing was stored.")
        ctx.exit(1)
    take_up_imports([each for each in (result.import_id,) if each], at=clock.now())
    if kind in ("sales", "refunds"):
        raw().execute("notify due")  # wakes the workers when this is committed
    db.session.commit()
    _show_faults(result)
    for flag in flags:
        click.echo(sentence(flag), err=True)
    if result.rejected_path:
        click.echo(f"The bad rows are in {result.rejected_path}: mend them there and import that file.", err=True)
    if result.repeated:
        click.echo(_repeated(result), err=True)
    click.echo(str(result))
    if result.rejected:
        ctx.exit(1)


def _import_export(
    kind: str, file: str, options: Options, given: Mapping[str, str | None]
) -> tuple[ImportResult, Sequence[dict[str, Any]]]:
    """What a shop exports; BadInput for what does not go together."""
    brand = db.session.scalar(select(Brand).where(Brand.handle == given["brand"]))
    if kind != "sales" or brand is None:
        raise BadInput(
            "An export of a shop is imported as sales of a brand: flask import sales FILE --from ... --brand HANDLE."
        )
    if not os.path.isfile(file):
        raise BadFile(f"There is no file {file}: an export is read from a file.")
    reading = reading_of(Path(file), brand)
    if reading is None or reading.program not in FROM[given["program"] or ""]:
        raise BadFile(f"{file} is no such export: its headings are others. With --from table any table is read.")
    chosen = {name: given[name] for name in ("source", "currency", "zone") if given[name]}
    reading = checked_reading(reading.otherwise(**chosen))
    return import_export(reading, Path(file), brand, options, by=None, at=clock.now())


@commands.command("export")
@click.argument("kind", type=click.Choice([*REPORTS, *KINDS]))
@click.argument("file")
@click.option("--at", "on", help="With balances: the UTC day that parts pending from payable (default: today).")
def export_rows(kind: str, file: str, on: str | None) -> None:
    """Write what is stored to FILE (.csv, .csv.gz or .csv.xz; - is standard output), sorted by key.

    Example: flask export balances balances.csv --at 2026-11-30
    """
    reports: dict[str, Callable[[BinaryIO], int]] = {
        "attributions": export_attributions,
        "balances": partial(export_balances, on=day(on) if on else clock.today()),
        "payouts": export_payouts,
    }
    with writing(file) as out:
        rows = reports[kind](out) if kind in reports else export(KINDS[kind], out)
    click.echo(f"{kind}: {rows} rows", err=True)


@contextmanager
def _progress(file: str) -> Iterator[Callable[[int, int], Any] | None]:
    """A bar over the bytes of the file where somebody watches."""
    if not sys.stderr.isatty() or not os.path.isfile(file):
        yield None
        return
    with click.progressbar(length=os.path.getsize(file), file=sys.stderr) as bar:
        yield lambda _rows, read: bar.update(read - bar.pos)


def _show_faults(result: ImportResult) -> None:
    """The bad rows, `line, column, value, reason`; at most as many as the report lists."""
    for fault in result.faults:
        click.echo(f"line {fault.line}, {fault.column}: “{fault.value}”: {fault.reason}", err=True)
    if result.rejected and len(result.faults) >= 1000:
        click.echo(f"... {result.rejected} bad rows in all.", err=True)


def _repeated(result: ImportResult) -> str:
    lines = ", ".join(map(str, result.repeats)) + (" ..." if result.repeated > len(result.repeats) else "")
    return (
        f"{result.repeated} rows say the same as an earlier row of the file and were counted once (lines {lines}): "
        "if each is one of its own, give it a key of its own."
    )


def _agreed(result: ImportResult, yes: bool) -> bool:
    """Shows what would change, and asks."""
    for change in result.changes:
        click.echo(f"{', '.join(change.key)}: {change.column}: “{change.before}” -> “{change.after}”")
    return yes or click.confirm(f"Change {result.updated} stored rows?")
