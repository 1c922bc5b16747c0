"""Every route, by everybody, for what is theirs, what is others' and what is not there. tests/access.py says how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from app import create_app
from app.database import db
from app.errors import NotFound
from app.postgres.server import Server
from app.security import ANYBODY, SIGNED_IN, Identity, Role
from app.users.models import Attempt, Brand
from tests.access import Row, rows
from tests.conftest import _free_database, _plain, settings
from tests.walking import ask_once, follow_links, send_without_token, walk
from tests.world import SAFE, World, open_world

ROWS = rows()


@pytest.fixture(scope="module")
def world(server: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for all rows a process walks."""
    name = _free_database()
    with psycopg.connect(_plain(server.url("postgres")), autocommit=True) as admin:
        admin.execute(f"drop database if exists {name} with (force)")
        admin.execute(f"create database {name} template {template} strategy file_copy")
    app = create_app(settings(server.url(name), tmp_path_factory.mktemp("access")))
    with open_world(app, server.url(name)) as opened:
        yield opened


# -- the table is whole --


def _routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.endswith("static"):
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield rule.endpoint, method, rule


def test_every_route_has_one_row_in_the_access_table_and_every_row_a_route(worker_app: Flask) -> None:
    routes = {(endpoint, method) for endpoint, method, _ in _routes(worker_app)}
    table = [(row.endpoint, row.method) for row in ROWS]
    assert sorted(routes - set(table)) == [], "these routes have no row: add one in tests/<feature>/access.py"
    assert sorted(set(table) - routes) == [], "these rows name no route"
    assert sorted(row for row in set(table) if table.count(row) > 1) == [], "these have more than one row"


def test_every_view_demands_the_roles_of_its_row(worker_app: Flask) -> None:
    for row in ROWS:
        view = worker_app.view_functions[row.endpoint]
        assert hasattr(view, "required_roles"), f"{row}: the view must begin with @require(...)"
        assert view.required_roles == row.roles, f"{row}: @require and the access table differ"


def test_an_auditor_changes_nothing_but_their_own_account() -> None:
    for row in ROWS:
        if row.method not in SAFE and row.roles not in (ANYBODY, SIGNED_IN):
            assert Role.AUDITOR not in row.roles, str(row)


def test_one_address_has_one_meaning(worker_app: Flask) -> None:
    seen: dict[tuple[str, str], str] = {}
    for endpoint, method, rule in _routes(worker_app):
        assert seen.setdefault((rule.rule, method), endpoint) == endpoint, rule.rule


# -- the walk --


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_what_the_table_says_and_nothing_else(world: World, row: Row) -> None:
    walk(world, row)


@pytest.mark.parametrize("row", [row for row in ROWS if row.method not in SAFE and row.csrf], ids=str)
def test_without_a_csrf_token_nothing_is_done(world: World, row: Row) -> None:
    send_without_token(world, row)


PAGES = [row for row in ROWS if row.method == "GET"]


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_no_name_on_a_page_links_to_what_its_reader_cannot_open(world: World, row: Row) -> None:
    follow_links(world, row)


HUGE = f"?page={2**63 - 1}"


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "GET" and not row.query], ids=str)
def test_a_page_number_too_large_for_the_database_is_no_fault(world: World, row: Row) -> None:
    assert ask_once(world, replace(row, query=HUGE)).status_code < 500


# -- the walk itself is tried: each of these faults must be found --


def _row(endpoint: str, method: str) -> Row:
    return next(row for row in ROWS if (row.endpoint, row.method) == (endpoint, method))


def _any_brand(_identity: object, public_id: object, *_roles: object, **_read: object) -> Brand:
    found = db.session.scalar(select(Brand).where(Brand.public_id == public_id))
    if found is None:
        raise NotFound("There is no such brand.")
    return found


def test_the_walk_finds_a_page_that_shows_what_is_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.users.views.members.brand_for", _any_brand)
    with pytest.raises(AssertionError, match=r"as olga, foreign .* answered 200 , but should be missing"):
        walk(world, _row("users.brand_people", "GET"))


def test_the_walk_finds_an_error_that_names_what_is_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def telling(_identity: object, public_id: object, *_roles: object, **_read: object) -> Brand:
        raise NotFound(f"{_any_brand(None, public_id).name} is not yours.")

    monkeypatch.setattr("app.users.views.members.brand_for", telling)
    with pytest.raises(AssertionError, match=r"as olga, foreign .* shows what is not for olga: .*okapi"):
        walk(world, replace(_row("users.brand_people", "GET"), also=(404,)))


def test_the_walk_finds_a_view_that_forgot_whom_to_let_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = world.app.view_functions["users.brand_invitation_create"]
    monkeypatch.setitem(world.app.view_functions, "users.brand_invitation_create", guarded.__wrapped__)  # type: ignore[attr-defined]
    with pytest.raises(AssertionError, match=r"as max, own .* answered 404 , but should be denied"):
        walk(world, _row("users.brand_invitation_create", "POST"))


def test_the_walk_finds_a_page_that_changes_something(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def counting() -> str:
        db.session.add(Attempt(key="seen", at=datetime.now(UTC)))
        db.session.commit()
        return ""

    monkeypatch.setattr("app.mail.where_mail_goes", counting)
    with pytest.raises(AssertionError, match=r"as olga, own .* changed \['attempt'\]"):
        walk(world, _row("users.forgotten", "GET"))


def test_the_walk_finds_a_refusal_that_has_changed_something(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(who: Identity, public_id: object, *_roles: object, **_read: object) -> Brand:
        db.session.add(Attempt(key="refused", at=datetime.now(UTC)))
        db.session.commit()
        brand = _any_brand(who, public_id)
        if brand.id not in who.brand_ids():
            raise NotFound("There is no such brand.")
        return brand

    monkeypatch.setattr("app.users.views.members.brand_for", late)
    with pytest.raises(AssertionError, match=r"as olga, foreign .* changed \['attempt'\]"):
        walk(world, _row("users.brand_invitation_create", "POST"))


def test_the_walk_finds_a_form_that_needs_no_token(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(world.app.config, "WTF_CSRF_CHECK_DEFAULT", False)
    monkeypatch.setattr("flask_wtf.form.FlaskForm.Meta.csrf", False)
    with pytest.raises(AssertionError):
        send_without_token(world, _row("users.account_update", "POST"))
