"""Commands that read and write files (spec/formats.md)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, BinaryIO

import click

from app import clock
from app.cli.group import commands, day
from app.csvfiles.exporting import export, writing
from app.csvfiles.importing import Options, import_file
from app.csvfiles.report import ImportResult
from app.database import db, raw
from app.errors import BadFile
from app.ledger.balances import export_balances
from app.payouts.files import export_payouts
from app.sales.exports import export_attributions
from app.uploads.file_kinds import KINDS

REPORTS = ("attributions", "balances", "payouts")


@commands.command("import")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file")
@click.option("--skip-bad", is_flag=True, help="Store the good rows; the bad ones go to FILE.rejected.csv.")
@click.option("--update", is_flag=True, help="Change what is stored, after showing the differences.")
@click.option("--yes", is_flag=True, help="With --update: do not ask.")
@click.pass_context
def import_rows(ctx: click.Context, kind: str, file: str, skip_bad: bool, update: bool, yes: bool) -> None:
    """Import FILE, a .csv, .csv.gz or .csv.xz of one of the kinds (- is standard input).

    One bad row refuses the file, unless --skip-bad. Importing twice is harmless.

    Example: flask import sales november.csv.gz
    """
    try:
        with _progress(file) as progress:
            options = Options(skip_bad=skip_bad, update=update, progress=progress)
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
    if kind in ("sales", "refunds"):
        raw().execute("notify due")  # wakes the workers when this is committed
    db.session.commit()
    _show_faults(result)
    if result.rejected_path:
        click.echo(f"The bad rows are in {result.rejected_path}: mend them there and import that file.", err=True)
    if result.repeated:
        click.echo(_repeated(result), err=True)
    click.echo(str(result))
    if result.rejected:
        ctx.exit(1)


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
