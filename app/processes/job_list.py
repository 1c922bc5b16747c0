"""The calendar jobs of the platform, one entry each: name, title, rule and function. A new job is added here alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import text

from app.api.jobs import clean_api
from app.bonuses.jobs import evaluate_due
from app.contracts.jobs import tend_offers
from app.database import db, raw
from app.desks.jobs import compare_creators
from app.errors import StreamcutError
from app.integrations.jobs import clean_bodies
from app.integrations.sweeping import sweep
from app.invoicing.jobs import issue_invoices
from app.invoicing.reminding import remind
from app.ledger.jobs import note_funding
from app.ledger.payout_day import OWN_MINUTE
from app.live.jobs import clean_live, note_results
from app.notifications.webhooks.jobs import clean as clean_webhooks
from app.orders.jobs import clean as clean_orders
from app.payouts.batches.expiry import expire_approved
from app.payouts.checks import check_books
from app.payouts.debts import write_off as write_off_debts
from app.payouts.jobs import assemble_monthly, assemble_scheduled, reconcile_stripe
from app.payouts.late.claims import count as count_late_payment
from app.payouts.unclaimed import tend as tend_unclaimed
from app.processes.timetable import Monthly, Nightly, Rule
from app.ranking.jobs import grade_ranking, rate_creators
from app.sales.commissions.jobs import tend_commissions
from app.sales.disputes.deadlines import tend_disputes
from app.samples.jobs import tend_market
from app.streams.jobs import recheck_exclusivity
from app.tracking.jobs import clean as clean_links
from app.uploads.jobs import clean_uploads
from app.users import jobs as users_jobs
from config import Config, settings

INVOICE_DAY = 3  # of the month after; late bonuses of the month before come in on the first days
KEPT_DAYS = 30  # of failures and of heartbeats of processes that died


@dataclass(frozen=True)
class Job:
    """A calendar job. `name` is stored in job_run and given to `flask run-job`; `title` is what the page of jobs shows.

    `rule` says when it is due, read from the settings where they decide. `run` is given the instant at which the job
    runs and returns its result as a sentence.
    """

    name: str
    title: object  # lazy: str() of it is in the reader's language
    rule: Rule | Callable[[Config], Rule]
    run: Callable[[datetime], str]


def _payout_day(config: Config) -> Rule:
    return Monthly(day=config.payout_day, hour=config.payout_hour)


def _own_days(config: Config) -> Rule:
    return Nightly(config.payout_hour, OWN_MINUTE)


def _assemble_payouts(at: datetime) -> str:
    return assemble_monthly(at=at)


def _check_books(_at: datetime) -> str:
    checks = check_books(raw())
    failed = [f"{check.name}: {check.detail}" for check in checks if not check.ok]
    if failed:
        raise StreamcutError(f"{len(failed)} of {len(checks)} checks of the books failed. {'; '.join(failed)}")
    return f"{len(checks)} checks of the books, all in order."


def _clean(at: datetime) -> str:
    for table in ("mishap", "heartbeat"):
        db.session.execute(
            text(f"delete from {table} where at < :at - make_interval(days => :days)"),  # noqa: S608
            {"at": at, "days": KEPT_DAYS},
        )
    db.session.commit()
    events = f"{clean_bodies(at=at)} bodies of events that were dealt with."
    uploads = f"{clean_uploads(at=at)} uploads that nobody confirmed."
    chats = f"{clean_live(at=at)} messages of old chats."
    calls = f"{clean_links(at=at)} {clean_api(at=at)} notes of the API."
    told = f"{clean_webhooks(at=at)} events that were told to brands’ systems."
    return f"{users_jobs.clean(at=at)} {uploads} {events} {clean_orders(at=at)} {chats} {calls} {told}"


# The nights' hours lie after those in which clocks are changed.
JOBS = {
    job.name: job
    for job in (
        Job("assemble-payouts", _("Assemble payout batches"), _payout_day, _assemble_payouts),
        Job("assemble-own-days", _("Assemble payout batches of brands with own days"), _own_days, assemble_scheduled),
        Job("issue-invoices", _("Issue self-billed invoices"), Monthly(day=INVOICE_DAY, hour=6), issue_invoices),
        Job("check-books", _("Check the books"), Nightly(4, 15), _check_books),
        Job("note-funding", _("Update the funding status of brands"), Nightly(4, 30), note_funding),
        Job("write-off-debts", _("Write off debts that have lapsed"), Nightly(4, 35), write_off_debts),
        Job("clean", _("Delete expired data"), Nightly(4, 45), _clean),
        Job("check-exclusivity", _("Check for exclusivity breaches"), Nightly(5, 0), recheck_exclusivity),
        Job("evaluate-bonuses", _("Evaluate and post bonuses"), Nightly(5, 15), evaluate_due),
        Job("tend-commissions", _("Look at commissions and their holds"), Nightly(5, 20), tend_commissions),
        Job("tend-offers", _("Close expired offers and send reminders"), Nightly(5, 30), tend_offers),
        Job("tend-market", _("Close expired invitations, campaigns and samples"), Nightly(5, 45), tend_market),
        Job("tend-disputes", _("Move disputes whose time is over and send reminders"), Nightly(6, 20), tend_disputes),
        Job("sweep-stripe", _("Ask Stripe for events that were lost"), Nightly(4, 0), sweep),
        Job("reconcile-stripe", _("Compare our books with Stripe’s"), Nightly(4, 10), reconcile_stripe),
        Job("ask-tax-details", _("Ask creators for their tax details"), Nightly(5, 50), remind),
        Job("expire-batches", _("Take back approved batches that nobody sent"), Nightly(5, 55), expire_approved),
        Job("tend-unclaimed", _("Remind creators of money that waits for them"), Nightly(6, 15), tend_unclaimed),
        Job("count-late-payment", _("Count late payment"), Nightly(6, 30), count_late_payment),
        Job("rate-creators", _("Update creator results and scores"), Nightly(6, 0), rate_creators),
        Job("compare-creators", _("Look which creators are alike"), Nightly(6, 10), compare_creators),
        Job("grade-ranking", _("Test the ranking against what came"), Monthly(day=1, hour=7), grade_ranking),
        Job("note-results", _("Update the medians of live desks"), Nightly(6, 45), note_results),
    )
}


def rules() -> dict[str, Rule]:
    """When each job is due on this platform, by name."""
    return {name: job.rule(settings()) if callable(job.rule) else job.rule for name, job in JOBS.items()}
