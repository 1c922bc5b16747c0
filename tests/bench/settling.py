"""Settlement of market-2009 against the hand-written floor, a loop over single sales, and itself in small batches."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable
from csv import reader
from functools import partial
from typing import Any

import psycopg

from app.database import db
from app.processes.parallel_settlement import settle_all
from app.sales.exports import export_attributions
from app.sales.jobs import Settled, settle_due
from tests.bench.ground import EXPECTED, FILES, FLOOR, Ground, Line, empty_database, rows
from tests.bench.loop import settle_one_by_one
from tests.bench.rounds import interleaved, ratio, timed

SAID = re.compile(r"([\d,]+) lines/s; (\d+) attributed, (\d+) expected, 0 differ; books sum 0")


def settling(ground: Ground) -> None:
    """All contenders settle the same lines from nothing; each outcome is compared with the expected attributions."""
    expected = sorted(list(rows(ground.market() / f"{EXPECTED}.csv.xz"))[1:])
    with empty_database(ground.server, "bench_floor") as url, ground.database("bench_settlement", FILES) as owner:
        market = _Market(owner, expected)
        print(f"settlement of {market.lines:,} sale lines, {len(expected):,} of them a creator's")
        contenders: dict[str, Callable[[], float]] = {
            "settle, one process": lambda: market.settle(settle_due),
            "settle, a process a core": lambda: market.settle(partial(settle_all, workers=2 if ground.quick else None)),
            "settle, batches of 1,000": lambda: market.settle(partial(settle_due, batch=ground.some(1_000, 100))),
            "settle, a lane at once": lambda: market.settle(partial(settle_due, batch=market.lines * 2)),
            "one sale at a time in Python": lambda: market.settle_sample(ground.some(2_000, 100)),
        }
        if FLOOR.exists():
            floor = _Floor(ground, url, len(expected))
            contenders = {"floor.py": floor.settle, **contenders}
        else:
            print(f"  skipped: the floor, for there is no {FLOOR}")
        rates = interleaved(ground.rounds, contenders)
    if "floor.py" in rates:
        ratio(rates, "settle, one process", "floor.py", aim=0.55)
        ratio(rates, "settle, a process a core", "floor.py", aim=0.5)
    ratio(rates, "settle, one process", "one sale at a time in Python", aim=15)
    ratio(rates, "settle, batches of 1,000", "settle, a lane at once", aim=0.75)


class _Market:
    """The product's database with everything due. It is emptied instead of made anew, so that its pages are as warm as
    the floor's."""

    def __init__(self, owner: psycopg.Connection[Any], expected: list[Line]) -> None:
        self.owner, self.expected = owner, expected
        owner.execute("create table bench_due as select * from due")
        self.lines = _count(owner, "sale")

    def settle(self, settle: Callable[[], Settled]) -> float:
        """Lines a second of `settle`."""
        self._reset()
        with timed() as clock:
            settle()
        assert _count(self.owner, "due") == 0
        assert _count(self.owner, "decision") == self.lines
        self._check(self.expected)
        return self.lines / clock.seconds

    def settle_sample(self, size: int) -> float:
        """Lines a second of the loop, over lines from everywhere in the market."""
        self._reset()
        step = max(1, self.lines // size)
        with timed() as clock:
            keys = settle_one_by_one(self.owner.info.dsn, step)
        assert _count(self.owner, "decision") == len(keys)
        self._check([line for line in self.expected if line[:4] in keys])
        return len(keys) / clock.seconds

    def _reset(self) -> None:
        db.session.rollback()
        self.owner.execute("truncate decision, entry, balance, due, due_aside restart identity")
        self.owner.execute("insert into due overriding system value select * from bench_due order by id")
        self.owner.execute("vacuum analyze due")

    def _check(self, expected: list[Line]) -> None:
        out = io.BytesIO()
        export_attributions(out)
        db.session.rollback()
        found = [tuple(row) for row in reader(io.StringIO(out.getvalue().decode(), newline=""))][1:]
        assert sorted(found) == expected, "the attributions are not those expected"
        assert _sum(self.owner, "balance") == 0


class _Floor:
    """floor.py of shared/perf fills its schema and checks itself; then its statements take part in the rounds."""

    def __init__(self, ground: Ground, url: str, expected: int) -> None:
        program = [sys.executable, str(FLOOR), str(ground.market()), str(ground.unpacked(EXPECTED)), url]
        said = subprocess.run(program, check=True, capture_output=True, text=True).stdout
        found = SAID.search(said)
        assert found, said
        assert found[2] == found[3] == str(expected), said
        print(f"  floor.py by itself, the best of its three runs: {found[1]} lines/s")
        statements = (FLOOR.parent / "settle.sql").read_text().split(";\n")
        self.statements = [statement.encode() for statement in statements if statement.strip()]
        self.url, self.expected = url, expected

    def settle(self) -> float:
        """Lines a second, timed as floor.py does it."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("set search_path = floor")
            for table in ("line", "entry", "balance"):
                connection.execute(f"truncate {table}")
            with timed() as clock, connection.transaction():
                for statement in self.statements:
                    connection.execute(statement)
            assert _count(connection, "line") == self.expected
            assert _sum(connection, "balance") == 0
            return _count(connection, "sale") / clock.seconds


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return int(row[0])


def _sum(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(f"select coalesce(sum(amount), 0)::bigint from {table}").fetchone()
    assert row is not None
    return int(row[0])
