"""Mail: SMTP when settings say so, else a file in the instance folder, and the screen says which."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from app.errors import Unavailable
from config import settings

PATIENCE = 20  # seconds for each answer of the mail server


def where_mail_goes() -> str:
    """The folder where mail is written instead of being sent; empty when it is sent."""
    return "" if settings().smtp_url else "instance/mail/"


def send(to: str, subject: str, body: str, *, key: str, at: datetime) -> bool:
    """Sends one plain mail. Returns True when it left by SMTP, False when it was written to a file.

    `key` names the mail for ever: when it is sent twice, both have the same Message-ID and the same file.
    Raises Unavailable when the mail server does not take it.
    """
    sender = settings().mail_from
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{key}@{parseaddr(sender)[1].partition('@')[2] or 'localhost'}>"
    message.set_content(body)
    if settings().smtp_url:
        _hand_over(message)
        return True
    _write(message, settings().instance_dir / "mail", key)
    return False


def _hand_over(message: EmailMessage) -> None:
    url, taken = urlsplit(settings().smtp_url), False
    try:
        with _connected(url) as server:
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message)
            taken = True
    except (OSError, smtplib.SMTPException) as error:
        if taken:  # only the goodbye went wrong: sent again it would arrive twice
            return
        raise Unavailable("The mail could not be sent: try again later, or ask the platform's admin.") from error


def _connected(url: SplitResult) -> smtplib.SMTP:
    """A connection that nobody else reads, to a server that has proven its name; in clear text only where the settings
    say so out loud: letters carry links that open accounts."""
    host = url.hostname or "localhost"
    if url.scheme == "smtps":
        return smtplib.SMTP_SSL(host, url.port or 465, timeout=PATIENCE, context=_trusted())
    if settings().smtp_plaintext:
        return smtplib.SMTP(host, url.port or 25, timeout=PATIENCE)
    server = smtplib.SMTP(host, url.port or 587, timeout=PATIENCE)
    try:
        server.starttls(context=_trusted())
    except BaseException:
        server.close()
        raise
    return server


def _trusted() -> ssl.SSLContext:
    """Whose certificates count: those of the system, or of the settings' own authority."""
    return ssl.create_default_context(cafile=settings().smtp_ca_file or None)


def _write(message: EmailMessage, folder: Path, key: str) -> None:
    """Whole or not at all, also when the process ends in the middle; for its owner's eyes only."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    draft = folder / f"{key}.draft"
    draft.touch(0o600)
    draft.write_bytes(message.as_bytes())
    draft.replace(folder / f"{key}.eml")
