"""What keeps money from being paid, as a code with a sentence and a remedy for whoever reads it (rules.md B21).

The codes are told by one view, `creator_obstacle`, and by the assembly where they depend on the run; here stand their
words and the pages on which they are mended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.database import raw, rows
from app.payouts.models import Obstacle
from app.users.models import Creator
from config import Config


class Remedy(NamedTuple):
    """What an obstacle means and what can be done: said to the creator, and to finance. `page` is the endpoint of the
    creator's page on which it is mended, `link` what the way there is called; empty where nothing can be done."""

    creator: object
    finance: object
    page: str = ""
    link: object = ""


class Standing(NamedTuple):
    """An obstacle that stands in a creator's way, and since when."""

    code: Obstacle
    since: datetime

    @property
    def remedy(self) -> Remedy:
        """What can be done about it."""
        return REMEDIES[self.code]


BANK_DETAILS = "payouts.bank_details"

REMEDIES = {
    Obstacle.BELOW_MINIMUM: Remedy(
        _("You have earned less than the minimum: the money waits and is paid with your next earnings."),
        _("Nothing to do: the money waits until it reaches the minimum."),
    ),
    Obstacle.NEGATIVE: Remedy(
        _("Refunds took back more than you earned with these brands: later sales make it good."),
        _("Nothing to do: later sales of the same brands make it good."),
    ),
    Obstacle.CURRENCY: Remedy(
        _("The platform does not pay out this currency at the moment: ask its finance desk when it will."),
        _("Add the currency to PAYOUT_CURRENCIES once the bank pays it out."),
    ),
    Obstacle.NO_METHOD: Remedy(
        _("We do not know your bank account: enter it, so that you can be paid."),
        _("Ask the creator to sign in and enter a bank account; an admin can send the invitation."),
        BANK_DETAILS,
        _("Enter your bank details"),
    ),
    Obstacle.METHOD_CHANGED: Remedy(
        _("Your bank details had just been changed: for your safety nothing is paid for some time."),
        _("Wait until the bank details have stood for their time, then assemble again."),
    ),
    Obstacle.METHOD_UNVERIFIED: Remedy(
        _(
            "Your bank refused the last payment: correct your bank details, or tell the finance desk that they are "
            "right."
        ),
        _("Wait for new bank details, or make sure that these are right and confirm them on the creator’s page."),
        BANK_DETAILS,
        _("Correct your bank details"),
    ),
    Obstacle.STRIPE_NOT_READY: Remedy(
        _("Your account at Stripe can’t take money now: complete what Stripe asks for, or unlink it and use a bank."),
        _("Wait until the creator has completed what Stripe asks for, or is paid by a bank again."),
        "payouts.stripe_account",
        _("Get paid by Stripe"),
    ),
    Obstacle.NAME_MISMATCH: Remedy(
        _("The bank knows another name for this account: enter the name as it stands on your bank card."),
        _("Wait until the creator corrects the name, or enter the answer of a newer check on the creator’s page."),
        BANK_DETAILS,
        _("Correct the name"),
    ),
    Obstacle.NO_TAX_DATA: Remedy(
        _("The law asks us for your tax data, and two reminders have gone unanswered: fill it in to be paid."),
        _("Ask the creator for the tax data: the law forbids to pay without it."),
        "invoicing.creator_tax_profile",
        _("Fill in your tax details"),
    ),
    Obstacle.ON_HOLD: Remedy(
        _("The platform holds your payouts: ask its finance desk what it needs from you."),
        _("Release the hold when its reason is gone."),
    ),
    Obstacle.SANCTION_REVIEW: Remedy(
        _("The law asks the platform to check something before it pays you: its finance desk tells you what it needs."),
        _("Compare the creator with the sanctions list, note what came of it, then release the hold."),
    ),
    Obstacle.HELD: Remedy(
        creator=_("The page of each sale says why it is held, until when at most, and how to appeal."),
        finance=_("The brand or the platform decides on each; without a decision they end by themselves."),
    ),
    Obstacle.UNFUNDED: Remedy(
        _("This brand had not sent enough money: it is paid as soon as the brand has."),
        _("Ask the brand for a top-up: it is left out until its money covers everybody it owes."),
    ),
}

# What a creator can end without anybody else's help; money that waits for it is told as unclaimed one day.
THEIRS = frozenset(
    {
        Obstacle.NO_METHOD,
        Obstacle.METHOD_UNVERIFIED,
        Obstacle.STRIPE_NOT_READY,
        Obstacle.NAME_MISMATCH,
        Obstacle.NO_TAX_DATA,
    }
)

UNFUNDED_TOO = _("Not all brands you sold for had sent enough money: their part is paid as soon as they have.")


def standing(creator: Creator, config: Config, *, at: datetime) -> Sequence[Standing]:
    """What stands in the way of paying the creator at the instant `at`, whatever they have earned; as an assembly tells
    it."""
    values = {"creator": creator.id, "unchanged_since": at - config.bank_hold}
    found = rows(raw(), "app.payouts", "obstacles", values, Standing)
    return [each._replace(code=Obstacle(each.code)) for each in found]


def paid_out(config: Config, currency: str) -> bool:
    """Whether the platform pays out this currency at all; with no currency set it pays out every one."""
    return not config.payout_currencies or currency in config.payout_currencies.replace(",", " ").split()


def of_payee(creator: str, code: str) -> str:
    """Why a payout of a batch can't go to this creator, in a sentence for finance."""
    if code == Obstacle.METHOD_UNVERIFIED:
        return str(gettext("The last payment to the account of %(creator)s failed.", creator=creator))
    return f"{creator}: {Obstacle(code).label}."
