"""Names of people, brands and creators stand on one line, whichever door they come in by."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import NullPool, create_engine, select, update
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.security import Role
from app.users.models import AuditEvent, Brand, Creator, Person
from tests.cast import Cast
from tests.csvfiles.rows import bring, exported, fault_of, good
from tests.users.mails import latest_link
from tests.users.test_invitations import _invite, _people_page

Browse = Callable[[str], FlaskClient]
BROKEN = [
    "Two\nlines",
    "Tab\there",
    "Bell\x07",
    "Next\x85line",
    "Line\u2028separator",
    "Paragraph\u2029separator",
    "Del\x7f",
]
FINE = ["Zoë O'Neill-Łuk", "می\u200cترسم", "株式会社 ローソン", "Team 👩\u200d💻", "=1+1"]


@pytest.mark.parametrize("name", BROKEN)
def test_a_name_that_breaks_its_line_is_refused_at_every_door(
    app: Flask, browse: Browse, client: FlaskClient, cast: Cast, tmp_path: Path, name: str
) -> None:
    reason = "write a name on one line, without tabs, line breaks and the like"
    for kind in ("brands", "creators"):
        assert fault_of(kind, tmp_path, name=name) == ("name", reason)
    olga = browse("olga")
    page = olga.post("/account", data={"name": name, "language": "en", "timezone": "UTC"})
    assert (page.status_code, "Write the name on one line" in page.text) == (422, True)
    assert _invite(olga, _people_page(cast), Role.BRAND_FINANCE, "new@cast.example") == 302
    page = client.post(latest_link(app, "new@cast.example"), data={"name": name, "password": "four words of mine"})
    assert (page.status_code, "Write the name on one line" in page.text) == (422, True)
    arguments = ["create-admin", "a@b.example", "--name", name, "--password", "a quiet afternoon"]
    result = app.test_cli_runner().invoke(args=arguments)
    assert (result.exit_code, "Write the name on one line" in result.output) == (1, True)
    for kind in (Person, Brand, Creator):
        with pytest.raises(IntegrityError, match="name_line"), db.session.begin_nested():
            db.session.execute(update(kind).values(name=name))


def test_every_other_name_is_taken_as_it_is(browse: Browse, tmp_path: Path) -> None:
    rows = [good("creators", handle=f"c{nr}", name=name) for nr, name in enumerate(FINE)]
    assert bring("creators", rows, tmp_path).new == len(FINE)
    names = {row["handle"]: row["name"] for row in exported("creators")}
    assert [names[f"c{nr}"].removeprefix("'") for nr in range(len(FINE))] == FINE
    olga = browse("olga")
    for name in FINE:
        assert olga.post("/account", data={"name": name, "language": "en", "timezone": "UTC"}).status_code == 302
        assert db.session.scalars(select(Person.name).where(Person.email == "olga@cast.example")).one() == name


def test_names_from_before_are_folded_and_the_trail_says_what_they_were(
    app: Flask, cast: Cast, owner_connection: psycopg.Connection[Any]
) -> None:
    db.session.commit()  # and lets go of the tables
    for table in ("person", "brand", "creator"):
        owner_connection.execute(f"alter table {table} drop constraint ck_{table}_name_line")
    owner_connection.execute("update brand set name = E'Lumen \\r\\n Lighting' where handle = 'lumen'")
    owner_connection.execute("update creator set name = E'\\t\\u2028' where handle = 'mira'")
    owner_connection.commit()
    migration: Any = importlib.import_module("migrations.versions.0030_names")
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        migration.upgrade()
    assert db.session.scalars(select(Brand.name).order_by(Brand.handle)).all() == ["Kettle & Co", "Lumen Lighting"]
    assert db.session.scalars(select(Creator.name).order_by(Creator.handle)).all() == ["Joon Park", "mira"]
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.object_kind)).all()
    assert [(event.object_kind, event.detail) for event in events] == [
        ("brand", {"name": "Lumen \r\n Lighting"}),
        ("creator", {"name": "\t\u2028"}),
    ]
