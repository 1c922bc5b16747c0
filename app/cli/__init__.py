"""The commands of spec/formats.md and those that run the product. Every error is one sentence, never a traceback."""

from flask import Flask

from app.cli import books, files, lists, market, running  # noqa: F401 - each adds its commands to the group
from app.cli.group import commands


def register(app: Flask) -> None:
    """Adds the commands to `flask`."""
    for command in commands.commands.values():
        app.cli.add_command(command)
