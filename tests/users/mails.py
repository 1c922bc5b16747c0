"""What the outbox holds, as the mails it becomes: no worker needs to run for a test to read its letters."""

from __future__ import annotations

import re
from email.message import EmailMessage

from flask import Flask
from sqlalchemy import Select, select

from app.database import db
from app.notifications.rendering import render
from app.outbox import Letter, LetterStatus

WRITTEN = select(Letter).where(Letter.status != LetterStatus.DROPPED)


def mails(app: Flask) -> list[EmailMessage]:
    """Every mail written so far, the oldest first."""
    return _read(WRITTEN.order_by(Letter.id))


def latest(to: str) -> EmailMessage:
    """The newest mail to an address."""
    return _read(WRITTEN.where(Letter.address == to).order_by(Letter.id.desc()).limit(1))[0]


def latest_link(app: Flask, to: str) -> str:
    """The path of the link in the latest mail to this address."""
    body = latest(to).get_content()
    link = re.search(r"http://localhost:8000(/\S+)", body)
    assert link, body
    return link[1]


def _read(letters: Select[Letter]) -> list[EmailMessage]:
    return [_mail(letter) for letter in db.session.scalars(letters, execution_options={"populate_existing": True})]


def _mail(letter: Letter) -> EmailMessage:
    mail = EmailMessage()
    mail["To"], (mail["Subject"], body) = letter.address, render(letter)
    mail.set_content(body)
    return mail
