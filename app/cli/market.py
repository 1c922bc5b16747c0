"""Commands of the market."""

from __future__ import annotations

import time

import click

from app import clock
from app.cli.group import commands, day, instant
from app.database import db, raw
from app.processes import job_runs, scheduler
from app.ranking import backtests, weights


@commands.command("rate-creators")
@click.option("--at", "text", help="As if it were this instant, like 2026-11-22T09:30:00Z (default: now).")
def rate_creators(text: str | None) -> None:
    """Work out how creators stand in each market, from the books of the year before the instant given with --at.

    Example: flask rate-creators
    """
    began = time.perf_counter()
    result = scheduler.run_now("rate-creators", by=job_runs.COMMAND_LINE, at=instant(text) if text else None)
    click.echo(f"{result} It took {time.perf_counter() - began:.1f} s.")


@commands.command("backtest")
@click.option("--cut", required=True, help="The first of a month, like 2026-07-01: scores know what came before it.")
@click.option(
    "--until", required=True, help="The first of a later month: what came from the cut until then grades them."
)
@click.option(
    "--weights",
    "points",
    help="Try other settings than those in force, in percent: margin,category,audience,reliability,freshness.",
)
def backtest(cut: str, until: str, points: str | None) -> None:
    """Score creators as of a day and grade the ranking by what came since, against followers and chance.

    Example: flask backtest --cut 2026-07-01 --until 2026-11-01
    """
    weigh = weights.parsed(points) if points else None
    days = {"cut_on": day(cut), "until_on": day(until)}
    result = backtests.run(raw(), **days, weigh=weigh, by_name=job_runs.COMMAND_LINE, at=clock.now())
    db.session.commit()
    figures = result.figures
    click.echo(f"{result.queries} brands, {figures['forecasts']} forecasts, {result.seconds:.1f} s")
    for method, grade in figures["ndcg"].items():
        click.echo(f"NDCG@10 {method:10} {grade:.3f}")
    for nr, tenth in enumerate(figures["tenths"], 1):
        click.echo(
            f"tenth {nr:2}: forecast {tenth['said'] / 100:12.2f}, came {tenth['came'] / 100:12.2f} an hour,"
            f" {tenth['within']} of {tenth['count']} within the range"
        )
