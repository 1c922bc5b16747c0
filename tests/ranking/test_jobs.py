"""The night's jobs of the market, and the command that runs one of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.campaigns import campaigns, invitations
from app.database import db, raw
from app.samples.jobs import tend_market
from tests.campaigns.campaigning import AT, invited, published
from tests.cast import Cast
from tests.ranking.rated import draw, store


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


def test_the_night_holds_no_invitation_while_it_locks_campaigns(
    cast: Cast, owner_connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who answers an invitation or calls a campaign off locks the campaign first: holding both would be a deadlock."""
    approach = invited(published(cast.brands["lumen"]), cast.creators["mira"])
    db.session.commit()
    seen = []

    def close_past(*, at: datetime) -> int:
        free = "select status from approach where id = %s for update nowait"
        seen.append(owner_connection.execute(free, [approach.id]).fetchone()[0])
        owner_connection.rollback()
        return 0

    monkeypatch.setattr(campaigns, "close_past", close_past)
    tend_market(AT + timedelta(days=31))
    assert seen == ["lapsed"]
    assert list(invitations.open_for(cast.creators["mira"], at=AT)) == []
