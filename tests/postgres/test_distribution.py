"""The shape that lets a distributed PostgreSQL (Citus) take the product as it is, held on plain PostgreSQL: the large
tables lie by brand, and no statement over them asks for what can't be done where the brand's rows lie.

`CITUS_URL`, the owner's address of an empty database on a Citus coordinator that has a worker, lets the rest run too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.csvfiles.staging import DIFFERENCES, FOUND, JUDGED, parts_of
from app.database import db
from app.errors import Unavailable
from app.processes.database_setup import let_application_in, owner
from app.processes.distribution import HOT, REFERENCES, distribute, plan
from app.uploads.file_kinds import KINDS
from tests.conftest import settings

ROOT = Path(__file__).resolve().parents[2]
CITUS = os.environ.get("CITUS_URL")
STATEMENTS = sorted((ROOT / "app").rglob("sql/*.sql"))
ANY_HOT = "|".join(HOT)
NAMED = re.compile(
    rf"\b(?:from|join|into|update)\s+({ANY_HOT})\b(?:\s+(?:as\s+)?(?!on\b|where\b|set\b|using\b|group\b|order\b)([a-z_]+))?"
)
SIMPLE_CASE = re.compile(r"\bcase\b(?!\s+when\b)")
FROM = re.compile(
    r"\b(?:from|join)\s+([a-z_]+)(?:\s+(?:as\s+)?(?!on\b|where\b|group\b|order\b|join\b|cross\b|left\b)([a-z_]+))?"
)
# Statements of the hot paths: settlement, the books, assembly, evaluation of a month.
HOT_NAMES = {
    "sales": r"\d_|announce|corrected|heard|holds_lapse|ruled|set_aside|put_back|withdrawn",
    **dict.fromkeys(("ledger", "bonuses", "payouts"), r"\d_|post_"),
}
HOT_PATHS = [path for path in STATEMENTS if re.match(HOT_NAMES.get(path.parts[-3], "$"), path.name)]


@pytest.fixture
def citus_app(tmp_path: Path) -> Iterator[Flask]:
    """An application on the database of CITUS_URL, with the tables of this version."""
    app = create_app(settings(str(CITUS), tmp_path))
    with app.app_context():
        upgrade()
        let_application_in()
        yield app
        db.session.remove()
        db.engine.dispose()


def run(app: Flask, *command: str) -> str:
    """What `flask` says to these words."""
    return app.test_cli_runner().invoke(args=command).output


def plain(path: Path) -> str:
    """The statement without its comments and texts."""
    return re.sub(r"'[^']*'", "''", re.sub(r"--.*", "", path.read_text()))


def hot_tables(sql: str) -> list[tuple[str, str]]:
    """The hot tables that it names, each with what the statement calls it."""
    return [(table, name or table) for table, name in NAMED.findall(sql)]


def laterals(sql: str) -> list[str]:
    """The insides of its lateral subqueries."""
    found = []
    for start in (match.end() for match in re.finditer(r"\blateral\s*\(", sql)):
        depth, end = 1, start
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        found.append(sql[start : end - 1])
    return found


def test_what_keys_a_hot_table_has_begin_with_the_brand(owner_connection: psycopg.Connection[Any]) -> None:
    keys = owner_connection.execute(
        "select c.relname, i.indexrelid::regclass::text, a.attname"
        " from pg_index i join pg_class c on c.oid = i.indrelid"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]"
        " where c.relname = any (%s) and i.indisunique",
        [list(HOT)],
    ).fetchall()
    assert {table for table, _, _ in keys} == set(HOT)
    assert {column for _, _, column in keys} == {"brand_id"}


def test_nothing_hangs_on_a_hot_table(owner_connection: psycopg.Connection[Any]) -> None:
    hanging = owner_connection.execute(
        "select conrelid::regclass::text, conname from pg_constraint where contype = 'f'"
        " and (conrelid::regclass::text = any (%(hot)s) or confrelid::regclass::text = any (%(hot)s))"
        " union all select c.relname, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
        " where c.relname = any (%(hot)s) and not t.tgisinternal",
        {"hot": list(HOT)},
    ).fetchall()
    assert hanging == []


def test_who_refers_to_a_table_that_is_copied_is_copied_after_it(owner_connection: psycopg.Connection[Any]) -> None:
    arrows = owner_connection.execute(
        "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint where contype = 'f'"
        " and conrelid::regclass::text = any (%(copied)s) and confrelid::regclass::text = any (%(copied)s)"
        " and conrelid <> confrelid",
        {"copied": list(REFERENCES)},
    ).fetchall()
    place = {table: number for number, table in enumerate(REFERENCES)}
    # `import` and `brand` refer to one another.
    assert {(a, b) for a, b in arrows if place[a] < place[b]} == {("import", "brand")}


@pytest.mark.parametrize("path", [path for path in STATEMENTS if hot_tables(plain(path))], ids=lambda path: path.stem)
def test_a_statement_over_hot_tables_has_no_simple_case(path: Path) -> None:
    """`case x when 'a'` reaches the nodes as `when null`."""
    assert not SIMPLE_CASE.search(plain(path))


@pytest.mark.parametrize("path", HOT_PATHS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_hot_path_looks_up_by_brand_and_never_row_after_row_for_a_table_of_its_own(path: Path) -> None:
    sql = plain(path)
    assert "offset 0" not in sql
    for table, name in hot_tables(re.sub(r"\binsert into\b", "", sql)):
        by_brand = rf"\b{name}\.brand_id\s*(=|in\b)|\bbrand_id\s*=\s*{name}\.brand_id|\(brand_id|group by brand_id"
        leads = re.search(rf"\bfrom {table}\b", sql) and len(set(re.findall(ANY_HOT, sql))) == 1
        assert not re.search(r"\bjoin\b", sql) or leads or re.search(by_brand, sql), f"{table} is not joined by brand"
    elsewhere = {name or table for table, name in FROM.findall(sql) if table not in (*HOT, *REFERENCES)}
    for inside in laterals(sql):
        if hot_tables(inside):
            own = {name or table for table, name in FROM.findall(inside)}
            assert not (set(re.findall(r"\b(\w+)\.brand_id", inside)) - own) & elsewhere, inside


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if set(kind.tables) & set(HOT)], ids=lambda kind: kind.name
)
def test_an_import_finds_what_is_stored_before_it_judges(kind: Any) -> None:
    assert kind.hot
    parts = parts_of(kind)
    for query in (FOUND, JUDGED, DIFFERENCES):
        assert not [inside for inside in laterals(query.format(**parts).as_string()) if hot_tables(inside)]
    for query in (JUDGED, DIFFERENCES):
        assert not hot_tables(query.format(**parts).as_string())


def test_a_database_without_citus_is_refused_in_a_sentence(app: Flask) -> None:
    with owner() as connection, pytest.raises(Unavailable, match="This database has no Citus"):
        plan(connection)
    assert "This database has no Citus" in run(app, "distribute", "--dry-run")


@pytest.mark.skipif(not CITUS, reason="CITUS_URL names no Citus")
def test_a_citus_takes_the_product_as_it_is(citus_app: Flask) -> None:
    """All of it, a second time nothing, and the rights are as they were."""
    assert "distribute touch by brand_id" in run(citus_app, "distribute", "--dry-run")
    with owner() as connection:
        distribute(connection)
        assert plan(connection).sentences == []
    assert "FAILS" not in run(citus_app, "check-books")
