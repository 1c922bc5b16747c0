"""The second factor of the demo's checkers: an app whose secret is known, so that anybody can approve a batch there."""

from __future__ import annotations

from datetime import datetime

from app.users.factors import apps

SECRET = "DEMODEMODEMODEMODEMODEMODEMODEMO"  # noqa: S105 - as public as the demo's passwords


def give(person_id: int, *, at: datetime) -> None:
    """Sets the demo's app up for somebody."""
    apps.install(person_id, SECRET, at=at)


def demo_code(person_id: int, *, at: datetime) -> str:
    """The code that counts next for somebody who has the demo's app; empty for everybody else."""
    app = apps.live_app(person_id)
    return apps.next_code(app, at=at) if app and apps.is_of(app, SECRET) else ""
