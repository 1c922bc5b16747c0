"""Mail about an offer to the people of one side, each in their own language, zone, and with the link to their page."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _

from app.contracts.mailing import page_of, write
from app.contracts.models import Offer
from app.users.sides import Side

# What happened: the subject and the body, both with %(who)s, %(title)s, %(until)s and %(link)s to fill in.
LETTERS = {
    "sent": (
        _("%(who)s sent you an offer: %(title)s"),
        _(
            "%(who)s sent you an offer, “%(title)s”. It stands until %(until)s.\n\n"
            "Read and answer it here:\n\n%(link)s\n"
        ),
    ),
    "countered": (
        _("%(who)s answered with other terms: %(title)s"),
        _(
            "%(who)s answered “%(title)s” with other terms. They stand until %(until)s.\n\n"
            "See what has changed, and answer, here:\n\n%(link)s\n"
        ),
    ),
    "revised": (
        _("%(who)s sent a newer version: %(title)s"),
        _(
            "%(who)s has replaced “%(title)s” by a newer version. It stands until %(until)s.\n\n"
            "See what has changed, and answer, here:\n\n%(link)s\n"
        ),
    ),
    "accepted": (
        _("%(who)s accepted: %(title)s"),
        _(
            "%(who)s accepted “%(title)s”. It counts once both of you have signed.\n\n"
            "Read and sign it here:\n\n%(link)s\n"
        ),
    ),
    "declined": (
        _("%(who)s declined: %(title)s"),
        _("%(who)s declined “%(title)s”.\n\nRead why here:\n\n%(link)s\n"),
    ),
    "withdrawn": (
        _("%(who)s took back an offer: %(title)s"),
        _("%(who)s took back “%(title)s”. It can't be accepted any more.\n\n%(link)s\n"),
    ),
    "expired": (
        _("An offer has expired: %(title)s"),
        _("“%(title)s”, between you and %(who)s, was not answered until %(until)s and has expired.\n\n%(link)s\n"),
    ),
    "reminder": (
        _("An offer waits for your answer: %(title)s"),
        _("“%(title)s” by %(who)s waits for your answer. It expires on %(until)s.\n\nAnswer it here:\n\n%(link)s\n"),
    ),
}


def tell(offer: Offer, side: str, what: str, *, until: datetime | None = None) -> None:
    """Mails the people of a side (a brand's owners and members; a creator and their agents) what happened.

    `what` is one of LETTERS; `until` is when the open version expires.
    """
    who = offer.creator.name if side == Side.BRAND else offer.brand.name
    about = {"who": " ".join(who.split()), "title": offer.title, "link": link(offer, side)}
    write(offer, side, LETTERS[what], about, until=until)


def link(offer: Offer, side: str) -> str:
    """The whole address of the side's page of the offer."""
    return page_of(side, offer.brand if side == Side.BRAND else offer.creator, f"offers/{offer.public_id}")
