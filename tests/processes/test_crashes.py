"""kill -9: importer, worker and batch assembly die anywhere, are started again, and in the end nobody can tell.

Two kinds of death: at every step of the talk with the database in turn, just before or just after it, and at random
instants. Only processes die here; what PostgreSQL promises when it dies itself is PostgreSQL's own.
"""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask

from app.database import db, raw
from app.payouts.batches.assembly import NobodyToPay, assemble
from app.processes import worker
from tests import market
from tests.cast import Cast
from tests.ledger import story
from tests.payouts.books import IBANS, bank
from tests.processes import crew
from tests.processes.crew import count, sweep
from tests.programs import until
from tests.sales import facts
from tests.sales.crowds import a_crowd
from tests.sales.outcome import assert_as_the_oracle_says, assert_in_order
from tests.sales.storing import Stored, empty

Owner = psycopg.Connection[Any]

# -- settlement --


def test_settlement_killed_at_every_step_settles_everything_once(app: Flask, owner_connection: Owner) -> None:
    empty(owner_connection)
    crowd = a_crowd(seed=5, brands=2, creators=2, sales=12)
    Stored(crowd).add([*crowd.refunds, *crowd.sales])
    db.session.commit()
    assert sweep(app, crew.settle, 6, stride=5) > 10
    assert_as_the_oracle_says(crowd)


def work(app: Flask) -> None:
    """The worker itself, in the smallest batches, so that it dies in the middle of its work."""
    app.extensions["streamcut"] = replace(app.extensions["streamcut"], settle_batch=1)
    worker.main()


def _fewer_due_than(number: int) -> bool:
    return count("due") < number


def test_workers_killed_at_random_settle_everything_once(app: Flask, owner_connection: Owner) -> None:
    empty(owner_connection)
    crowd = a_crowd(seed=6)
    Stored(crowd).add([*crowd.sales, *crowd.refunds])
    db.session.commit()
    draw, deaths = random.Random(6), 0
    with crew.at_work(app, work, times=2) as them:
        while (left := count("due")) and deaths < 25:
            until(partial(_fewer_due_than, left), 60)
            time.sleep(draw.uniform(0.0, 0.2))
            turn = deaths % 2
            them[turn].kill()
            them[turn].join()
            them[turn] = crew.start(app, work)
            deaths += 1
        until(lambda: count("due") == 0, 60)
    assert deaths > 3
    assert_as_the_oracle_says(crowd)


# -- import --


def bring(app: Flask, kind: str, path: str, *options: str) -> None:
    """`flask import`, as somebody would type it."""
    result = app.test_cli_runner().invoke(args=["import", kind, path, *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output


def all_or_nothing(kinds: dict[str, int]) -> Callable[[], None]:
    """Looks that each table has either none of its rows or all of them."""

    def look() -> None:
        for table, rows in kinds.items():
            assert count(table) in (0, rows), table

    return look


def test_an_import_killed_at_every_step_stores_everything_once(
    app: Flask, owner_connection: Owner, tmp_path: Path
) -> None:
    empty(owner_connection)
    crowd = a_crowd(seed=7, brands=3, creators=2, sales=40, files_only=True)
    strides, deaths = {"contracts": 9, "touches": 9, "sales": 4, "refunds": 6}, 0
    for kind, path in facts.write(crowd, tmp_path).items():
        table = "touch" if kind == "touches" else kind[:-1]
        rows, before = len(getattr(crowd, kind)), count("due")
        if stride := strides.get(kind):
            deaths += sweep(app, bring, kind, str(path), stride=stride, after=all_or_nothing({table: rows}))
        bring(app, kind, str(path))
        assert count(table) == rows
        assert count("due") - before == (rows if kind in ("sales", "refunds") else 0)
    assert count("import where finished_at is null") == 0
    assert deaths > 10
    crew.end([crew.start(app, crew.settle, 5000)])
    assert_as_the_oracle_says(crowd)


def test_an_import_killed_at_random_stores_everything_once(app: Flask, cast: Cast, tmp_path: Path) -> None:
    """20,000 rows and a bad one, which has to be told about once however often the file was begun."""
    path, rows = tmp_path / "sales.csv", 20_000
    row = ["lumen", "shop", "bad", 1, "yesterday", "v", "X", "", 1, "9.99", "", "EUR", "", "", ""]
    with path.open("w", newline="") as file:
        write = csv.writer(file)
        write.writerow(facts.COLUMNS["sales"].split(","))
        write.writerow(row)
        write.writerows([*row[:2], n, 1, "2026-03-10T12:00:00Z", *row[5:]] for n in range(rows))
    look, draw, deaths = all_or_nothing({"sale": rows, "due": rows, "import": 1}), random.Random(8), 0
    while not count("sale"):
        process = crew.start(app, bring, "sales", str(path), "--skip-bad")
        process.join(draw.uniform(0.02, 0.1) * 1.2**deaths)
        process.kill()
        process.join()
        look()
        deaths += 1
    bring(app, "sales", str(path), "--skip-bad")
    assert count("sale") == count("due") == rows
    rejected = path.with_name("sales.csv.rejected.csv")
    header, *bad = rejected.read_text().splitlines()
    assert [line.startswith("lumen,shop,bad,1,yesterday,") for line in bad] == [True]
    rejected.write_text(f"{header}\n{bad[0].replace('yesterday', '2026-03-10T12:00:00Z')}\n")
    bring(app, "sales", str(rejected))
    assert count("sale") == count("due") == rows + 1
    assert deaths > 2


# -- batch assembly --


def draft(app: Flask) -> None:
    """Assembles and commits; whoever died after the commit leaves nobody to pay."""
    try:
        assemble(raw(), currency="EUR", cutoff_on=story.CUTOFF, minimum=1, by=None, at=story.AT)
    except NobodyToPay:
        return
    db.session.commit()


def test_an_assembly_killed_at_every_step_makes_one_whole_batch(app: Flask, cast: Cast) -> None:
    lumen = cast.brands["lumen"]
    for creator, iban in zip(cast.creators.values(), IBANS, strict=False):
        market.contract(lumen, creator, coupons=(creator.handle,))
        bank(creator, iban)
        story.sell(lumen, creator.handle, 10_000, 20_000, 30_000)
    story.top_up(lumen, 100_000)
    story.settle()
    whole = {"payout_batch": 1, "payout": 2, "payout_line": 6, "entry where kind = 'reserve'": 2}
    assert sweep(app, draft, stride=2, after=all_or_nothing(whole)) > 10
    assert {table: count(table) for table in whole} == whole
    assert_in_order()
