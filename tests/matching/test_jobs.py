"""The night's jobs of the market, and the command that runs one of them."""

from __future__ import annotations

from flask import Flask

from app.database import db, raw
from tests.matching.rated import draw, store


def test_the_command_works_out_standings_as_of_an_instant_and_says_how_many(app: Flask) -> None:
    store(draw(1))
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["rate-creators", "--at", "2026-06-01T00:00:00Z"])
    assert done.exit_code == 0, done.output
    count = raw().execute("select count(*) from standing").fetchone()
    assert count
    assert count[0] > 6
    assert f"{count[0]} standings" in done.output
    assert "It took" in done.output


def test_both_jobs_run_in_an_empty_market(app: Flask) -> None:
    for job in ("tend-market", "rate-creators"):
        done = app.test_cli_runner().invoke(args=["run-job", job])
        assert done.exit_code == 0, done.output
