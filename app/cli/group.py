"""What all commands share: they find the database running, and their errors are one sentence."""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import UTC, date, datetime
from typing import Any

import click
import psycopg
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from app import settings
from app.errors import BadInput, StreamcutError, in_one_line
from app.processes.database_setup import database_ready

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


class OneSentence(click.Command):
    """A command that finds the database running and says in one sentence what went wrong."""

    needs_database = True

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command. A StreamcutError is the user's business; anything else is ours and says where it was."""
        try:
            with database_ready(settings()) if self.needs_database else nullcontext():
                return super().invoke(ctx)
        except StreamcutError as error:
            raise click.ClickException(error.sentence) from error
        except (psycopg.OperationalError, OperationalError) as error:
            raise click.ClickException(f"The database does not answer: {in_one_line(error)}") from error
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if current_app.debug or current_app.testing:
                raise
            raise click.ClickException(f"This is a fault of Streamcut itself: {in_one_line(error)}") from error


class Launching(OneSentence):
    """A command that sees to the database itself."""

    needs_database = False


class Commands(AppGroup):
    """A group whose commands are of that kind."""

    command_class = OneSentence


commands = Commands()


def instant(text: str) -> datetime:
    """An instant as spec/formats.md writes it."""
    if not INSTANT.fullmatch(text):
        raise BadInput(f"“{text}” is not an instant: write it like 2026-11-22T09:30:00Z or 2026-11-22T10:30:00+01:00.")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput(f"“{text}” is not an instant: there is no such day or hour.") from error


def day(text: str) -> date:
    """A day as spec/formats.md writes it."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadInput(f"“{text}” is not a day: write it like 2026-11-22.")
