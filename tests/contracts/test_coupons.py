"""Coupon keys: which spellings are one code, in memory, in files, and in databases of before the rule."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import NullPool, create_engine

from app.contracts.terms.coupons import coupon_key
from app.database import db, raw
from tests import market
from tests.cast import Cast
from tests.csvfiles.rows import bring, fault_of, good


@pytest.mark.parametrize(
    ("code", "spelling"),
    [
        ("MIRA10", " mira10 "),
        ("Straße", "STRASSE"),
        ("e\u0301t\u00e9", "\u00c9TE\u0301"),
        ("MIRA10", "\u200bMI\u00adRA10\ufeff"),
        ("MIRA10", "\uff2d\uff29\uff32\uff21\uff11\uff10"),
        ("MIRA10", "\u200b MIRA10"),
        ("", "\u200b \ufeff"),
    ],
)
def test_two_spellings_of_one_code_have_one_key(code: str, spelling: str) -> None:
    assert coupon_key(code) == coupon_key(spelling)


@pytest.mark.parametrize(("code", "other"), [("MIRA10", "MIRA 10"), ("IZMIR", "\u0131zm\u0131r"), ("mira1", "mira")])
def test_two_codes_have_two_keys(code: str, other: str) -> None:
    assert coupon_key(code) != coupon_key(other)


def test_a_wide_bar_does_not_take_a_code_apart(cast: Cast, tmp_path: Path) -> None:
    bring("contracts", [good("contracts", coupons="A\uff5cB|\uff3cC")], tmp_path)
    assert raw().execute("select code, key from coupon order by id").fetchall() == [
        ("A\uff5cB", "a|b"),
        ("\uff3cC", "\\c"),
    ]


def test_of_two_spellings_in_one_row_the_file_says_so(cast: Cast, tmp_path: Path) -> None:
    column, reason = fault_of("contracts", tmp_path, coupons="\u00e9t\u00e9|e\u0301te\u0301")
    assert column == "coupons"
    assert reason.startswith("the same code twice")


def rekey(url: str) -> None:
    """What migration 0026 does with codes that were stored before it, as the owner."""
    migration: Any = importlib.import_module("migrations.versions.0026_codes")
    owner = create_engine(url, poolclass=NullPool)
    with owner.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        migration.upgrade()


def test_stored_codes_get_their_new_keys_and_conflicts_are_told(
    app: Flask, cast: Cast, owner_connection: psycopg.Connection[Any]
) -> None:
    lumen, mira, joon = cast.brands["lumen"], cast.creators["mira"], cast.creators["joon"]
    first = market.contract(lumen, mira, ref="K1", coupons=("\u00e9t\u00e9", "e\u0301te\u0301-x", "PLAIN"))
    market.contract(lumen, joon, ref="K2", coupons=("other", "\u200bsolo"))
    market.sale(lumen, coupon="e\u0301te\u0301")
    db.session.commit()
    owner_connection.execute("update coupon set key = lower(code), code = code")
    owner_connection.execute("update coupon set code = 'e\u0301te\u0301', key = 'e\u0301te\u0301' where code = 'other'")
    owner_connection.execute("update sale set coupon_key = coupon")
    owner_connection.commit()

    rekey(app.config["SQLALCHEMY_DATABASE_URI"])

    keys = dict(raw().execute("select code, key from coupon").fetchall())
    assert keys == {
        "\u00e9t\u00e9": "\u00e9t\u00e9",
        "e\u0301te\u0301-x": "\u00e9t\u00e9-x",
        "PLAIN": "plain",
        "e\u0301te\u0301": "e\u0301te\u0301",  # kept as it was: it is K1's now
        "\u200bsolo": "solo",
    }
    assert raw().execute("select coupon_key from sale").fetchall() == [("\u00e9t\u00e9",)]
    told = raw().execute("select detail from audit_event where action = 'coupon.conflict'").fetchall()
    assert told == [({"code": "e\u0301te\u0301", "kept_by": first.ref, "kept_code": "\u00e9t\u00e9"},)]
