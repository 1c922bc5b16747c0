"""Migrations go up and down and up again, the models say what is in the tables, and rights are what migrations say."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.script import Script, ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import types
from sqlalchemy.dialects import postgresql

import app as product
from app import create_app
from app.database import APP_ROLE, Base, db, raw
from app.postgres.server import Server
from app.processes.database_setup import create_database, drop_database
from tests.conftest import ROOT, settings

# Tables that no screen loads as objects: statements over sets write and read them.
WITHOUT_MODEL = {
    *("alembic_version", "heartbeat", "job_run", "market", "mishap", "revision"),
    *("claim", "credit_line", "funding_state", "reservation", "shortage", "bonus_month", "award"),
    "status_move",
    *("outcome", "airtime", "category_word", "search_word", "search_document", "list_account", "listed_account"),
    *("creator_traits", "shared_buyers", "alike"),
    "house_product",
    *("pace", "click_pace"),
    "receipt_series",
    *("webhook_latest", "webhook_refusal", "webhook_erasure"),
    *("payout_offset", "debt_write_off", "split_rule", "decision_share"),
    *("shop_line", "shop_order", "order_cancellation"),
    *("show_presence", "show_minute", "item_minute", "product_tap", "stream_result"),
}
# Columns that only statements over sets need.
UNSAID = {"import.by_id", *(f"terms.{name}" for name in ("begins_at", "ends_at"))}
FAMILIES: list[tuple[type[types.TypeEngine[Any]], set[str]]] = [
    (types.Boolean, {"boolean"}),
    (types.Integer, {"smallint", "integer", "bigint"}),
    (types.Float, {"double precision"}),
    (types.Numeric, {"numeric"}),
    (types.DateTime, {"timestamp with time zone"}),
    (types.Date, {"date"}),
    (types.Uuid, {"uuid"}),
    (types.LargeBinary, {"bytea"}),
    (postgresql.JSONB, {"jsonb"}),
    (postgresql.ARRAY, {"ARRAY"}),
    (postgresql.TSTZRANGE, {"tstzrange"}),
    (types.String, {"text", "character"}),
]


def migrations() -> list[Script]:
    """All of them, the first one first."""
    return list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions())[::-1]


# -- up and down --


@pytest.fixture
def blank(server: Server, tmp_path: Path, worker_app: Flask) -> Iterator[Flask]:
    """An application on a database with nothing in it."""
    name = worker_app.config["SQLALCHEMY_DATABASE_URI"].split("/")[-1].split("?")[0]
    blank = create_app(settings(server.url(f"{name}_blank"), tmp_path))
    with blank.app_context():
        drop_database()
        create_database()
        yield blank
        drop_database()


def schema(server: Server) -> str:
    """All that is in the database but its rows, as pg_dump says it: tables, columns, constraints, indexes, rights."""
    address = [f"--host={server.place.sockets}", "--username=postgres", str(db.engine.url.database)]
    dump = subprocess.run(
        [server.place.program("pg_dump"), "--schema-only", *address], check=True, capture_output=True, text=True
    )
    return "\n".join(line for line in dump.stdout.splitlines() if line and not line.startswith(("--", "\\")))


def test_every_migration_goes_up_and_down_and_up_again(blank: Flask, server: Server) -> None:
    upgrade(revision=migrations()[0].revision)
    downgrade(revision="base")
    states = [schema(server)]
    for migration in migrations():
        upgrade(revision=migration.revision)
        states.append(schema(server))
        assert states[-1] != states[-2], f"{migration.revision} does nothing"
    for migration, before in zip(migrations()[::-1], states[-2::-1], strict=True):
        downgrade(revision="-1")
        assert schema(server) == before, f"{migration.revision} leaves something behind, or takes too much"
    upgrade()
    assert schema(server) == states[-1]


def test_two_processes_that_migrate_at_once_do_it_once(blank: Flask) -> None:
    script = "from tests.test_migrations import migrate_in_a_process; migrate_in_a_process()"
    url, folder = blank.config["SQLALCHEMY_DATABASE_URI"], blank.instance_path
    both = [subprocess.Popen([sys.executable, "-c", script, url, folder], cwd=ROOT) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert raw().execute("select version_num from alembic_version").fetchall() == [(migrations()[-1].revision,)]


def migrate_in_a_process() -> None:
    """What the processes of the test above do."""
    with create_app(settings(sys.argv[1], Path(sys.argv[2]))).app_context():
        upgrade()


# -- names --


def test_migrations_stand_in_one_line_and_are_called_by_a_number_and_a_word() -> None:
    found = migrations()
    files = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    assert [Path(migration.path) for migration in found] == files
    for number, migration in enumerate(found, 1):
        assert migration.revision == f"{number:04}"
        assert migration.down_revision == (f"{number - 1:04}" if number > 1 else None)
        name = re.fullmatch(r"(\d{4})_([a-z]+)", Path(migration.path).stem)
        assert name, f"{migration.path} has to be called NNNN_word.py"
        assert name[1] == migration.revision
        assert (migration.doc or "").startswith(f"{name[2]}: "), f"{migration.path} begins with “{name[2]}: ...”"


# -- models --


def models() -> dict[str, Any]:
    """The models' tables by name."""
    for module in pkgutil.walk_packages(product.__path__, "app."):
        if module.name.endswith(".models"):
            importlib.import_module(module.name)
    return dict(Base.metadata.tables)


def columns() -> dict[str, dict[str, tuple[bool, str]]]:
    """The columns of all tables: name to whether it may be null, and its type."""
    found: dict[str, dict[str, tuple[bool, str]]] = {}
    rows = raw().execute(
        "select table_name, column_name, is_nullable = 'YES', case data_type when 'USER-DEFINED' then udt_name else"
        " data_type end from information_schema.columns join information_schema.tables using (table_schema, table_name)"
        " where table_schema = 'public' and table_type = 'BASE TABLE'"
    )
    for table, column, nullable, kind in rows:
        found.setdefault(table, {})[column] = (nullable, kind)
    return found


def test_every_table_has_a_model_or_a_reason_to_have_none(app: Flask) -> None:
    assert set(columns()) - set(models()) == WITHOUT_MODEL
    assert set(models()) - set(columns()) == set()


def test_models_say_what_is_in_the_tables(app: Flask) -> None:
    stored, wrong, unsaid = columns(), [], set()
    for name, table in models().items():
        said = {column.name: column for column in table.columns}
        unsaid |= {f"{name}.{column}" for column in set(said) ^ set(stored[name])}
        for column in set(said) & set(stored[name]):
            nullable, kind = stored[name][column]
            family = next(kinds for python, kinds in FAMILIES if isinstance(said[column].type, python))
            if bool(said[column].nullable) != nullable:
                wrong.append(f"{name}.{column}: null is {'allowed' if nullable else 'refused'} in the table")
            if kind not in family:
                wrong.append(f"{name}.{column}: {kind} in the table, {said[column].type!r} in the model")
    assert sorted(wrong) == []
    assert unsaid == UNSAID


def test_the_keys_of_models_are_those_of_the_tables(app: Flask) -> None:
    rows = raw().execute(
        "select conrelid::regclass::text, array_agg(attname::text) from pg_constraint"
        " join pg_attribute on attrelid = conrelid and attnum = any(conkey) where contype = 'p'"
        " and connamespace = 'public'::regnamespace group by conrelid"
    )
    stored = {table: set(key) for table, key in rows}
    said = {name: {column.name for column in table.primary_key} for name, table in models().items()}
    keyless = {"payout_line"}  # append-only in all but one column; a unique index on live rows stands for a key
    assert {name: key for name, key in said.items() if name not in keyless} == {
        name: stored.get(name, set()) for name in said if name not in keyless
    }


# -- rights --


def test_what_migrations_revoke_is_revoked(app: Flask) -> None:
    revoked = set()
    for migration in migrations():
        for verbs, tables in re.findall(
            r"^revoke ([\w, ]+) on ([\w, ]+) from streamcut_app", migration.module.UP, re.M
        ):
            revoked |= {(table, verb) for table in tables.split(", ") for verb in verbs.split(", ")}
    assert len(revoked) > 20
    given = {
        (table, verb)
        for table, verb, has in raw().execute(
            "select t, verb, has_table_privilege(t, verb) from unnest(%s::text[]) t,"
            " unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'trigger', 'references']) verb",
            [list(columns())],
        )
        if has
    }
    everything = {(table, verb) for table in columns() for verb in ("select", "insert", "update", "delete")}
    system = {("alembic_version", verb) for verb in ("insert", "update", "delete")}
    assert given == everything - revoked - system, "the application reads everything and changes what it may"


def test_the_application_may_not_migrate(app: Flask) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw().execute("update alembic_version set version_num = '0001'")
    db.session.rollback()
    assert raw().execute("select current_user").fetchone() == (APP_ROLE,)
