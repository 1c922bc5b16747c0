"""Every setting once, with its default and a word on it. Values come from the environment; nothing else reads it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app

ROOT = Path(__file__).resolve().parent
SHORTEST_SECRET = 16  # characters


@dataclass(frozen=True)
class Config:
    """All settings of one running product. `Config.from_env()` reads them, tests build their own."""

    # -- where things are --
    instance_dir: Path = ROOT / "instance"  # embedded database, uploads, mail that was not sent
    database_url: str = ""  # of the owner, for migrations; empty: the embedded PostgreSQL in instance_dir
    database_app_url: str = ""  # of the application's own login; empty: streamcut_app, let in by `flask db upgrade`
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
    payout_currencies: str = ""  # which are paid out at all, like "EUR, GBP"; empty: every one (rules.md B21, CURRENCY)
    payout_minimum_default: int = 1000  # minor units, for currencies without a line of their own
    correction_limit: int = 100_000  # minor units; a correction that moves more of a currency needs a second person
    dispute_open_days: int = 90  # after a sale, one may dispute it
    dispute_answer_days: int = 7  # the other side has to answer a dispute
    dispute_decide_days: int = 7  # the platform has to decide it
    dispute_appeal_days: int = 14  # whoever lost has to appeal, once
    dispute_remind_days: int = 2  # before a deadline of a dispute
    dispute_silence_decides: bool = True  # a brand that does not answer loses; else the platform decides
    dispute_files: int = 5  # with one message
    dispute_file_bytes: int = 5 * 1024 * 1024  # of one file
    dispute_questions: int = 30  # about order numbers, of one person in an hour
    bank_change_hold_hours: int = 48  # a changed IBAN is not paid to before this has passed (rules.md B21)

    # -- mail --
    smtp_url: str = ""  # smtp:// (STARTTLS) or smtps://user:password@host ; empty: mail is written to instance_dir/mail
    smtp_ca_file: str = ""  # PEM of the authority that signed the mail server's certificate; empty: the system's
    smtp_plaintext: bool = False  # let mail, with the links in it, and the password travel without encryption
    mail_from: str = "Streamcut <no-reply@streamcut.example>"

    # -- Stripe --
    stripe_secret_key: str = ""  # sk_test_... or sk_live_...; empty: money goes out by bank files alone
    stripe_webhook_secret: str = ""  # whsec_... of our endpoint; several, by commas, while it is changed
    stripe_api_base: str = "https://api.stripe.com"  # where Stripe answers; in a demo the simulated bank
    stripe_rate: int = 25  # transfers a second that Stripe takes at most, from all workers together
    stripe_financial_account: str = ""  # fa_...; from it Stripe pays to banks directly; empty: it does not
    stripe_timeout: int = 20  # seconds after which an answer is given up; what came of the call is unknown then

    # -- webhooks going out --
    webhook_loopback: bool = False  # send them to this machine too, and unencrypted: for development, never elsewhere
    webhook_ca_file: str = ""  # PEM of an authority of your own that receivers' certificates are checked by

    # -- the web --
    secure_cookies: bool = False  # True behind https
    trusted_proxies: int = 0  # how many proxies set X-Forwarded-*
    max_upload_bytes: int = 512 * 1024 * 1024
    session_days: int = 14
    max_file_bytes: int = 64 * 1024**3  # a file may not unpack to more than this
    argon2_time_cost: int = 2  # OWASP minimum: t=2, 19 MiB, p=1
    argon2_memory_kib: int = 19 * 1024

    api_rate: int = 20  # requests a second that one key of a brand may make, after a burst of 100

    # -- the stream of events (`flask events`) --
    events_listen: str = ""  # where it is served; empty: there is none and pages ask again (`make run` takes a port)
    events_url: str = ""  # how browsers reach it; empty: by the port of events_listen, at the name of the site
    events_viewers: int = 4000  # how many pages of viewers one process serves; the others ask again
    events_desks: int = 200  # and of live desks

    tiktok_domain: str = ""  # the domain TikTok has approved for its Embed LIVE player; empty: TikTok gets a link

    # -- work --
    settle_batch: int = 5000  # due rows per transaction of the worker
    demo: bool = False  # a demo market is wanted; from_env: with the embedded database, unless STREAMCUT_DEMO=0
    testing: bool = False

    @property
    def has_stripe(self) -> bool:
        """Whether money can go out and come in by Stripe."""
        return bool(self.stripe_secret_key)

    @property
    def pays_to_banks(self) -> bool:
        """Whether money can go straight to banks by Stripe."""
        return bool(self.stripe_secret_key and self.stripe_financial_account)

    def address_of(self, path: str) -> str:
        """The whole address of a page of ours, as it stands in mails and is told to others."""
        return self.base_url.rstrip("/") + path

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
        if app_url := given.get("database_app_url"):
            given.setdefault("database_url", app_url)  # enough for who never migrates
        given.setdefault("demo", not given.get("database_url"))
        for name in ("secret_key", "visitor_key"):
            if name not in given:
                given[name] = _kept_secret(instance / name.replace("_", "-"))
        config = cls(**given)  # type: ignore[arg-type]
        config.refuse_nonsense()
        return config

    def refuse_nonsense(self) -> None:
        """Ends the program with a sentence when a setting can't be meant."""
        for name, low, high in (
            ("payout_day", 1, 31),
            ("payout_hour", 0, 23),
            ("settle_batch", 1, 10**6),
            ("stripe_rate", 1, 1000),
            ("stripe_timeout", 1, 300),
            ("dispute_open_days", 1, 3650),
            ("dispute_answer_days", 1, 90),
            ("dispute_decide_days", 1, 90),
            ("dispute_appeal_days", 1, 365),
            ("dispute_files", 0, 20),
            ("dispute_file_bytes", 1, 100 * 1024 * 1024),
            ("dispute_questions", 1, 10_000),
            ("api_rate", 1, 10_000),
            ("events_viewers", 1, 50_000),
            ("events_desks", 1, 10_000),
        ):
            if not low <= getattr(self, name) <= high:
                raise SystemExit(f"{ENVIRONMENT[name]}={getattr(self, name)} can't be: take {low} to {high}.")
        for name in ("secret_key", "visitor_key"):
            if len(getattr(self, name)) < SHORTEST_SECRET:
                raise SystemExit(
                    f"{ENVIRONMENT[name]} is too short: take at least {SHORTEST_SECRET} random characters."
                )
        self._refuse_odd_mail_servers()
        self._refuse_odd_keys()
        self._refuse_odd_streams()
        self._refuse_odd_webhooks()
        try:
            ZoneInfo(self.platform_timezone)
        except (ZoneInfoNotFoundError, ValueError):
            sentence = "is no time zone: take one of IANA's, like Europe/Amsterdam."
            raise SystemExit(f"PLATFORM_TIMEZONE={self.platform_timezone} {sentence}") from None

    def _refuse_odd_keys(self) -> None:
        if self.stripe_secret_key and not self.stripe_secret_key.startswith(("sk_test_", "sk_live_", "rk_")):
            raise SystemExit("STRIPE_SECRET_KEY is no secret key of Stripe: it begins with sk_test_, sk_live_ or rk_.")
        if self.stripe_webhook_secret and not self.stripe_secret_key:
            raise SystemExit("STRIPE_WEBHOOK_SECRET is set without STRIPE_SECRET_KEY: give both, or none.")
        if self.stripe_financial_account and not self.stripe_financial_account.startswith("fa_"):
            raise SystemExit("STRIPE_FINANCIAL_ACCOUNT is no financial account of Stripe: it begins with fa_.")
        url = urlsplit(self.stripe_api_base)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise SystemExit("STRIPE_API_BASE is no address: write it like https://api.stripe.com.")

    def _refuse_odd_streams(self) -> None:
        host, _, port = self.events_listen.rpartition(":")
        if self.events_listen and not (host and port.isdigit() and int(port) < 2**16):
            raise SystemExit(f"EVENTS_LISTEN={self.events_listen} is no address: write it like 127.0.0.1:8001.")
        url = urlsplit(self.events_url)
        if self.events_url and not (
            self.events_url.startswith("/") or (url.scheme in ("http", "https") and url.netloc)
        ):
            raise SystemExit("EVENTS_URL is no address: write it like /events, or https://events.example.com.")

    def _refuse_odd_mail_servers(self) -> None:
        if not self.smtp_url:
            return
        try:
            url = urlsplit(self.smtp_url)
            usable = url.scheme in ("smtp", "smtps") and bool(url.hostname) and url.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise SystemExit("SMTP_URL is no mail server: write it like smtp://user:password@host or smtps://...")
        if self.smtp_ca_file and not Path(self.smtp_ca_file).is_file():
            raise SystemExit(f"SMTP_CA_FILE={self.smtp_ca_file} is no file.")

    def _refuse_odd_webhooks(self) -> None:
        if self.webhook_ca_file and not Path(self.webhook_ca_file).is_file():
            raise SystemExit(f"WEBHOOK_CA_FILE={self.webhook_ca_file} is no file.")


def settings() -> Config:
    """The settings of the running application."""
    return cast(Config, current_app.extensions["streamcut"])


ENVIRONMENT = {
    "database_url": "DATABASE_URL",
    "database_app_url": "DATABASE_APP_URL",
    "base_url": "BASE_URL",
    "listen": "LISTEN",
    "secret_key": "SECRET_KEY",
    "visitor_key": "VISITOR_KEY",
    "platform_name": "PLATFORM_NAME",
    "platform_timezone": "PLATFORM_TIMEZONE",
    "payout_day": "PAYOUT_DAY",
    "payout_hour": "PAYOUT_HOUR",
    "payout_currencies": "PAYOUT_CURRENCIES",
    "correction_limit": "CORRECTION_LIMIT",
    "dispute_open_days": "DISPUTE_OPEN_DAYS",
    "dispute_answer_days": "DISPUTE_ANSWER_DAYS",
    "dispute_decide_days": "DISPUTE_DECIDE_DAYS",
    "dispute_appeal_days": "DISPUTE_APPEAL_DAYS",
    "dispute_remind_days": "DISPUTE_REMIND_DAYS",
    "dispute_silence_decides": "DISPUTE_SILENCE_DECIDES",
    "dispute_files": "DISPUTE_FILES",
    "dispute_file_bytes": "DISPUTE_FILE_BYTES",
    "dispute_questions": "DISPUTE_QUESTIONS",
    "smtp_url": "SMTP_URL",
    "smtp_ca_file": "SMTP_CA_FILE",
    "smtp_plaintext": "SMTP_PLAINTEXT",
    "mail_from": "MAIL_FROM",
    "stripe_secret_key": "STRIPE_SECRET_KEY",
    "stripe_webhook_secret": "STRIPE_WEBHOOK_SECRET",
    "stripe_api_base": "STRIPE_API_BASE",
    "stripe_rate": "STRIPE_RATE",
    "stripe_financial_account": "STRIPE_FINANCIAL_ACCOUNT",
    "stripe_timeout": "STRIPE_TIMEOUT",
    "webhook_loopback": "WEBHOOK_LOOPBACK",
    "webhook_ca_file": "WEBHOOK_CA_FILE",
    "secure_cookies": "SECURE_COOKIES",
    "trusted_proxies": "TRUSTED_PROXIES",
    "max_upload_bytes": "MAX_UPLOAD_BYTES",
    "max_file_bytes": "MAX_FILE_BYTES",
    "session_days": "SESSION_DAYS",
    "api_rate": "API_RATE",
    "events_listen": "EVENTS_LISTEN",
    "events_url": "EVENTS_URL",
    "events_viewers": "EVENTS_VIEWERS",
    "events_desks": "EVENTS_DESKS",
    "tiktok_domain": "TIKTOK_DOMAIN",
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
    """The secret in `path`, made on first use; readable by its owner only. Two processes may ask at once.

    It is written beside its place and linked there, so nobody ever reads half of one, and only one is kept.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was faster: its secret counts
            os.link(draft, path)
        draft.unlink()
    secret = path.read_text().strip()
    if len(secret) < SHORTEST_SECRET:
        raise SystemExit(f"{path} holds no key, or half of one: restore it from a backup, or delete it for a new one.")
    return secret
