"""Settings from the environment: kept secrets, the demo, and a sentence for what can't be meant."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config import ENVIRONMENT, ROOT, Config


def read(folder: Path, **env: str) -> Config:
    return Config.from_env({"STREAMCUT_INSTANCE": str(folder), **env})


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert len(first.secret_key) == len(first.visitor_key) == 64
    assert first.secret_key != first.visitor_key
    assert (first.secret_key, first.visitor_key) == (second.secret_key, second.visitor_key)
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
    assert read(tmp_path, SECRET_KEY="mine" * 4).secret_key == "mine" * 4


@pytest.mark.parametrize("name", ["secret-key", "visitor-key"])
@pytest.mark.parametrize("content", ["", "\n", "0123456789abcde\n"])
def test_an_empty_key_or_half_of_one_is_refused(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(SystemExit, match="holds no key, or half of one"):
        read(tmp_path)
    assert (tmp_path / name).read_text() == content


def test_of_many_processes_that_begin_at_once_all_read_the_same_key(tmp_path: Path) -> None:
    program = (
        "import sys; from config import Config;"
        " sys.stdin.read(); print(Config.from_env({'STREAMCUT_INSTANCE': sys.argv[1]}).secret_key)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    racers: list[subprocess.Popen[str]] = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(6)]
    keys = {racer.communicate()[0] for racer in racers}
    assert len(keys) == 1
    assert len(keys.pop().strip()) == 64
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret-key", "visitor-key"]


@pytest.mark.parametrize(
    ("env", "demo"),
    [
        ({}, True),
        ({"STREAMCUT_DEMO": "0"}, False),
        ({"DATABASE_URL": "postgresql://x"}, False),
        ({"DATABASE_URL": "postgresql://x", "STREAMCUT_DEMO": "1"}, True),
        ({"DATABASE_URL": ""}, True),
    ],
)
def test_a_demo_is_wanted_on_the_embedded_database_or_when_asked_for(
    tmp_path: Path, env: dict[str, str], demo: bool
) -> None:
    assert read(tmp_path, **env).demo is demo


@pytest.mark.parametrize(
    ("variable", "text", "sentence"),
    [
        ("PAYOUT_DAY", "monday", "PAYOUT_DAY=monday is no whole number."),
        ("PAYOUT_DAY", "-1", "PAYOUT_DAY=-1 is no whole number."),
        ("PAYOUT_DAY", "٣", "PAYOUT_DAY=٣ is no whole number."),
        ("PAYOUT_DAY", "0", "PAYOUT_DAY=0 can't be: take 1 to 31."),
        ("PAYOUT_HOUR", "24", "PAYOUT_HOUR=24 can't be: take 0 to 23."),
        ("SETTLE_BATCH", "0", "SETTLE_BATCH=0 can't be: take 1 to 1000000."),
        ("SECRET_KEY", "", "SECRET_KEY is too short: take at least 16 random characters."),
        ("VISITOR_KEY", "short", "VISITOR_KEY is too short: take at least 16 random characters."),
        ("SMTP_URL", "mail.example", "SMTP_URL is no mail server"),
        ("SMTP_URL", "http://mail.example", "SMTP_URL is no mail server"),
        ("SMTP_URL", "smtp+tls://mail.example", "SMTP_URL is no mail server"),
        ("SMTP_URL", "smtp://", "SMTP_URL is no mail server"),
        ("SMTP_URL", "smtp://mail.example:99999", "SMTP_URL is no mail server"),
        ("PLATFORM_TIMEZONE", "Mars/Olympus", "PLATFORM_TIMEZONE=Mars/Olympus is no time zone"),
        ("PLATFORM_TIMEZONE", "/etc/passwd", "PLATFORM_TIMEZONE=/etc/passwd is no time zone"),
    ],
)
def test_nonsense_is_one_sentence(tmp_path: Path, variable: str, text: str, sentence: str) -> None:
    with pytest.raises(SystemExit) as refused:
        read(tmp_path, **{variable: text})
    assert sentence in str(refused.value)


def test_the_manual_names_every_variable() -> None:
    manual = (Path(__file__).resolve().parents[1] / "docs" / "operations.md").read_text()
    assert [variable for variable in ENVIRONMENT.values() if f"`{variable}`" not in manual] == []


def test_who_never_migrates_needs_only_the_applications_address(tmp_path: Path) -> None:
    address = "postgresql://web:secret@db.internal/streamcut"
    env = {"STREAMCUT_INSTANCE": str(tmp_path), "DATABASE_APP_URL": address}
    assert Config.from_env(env).database_url == address
    assert not Config.from_env(env).demo
    both = Config.from_env(env | {"DATABASE_URL": "postgresql://owner@db.internal/streamcut"})
    assert (both.database_url, both.database_app_url) == ("postgresql://owner@db.internal/streamcut", address)
