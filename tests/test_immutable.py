"""What the application's role can't do to what must never change, tried with every verb on every such table.

Where the login role is the tables' owner, as on the embedded server, `SET ROLE` back to it is possible by design, and
who commits that keeps it until the connection ends: the role guards against mistakes of the program, not against
somebody who makes it run any SQL they like. Where that is wanted too, let the product log in as a role of its own that
is a member of `streamcut_app` and nothing else, and migrate as the owner; the last test shows that nobody gets out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import psycopg
import pytest
from flask import Flask
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text

from app.database import APP_ROLE, db, raw
from app.processes.database_setup import owner

# What nobody changes: table, and a column to try it on.
IMMUTABLE = {
    "entry": "amount",
    "decision": "rate_bps",
    "sale": "base_minor",
    "refund": "amount",
    "touch": "creator_id",
    "audit_event": "by_name",
    "revision": "by_name",
    "bank_detail": "iban",
    "payout_file": "name",
    "market": "demo",
}
KEPT = ("balance", "payout_line")  # these change, but nothing of them goes away
VERBS = (
    "update {table} set {column} = {column}",
    "update {table} set {column} = {column} where false",
    "delete from {table}",
    "delete from {table} where false",
    "truncate {table}",
    "truncate {table} cascade",
    "select * from {table} for update",
    "merge into {table} t using (values (1)) v (n) on true when matched then delete",
    "merge into {table} t using (values (1)) v (n) on true when matched then update set {column} = null",
    "lock table {table} in access exclusive mode",
)
DDL = (
    "drop table {table}",
    "alter table {table} add column sly int",
    "alter table {table} drop column {column}",
    "alter table {table} disable trigger all",
    "alter table {table} owner to streamcut_app",
    "alter table {table} rename to {table}_old",
    "create trigger sly before insert on {table} for each row execute function terms_pair()",
    "create rule sly as on insert to {table} do instead nothing",
    "create policy sly on {table}",
    "create index on {table} ((1))",
)
WAYS_OUT = (
    "set session_replication_role = replica",
    "alter role streamcut_app superuser",
    "create role sly superuser",
    "create table sly (n int)",
    "create function sly() returns int language sql as 'select 1'",
    "copy (select 1) to program 'true'",
    "select pg_read_file('/etc/passwd')",
    "update pg_class set relowner = 0",
)


def written(verbs: Iterable[str], tables: Mapping[str, str]) -> list[str]:
    """Every verb for every table and its column."""
    return [verb.format(table=table, column=column) for verb in verbs for table, column in tables.items()]


def allowed(statements: Iterable[str]) -> list[str]:
    """Those of the statements to which the database does not say no; nothing is left of them either way."""
    found = []
    for statement in statements:
        try:
            with raw().transaction(force_rollback=True):
                raw().execute(statement)
        except InsufficientPrivilege:
            continue
        found.append(statement)
    return found


def test_the_application_works_as_a_role_that_owns_nothing(app: Flask) -> None:
    assert raw().execute("select current_user").fetchone() == (APP_ROLE,)
    flags = "select rolsuper, rolcanlogin, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = %s"
    assert raw().execute(flags, [APP_ROLE]).fetchone() == (False,) * 5
    assert raw().execute("select count(*) from pg_class where relowner = %s::regrole", [APP_ROLE]).fetchone() == (0,)


def test_nobody_updates_deletes_or_truncates_what_must_not_change(app: Flask) -> None:
    assert (
        allowed(verb.format(table=table, column=column) for table, column in IMMUTABLE.items() for verb in VERBS) == []
    )


def test_balances_and_links_may_change_but_not_go(app: Flask) -> None:
    for table in KEPT:
        changed = f"update {table} set brand_id = brand_id"
        assert allowed([changed, f"delete from {table}", f"truncate {table}"]) == [changed]


def test_an_insert_that_would_replace_is_refused(app: Flask) -> None:
    insert = "insert into entry overriding system value select * from entry on conflict (brand_id, kind, cause, seq) do"
    assert allowed([f"{insert} update set amount = 1", f"{insert} nothing"]) == [f"{insert} nothing"]


def test_nobody_changes_the_tables_themselves(app: Flask) -> None:
    assert allowed(written(DDL, IMMUTABLE | dict.fromkeys(KEPT, "brand_id"))) == []


def test_nobody_gives_themselves_rights(app: Flask) -> None:
    for table in IMMUTABLE:
        raw().execute(
            f"grant update, delete, truncate, trigger on {table} to streamcut_app"
        )  # a warning is all it gets
    rights = raw().execute(
        "select distinct has_table_privilege(t, verb) from unnest(%s::text[]) t,"
        " unnest(array['update', 'delete', 'truncate', 'trigger', 'references']) verb",
        [list(IMMUTABLE)],
    )
    assert rights.fetchall() == [(False,)]
    assert allowed(WAYS_OUT) == []


def test_no_row_of_theirs_goes_with_another_that_is_deleted(app: Flask) -> None:
    """A foreign key that cascades, or sets null, would change them without any right to."""
    found = raw().execute(
        "select conrelid::regclass::text, conname from pg_constraint where contype = 'f' and conrelid::regclass::text"
        " = any(%s) and (confdeltype not in ('a', 'r') or confupdtype not in ('a', 'r'))",
        [[*IMMUTABLE, *KEPT]],
    )
    assert found.fetchall() == []


# -- the role itself --


def test_resetting_the_role_stays_in_the_role(app: Flask) -> None:
    """It was given when the connection was opened, so that is what a reset goes back to."""
    connection = raw()
    connection.rollback()
    connection.autocommit = True
    for statement in ("reset role", "reset all", "discard all"):
        connection.execute(statement)
        assert connection.execute("select current_user").fetchone() == (APP_ROLE,), statement
    connection.autocommit = False


def test_a_role_that_was_changed_and_rolled_back_is_not_kept_by_the_pool(app: Flask) -> None:
    def current_user() -> str:
        return str(db.session.execute(text("select current_user")).scalar_one())

    db.session.execute(text("set role none"))
    assert current_user() != APP_ROLE
    for _ in range(3):
        db.session.remove()
        assert current_user() == APP_ROLE


@pytest.fixture
def login(app: Flask) -> Iterator[psycopg.Connection[tuple[str]]]:
    """As the product would log in with a role of its own, which is a member of the application's and owns nothing."""
    name = f"web_{db.engine.url.database}"
    with owner() as connection:
        connection.execute(f"drop role if exists {name}; create role {name} login; grant {APP_ROLE} to {name}")
    url = db.engine.url.set(drivername="postgresql", username=name).render_as_string(hide_password=False)
    with psycopg.connect(url, options=f"-c role={APP_ROLE}", autocommit=True) as connection:
        yield connection
    with owner() as connection:
        connection.execute(f"drop role {name}")


def test_a_login_of_its_own_never_gets_out_of_the_role(login: psycopg.Connection[tuple[str]]) -> None:
    assert login.execute("select current_user").fetchone() == (APP_ROLE,)
    found = login.execute("select relowner::regrole::text from pg_class where relname = 'entry'").fetchone()
    assert found
    for way_out in (f"set role {found[0]}", f"set session authorization {found[0]}"):
        with pytest.raises(InsufficientPrivilege):
            login.execute(way_out)
    for way_out in ("reset role", "set role none"):
        login.execute(way_out)
        for verb in written(VERBS, {"entry": "amount"}):
            with pytest.raises(InsufficientPrivilege), login.transaction():
                login.execute(verb)
    assert login.execute("select count(*) from entry").fetchone() == (0,), "reading is allowed"
