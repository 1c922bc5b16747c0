"""`flask up` as a person meets it: started, used, stopped, killed, begun again; and the database for every command."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.database import db
from app.demo.market import PASSWORD, PEOPLE
from app.errors import BadInput
from app.postgres.server import Server
from app.processes import launch
from app.processes.supervisor import endings
from config import Config
from tests.programs import (
    alive,
    open_folder,
    started_with,
    until,
)

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "operations.md"
SECONDS = 90  # a patient machine may be a busy one


class Instance:
    """A folder of its own for `flask`, and what runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "instance"
        self.folder.mkdir()
        self.folder.chmod(0o755)
        self.server = Server(self.folder / "pg")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.log = folder / "log"
        self.up: subprocess.Popen[bytes] | None = None

    def environment(self, **more: str) -> dict[str, str]:
        own = {"STREAMCUT_INSTANCE": str(self.folder), "LISTEN": f"127.0.0.1:{self.port}"}
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "STREAMCUT_DEMO")}
        return {**kept, **own, **more}

    def flask(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        environment = self.environment(**more)
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )

    def start(self, wait_for: str = r"Streamcut runs at", **more: str) -> subprocess.Popen[bytes]:
        """`flask up`, in the state in which its log says `wait_for`."""
        with self.log.open("wb") as log:
            self.up = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "up"],
                cwd=ROOT,
                env=self.environment(**more),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until(lambda: bool(re.search(wait_for, self.said)) or not alive(self.up.pid), SECONDS, lambda: self.said)  # type: ignore[union-attr]
        assert re.search(wait_for, self.said), self.said
        return self.up

    def end(self, number: int = signal.SIGINT) -> int:
        """Sends the signal to `flask up` and returns its exit status."""
        assert self.up is not None
        self.up.send_signal(number)
        return self.up.wait(SECONDS)

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    @property
    def processes(self) -> list[int]:
        """Everything of ours that runs, but the database's server."""
        return started_with("STREAMCUT_INSTANCE", str(self.folder))

    def count(self, what: str) -> int:
        url = self.server.url("streamcut").replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            row = connection.execute(f"select count(*) from {what}").fetchone()  # type: ignore[arg-type]
        return int(row[0]) if row else 0

    def is_gone(self) -> bool:
        return not self.processes and not self.server.running()


@pytest.fixture
def instance() -> Iterator[Instance]:
    with open_folder() as folder:
        made = Instance(folder)
        try:
            yield made
        finally:
            for pid in made.processes:
                os.kill(pid, signal.SIGKILL)
            if made.up:
                made.up.wait()
            made.server.stop()
            shutil.rmtree(made.server.place.aside, ignore_errors=True)


class Visitor:
    """A browser without a screen."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        with self.opener.open(self.root + path, timeout=30) as answer:
            return str(answer.read().decode())

    def sign_in(self, email: str, password: str) -> str:
        """The page one lands on."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get("/sign-in"))
        assert token
        form = {"csrf_token": token[1], "email": email, "password": password, "next": ""}
        request = Request(f"{self.root}/sign-in", urlencode(form).encode(), {"Referer": self.root})
        with self.opener.open(request, timeout=30) as answer:
            assert not answer.url.endswith("/sign-in")
            return str(answer.read().decode())


@pytest.mark.slow
def test_the_story_of_a_demo(instance: Instance) -> None:
    instance.start(r"The password of all of them")
    for email, *_rest in PEOPLE:
        assert email in instance.said
    page = Visitor(instance.port).get("/sign-in")
    assert PASSWORD in page
    assert "Demo market" in page
    for email, name, *_rest in PEOPLE:
        assert name in Visitor(instance.port).sign_in(email, PASSWORD)
    with pytest.raises(HTTPError, match=r"422|401"):
        Visitor(instance.port).sign_in("admin@demo.example", "wrong password")

    # it lives
    sales = instance.count("sale")
    assert sales > 3000
    until(lambda: instance.count("sale") > sales, SECONDS)
    until(lambda: instance.count("due") == 0, SECONDS)
    assert instance.count("heartbeat") == 3  # of worker, scheduler and event stream
    assert instance.flask("check-books").returncode == 0
    assert instance.server.running()  # the command that was first to come and first to go did not stop it

    # nobody starts a second one, or takes the demo away underneath
    for words in (["up"], ["demo-reset"]):
        refused = instance.flask(*words)
        assert refused.returncode == 1
        assert "is running already (process" in refused.stderr

    # it stops and leaves nothing behind
    assert instance.end() == 0
    assert "Everything is stopped." in instance.said
    assert instance.is_gone()

    # a second start makes nothing anew and keeps everything
    instance.start(r"The password of all of them")
    assert "Making" not in instance.said
    assert instance.count("sale") > sales

    # killed, its children notice, and the last of them stops the database
    instance.end(signal.SIGKILL)
    until(instance.is_gone, SECONDS, lambda: f"{instance.processes} {instance.said}")

    reset = instance.flask("demo-reset")
    assert reset.returncode == 0, reset.stderr
    assert instance.is_gone()
    instance.server.start()
    told = "sale where import_id in (select id from import where file_name <> 'Live orders')"
    assert instance.count(told) > 3000
    assert instance.count("import where file_name = 'Live orders'") == 0


@pytest.mark.slow
def test_without_a_demo_and_after_everything_was_killed_at_once(instance: Instance) -> None:
    instance.start(STREAMCUT_DEMO="0")
    assert "demo" not in instance.said.lower()
    assert instance.count("person") == 0
    page = Visitor(instance.port).get("/sign-in")
    assert PASSWORD not in page
    assert "Demo market" not in page
    made = instance.flask("create-admin", "anna@example.com", "--name", "Anna", "--password", "a quiet afternoon")
    assert made.returncode == 0, made.stderr
    Visitor(instance.port).sign_in("anna@example.com", "a quiet afternoon")

    for pid in instance.processes:
        os.kill(pid, signal.SIGKILL)
    assert instance.up is not None
    instance.up.wait()
    assert instance.server.running()  # nobody was left to stop it

    # the next one takes it over; a market with people in it never becomes a demo
    instance.start()
    assert "demo" not in instance.said.lower()
    assert instance.count("person") == 1
    refused = instance.flask("demo-reset", LISTEN="127.0.0.1:1")
    assert refused.returncode == 1
    assert instance.end(signal.SIGTERM) == 0
    assert instance.is_gone()
    refused = instance.flask("demo-reset")
    assert refused.returncode == 1
    assert "not marked as a demo" in refused.stderr


@pytest.mark.slow
@pytest.mark.slow
def test_the_stream_of_events_runs_beside_the_site_and_ends_in_three_seconds(instance: Instance) -> None:
    instance.start(wait_for=r"stream is at 127\.0\.0\.1:\d+", STREAMCUT_DEMO="0")
    found = re.search(r"events +\| .*stream is at 127\.0\.0\.1:(\d+)", instance.said)
    assert found, instance.said
    until(lambda: _healthy(int(found[1])), SECONDS, lambda: instance.said)
    until(lambda: instance.count("heartbeat where kind = 'events'") == 1, SECONDS)
    assert instance.end() == 0
    assert "events does not stop" not in instance.said
    assert instance.is_gone()


def _healthy(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\n\r\n")
        return b" 200 " in connection.recv(100)
    return False


def test_a_demo_whose_making_was_killed_is_made_anew(instance: Instance) -> None:
    instance.start(r"Making the demo market")
    until(lambda: instance.server.running() and _has_sales(instance), SECONDS)
    instance.end(signal.SIGKILL)
    half = instance.count("sale")
    instance.start(r"The password of all of them")
    assert "Making the demo market" in instance.said
    assert instance.count("sale") > half
    assert instance.end(signal.SIGHUP) == 0
    assert instance.is_gone()


@pytest.mark.slow
def test_killed_while_its_children_start_it_leaves_nothing_behind(instance: Instance) -> None:
    instance.start(STREAMCUT_DEMO="0")
    assert instance.end() == 0
    instance.start("", STREAMCUT_DEMO="0")
    until(lambda: len(instance.processes) == len(["up", "web", "events", "scheduler", "worker"]), SECONDS)
    instance.end(signal.SIGKILL)
    until(instance.is_gone, SECONDS, lambda: f"{instance.processes} {instance.said}")


def _has_sales(instance: Instance) -> bool:
    try:
        return instance.count("sale") > 0
    except psycopg.Error:
        return False


def test_a_signal_while_everything_is_prepared_leaves_nothing_behind(instance: Instance) -> None:
    instance.start(r"Making the demo market")
    assert instance.end() == 128 + signal.SIGINT
    assert instance.is_gone()


def test_a_signal_that_python_dropped_is_obeyed_when_everything_is_prepared() -> None:
    before = {number: signal.getsignal(number) for number in endings()}
    try:
        departure = launch._Departure()
        departure.unless_it_was_missed()
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            departure.unless_it_was_missed()
        assert departure.number == signal.SIGTERM
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_port_that_is_taken_is_one_sentence_and_nothing_is_started(instance: Instance) -> None:
    with socket.create_server(("127.0.0.1", instance.port)):
        refused = instance.flask("up")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert f"127.0.0.1:{instance.port} can't be used (Address already in use)" in refused.stderr
    assert not (instance.folder / "pg").exists()


@pytest.mark.parametrize("listen", ["8000", "localhost", "localhost:http", ":8000"])
def test_an_address_that_is_none_is_one_sentence(app: Flask, listen: str) -> None:
    with pytest.raises(BadInput, match=r"write it like 127\.0\.0\.1:8000"):
        launch.up(replace(app.extensions["streamcut"], listen=listen))


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("127.0.0.1:80", "http://127.0.0.1:80"),
        ("0.0.0.0:8000", "http://127.0.0.1:8000"),
        ("[::]:8000", "http://[::1]:8000"),
        ("localhost:8000", "http://localhost:8000"),
    ],
)
def test_the_address_that_is_printed_leads_there_from_this_machine(listen: str, address: str) -> None:
    assert launch.address(Config(listen=listen)) == address


# -- the database for every command --


def test_what_was_dumped_is_restored_as_the_manual_says(instance: Instance) -> None:
    dump = instance.folder / "streamcut.dump"
    assert (
        instance.flask("create-admin", "a@b.example", "--name", "A", "--password", "a quiet afternoon").returncode == 0
    )
    done = instance.flask("with-database", "pg_dump", "--format=custom", f"--file={dump}")
    assert done.returncode == 0, done.stderr
    wipe = "truncate person cascade; insert into heartbeat values ('left', 'worker', now(), '')"
    assert instance.flask("with-database", "psql", "--set=ON_ERROR_STOP=1", "-c", wipe).returncode == 0
    script = re.search(r"with-database sh -c '(.*?)'", MANUAL.read_text(), re.DOTALL)
    assert script
    done = instance.flask("with-database", "sh", "-c", script[1].replace("streamcut.dump", str(dump)))
    assert done.returncode == 0, done.stderr
    counts = "select (select count(*) from person), (select count(*) from heartbeat)"
    shown = instance.flask("with-database", "psql", "--tuples-only", "--no-align", "-c", counts)
    assert shown.stdout == "1|0\n"
    refused = instance.flask("with-database", "psql", "-c", "set role streamcut_app; delete from entry")
    assert refused.returncode == 1
    assert "permission denied for table entry" in refused.stderr
    assert instance.flask("check-books").returncode == 0
    assert instance.flask("with-database", "nonsense").stderr.startswith("Error: There is no program “nonsense”")
    assert instance.is_gone()


def test_a_command_starts_the_database_it_needs_and_stops_it_afterwards(instance: Instance) -> None:
    for _ in range(2):
        done = instance.flask("check-books")
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("ok ") == len(done.stdout.splitlines())
        assert instance.is_gone()


def test_commands_that_run_together_share_it_and_the_last_one_stops_it(instance: Instance) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "settle"]
    together = [
        subprocess.Popen(command, cwd=ROOT, env=instance.environment(), stdout=subprocess.DEVNULL) for _ in "123"
    ]
    assert [one.wait(SECONDS) for one in together] == [0, 0, 0]
    assert instance.is_gone()


def test_a_command_that_is_killed_leaves_a_database_that_the_next_one_stops(instance: Instance) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    worker = subprocess.Popen(command, cwd=ROOT, env=instance.environment(), stderr=subprocess.DEVNULL)
    until(lambda: instance.server.running() and _beats(instance), SECONDS)
    worker.kill()
    worker.wait()
    assert instance.server.running()
    assert instance.flask("settle").returncode == 0
    assert instance.is_gone()


def _beats(instance: Instance) -> bool:
    try:
        return instance.count("heartbeat") == 1
    except psycopg.Error:
        return False


def test_tables_of_another_version_are_only_changed_when_somebody_says_so(instance: Instance, server: Server) -> None:
    name = f"launch_{instance.port}"
    maintenance = server.url("postgres").replace("+psycopg", "")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"create database {name}")  # type: ignore[arg-type]
    try:
        url = {"DATABASE_URL": server.url(name)}
        refused = instance.flask("settle", **url)
        assert refused.returncode == 1
        assert "run `flask db upgrade` first" in refused.stderr
        assert instance.flask("db", "upgrade", **url).returncode == 0
        assert instance.flask("settle", **url).returncode == 0
        instance.start(**url)
        assert "demo" not in instance.said.lower()
        assert instance.end() == 0
        assert not (instance.folder / "pg").exists()
    finally:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f"drop database {name} with (force)")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("listen", "red"),
    [
        ("127.0.0.1:8000", False),
        ("localhost:8000", False),
        ("[::1]:8000", False),
        ("127.4.5.6:80", False),
        ("0.0.0.0:8000", True),
        ("[::]:8000", True),
        ("192.168.1.7:80", True),
        ("shop.example:80", True),
    ],
)
def test_a_demo_that_others_can_reach_says_so_in_red(listen: str, red: bool) -> None:
    sign_ins = [{"email": "adam@demo.example", "role": "Admin", "password": "demo"}]
    warnings = [line for line in launch.welcome(Config(listen=listen), sign_ins) if "beyond this machine" in line]
    assert [line.startswith("\x1b[1;31m") for line in warnings] == [True] * red
    assert not any("beyond" in line for line in launch.welcome(Config(listen=listen), [])), "no demo, no warning"


def test_a_database_that_is_away_is_one_sentence(instance: Instance) -> None:
    refused = instance.flask("settle", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: The database does not answer: ")
    assert refused.stderr.count("\n") == 1


COMMANDS = ["settle", "check-books", "run-job", "worker", "scheduler", "up", "demo-reset", "create-admin"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_and_needs_no_database_for_it(command: str) -> None:
    nowhere = create_app(
        Config(database_url="postgresql://nobody@127.0.0.1:1/nothing", secret_key="x", visitor_key="y")
    )
    shown = nowhere.test_cli_runner().invoke(args=[command, "--help"])
    assert shown.exit_code == 0
    assert f"Example: flask {command}" in shown.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["run-job", "clean", "--at", "yesterday"], "is not an instant"),
        (["run-job", "clean", "--at", "2026-02-30T10:00:00Z"], "there is no such day"),
        (["run-job", "nonsense"], "nonsense"),
        (["create-admin", "nobody", "--name", "N", "--password", "a quiet afternoon"], "is not an e-mail address"),
        (["create-admin", "a@b.example", "--name", "N", "--password", "short"], "at least 12 characters"),
        (["demo-reset"], "No demo is wanted"),
    ],
)
def test_bad_words_are_one_sentence(app: Flask, words: list[str], sentence: str) -> None:
    refused = app.test_cli_runner().invoke(args=words)
    assert refused.exit_code != 0
    assert sentence in refused.output
    assert "Traceback" not in refused.output


def test_a_job_is_run_by_command_as_if_at_an_instant(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["run-job", "clean", "--at", "2026-11-22T10:30:00+01:00"])
    assert done.exit_code == 0, done.output
    assert "cleared away" in done.output
    assert db.session.scalar(text("select asked_by from job_run where status = 'done'")) == "command line"


def test_the_first_admin_is_made_by_command_and_can_sign_in(app: Flask) -> None:
    words = ["create-admin", "Zoe@Example.com", "--name", "Zoe", "--password", "a quiet afternoon"]
    runner = app.test_cli_runner()
    assert "zoe@example.com" in runner.invoke(args=words).output
    assert "has an account" in runner.invoke(args=words).output
    form = {"email": "zoe@example.com", "password": "a quiet afternoon"}
    app.config["WTF_CSRF_ENABLED"] = False
    assert app.test_client().post("/sign-in", data=form).status_code == 302
