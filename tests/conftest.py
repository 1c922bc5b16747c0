"""One real PostgreSQL for all workers; every test finds a database with the cast in it and nothing else.

The template is migrated and peopled once per change of the migrations or the cast. Each process has a copy of it, which
is put back before every test (databases.py), so tests may commit, listen and race as they like.
"""

from __future__ import annotations

import contextlib
import contextvars
import fcntl
import gc
import hashlib
import itertools
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from werkzeug.test import TestResponse

from app import create_app
from app.database import db
from app.postgres.server import Server
from app.users.models import Brand, Creator
from config import Config
from tests.cast import PASSWORD, Cast, people_the_market
from tests.databases import Database

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
MARKET_DATA = Path(os.environ.get("MARKET_DATA", SHARED / "data"))
INSTANCE = ROOT / "instance" / "test"
pytest_plugins = ["tests.browsers"]
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


def pytest_configure(config: pytest.Config) -> None:
    """The one server, started by whoever comes first. All who use it share a lock."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # under nohup; ignoring would be inherited by what we start
        signal.signal(signal.SIGHUP, lambda *_: None)
    server = Server(INSTANCE / "pg", FAST)
    config.stash[USERS] = os.open(INSTANCE / "users.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(config.stash[USERS], fcntl.LOCK_SH)
    config.stash[SERVER] = server
    server.start()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules with slow tests first, dealt out to the two halves in which two processes begin: none is left for the
    end, when only one of them would still be at work."""
    modules: dict[str, list[pytest.Item]] = {}
    for item in items:
        modules.setdefault(item.nodeid.partition("::")[0], []).append(item)
    slow = [tests for tests in modules.values() if any(test.get_closest_marker("slow") for test in tests)]
    quick = [test for tests in modules.values() if tests not in slow for test in tests]
    one, other = ([test for tests in slow[start::2] for test in tests] for start in (0, 1))
    most = max(0, len(items) // 2 - len(one))
    items[:] = [*one, *quick[:most], *other, *quick[most:]]


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last of all processes and runs stops the server."""
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(config.stash[USERS], fcntl.LOCK_EX | fcntl.LOCK_NB)
        config.stash[SERVER].stop()
    os.close(config.stash[USERS])


USERS = pytest.StashKey[int]()
SERVER = pytest.StashKey[Server]()


def settings(url: str, instance: Path) -> Config:
    """The settings of a test: cheap password hashes, everything it writes in its own folder."""
    return Config(
        instance_dir=instance,
        database_url=url,
        secret_key="test-secret-" * 3,
        visitor_key="test-visitor-" * 3,
        argon2_time_cost=1,
        argon2_memory_kib=8,
        testing=True,
    )


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Server:
    """The test server."""
    return request.config.stash[SERVER]


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    """The name of a migrated database with the cast, made when migrations or cast have changed."""
    digest = hashlib.sha256()
    for path in [*sorted((ROOT / "migrations" / "versions").glob("*.py")), ROOT / "tests" / "cast.py"]:
        digest.update(path.read_bytes())
    name = f"template_{digest.hexdigest()[:12]}"
    with (INSTANCE / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(_plain(server.url("postgres")), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                _make_template(server, connection, name)
    return name


def _make_template(server: Server, connection: psycopg.Connection[Any], name: str) -> None:
    draft = f"{name}_draft"
    connection.execute(f"drop database if exists {draft} with (force)")
    connection.execute(f"create database {draft}")
    app = create_app(settings(server.url(draft), INSTANCE))
    with app.app_context():
        upgrade()
        people_the_market()
        db.session.commit()
        db.engine.dispose()
    connection.execute(f"alter database {draft} rename to {name}")


def _plain(url: str) -> str:
    """SQLAlchemy's URL as psycopg reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


class Browser(FlaskClient):
    """A browser whose requests run outside the test's own application context.

    Flask would reuse the context a test has pushed, and with it `g`: the person of the first request would stay signed
    in, a CSRF check would count for all that follow, and what a view forgot to commit would seem to be stored.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Makes the request as the server would: in a context and database session of its own."""
        return contextvars.Context().run(super().open, *args, **kwargs)


def _free_database() -> str:
    """The name of a database that no other test process uses; its lock is held until this process ends."""
    for number in itertools.count(1):
        lock = os.open(INSTANCE / f"test_{number}.lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return f"test_{number}"
    raise AssertionError("count() never ends")


@pytest.fixture(scope="session")
def worker_app(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application of one test process; its database is made anew for each test."""
    name = _free_database()
    app = create_app(settings(server.url(name), tmp_path_factory.mktemp("instance")))
    app.test_client_class = Browser
    return app


@pytest.fixture(scope="session")
def database(worker_app: Flask, server: Server) -> Iterator[Database]:
    """The database of this test process."""
    database = Database(server, worker_app.config["SQLALCHEMY_DATABASE_URI"].split("/")[-1].split("?")[0])
    yield database
    database.close()


@pytest.fixture
def app(worker_app: Flask, database: Database, template: str) -> Iterator[Flask]:
    """The application in an application context, on a database with the cast and nothing else."""
    database.make_fresh(template)
    worker_app.config["WTF_CSRF_ENABLED"] = True  # `browse` turns it off
    config = worker_app.extensions["streamcut"]  # a test may set another
    with worker_app.app_context():
        yield worker_app
        db.session.remove()
        db.engine.dispose()
    worker_app.extensions["streamcut"] = config


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The fixed people, brands and creators, by name."""
    return Cast.load()


@pytest.fixture
def lumen(cast: Cast) -> Brand:
    """The brand `lumen`."""
    return cast.brands["lumen"]


@pytest.fixture
def kettle(cast: Cast) -> Brand:
    """The brand `kettle`."""
    return cast.brands["kettle"]


@pytest.fixture
def mira(cast: Cast) -> Creator:
    """The creator `mira`."""
    return cast.creators["mira"]


@pytest.fixture
def joon(cast: Cast) -> Creator:
    """The creator `joon`."""
    return cast.creators["joon"]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def owner_connection(app: Flask) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the owner of the tables, who may do what the application's role may not."""
    with psycopg.connect(_plain(app.config["SQLALCHEMY_DATABASE_URI"])) as connection:
        yield connection


@pytest.fixture
def browse(app: Flask) -> Callable[[str], FlaskClient]:
    """`browse("olga")` is a browser in which Olga is signed in (CSRF is off in it; test_access.py checks CSRF)."""

    def sign_in(name: str) -> FlaskClient:
        browser = app.test_client()
        app.config["WTF_CSRF_ENABLED"] = False
        answer = browser.post("/sign-in", data={"email": f"{name}@cast.example", "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return browser

    return sign_in
