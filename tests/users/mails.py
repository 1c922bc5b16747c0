"""What was mailed, when no mail server is set."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Flask

from config import settings


def mails(app: Flask) -> list[EmailMessage]:
    """Every mail written so far, the oldest first."""
    folder = settings().instance_dir / "mail"
    found = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns) if folder.exists() else []
    return [_read(path) for path in found]


def latest_link(app: Flask, to: str) -> str:
    """The path of the link in the latest mail to this address."""
    body = [mail.get_content() for mail in mails(app) if mail["To"] == to][-1]
    link = re.search(r"http://localhost:8000(/\S+)", body)
    assert link, body
    return link[1]


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)
