"""A real market, through the product's own commands: a gift shop's 513,131 order lines and 10,915 refunds of one year,
attributed and settled exactly as expected, row for row, in whatever order and pieces and by however many workers.

A part of it runs in seconds. The whole, marked `slow`, begins with a copy of a database that has everything but sales
and refunds; whoever needs that first makes it, for all processes of this and later runs.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import lzma
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from app import create_app
from app.database import db
from app.postgres.server import Server
from tests.conftest import INSTANCE, MARKET_DATA, ROOT, _plain, settings
from tests.processes import crew

FOLDER = MARKET_DATA / "market-2009"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"No market at {FOLDER}: set MARKET_DATA to the folder that holds market-2009."
)
BEFORE_SALES = ("brands", "creators", "products", "contracts", "streams", "touches")
DAY = "2010-06-30"
PART = ("polkadot", 20_000)  # brand and lines: what is settled in seconds
TWO_BRANDS = ("polkadot", "lunchbag")  # those with the most refunds: what is settled in pieces, over and over

Lines = list[bytes]
Rows = list[list[str]]


@cache
def lines(name: str) -> tuple[bytes, Lines]:
    """Header and lines of a file of the market; no cell has a line break."""
    header, *found = lzma.decompress((FOLDER / f"{name}.csv.xz").read_bytes()).splitlines()
    return header, found


def written(path: Path, header: bytes, found: Sequence[bytes]) -> str:
    """A file with these lines."""
    path.write_bytes(b"\n".join([header, *found, b""]))
    return str(path)


def run(app: Flask, *command: str) -> str:
    """Runs `flask COMMAND ...`, which has to succeed; returns what it said."""
    result = app.test_cli_runner().invoke(args=command)
    assert result.exit_code == 0, f"{' '.join(command)}: {result.output}"
    db.session.remove()
    return result.output


def exported(app: Flask, folder: Path, kind: str, *options: str) -> Rows:
    """What `flask export` writes, as rows."""
    path = folder / f"{kind}.csv"
    run(app, "export", kind, str(path), *options)
    return list(csv.reader(io.StringIO(path.read_text(), newline="")))


@cache
def expected(name: str) -> Rows:
    """The rows of an `expected-` file."""
    header, found = lines(f"expected-{name}")
    return list(csv.reader(line.decode() for line in [header, *found]))


def differences(found: Rows, wanted: Rows) -> list[tuple[list[str], ...]]:
    """The first few rows in which two exports differ: pytest would be at it for hours."""
    if found == wanted:
        return []
    pairs = [pair for pair in zip(found, wanted, strict=False) if pair[0] != pair[1]]
    return pairs[:3] or [(["rows"], [str(len(found)), str(len(wanted))])]


# -- a part, in seconds --


@pytest.fixture(scope="module")
def part() -> dict[str, tuple[bytes, Lines]]:
    """The first lines of one brand, and whatever has to do with them, by kind."""
    brand, most = PART
    own = {kind: _of_brand(kind, brand) for kind in ("products", "contracts", "streams", "touches", "sales", "refunds")}
    sales = own["sales"][1][:most]
    keys = {_key("sales", line) for line in sales}
    refunds = [line for line in own["refunds"][1] if _key("refunds", line) in keys]
    narrowed = {"sales": (own["sales"][0], sales), "refunds": (own["refunds"][0], refunds)}
    return {kind: lines(kind) for kind in ("brands", "creators")} | own | narrowed


def _of_brand(kind: str, brand: str) -> tuple[bytes, Lines]:
    header, found = lines(kind)
    at = header.split(b",").index(b"brand")
    return header, [line for line in found if line.split(b",")[at] == brand.encode()]


def _key(kind: str, line: bytes) -> tuple[bytes, ...]:
    """Order and line: they stand before any cell that could have a comma."""
    cells = line.split(b",")
    return tuple(cells[2:4] if kind == "sales" else cells[3:5])


def expected_of(part: dict[str, tuple[bytes, Lines]]) -> tuple[Rows, Rows]:
    """The rows that both exports should have for the part: those of its lines, and the balances they add up to."""
    brand, keys = PART[0], {_key("sales", line) for line in part["sales"][1]}
    header, *rows = expected("attributions")
    theirs = [row for row in rows if row[0] == brand and (row[2].encode(), row[3].encode()) in keys]
    sums: Counter[tuple[str, str]] = Counter()
    for row in theirs:
        named = dict(zip(header, row, strict=True))
        net, fee = int(named["net_commission_minor"]), int(named["net_fee_minor"])
        side = "creator_pending" if named["available_on"] > DAY else "creator_payable"
        sums[side, named["creator"]] += net
        sums["platform_revenue", ""] += fee
        sums["brand_funds", ""] -= net + fee
    balances = [[brand, *key, "GBP", str(amount)] for key, amount in sorted(sums.items()) if amount]
    return [header, *theirs], [["brand", "account", "creator", "currency", "balance_minor"], *balances]


def assert_as_expected(app: Flask, folder: Path, wanted: tuple[Rows, Rows]) -> None:
    """Both exports row for row, and the books in order."""
    assert differences(exported(app, folder, "attributions"), wanted[0]) == []
    assert differences(exported(app, folder, "balances", "--at", DAY), wanted[1]) == []
    assert "FAILS" not in run(app, "check-books")


@pytest.fixture
def prepared(app: Flask, part: dict[str, tuple[bytes, Lines]], tmp_path: Path) -> Flask:
    """All of the part but sales and refunds is imported."""
    for kind in BEFORE_SALES:
        run(app, "import", kind, written(tmp_path / f"{kind}.csv", *part[kind]))
    return app


def test_a_part_in_one_go(prepared: Flask, part: dict[str, tuple[bytes, Lines]], tmp_path: Path) -> None:
    for kind in ("sales", "refunds"):
        run(prepared, "import", kind, written(tmp_path / f"{kind}.csv", *part[kind]))
    run(prepared, "settle")
    wanted = expected_of(part)
    assert len(wanted[0]) > 4000
    assert_as_expected(prepared, tmp_path, wanted)


def test_a_part_in_ten_shuffled_pieces(prepared: Flask, part: dict[str, tuple[bytes, Lines]], tmp_path: Path) -> None:
    in_pieces(prepared, part, tmp_path, "settle", "--batch", "700")
    assert_as_expected(prepared, tmp_path, expected_of(part))


def in_pieces(app: Flask, whole: dict[str, tuple[bytes, Lines]], folder: Path, *settle: str) -> None:
    """Imports sales and refunds in ten pieces of any lines, now refunds first, now sales, with `settle` between."""
    draw = random.Random(2009)
    shuffled = {kind: draw.sample(whole[kind][1], len(whole[kind][1])) for kind in ("sales", "refunds")}
    for piece in range(10):
        for kind in draw.sample(["sales", "refunds"], 2):
            path = written(folder / f"{kind}-{piece}.csv", whole[kind][0], shuffled[kind][piece::10])
            run(app, "import", kind, path)
            Path(path).unlink()
        run(app, *settle)


# -- the whole --


def digest() -> str:
    """Of all that could change what is in the database before the sales."""
    patterns = ("app/**/*.py", "app/**/*.sql", "migrations/versions/*.py", "tests/cast.py")
    sources = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    found = hashlib.sha256()
    for path in [*sources, *(FOLDER / f"{kind}.csv.xz" for kind in BEFORE_SALES)]:
        found.update(path.read_bytes())
    return found.hexdigest()


@pytest.fixture
def whole(server: Server, template: str, worker_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """An application on a copy of a database that has all of the market but sales and refunds."""
    crew.load()
    name = worker_app.config["SQLALCHEMY_DATABASE_URI"].split("/")[-1].split("?")[0] + "_market"
    with psycopg.connect(_plain(server.url("postgres")), autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        with (INSTANCE / "market.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _see_to_the_original(connection, server, template, tmp_path)
            connection.execute(f"create database {name} template market_2009 strategy file_copy")
        with _app(server, name, tmp_path) as app:
            yield app
        connection.execute(f"drop database {name} with (force)")


def _see_to_the_original(
    connection: psycopg.Connection[tuple[str]], server: Server, template: str, folder: Path
) -> None:
    """Makes the database that is copied, unless it is there and was made by what is in the tree now."""
    asked = "select shobj_description(oid, 'pg_database') from pg_database where datname = 'market_2009'"
    if connection.execute(asked).fetchone() == (digest(),):
        return
    connection.execute("drop database if exists market_2009 with (force)")
    connection.execute(f"create database market_2009 template {template} strategy file_copy")
    with _app(server, "market_2009", folder) as app:
        for kind in BEFORE_SALES:
            run(app, "import", kind, str(FOLDER / f"{kind}.csv.xz"))
    connection.execute(f"comment on database market_2009 is '{digest()}'")


@contextmanager
def _app(server: Server, name: str, folder: Path) -> Iterator[Flask]:
    app = create_app(settings(server.url(name), folder))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.slow
def test_the_whole_in_one_go_by_two_workers_at_once(whole: Flask, tmp_path: Path) -> None:
    for kind in ("sales", "refunds"):
        run(whole, "import", kind, str(FOLDER / f"{kind}.csv.xz"))
    run(whole, "settle", "--workers", "2")
    assert_as_expected(whole, tmp_path, (expected("attributions"), expected(f"balances-{DAY}")))


@pytest.mark.slow
def test_two_brands_in_ten_pieces_in_any_order_by_four_workers_at_once(whole: Flask, tmp_path: Path) -> None:
    own = {kind: [_of_brand(kind, brand) for brand in TWO_BRANDS] for kind in ("sales", "refunds")}
    both = {kind: (files[0][0], [line for _header, rows in files for line in rows]) for kind, files in own.items()}
    in_pieces(whole, both, tmp_path, "settle", "--workers", "4")
    assert_as_expected(whole, tmp_path, (_of_two("attributions"), _of_two(f"balances-{DAY}")))


def _of_two(name: str) -> Rows:
    header, *rows = expected(name)
    return [header, *(row for row in rows if row[0] in TWO_BRANDS)]
