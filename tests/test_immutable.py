"""What the application's login can't do to what must never change, tried with every verb on every such table, and every
way out of it.

The login owns nothing and is a member of nothing but the application's role, on the embedded server as on one of
DATABASE_URL: the session never was the owner's, so no SET, RESET or set_config leads back to the owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from flask import Flask
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text

from app.database import APP_ROLE, db, raw
from app.errors import Unavailable
from app.processes.database_setup import application, database_ready, let_application_in, owner

Connection = psycopg.Connection[Any]
REFUSED = (  # that the thing is not there at all is no way out either
    InsufficientPrivilege,
    psycopg.errors.UndefinedFile,
    psycopg.errors.FeatureNotSupported,
)

# What nobody changes: table, and a column to try it on.
IMMUTABLE = {
    "entry": "amount",
    "product_price": "price",
    "flash_price": "price",
    "decision": "rate_bps",
    "sale": "base_minor",
    "refund": "amount",
    "touch": "creator_id",
    "audit_event": "by_name",
    "revision": "by_name",
    "bank_detail": "iban",
    "bank_confirmation": "reason",
    "payout_file": "name",
    "approval_band": "first_limit",
    "batch_approval": "comment",
    "payee_check": "result",
    "payee_acknowledgement": "at",
    "payout_promise": "due_on",
    "status_move": "after",
    "bank_report_payout": "says",
    "batch_closing": "note",
    "reference_rate": "bps",
    "market": "demo",
    "factor_use": "purpose",
    "tax_profile": "name",
    "self_billing_agreement": "body",
    "self_billing_signature": "name",
    "self_billing_end": "reason",
    "invoice": "net",
    "invoice_entry": "invoice_id",
    "tax_reminder": "sent_on",
    "top_up_return": "amount",
    "provider_note": "note",
    "receipt": "amount",
    "split_rule": "floor",
    "decision_share": "weights",
    "payout_offset": "repaid",
    "debt_write_off": "amount",
    "host_activity": "at",
    "ad_reminder": "said_at",
    "dispute_message": "body",
    "dispute_file": "shared",
    "dispute_ruling": "outcome",
}
KEPT = {  # these change, but nothing of them goes away: table, and a column that may
    "balance": "brand_id",
    "payout_line": "brand_id",
    "payout_wait": "reminders",
    "payout": "status",
    "payout_batch": "status",
    "top_up": "status",
    "checkout": "status",
    "provider_movement": "fee_booked_at",
    "bank_report": "status",
    "bank_report_line": "outcome",
    "shortage": "amount",
    "contract": "ref",
    "person": "name",
    "membership": "ended_at",
    "totp_factor": "last_step",
    "passkey": "name",
    "recovery_code": "used_at",
    "invoice_series": "last",
    "invoice_objection": "note",
    "webhook_event": "status",
    "show": "status",
    "quarter_review": "status",
    "dispute": "status",
    "stream_minute": "viewers",
    "stream_engagement": "views",
    "link": "status",
    "link_tally": "clicks",
}
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
    assert raw().execute(flags, [APP_ROLE]).fetchone() == (False, True, False, False, False), "it only logs in"
    assert raw().execute("select count(*) from pg_class where relowner = %s::regrole", [APP_ROLE]).fetchone() == (0,)


def test_nobody_updates_deletes_or_truncates_what_must_not_change(app: Flask) -> None:
    assert (
        allowed(verb.format(table=table, column=column) for table, column in IMMUTABLE.items() for verb in VERBS) == []
    )


def test_what_is_moved_through_its_states_may_change_but_not_go(app: Flask) -> None:
    for table, column in KEPT.items():
        changed = f"update {table} set {column} = {column}"
        assert allowed([changed, f"delete from {table}", f"truncate {table}"]) == [changed]


def test_an_insert_that_would_replace_is_refused(app: Flask) -> None:
    insert = "insert into entry overriding system value select * from entry on conflict (brand_id, kind, cause, seq) do"
    assert allowed([f"{insert} update set amount = 1", f"{insert} nothing"]) == [f"{insert} nothing"]


def test_nobody_changes_the_tables_themselves(app: Flask) -> None:
    assert allowed(written(DDL, IMMUTABLE | KEPT)) == []


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


# -- the login itself --

BACK = (  # what leads back to whoever logged in, or to another
    "reset role",
    "reset session authorization",
    "reset all",
    "discard all",
    "set role none",
    "select set_config('role', 'none', false)",
    "select set_config('role', 'none', true)",
    "set session authorization default",
    "do $$ begin perform set_config('role', 'none', false); end $$",
    "create function pg_temp.sly() returns void language sql security definer as 'select 1'; select pg_temp.sly()",
)
OTHERS = (
    "set role {owner}",
    "set local role {owner}",
    "set session authorization {owner}",
    "select set_config('role', '{owner}', false)",
    "select set_config('session_authorization', '{owner}', false)",
    "grant {owner} to session_user",
    "alter role session_user superuser",
    "alter role session_user createrole",
    "alter role {owner} password 'x'",
    "alter database {database} owner to session_user",
    "alter default privileges for role {owner} grant all on tables to session_user",
    "reassign owned by {owner} to session_user",
    "copy (select 1) to program 'true'",
    "copy pg_temp.heap from program 'true'",
    "copy (select 1) to '/tmp/sly'",
    "select lo_import('/etc/passwd')",
    "select pg_read_file('/etc/passwd')",
    "select pg_reload_conf()",
    "alter system set session_preload_libraries = 'sly'",
    "load '$libdir/plpython3'",
    "create extension dblink",
    "create extension plpgsql_check",
    "create schema sly",
    "create event trigger sly on ddl_command_start execute function terms_pair()",
    "create subscription sly connection '' publication sly",
    "create function sly() returns int language c as 'sly'",
    "set session_replication_role = replica",
    "set session_preload_libraries = 'sly'",
)


@pytest.fixture
def own_login(app: Flask) -> Iterator[str]:
    """The address of a login that somebody made as docs/operations.md says, with a name in need of quoting."""
    name = f"web of {db.engine.url.database}"
    with owner() as connection:
        connection.execute(f'drop role if exists "{name}"; create role "{name}" login; grant {APP_ROLE} to "{name}"')
    address = db.engine.url.set(drivername="postgresql", username="me").render_as_string(hide_password=False)
    yield address.replace("//me@", f"//{quote(name)}@")
    db.session.remove()
    db.engine.dispose()
    with owner() as connection:
        connection.execute(f'drop role "{name}"')


@pytest.fixture(params=["its own", "another"])
def application_login(request: pytest.FixtureRequest, app: Flask, own_login: str) -> Iterator[Connection]:
    """A connection as the application makes it: with its own role, and with DATABASE_APP_URL."""
    config = app.extensions["streamcut"]
    if request.param == "another":
        app.extensions["streamcut"] = replace(config, database_app_url=own_login)
    try:
        with application(autocommit=True) as connection:
            yield connection
    finally:
        app.extensions["streamcut"] = config


def test_no_way_leads_out_of_the_login(application_login: Connection) -> None:
    connection = application_login
    with owner() as mighty:
        rights = mighty.execute("select session_user::text, current_database()").fetchone()
    assert rights
    names = {"owner": rights[0], "database": rights[1]}
    me = connection.execute("select session_user::text").fetchone()
    assert me != (names["owner"],)
    connection.execute("create temporary table heap (line text)")
    for way_out in BACK:
        connection.execute(way_out)
        assert connection.execute("select current_user::text, session_user::text").fetchone() == (*me, *me), way_out
        for verb in written(VERBS, {"entry": "amount"}):
            with pytest.raises(InsufficientPrivilege), connection.transaction():
                connection.execute(verb)
    connection.execute("create temporary table if not exists heap (line text)")
    got_out = []
    for way_out in OTHERS:
        try:
            connection.execute(way_out.format(**names))
        except REFUSED:
            continue
        got_out.append(way_out)
    assert got_out == []
    assert connection.execute("select current_user::text, session_user::text").fetchone() == (*me, *me)
    assert connection.execute("select count(*) from entry").fetchone() == (0,), "reading is allowed"


def test_every_connection_of_the_application_is_made_by_its_login(app: Flask) -> None:
    names = "select session_user::text, current_user::text"
    assert raw().execute(names).fetchone() == (APP_ROLE, APP_ROLE)
    with db.engine.connect() as second:
        assert second.execute(text(names)).one() == (APP_ROLE, APP_ROLE)
    with application() as third:
        assert third.execute(names).fetchone() == (APP_ROLE, APP_ROLE)
    members = "select count(*) from pg_auth_members where member = %s::regrole"
    assert raw().execute(members, [APP_ROLE]).fetchone() == (0,), "it is a member of nothing it could become"


def test_what_was_set_and_rolled_back_is_not_kept_by_the_pool(app: Flask) -> None:
    for _ in range(3):
        db.session.execute(text("select set_config('role', 'none', false)"))
        assert db.session.execute(text("select current_user")).scalar_one() == APP_ROLE
        db.session.remove()


def test_an_owner_is_refused_as_the_applications_login(app: Flask) -> None:
    config = app.extensions["streamcut"]
    app.extensions["streamcut"] = replace(config, database_app_url=config.database_url)
    try:
        with pytest.raises(Unavailable, match="owner of the tables"), database_ready(app.extensions["streamcut"]):
            pass
    finally:
        app.extensions["streamcut"] = config


def test_a_role_that_may_not_log_in_yet_is_let_in_with_a_password_and_one_of_somebody_else_is_left_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a role of its own: the server's other databases go on using theirs meanwhile."""
    name = f"app_of_{db.engine.url.database}"
    monkeypatch.setattr("app.database.APP_ROLE", name)
    monkeypatch.setattr("app.processes.database_setup.APP_ROLE", name)
    with owner() as connection:
        connection.execute(f"drop role if exists {name}; create role {name} nologin")
    try:
        let_application_in()
        with owner() as connection:
            query = "select rolcanlogin, rolpassword like 'SCRAM-SHA-256$%%' from pg_authid where rolname = %s"
            assert connection.execute(query, [name]).fetchone() == (True, True)
            let_application_in()
            connection.execute(f"alter role {name} connection limit 0")  # as good as another password
        with pytest.raises(Unavailable, match="DATABASE_APP_URL"):
            let_application_in()
    finally:
        with owner() as connection:
            connection.execute(f"drop role {name}")
