"""Commands that run the product."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
from contextlib import suppress

import click
from sqlalchemy import exists, select

from app import clock, settings
from app.cli.group import Launching, commands, instant
from app.database import db
from app.errors import BadInput
from app.processes import (
    distribution,
    events,
    job_list,
    job_runs,
    launch,
    scheduler,
    worker,
)
from app.processes.database_setup import for_programs, owner
from app.security import Role
from app.users import people, trail
from app.users.models import Brand, Membership

NEXT = """
The market is empty. What comes next:
  1. Brands and creators: flask import brands brands.csv, flask import creators creators.csv, or drop the files under
     Administration, Uploads (docs/files.md has their columns), or add them one by one under Administration, Claims.
  2. Their people: under Administration, Claims, invite each brand's first owner and the person behind each creator.
  3. Finance: under Administration, Invitations, invite a maker and a checker; no payout leaves without both."""


def _log_to_terminal() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


@commands.command("worker")
def work() -> None:
    """Settle sales and read uploads as they come, until Ctrl-C. Several may run.

    Example: flask worker
    """
    _log_to_terminal()
    worker.main()


@commands.command("scheduler")
def schedule() -> None:
    """Run the calendar jobs when they are due, until Ctrl-C. A second one waits in reserve.

    Example: flask scheduler
    """
    _log_to_terminal()
    scheduler.main()


@commands.command("events")
def serve_events() -> None:
    """Serve the stream of events to watch pages and live desks, at EVENTS_LISTEN, until Ctrl-C. Several may run.

    Example: EVENTS_LISTEN=127.0.0.1:8001 flask events
    """
    _log_to_terminal()
    events.main()


@commands.command("run-job")
@click.argument("name", type=click.Choice(list(job_list.JOBS)))
@click.option("--at", "text", help="As if it were this instant, like 2026-11-22T09:30:00Z (default: now).")
def run_job(name: str, text: str | None) -> None:
    """Run one job of the timetable now, as if at the instant given with --at.

    Example: flask run-job check-books
    """
    click.echo(scheduler.run_now(name, by=job_runs.COMMAND_LINE, at=instant(text) if text else None))


@commands.command("up", cls=Launching)
def up() -> None:
    """Start database, web server, worker and scheduler, with a demo market when the embedded database is empty.

    Example: flask up
    """
    launch.up(settings())


@commands.command("demo-reset", cls=Launching)
def demo_reset() -> None:
    """Throw the demo market away and make a new one. A database that is not marked as a demo is left alone.

    Example: flask demo-reset
    """
    launch.demo_reset(settings())
    click.echo("The demo market is new.")


@commands.command("with-database", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def with_database(command: tuple[str, ...]) -> None:
    """Run a program of PostgreSQL on the database, which is started for it when it does not run.

    Example: flask with-database pg_dump --format=custom --file=streamcut.dump
    """
    environment = for_programs(settings())
    db.session.remove()
    db.engine.dispose()  # what it restores must not wait for us
    program = shutil.which(command[0], path=environment["PATH"])
    if program is None:
        raise BadInput(f"There is no program “{command[0]}”: psql, pg_dump and pg_restore are here.")
    with subprocess.Popen([program, *command[1:]], env=environment) as running:
        while running.returncode is None:
            with suppress(KeyboardInterrupt):  # Ctrl-C is the program's, and it says what it means
                running.wait()
    if running.returncode:
        raise click.exceptions.Exit(running.returncode)


@commands.command("distribute")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def distribute(dry_run: bool) -> None:
    """Spread the large tables over the nodes of a Citus, by brand; again after an upgrade. Nothing else may run.

    Example: flask distribute --dry-run
    """
    with owner() as connection:
        todo = distribution.plan(connection)
        for step in todo.sentences:
            click.echo(step)
        if not todo.sentences:
            click.echo("everything lies where it should")
        elif dry_run:
            click.echo("nothing was done: leave out --dry-run to do it")
        else:
            distribution.distribute(connection)
            click.echo("done: now run `flask check-books`")
        for node in distribution.without_login(connection):
            click.echo(f"the application's login does not exist on {node}: make it there (docs/operations.md)")


@commands.command("create-admin")
@click.argument("email")
@click.option("--name", prompt=True, help="How the person is called.")
@click.password_option(help="Asked for when it is not given, which keeps it out of the shell's history.")
def create_admin(email: str, name: str, password: str) -> None:
    """Make a person who may administer the platform: the first one of a new installation.

    Example: flask create-admin anna@example.com --name "Anna Vos"
    """
    now, email = clock.now(), email.strip().lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise BadInput(f"“{email}” is not an e-mail address: write it like anna@example.com.")
    person = people.register(email, name, password, "en", at=now)
    db.session.add(Membership(person_id=person.id, role=Role.ADMIN, granted_at=now))
    trail.record("create admin", "person", person.id, by=None, at=now, email=email)
    db.session.commit()
    click.echo(f"{name} can sign in as {email} and is an admin.")
    if not db.session.scalar(select(exists().where(Brand.id > 0))):
        click.echo(NEXT)
