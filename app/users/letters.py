"""Mail to people, as the settings say."""

from __future__ import annotations

import logging
import threading
from functools import partial

from flask_babel import gettext

from app import mail
from app.errors import Unavailable
from app.users import links
from app.users.models import Invitation
from app.words import word
from config import settings

log = logging.getLogger(__name__)


def post(to: str, subject: str, body: str) -> None:
    """Sends a mail now; Unavailable when the mail server does not take it."""
    _sending(to, subject, body)()


def post_unseen(to: str, subject: str, body: str) -> None:
    """Sends a mail so that who waits for the page can't tell from time or answer that there was one to send."""
    send = _sending(to, subject, body)

    def sent_or_logged() -> None:
        try:
            send()
        except Unavailable as error:
            log.warning("A mail could not be sent: %s", error.__cause__)

    if settings().smtp_url:
        threading.Thread(target=sent_or_logged, daemon=True).start()
    else:
        sent_or_logged()


def where_mail_goes() -> str:
    """The folder where mail is written instead of being sent; empty when it is sent."""
    return "" if settings().smtp_url else "instance/mail/"


def invite(invitation: Invitation) -> None:
    """Mails an invitation's link; Unavailable when the mail server does not take it."""
    of = invitation.brand or invitation.creator
    about = {
        "platform": settings().platform_name,
        "role": word(invitation.role),
        "of": of.name if of else settings().platform_name,
        "link": links.address("users.join", "invitation", invitation.id),
    }
    body = gettext(
        "You are invited to %(platform)s.\n\nFor: %(of)s\nRole: %(role)s\n\n"
        "Open this link within 14 days to accept:\n\n%(link)s\n\n"
        "Whoever has the link can use it once: keep it to yourself.\n",
        **about,
    )
    post(invitation.email, gettext("Invitation to %(platform)s", platform=about["platform"]), body)


def _sending(to: str, subject: str, body: str) -> partial[bool]:
    config = settings()
    folder = config.instance_dir / "mail"
    return partial(mail.send, to, subject, body, smtp_url=config.smtp_url, sender=config.mail_from, folder=folder)
