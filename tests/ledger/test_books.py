"""check-books: content with books in which everything has happened, and with no books that are damaged."""

from __future__ import annotations

from typing import Any

import psycopg
from flask import Flask

from app.bonuses.checks import BONUS_CHECKS
from app.database import raw
from app.ledger.checks import LEDGER_CHECKS, run
from app.payouts.checks import MARKET_CHECKS, check_books
from tests.cast import Cast
from tests.ledger import story
from tests.ledger.damages import DAMAGES

Owner = psycopg.Connection[Any]
ROOMS = {"app.ledger": LEDGER_CHECKS, "app.bonuses": BONUS_CHECKS, "app.payouts": MARKET_CHECKS}
NAMES = {sentence: name for checks in ROOMS.values() for name, sentence in checks.items()}


def failing(connection: Owner) -> set[str]:
    """The names of the checks that fail, in the connection's own transaction."""
    checks = [check for room, checks in ROOMS.items() for check in run(connection, room, checks)]
    return {NAMES[check.name] for check in checks if not check.ok}


def test_books_in_which_everything_has_happened_are_in_order(cast: Cast) -> None:
    story.tell(cast)
    checks = check_books(raw())
    assert [check for check in checks if not check.ok] == []
    assert {NAMES[check.name] for check in checks} == set(NAMES.values())


def test_the_command_names_every_check_and_fails_when_one_does(app: Flask, owner_connection: Owner) -> None:
    sound = app.test_cli_runner().invoke(args=["check-books"])
    assert (sound.exit_code, sound.output.count("ok     ")) == (0, len(NAMES))
    owner_connection.execute("insert into balance values (1, 'bank', 0, 'EUR', '0001-01-01', -5)")
    owner_connection.commit()
    damaged = app.test_cli_runner().invoke(args=["check-books"])
    assert (damaged.exit_code, damaged.output.count("FAILS")) == (1, 2)
    assert "FAILS  Balances equal the sum of entries: 1 rows, the first: (1, 'bank'" in damaged.output


def test_every_damage_is_found_by_its_checks_and_by_no_others(cast: Cast, owner_connection: Owner) -> None:
    story.tell(cast)
    assert failing(owner_connection) == set()
    wrong = {}
    for damage, (expected, sql) in DAMAGES.items():
        owner_connection.execute(sql)
        found = failing(owner_connection)
        owner_connection.rollback()
        if found != expected:
            wrong[damage] = f"found by {sorted(found)}, not by {sorted(expected)}"
    assert wrong == {}


def test_every_check_has_a_damage_that_it_finds() -> None:
    assert set().union(*(checks for checks, _ in DAMAGES.values())) == set(NAMES.values())
