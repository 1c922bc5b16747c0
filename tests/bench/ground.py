"""Where the bench works: a PostgreSQL of its own with the settings of `flask up`, a database for each part, and the
files of market-2009, whole or cut short."""

from __future__ import annotations

import csv
import fcntl
import lzma
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from flask_migrate import upgrade

from app import clock, create_app
from app.csvfiles.importing import import_file
from app.database import db
from app.postgres.server import Server
from app.uploads.file_kinds import KINDS
from config import ROOT, Config

SHARED = ROOT.parent / "shared"
MARKET = Path(os.environ.get("MARKET_DATA", SHARED / "data")) / "market-2009"
FLOOR = SHARED / "perf" / "settlement" / "floor.py"
FILES = ("brands", "creators", "products", "contracts", "streams", "touches", "sales", "refunds")  # in order of need
EXPECTED = "expected-attributions"
MIGRATED = "bench_migrated"
PATIENCE = "10min"  # no statement of a measurement may take longer
QUICK_LINES = 3_000
Line = tuple[str, ...]


class Skipped(Exception):
    """What a part needs and does not find, in a sentence."""


@dataclass(frozen=True)
class Ground:
    """The server and the folder of one run. `quick`: a few thousand lines instead of all, to see that it works;
    `lines`: how large the market of `growth` is (0: as usual)."""

    server: Server
    folder: Path
    rounds: int
    quick: bool
    lines: int = 0

    def some(self, whole: int, few: int) -> int:
        """A number of rows: `whole`, or `few` in a quick run."""
        return few if self.quick else whole

    def market(self) -> Path:
        """The folder of the market's .csv.xz files. Raises Skipped without them."""
        if not MARKET.is_dir():
            raise Skipped(f"skipped: there is no {MARKET} (MARKET_DATA names the folder above it)")
        if not self.quick:
            return MARKET
        cut = self.folder / "market"
        if not cut.is_dir():
            _cut(MARKET, cut)
        return cut

    def unpacked(self, name: str) -> Path:
        """A file of the market as plain CSV."""
        path = self.folder / f"{name}.csv"
        if not path.exists():
            with lzma.open(self.market() / f"{name}.csv.xz") as packed, path.open("wb") as plain:
                shutil.copyfileobj(packed, plain)
        return path

    @contextmanager
    def database(self, name: str, kinds: Sequence[str] = ()) -> Iterator[psycopg.Connection[Any]]:
        """A fresh database with these kinds of the market's files in it, as the current application's; yields a
        connection as its owner. It is gone afterwards."""
        paths = {kind: self.market() / f"{kind}.csv.xz" for kind in kinds}
        _migrate(self.server, self.folder)
        with empty_database(self.server, name, template=MIGRATED) as url:
            app = create_app(Config(self.folder, self.server.url(name), secret_key="-" * 32, visitor_key="-" * 32))
            with app.app_context():
                for kind, path in paths.items():
                    import_file(KINDS[kind], path, by=None, at=clock.now())
                    db.session.commit()
                with psycopg.connect(url, autocommit=True) as owner:
                    owner.execute("vacuum analyze")
                    yield owner
                db.session.remove()
                db.engine.dispose()


def _migrate(server: Server, folder: Path) -> None:
    """Makes the database that the others are copies of, once in a run."""
    with psycopg.connect(plain(server.url("postgres")), autocommit=True) as connection:
        if connection.execute("select from pg_database where datname = %s", [MIGRATED]).fetchone() is not None:
            return
        connection.execute(f"create database {MIGRATED}")
    app = create_app(Config(folder, server.url(MIGRATED), secret_key="-" * 32, visitor_key="-" * 32))
    with app.app_context():
        upgrade()
        db.engine.dispose()


@contextmanager
def empty_database(server: Server, name: str, *, template: str = "template1") -> Iterator[str]:
    """A database as empty as its template while the block runs; yields its address for psycopg."""
    with psycopg.connect(plain(server.url("postgres")), autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name} template {template}")
        connection.execute(f"alter database {name} set statement_timeout = '{PATIENCE}'")
        yield plain(server.url(name))
        connection.execute(f"drop database {name} with (force)")


@contextmanager
def prepared(folder: Path, rounds: int, quick: bool, lines: int = 0) -> Iterator[Ground]:
    """The ground of a run; one run at a time. Its server is stopped at the end, whatever happens."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"Another bench runs in {folder}: wait for it, or give --folder.") from None
        server = Server(folder / "pg")
        files = folder / "files"
        shutil.rmtree(files, ignore_errors=True)
        files.mkdir()
        try:
            server.start()
            with psycopg.connect(plain(server.url("postgres")), autocommit=True) as connection:
                connection.execute(f"drop database if exists {MIGRATED} with (force)")  # of another day
            yield Ground(server, files, rounds, quick, lines)
        finally:
            server.stop()
            shutil.rmtree(files, ignore_errors=True)


def plain(url: str) -> str:
    """SQLAlchemy's address as psycopg reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def rows(path: Path) -> Iterator[Line]:
    """The rows of a .csv or .csv.xz file, its header first."""
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        yield from map(tuple, csv.reader(file))


def _cut(market: Path, into: Path) -> None:
    """Some sale lines from the middle of the market, with all that decides them."""
    into.mkdir()
    sales = list(islice(rows(market / "sales.csv.xz"), 250_000, 250_000 + QUICK_LINES))
    keys, visitors = {sale[:4] for sale in sales}, {(sale[0], sale[5]) for sale in sales}
    kept: dict[str, Callable[[Line], bool]] = {
        "touches": lambda touch: (touch[0], touch[2]) in visitors,
        "sales": lambda sale: sale[:4] in keys,
        "refunds": lambda refund: (*refund[:2], *refund[3:5]) in keys,
        EXPECTED: lambda line: line[:4] in keys,
    }
    for name in (*FILES, EXPECTED):
        given = rows(market / f"{name}.csv.xz")
        with lzma.open(into / f"{name}.csv.xz", "wt", encoding="utf-8", newline="", preset=0) as file:
            write = csv.writer(file, lineterminator="\n")
            write.writerow(next(given))
            write.writerows(filter(kept.get(name, lambda _: True), given))
