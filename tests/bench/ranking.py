"""The back-test on market-2009 by contract hour: four cuts, each graded by the month after it. Whose buyers are whose
was dealt out by a rule there, so there is next to nothing to learn; the figures are printed, good or bad, with what
they mean, and have no aim."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import psycopg

from app import clock
from app.database import db, raw
from app.errors import BadInput
from app.ranking.backtests import running, words
from app.sales.jobs import settle_due
from tests.bench.ground import FILES, MARKET, Ground
from tests.bench.rounds import WIDTH, timed

CUT, UNTIL = date(2010, 8, 1), date(2010, 12, 1)
FOLLOWERS = MARKET.parent / "creators" / "twitch-top1000-2020.csv"  # the market's creators are called like these


def ranking(ground: Ground) -> None:
    """Settles the market, grades the rankings, and says how long it took."""
    with ground.database("bench_ranking", FILES) as owner:
        settle_due()
        _follow(owner)
        with timed() as clock_:
            try:
                found = running.run(raw(), cut_on=CUT, until_on=UNTIL, every=1, by_name="bench", at=clock.now())
            except BadInput as nothing:
                print(f"back-test: {nothing.sentence}")  # a quick run has the first lines only
                return
        db.session.rollback()
        figures = found.figures
        print(f"back-test of {found.queries} questions and {figures['forecasts']} forecasts, {clock_.seconds:.1f} s")
        for method, verdict in figures["verdicts"].items():
            grade, chance = verdict["grade"], verdict["chance"]
            of_chance = f"chance {chance[1]:.3f} to {chance[2]:.3f}"
            print(f"  {method:{WIDTH}} NDCG@10 {grade[0]:.3f} ({grade[1]:.3f} to {grade[2]:.3f}), {of_chance}")
        for sentence in [*words.meaning(figures), words.held(figures)]:
            print(f"  {sentence}")
        for band in figures["bands"]:
            held = f"{band['within']} of {band['count']} within the range, {band['nothing']} from 0"
            print(f"  {words.band(band['word']):{WIDTH}} {held}")


def _follow(owner: psycopg.Connection[Any]) -> None:
    """Gives creators the followers of the channel that is called like them."""
    if not FOLLOWERS.exists():
        return
    with FOLLOWERS.open(encoding="utf-8", newline="") as file:
        rows = [(row["Channel"].lower(), row["Channel"], int(row["Followers"])) for row in csv.DictReader(file)]
    with owner.cursor() as cursor:
        cursor.executemany(
            "insert into channel (creator_id, platform, name, followers, recorded_at)"
            " select id, 'twitch', %(name)s, %(followers)s, now() from creator where handle = %(handle)s",
            [{"handle": handle, "name": name, "followers": followers} for handle, name, followers in rows],
        )
