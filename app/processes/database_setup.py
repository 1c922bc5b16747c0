"""The database at hand for every command: running, made, up to date.

The embedded server runs as long as somebody uses it. Each user holds a shared lock on `instance/pg.users`; the last
one to leave finds that it can have the lock alone, and stops the server. The kernel frees the locks of the killed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg
from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL

from app.database import APP_ROLE, db, login
from app.errors import Unavailable
from app.postgres.server import Server
from config import ROOT, Config, settings


@contextmanager
def database_running(config: Config) -> Iterator[None]:
    """The database's server answers during the block: the one of DATABASE_URL, else the embedded one, which is started
    when it does not run and stopped afterwards when nobody else uses it."""
    if config.database_url:
        yield
        return
    server = Server(config.instance_dir / "pg")
    with opened(config.instance_dir / "pg.users") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            server.start()
            yield
        finally:
            db.session.remove()
            db.engine.dispose()
            with suppress(BlockingIOError):  # somebody else is there, and will be the last one
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                server.stop()


@contextmanager
def database_ready(config: Config) -> Iterator[None]:
    """As `database_running`, and the tables are those of this version: the embedded server's are brought up to date.

    Raises Unavailable when those of DATABASE_URL are not; they are changed only when somebody says so.
    """
    with database_running(config):
        if not config.database_url:
            create_database()
            migrate()
        elif not is_current():
            raise Unavailable("The database's tables are not those of this version: run `flask db upgrade` first.")
        refuse_an_owner()
        yield


def create_database() -> bool:
    """Makes the database of the settings when its server has none of that name; tells whether it did."""
    with _maintenance() as connection:
        if connection.execute("select from pg_database where datname = %s", [_url().database]).fetchone():
            return False
        with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):  # another command was faster
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(str(_url().database))))
        return True


def drop_database() -> None:
    """Drops the database of the settings, with whoever is connected to it."""
    db.session.remove()
    db.engine.dispose()
    name = sql.Identifier(str(_url().database))
    with _maintenance() as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))


def is_current() -> bool:
    """Whether the tables are those of this version."""
    head = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    try:
        with owner() as connection:
            return connection.execute("select version_num from alembic_version").fetchall() == [(head,)]
    except psycopg.errors.UndefinedTable:
        return False


def migrate() -> None:
    """Brings the tables up to date; does nothing, quickly, when they are."""
    if not is_current():
        upgrade()


def owner() -> psycopg.Connection[Any]:
    """A connection as the owner of the tables, as migrations use it; as a block it commits at its end and closes."""
    return psycopg.connect(_url().render_as_string(hide_password=False))


def application(**options: Any) -> psycopg.Connection[Any]:
    """A connection by the application's login, outside of the pool; `options` as psycopg takes them."""
    return psycopg.connect(_url().render_as_string(hide_password=False), **login(settings()), **options)


def listening_line(**options: Any) -> Awaitable[psycopg.AsyncConnection[Any]]:
    """The same for asyncio, committing each statement: to wait for notices on."""
    address = _url().render_as_string(hide_password=False)
    about = {"autocommit": True, "connect_timeout": 5} | login(settings()) | options
    return psycopg.AsyncConnection.connect(address, **about)


def let_application_in() -> None:
    """Lets APP_ROLE log in, with the password of `login()`; only the owner can, after the migrations. Where
    DATABASE_APP_URL brings a login of its own nothing is done. Raises Unavailable when the login does not work."""
    if settings().database_app_url:
        return
    with owner() as connection:
        can_login = connection.execute("select rolcanlogin from pg_roles where rolname = %s", [APP_ROLE]).fetchone()
        if can_login == (False,):
            _give_password(connection)
            return
    if can_login:
        try:
            application().close()
        except psycopg.OperationalError as error:
            sentence = (
                f"The role {APP_ROLE} of this server has another password: it belongs to another installation, or"
                f" SECRET_KEY has changed. Either set DATABASE_APP_URL to a login of your own, or upgrade again after"
                f" `alter role {APP_ROLE} nologin`."
            )
            raise Unavailable(sentence) from error


def refuse_an_owner() -> None:
    """Raises Unavailable when the application's login could change what must never change."""
    with application() as connection:
        mighty = connection.execute(
            "select rolsuper or exists (select from pg_class where relname = 'entry' and"
            " pg_has_role(session_user, relowner, 'member')) from pg_roles where rolname = session_user"
        ).fetchone()
    if mighty != (False,):
        raise Unavailable(
            f"DATABASE_APP_URL logs in as an owner of the tables: use a login that is a member of {APP_ROLE} only."
        )


def _give_password(connection: psycopg.Connection[Any]) -> None:
    """As a hash, so that no log of the server has it."""
    secret = str(login(settings())["password"])
    hashed = connection.pgconn.encrypt_password(secret.encode(), APP_ROLE.encode(), b"scram-sha-256").decode()
    statement = sql.SQL("alter role {} login password {}").format(sql.Identifier(APP_ROLE), sql.Literal(hashed))
    try:
        connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        raise Unavailable(
            f"The owner of the database may not let {APP_ROLE} log in: set DATABASE_APP_URL to a login that is a"
            f" member of {APP_ROLE}."
        ) from error
    except psycopg.errors.InternalError_:  # another process did it in this very moment
        connection.rollback()


def for_programs(config: Config) -> dict[str, str]:
    """The environment in which PostgreSQL's own programs (pg_dump, psql ...) are found and find the database.

    Those of the embedded server come first where it is used; elsewhere the machine's own are more likely to fit.
    """
    names = {"dbname": "PGDATABASE", "options": "PGOPTIONS"}
    parts = conninfo_to_dict(_url().render_as_string(hide_password=False))
    variables = {names.get(name, f"PG{name.upper()}"): str(value) for name, value in parts.items()}
    ours = str(Server(config.instance_dir / "pg").place.program("psql").parent)
    theirs = os.environ.get("PATH", os.defpath)
    order = (theirs, ours) if config.database_url else (ours, theirs)
    return {**os.environ, **variables, "PATH": os.pathsep.join(order)}


def _maintenance() -> psycopg.Connection[Any]:
    """A connection to the server's own database, in which others are made and dropped."""
    address = _url().set(database="postgres").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)


def _url() -> URL:
    return db.engine.url.set(drivername="postgresql")


@contextmanager
def opened(path: Path) -> Iterator[IO[str]]:
    """A file of the instance folder to put locks on; Unavailable when it is another user's."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    except PermissionError as error:
        raise Unavailable(f"{path} belongs to another user: go on as that user, or give this folder away.") from error
    with file:
        yield file
