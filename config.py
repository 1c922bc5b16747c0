"""Every setting once, with its default and a word on it. Values come from the environment; nothing else reads it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app

ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Config:
    """All settings of one running product. `Config.from_env()` reads them, tests build their own."""

    # -- where things are --
    instance_dir: Path = ROOT / "instance"  # embedded database, uploads, mail that was not sent
    database_url: str = ""  # empty: the embedded PostgreSQL in instance_dir
    base_url: str = "http://localhost:8000"  # what links in mail begin with
    listen: str = "127.0.0.1:8000"  # where `make run` serves

    # -- secrets --
    secret_key: str = ""  # signs cookies and links; made once in instance_dir when empty
    visitor_key: str = ""  # keys the hash of a buyer; made once in instance_dir when empty, never change it later

    # -- the platform --
    platform_name: str = "Streamcut"
    platform_timezone: str = "Europe/Amsterdam"  # days and hours of the timetable
    payout_day: int = 15  # day of the month on which a draft batch is assembled
    payout_hour: int = 6  # hour of that day in platform_timezone
    payout_minimum: Mapping[str, int] = field(default_factory=lambda: {"EUR": 1000, "GBP": 1000, "USD": 1000})
    payout_minimum_default: int = 1000  # minor units, for currencies without a line of their own
    bank_change_hold_hours: int = 48  # a changed IBAN is not paid to before this has passed (rules.md B21)

    # -- mail --
    smtp_url: str = ""  # smtp://user:password@host:587 ; empty: mail is written to instance_dir/mail
    mail_from: str = "Streamcut <no-reply@streamcut.example>"

    # -- the web --
    secure_cookies: bool = False  # True behind https
    trusted_proxies: int = 0  # how many proxies set X-Forwarded-*
    max_upload_bytes: int = 512 * 1024 * 1024
    session_days: int = 14
    max_file_bytes: int = 64 * 1024**3  # a file may not unpack to more than this
    argon2_time_cost: int = 2  # OWASP minimum: t=2, 19 MiB, p=1
    argon2_memory_kib: int = 19 * 1024

    # -- work --
    settle_batch: int = 5000  # due rows per transaction of the worker
    demo: bool = False  # a demo market is wanted; from_env: with the embedded database, unless STREAMCUT_DEMO=0
    testing: bool = False

    @property
    def bank_hold(self) -> timedelta:
        """How long a changed IBAN keeps its creator from being paid."""
        return timedelta(hours=self.bank_change_hold_hours)

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Config:
        """Reads the environment. Secrets that are not given are made once and kept in the instance folder."""
        env = os.environ if env is None else env
        instance = Path(env.get("STREAMCUT_INSTANCE", str(cls.instance_dir))).resolve()
        given: dict[str, object] = {"instance_dir": instance}
        for name, variable in ENVIRONMENT.items():
            if variable in env:
                given[name] = _parse(variable, cls.__dataclass_fields__[name].type, env[variable])
        given.setdefault("demo", not given.get("database_url"))
        for name in ("secret_key", "visitor_key"):
            given.setdefault(name, "")
            given[name] = given[name] or _kept_secret(instance / name.replace("_", "-"))
        config = cls(**given)  # type: ignore[arg-type]
        config.refuse_nonsense()
        return config

    def refuse_nonsense(self) -> None:
        """Ends the program with a sentence when a setting can't be meant."""
        for name, low, high in (("payout_day", 1, 31), ("payout_hour", 0, 23), ("settle_batch", 1, 10**6)):
            if not low <= getattr(self, name) <= high:
                raise SystemExit(f"{ENVIRONMENT[name]}={getattr(self, name)} can't be: take {low} to {high}.")
        try:
            ZoneInfo(self.platform_timezone)
        except (ZoneInfoNotFoundError, ValueError):
            sentence = "is no time zone: take one of IANA's, like Europe/Amsterdam."
            raise SystemExit(f"PLATFORM_TIMEZONE={self.platform_timezone} {sentence}") from None


def settings() -> Config:
    """The settings of the running application."""
    return cast(Config, current_app.extensions["streamcut"])


ENVIRONMENT = {
    "database_url": "DATABASE_URL",
    "base_url": "BASE_URL",
    "listen": "LISTEN",
    "secret_key": "SECRET_KEY",
    "visitor_key": "VISITOR_KEY",
    "platform_name": "PLATFORM_NAME",
    "platform_timezone": "PLATFORM_TIMEZONE",
    "payout_day": "PAYOUT_DAY",
    "payout_hour": "PAYOUT_HOUR",
    "smtp_url": "SMTP_URL",
    "mail_from": "MAIL_FROM",
    "secure_cookies": "SECURE_COOKIES",
    "trusted_proxies": "TRUSTED_PROXIES",
    "max_upload_bytes": "MAX_UPLOAD_BYTES",
    "max_file_bytes": "MAX_FILE_BYTES",
    "session_days": "SESSION_DAYS",
    "settle_batch": "SETTLE_BATCH",
    "demo": "STREAMCUT_DEMO",
}


def _parse(variable: str, kind: object, text: str) -> object:
    if kind == "bool":
        return text.strip().lower() in {"1", "true", "yes", "on"}
    if kind == "int":
        if not (text.strip().isascii() and text.strip().isdigit()):
            raise SystemExit(f"{variable}={text} is no whole number.")
        return int(text)
    return text


def _kept_secret(path: Path) -> str:
    """The secret in `path`, made on first use; readable by its owner only. Two processes may ask at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        secret = secrets.token_hex(32)
        file.write(secret + "\n")
    return secret
