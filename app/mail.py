"""Mail: SMTP when settings say so, else a file in the instance folder, and the screen says which."""

from __future__ import annotations

import smtplib
import uuid
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.errors import Unavailable


def send(to: str, subject: str, body: str, *, smtp_url: str, sender: str, folder: Path) -> bool:
    """Sends one plain mail. Returns True when it left by SMTP, False when it was written to `folder`.

    Raises Unavailable when the mail server does not take it.
    """
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message.set_content(body)
    if not smtp_url:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{uuid.uuid4().hex}.eml").write_bytes(message.as_bytes())
        return False
    url = urlsplit(smtp_url)
    try:
        with smtplib.SMTP(url.hostname or "localhost", url.port or 25, timeout=20) as server:
            if url.scheme == "smtp+tls" or url.username:
                server.starttls()
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable("The mail could not be sent: try again later, or ask the platform's admin.") from error
    return True
