"""The admin's view of people, one's own account, and the audit trail."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.database import db
from app.errors import NotAllowed, NotFound
from app.postgres.server import Server
from app.security import BRAND, FINANCE, Role
from app.users import jobs, people, trail
from app.users.models import Attempt, AuditEvent, Invitation, Membership, PasswordReset, UserSession
from app.users.scope import brand_for, creator_for
from tests.cast import PASSWORD, Cast
from tests.conftest import _plain
from tests.users.test_invitations import _at_once, _identity

Browse = Callable[[str], FlaskClient]
NEW = "four words of mine"


def test_an_admin_finds_people_by_filters_in_the_address(browse: Browse, cast: Cast) -> None:
    adam = browse("adam")
    assert "olga@cast.example" in adam.get("/admin/people").text
    finance = adam.get("/admin/people?role=finance_maker").text
    assert "mo@cast.example" in finance
    assert "olga@cast.example" not in finance
    assert "kim@cast.example" in adam.get("/admin/people?q=KIM@").text
    assert "Nobody matches" in adam.get("/admin/people?state=disabled").text
    assert "Nobody matches" in adam.get("/admin/people?q=100%25_").text
    assert "Nobody matches" in adam.get("/admin/people?q=%27%3B--&role=nonsense&page=99999").text


def test_disabling_somebody_ends_their_sessions_at_once_and_enabling_opens_none(browse: Browse, cast: Cast) -> None:
    adam, olga, page = browse("adam"), browse("olga"), f"/admin/people/{cast.people['olga'].public_id}"
    assert adam.post(f"{page}/disable").status_code == 302
    assert olga.get("/account").status_code == 302
    assert "can’t sign in" in adam.get(page).text
    assert "olga@cast.example" in adam.get("/admin/people?state=disabled").text
    assert adam.post(f"{page}/enable").status_code == 302
    assert olga.get("/account").status_code == 302
    assert browse("olga").get("/account").status_code == 200


def test_nobody_disables_themselves(browse: Browse, cast: Cast) -> None:
    adam, page = browse("adam"), f"/admin/people/{cast.people['adam'].public_id}"
    answer = adam.post(f"{page}/disable")
    assert answer.status_code == 409
    assert "disable yourself" in answer.text
    assert f"{page}/disable" not in adam.get(page).text


def test_two_admins_who_disable_each_other_at_once_do_not_both_succeed(app: Flask, cast: Cast) -> None:
    at, adam, other = datetime.now(UTC), _identity(cast.people["adam"]), _identity(cast.people["sam"])
    ids = cast.people["adam"].public_id, cast.people["sam"].public_id
    db.session.commit()
    ends = _at_once(
        app,
        lambda: people.disable(ids[1], by=adam, at=at),
        lambda: people.disable(ids[0], by=other, at=at),
    )
    assert ends == [NotAllowed.__name__, "done"]


def test_an_admin_ends_any_role_but_the_last_admins(browse: Browse, cast: Cast) -> None:
    adam = browse("adam")
    for name, status in (("mo", 302), ("adam", 409), ("kim", 409), ("mira", 302)):
        mine = select(Membership.id).where(Membership.person_id == cast.people[name].id)
        role = db.session.scalars(mine).one()
        assert adam.post(f"/admin/people/{cast.people[name].public_id}/roles/{role}/end").status_code == status
    foreign = f"/admin/people/{cast.people['mo'].public_id}/roles/{role}/end"
    assert adam.post(foreign).status_code == 404


def test_one_changes_name_language_and_time_zone_and_nothing_else(browse: Browse, cast: Cast) -> None:
    olga = browse("olga")
    form = {"name": " Olga O. ", "language": "nl", "timezone": "America/New_York"}
    stolen = {"email": "x@cast.example", "id": "1", "password_hash": "x", "disabled_at": "", "public_id": "x"}
    assert olga.post("/account", data=form | stolen).status_code == 302
    db.session.expire_all()
    person = cast.people["olga"]
    assert (person.name, person.language, person.timezone) == ("Olga O.", "nl", "America/New_York")
    assert person.email == "olga@cast.example"
    for wrong in ({"name": ""}, {"name": "x" * 121}, {"language": "xx"}, {"timezone": "Mars/Base"}, {"name": "a\x00b"}):
        assert olga.post("/account", data=form | wrong).status_code == 422, wrong


def test_a_new_password_needs_the_old_one_and_signs_out_elsewhere(browse: Browse, client: FlaskClient) -> None:
    here, elsewhere = browse("olga"), browse("olga")
    wrong = here.post("/account/password", data={"old": "wrong", "new": NEW})
    assert (wrong.status_code, "current password is wrong" in wrong.text) == (422, True)
    assert here.post("/account/password", data={"old": PASSWORD, "new": "welkom123456"}).status_code == 422
    assert here.post("/account/password", data={"old": PASSWORD, "new": NEW}).status_code == 302
    assert (here.get("/account").status_code, elsewhere.get("/account").status_code) == (200, 302)
    assert client.post("/sign-in", data={"email": "olga@cast.example", "password": NEW}).status_code == 302


def test_a_stolen_session_can_not_guess_the_password_either(browse: Browse) -> None:
    here = browse("olga")
    for _ in range(5):
        assert here.post("/account/password", data={"old": "wrong", "new": "password1234"}).status_code == 422
    answers = [here.post("/account/password", data={"old": "wrong", "new": NEW}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_one_sees_where_one_is_signed_in_and_ends_it(browse: Browse, cast: Cast) -> None:
    here, there, kim = browse("olga"), browse("olga"), browse("kim")
    assert "This browser" in here.get("/account").text
    mine = select(UserSession.id).where(UserSession.person_id == cast.people["olga"].id).order_by(UserSession.opened_at)
    second = db.session.scalars(mine).all()[1]
    assert kim.post(f"/account/sessions/{second}/revoke").status_code == 404
    assert there.get("/account").status_code == 200
    assert here.post(f"/account/sessions/{second}/revoke").status_code == 302
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 302)
    assert here.post("/account/sessions/revoke").status_code == 302
    assert (here.get("/account").status_code, kim.get("/account").status_code) == (302, 200)


def test_a_strange_browser_name_does_no_harm(browse: Browse, app: Flask) -> None:
    browser = browse("olga")
    name = "<script>alert(1)</script>" + "x" * 5000
    data = {"email": "olga@cast.example", "password": PASSWORD}
    browser.post("/sign-in", data=data, headers={"User-Agent": name})
    page = browser.get("/account").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_scope_shows_nobody_what_is_not_theirs(app: Flask, cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    olga, kim, ada, adam = (_identity(cast.people[name]) for name in ("olga", "kim", "ada", "adam"))
    assert brand_for(olga, lumen.public_id) is lumen
    assert creator_for(ada, mira.public_id) is mira
    assert brand_for(adam, lumen.public_id, read=True) is lumen
    refused = [
        lambda: brand_for(kim, lumen.public_id),
        lambda: brand_for(kim, lumen.public_id, read=True),
        lambda: brand_for(adam, lumen.public_id),
        lambda: brand_for(olga, lumen.public_id, {Role.BRAND_FINANCE}),
        lambda: brand_for(adam, mira.public_id, BRAND, read=True),
        lambda: creator_for(ada, mira.public_id, {Role.CREATOR}),
        lambda: creator_for(olga, mira.public_id, read=True),
        lambda: creator_for(adam, lumen.public_id, FINANCE, read=True),
    ]
    for ask in refused:
        with pytest.raises(NotFound):
            ask()


def test_the_audit_trail_is_read_by_who_may_and_changed_by_nobody(browse: Browse, cast: Cast, app: Flask) -> None:
    adam = browse("adam")
    adam.post(f"/admin/people/{cast.people['sam'].public_id}/disable")
    audrey = browse("audrey")
    today = datetime.now(UTC).date()
    tomorrow = today + timedelta(days=2)
    assert "sam@cast.example" in audrey.get("/admin/audit").text
    assert "sam@cast.example" in audrey.get(f"/admin/audit?q=SAM@&action=disable&from={today - timedelta(days=1)}").text
    assert "Nothing matches" in audrey.get(f"/admin/audit?from={tomorrow}").text
    assert "Nothing matches" in audrey.get("/admin/audit?to=2026-01-01").text
    assert "Nothing matches" in audrey.get("/admin/audit?q=nobody").text
    for wrong in ("yesterday", "2026-13-01", "9999-12-31", "0001-01-01"):
        assert audrey.get(f"/admin/audit?from={wrong}&to={wrong}").status_code in (200, 422), wrong
    for change in ("update audit_event set by_name = 'x'", "delete from audit_event", "truncate audit_event"):
        with pytest.raises(Exception, match="permission denied"):
            db.session.execute(text(change))
        db.session.rollback()


def test_the_trail_shows_money_leads_to_what_it_is_about_and_comes_as_a_file(browse: Browse, cast: Cast) -> None:
    lumen, at = cast.brands["lumen"], datetime(2026, 3, 1, tzinfo=UTC)
    by = _identity(cast.people["che"])
    trail.record("set credit", "brand", lumen.id, by=by, at=at, amount=123456, currency="EUR", note="=1+1")
    trail.record("clean", "platform", None, by=None, at=at, lines=3)
    db.session.commit()
    audrey = browse("audrey")
    page = audrey.get("/admin/audit?action=set credit").text
    assert "amount: €1,234.56" in page
    assert "123456" not in page
    (link,) = re.findall(r'href="(/admin/audit/\d+)"', page)
    assert audrey.get(link).headers["Location"] == f"/brands/{lumen.public_id}"
    lines = list(csv.reader(audrey.get("/admin/audit.csv?q=Che").text.splitlines()))
    assert [line[1:4] for line in lines] == [["who", "action", "kind"], ["Che", "set credit", "brand"]]
    assert browse("mo").get("/admin/audit.csv").status_code == 403


def test_the_trails_download_takes_its_filters_and_nothing_else_that_an_address_may_hold(browse: Browse) -> None:
    page = browse("audrey").get("/admin/audit?q=Che&to=2026-03-01&endpoint=a&_scheme=b&_method=c&page=1")
    assert page.status_code == 200
    assert 'href="/admin/audit.csv?q=Che&amp;to=2026-03-01"' in page.text


def test_the_trail_names_who_did_it_or_the_system(app: Flask, cast: Cast) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    trail.record("approve", "payout_batch", 7, by=_identity(cast.people["che"]), at=at, lines=3)
    trail.record("clean", "platform", None, by=None, at=at)
    first, second = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert (first.by_name, first.by_id, first.detail) == ("Che", cast.people["che"].id, {"lines": 3})
    assert (second.by_name, second.by_id) == ("system", None)


def test_what_has_no_more_use_is_cleared_away(app: Flask, cast: Cast) -> None:
    now, olga = datetime(2026, 3, 1, tzinfo=UTC), cast.people["olga"].id
    for days in (40, 20):
        at = now - timedelta(days=days)
        db.session.add(Attempt(key="x", at=at))
        db.session.add(PasswordReset(person_id=olga, asked_at=at, expires_at=at + timedelta(hours=1)))
        session = UserSession(
            token_hash=bytes([days]), person_id=olga, opened_at=at, seen_at=at, address="", browser=""
        )
        session.expires_at, session.revoked_at = at + timedelta(days=90), at
        db.session.add(session)
    db.session.add(Invitation(email="x@y.example", role="admin", invited_at=at, expires_at=at))
    db.session.add(Attempt(key="x", at=now))
    db.session.commit()
    assert jobs.clean(at=now) == "4 old sessions, tries, links and letters cleared away."
    left = [db.session.query(kind).count() for kind in (Attempt, PasswordReset, UserSession, Invitation)]
    assert left == [1, 1, 1, 1]
    assert jobs.clean(at=now).startswith("0 ")


def test_health_needs_nobody_and_tells_when_the_database_is_away(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/health", headers={"Cookie": "streamcut=nonsense"})
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_health_says_so_when_the_database_is_away(app: Flask, client: FlaskClient, server: Server) -> None:
    name = db.engine.url.database
    with psycopg.connect(_plain(server.url("postgres")), autocommit=True) as admin:
        admin.execute(f"alter database {name} allow_connections false")
        db.engine.dispose()
        answer = client.get("/health")
        admin.execute(f"alter database {name} allow_connections true")
    assert answer.status_code == 503
    assert client.get("/health").status_code == 200


def test_no_free_connection_is_said_everywhere_and_is_no_fault_of_ours(
    app: Flask, browse: Browse, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    adam = browse("adam")
    token = client.get("/sign-in").text.split('name="csrf_token"')[0]
    assert token
    monkeypatch.setattr(db.engine.pool, "_timeout", 0.01)
    held = [db.engine.connect() for _ in range(32)]
    try:
        answers = [
            adam.get("/admin/people"),
            adam.get("/account"),
            adam.post("/account", data={"name": "Adam"}),
            client.post("/sign-in", data={"email": "adam@cast.example", "password": "wrong"}),
            adam.get("/admin/people", headers={"Accept": "application/json"}),
            client.get("/health"),
        ]
    finally:
        for connection in held:
            connection.close()
    assert [answer.status_code for answer in answers] == [503] * 6
    assert "wait a moment" in answers[0].text
    assert answers[4].get_json().keys() == {"error"}
    assert adam.get("/admin/people").status_code == 200


def test_a_number_larger_than_any_row_is_just_not_there(browse: Browse, cast: Cast) -> None:
    olga, people_page = browse("olga"), f"/brands/{cast.brands['lumen'].public_id}/people"
    for number in (2**63 - 1, 2**63, 10**40):
        assert olga.post(f"{people_page}/{number}/end").status_code == 404


def test_the_first_admin_of_an_empty_market_reads_what_comes_next(
    app: Flask, owner_connection: psycopg.Connection[Any]
) -> None:
    command = ["create-admin", "--name", "Anna", "--password", "four words of mine"]
    runner = app.test_cli_runner()
    assert "What comes next" not in runner.invoke(args=[*command, "anna@cast.example"]).output
    db.session.remove()  # its locks would hold the next up
    owner_connection.execute("truncate brand cascade")
    owner_connection.commit()
    done = runner.invoke(args=[*command, "ben@cast.example"])
    assert done.exit_code == 0
    assert "The market is empty" in done.output
    assert "Claims" in done.output
