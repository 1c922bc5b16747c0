"""Mail about a sample to the people of one side, each in their own language, zone, and with the link to their page."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _

from app.contracts.mailing import page_of, write
from app.samples.models import Sample
from app.users.sides import Side

# What happened: the subject and the body, both with %(who)s (the other side), %(product)s, %(until)s, %(reason)s and
# %(link)s to fill in.
LETTERS = {
    "requested": (
        _("%(who)s asks for a sample: %(product)s"),
        _(
            "%(who)s asks for a sample of “%(product)s”.\n\nDecide until %(until)s, or the request lapses:\n\n"
            "%(link)s\n"
        ),
    ),
    "approved": (
        _("Your sample is approved: %(product)s"),
        _("%(who)s has approved your sample of “%(product)s” and will send it.\n\n%(link)s\n"),
    ),
    "rejected": (
        _("No sample: %(product)s"),
        _("%(who)s does not send “%(product)s”. The reason:\n\n%(reason)s\n\n%(link)s\n"),
    ),
    "lapsed": (
        _("A request for a sample has lapsed: %(product)s"),
        _("Nobody decided about “%(product)s”, between you and %(who)s, within seven days.\n\n%(link)s\n"),
    ),
    "unsent": (
        _("A sample was never sent: %(product)s"),
        _(
            "“%(product)s”, between you and %(who)s, was approved and not sent within thirty days: it has lapsed.\n\n"
            "%(link)s\n"
        ),
    ),
    "lost": (
        _("A sample has not arrived: %(product)s"),
        _(
            "Nobody has said within thirty days that “%(product)s”, between you and %(who)s, arrived: it has lapsed, "
            "and can be asked for again.\n\n%(link)s\n"
        ),
    ),
    "retracted": (
        _("%(who)s no longer asks for a sample: %(product)s"),
        _("%(who)s no longer wants “%(product)s”: do not send it.\n\n%(link)s\n"),
    ),
    "shipped": (
        _("Your sample is on its way: %(product)s"),
        _(
            "%(who)s has sent “%(product)s”.\n\nSay when it has arrived: from then on you have 14 days to show it.\n\n"
            "%(link)s\n"
        ),
    ),
    "delivered": (
        _("A sample has arrived: %(product)s"),
        _("“%(product)s”, between you and %(who)s, has arrived. It is to be shown until %(until)s.\n\n%(link)s\n"),
    ),
    "extended": (
        _("More time for a sample: %(product)s"),
        _("“%(product)s”, between you and %(who)s, may be shown until %(until)s: seven days more.\n\n%(link)s\n"),
    ),
    "handed_in": (
        _("%(who)s says a sample was shown: %(product)s"),
        _(
            "%(who)s says that “%(product)s” was shown. Look at it, and say so if it was not: after seven days it "
            "counts as shown.\n\n%(link)s\n"
        ),
    ),
    "doubted": (
        _("Your sample does not count as shown yet: %(product)s"),
        _("%(who)s does not take what you handed in for “%(product)s”. The reason:\n\n%(reason)s\n\n%(link)s\n"),
    ),
    "fulfilled": (
        _("A sample was shown: %(product)s"),
        _("“%(product)s”, between you and %(who)s, was shown and is done.\n\n%(link)s\n"),
    ),
    "missed": (
        _("A sample was not shown in time: %(product)s"),
        _("“%(product)s”, between you and %(who)s, was to be shown until %(until)s.\n\n%(link)s\n"),
    ),
    "appealed": (
        _("%(who)s says a sample is faulty: %(product)s"),
        _(
            "%(who)s can't show “%(product)s”:\n\n%(reason)s\n\nDecide within seven days, or the appeal stands:\n\n"
            "%(link)s\n"
        ),
    ),
    "decided": (
        _("Your appeal is decided: %(product)s"),
        _("%(who)s has decided about your appeal for “%(product)s”:\n\n%(reason)s\n\n%(link)s\n"),
    ),
}


def tell(sample: Sample, side: str, what: str, *, until: datetime | None = None, reason: object = "") -> None:
    """Mails the people of a side (a brand's owners and members; a creator and their agents) what happened.

    `what` is one of LETTERS; `until` and `reason` are filled in where the letter has a place for them.
    """
    who = sample.creator.name if side == Side.BRAND else sample.brand.name
    about = {"who": " ".join(who.split()), "product": " ".join(sample.product_name.split()), "reason": reason}
    write(sample, side, LETTERS[what], {**about, "link": link(sample, side)}, until=until)


def link(sample: Sample, side: str) -> str:
    """The whole address of the side's page of the sample."""
    return page_of(side, sample.brand if side == Side.BRAND else sample.creator, f"samples/{sample.public_id}")
