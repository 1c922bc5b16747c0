"""Mail about a campaign to the people of one side, each in their own language and with the link to their page."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from app.campaigns.models import Approach, Campaign
from app.contracts.mailing import page_of, write
from app.users.models import Brand, Creator
from app.users.sides import Side

# What happened: the subject and the body, both with %(who)s (the other side), %(title)s, %(reason)s and %(link)s to
# fill in.
LETTERS = {
    "invited": (
        _("%(who)s invites you: %(title)s"),
        _(
            "%(who)s invites you to take part in “%(title)s”.\n\n%(reason)s\n\nRead what is offered and answer within "
            "30 days:\n\n%(link)s\n"
        ),
    ),
    "approached": (
        _("%(who)s would like to work with you"),
        _("%(who)s would like to work with you:\n\n%(reason)s\n\nAnswer within 30 days:\n\n%(link)s\n"),
    ),
    "applied": (
        _("%(who)s applies: %(title)s"),
        _("%(who)s would like to take part in “%(title)s”:\n\n%(reason)s\n\nRead and decide here:\n\n%(link)s\n"),
    ),
    "admitted": (
        _("You are in: %(title)s"),
        _("%(who)s has admitted you to “%(title)s”.\n\n%(reason)s\n\n%(link)s\n"),
    ),
    "rejected": (
        _("Not this time: %(title)s"),
        _("%(who)s has decided about your application for “%(title)s”. The reason:\n\n%(reason)s\n\n%(link)s\n"),
    ),
    "called_off": (
        _("Called off: %(title)s"),
        _("%(who)s has called off “%(title)s”. Your invitation has lapsed. The reason:\n\n%(reason)s\n\n%(link)s\n"),
    ),
    "agreed": (
        _("%(who)s takes part: %(title)s"),
        _("%(who)s has said yes to your invitation to “%(title)s”.\n\n%(reason)s\n\n%(link)s\n"),
    ),
    "refused": (
        _("%(who)s says no: %(title)s"),
        _("%(who)s has said no to your invitation to “%(title)s”.\n\n%(reason)s\n\n%(link)s\n"),
    ),
    "willing": (
        _("%(who)s would like to hear more"),
        _("%(who)s has said yes to your message. Make an offer.\n\n%(reason)s\n\n%(link)s\n"),
    ),
    "unwilling": (
        _("%(who)s says no"),
        _("%(who)s has said no to your message.\n\n%(reason)s\n\n%(link)s\n"),
    ),
}


@dataclass
class Pair:
    """Whom a letter is between."""

    brand_id: int
    creator_id: int


def tell(campaign: Campaign, creator: Creator, side: str, what: str, *, reason: object = "") -> None:
    """Mails the people of a side (a brand's owners and members; a creator and their agents) what happened.

    `what` is one of LETTERS; `reason` is what the other side wrote with it, or why it was done.
    """
    of = campaign.brand if side == Side.BRAND else creator
    link = page_of(side, of, f"campaigns/{campaign.public_id}")
    _send(campaign.brand, creator, side, what, title=campaign.title, reason=reason, link=link)


def tell_approach(approach: Approach, side: str, what: str, *, reason: object = "") -> None:
    """The same about a brand's message to a creator, with or without a campaign."""
    if approach.campaign is not None:
        tell(approach.campaign, approach.creator, side, what, reason=reason)
        return
    of = approach.brand if side == Side.BRAND else approach.creator
    link = page_of(side, of, "offers" if side == Side.BRAND else "campaigns")
    _send(approach.brand, approach.creator, side, what, title="", reason=reason, link=link)


def _send(brand: Brand, creator: Creator, side: str, what: str, **about: object) -> None:
    who = creator.name if side == Side.BRAND else brand.name
    write(Pair(brand.id, creator.id), side, LETTERS[what], {**about, "who": " ".join(who.split())})
