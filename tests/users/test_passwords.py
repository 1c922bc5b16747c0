"""Which passwords may be chosen, and how they are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.errors import BadInput
from app.users import passwords
from tests.conftest import settings

CONFIG = settings("", Path())


GUESSED = [
    "short",
    "elevenchars",
    "x" * 201,
    "aaaaaaaaaaaaaaa",
    "abababababab",
    "abcdefghijklm",
    "123456789012",
    "Password1234!",
    "welkom2026!!",
    "PasswordPassword",
    "qwertyqwerty",
    "streamcut-2026",
    "olga.long@cast.example",
    "OLGA.LONG@cast.example",
    "four words\x00 of mine",
]
GOOD = [
    "four words of mine",
    "correct horse battery",
    "пароль из четырёх слов",
    "k9!fW2#qLz0x",
    "🐎🐎🐎abcdefghi",
]


@pytest.mark.parametrize("password", GUESSED)
def test_a_password_that_is_easy_to_guess_is_refused_with_a_sentence(worker_app: Flask, password: str) -> None:
    with worker_app.app_context(), pytest.raises(BadInput, match=r"^[A-Z].*\.$"):
        passwords.check_new(password, "olga.long@cast.example")


def test_the_name_in_the_address_is_no_password(worker_app: Flask) -> None:
    with worker_app.app_context(), pytest.raises(BadInput, match="easy to guess"):
        passwords.check_new("Olga.Longest", "olga.longest@cast.example")


@pytest.mark.parametrize("password", GOOD)
def test_a_long_enough_password_of_any_script_is_taken(worker_app: Flask, password: str) -> None:
    with worker_app.app_context():
        passwords.check_new(password, "olga@cast.example")


def test_a_hash_tells_nothing_and_knows_its_password() -> None:
    first, second = passwords.hashed("four words of mine", CONFIG), passwords.hashed("four words of mine", CONFIG)
    assert first != second
    assert passwords.matches(first, "four words of mine", CONFIG)
    assert not passwords.matches(first, "four words of mine ", CONFIG)
    assert not passwords.matches("not a hash", "four words of mine", CONFIG)
    assert not passwords.matches("", "", CONFIG)


def test_the_settings_decide_how_much_work_a_hash_is() -> None:
    config = replace(CONFIG, argon2_time_cost=2, argon2_memory_kib=19 * 1024)
    assert "$m=19456,t=2,p=1$" in passwords.hashed("four words of mine", config)
