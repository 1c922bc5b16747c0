"""Commands of the market."""

from __future__ import annotations

import time

import click

from app import clock
from app.cli.group import commands, day, instant
from app.database import db, raw
from app.processes import job_runs, scheduler
from app.ranking import weights
from app.ranking.backtests import running, words
from app.ranking.backtests.figures import METHODS


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
@click.option("--every", type=int, help="Cut again every so many months, each graded until the next (default: once).")
@click.option("--weights", "points", help="Test other settings than those in force.")
@click.option("--try", "tried", help="Test these settings beside them, on the same cuts.")
def backtest(cut: str, until: str, every: int | None, points: str | None, tried: str | None) -> None:
    """Score creators as of a day and grade the ranking by what came since, against sales, followers and chance.

    Settings are five whole numbers: margin,category,audience,reliability,freshness.

    Example: flask backtest --cut 2026-05-01 --until 2026-11-01 --every 2 --try 40,50,20,0,0
    """
    about = {"weigh": weights.parsed(points) if points else None, "tried": weights.parsed(tried) if tried else None}
    result = running.run(
        raw(), cut_on=day(cut), until_on=day(until), every=every, **about, by_name=job_runs.COMMAND_LINE, at=clock.now()
    )
    db.session.commit()
    figures = result.figures
    click.echo(f"{result.queries} questions, {figures['forecasts']} forecasts, {result.seconds:.1f} s")
    for method in METHODS:
        found = figures["verdicts"].get(method)
        if found is None:
            continue
        grade, chance = found["grade"][0], found["chance"]
        click.echo(f"NDCG@10 {method:10} {grade:.3f}, chance {chance[1]:.3f} to {chance[2]:.3f}: {found['word']}")
    for sentence in words.meaning(figures):
        click.echo(sentence)
    click.echo(words.held(figures))
    for band in figures["bands"]:
        click.echo(f"{words.band(band['word'])}: {band['within']} of {band['count']} within the range")
