"""Every job of the timetable, once: its name, what it is called, when it is due, and what it does.

The nights' hours lie after those in which clocks are changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import text

from app.bonuses.jobs import evaluate_due
from app.contracts.jobs import tend_offers
from app.database import db, raw
from app.errors import StreamcutError
from app.ledger.jobs import note_funding
from app.payouts.checks import check_books
from app.payouts.jobs import assemble_monthly
from app.processes.timetable import Monthly, Nightly, Rule
from app.ranking.jobs import rate_creators
from app.samples.jobs import tend_market
from app.streams.jobs import recheck_exclusivity
from app.uploads.jobs import clean_uploads
from app.users import jobs as users_jobs
from config import Config

KEPT_DAYS = 30  # of mishaps and of heartbeats of processes that died


@dataclass(frozen=True)
class Job:
    """One job: its title for people, its rule (or how the settings make it), and what it does as of an instant: it
    commits, and returns its result in a sentence."""

    title: Any
    rule: Rule | Callable[[Config], Rule]
    run: Callable[[datetime], str]


def rules(config: Config) -> dict[str, Rule]:
    """When each job is due on this platform, by its name."""
    return {name: job.rule(config) if callable(job.rule) else job.rule for name, job in JOBS.items()}


def _payout_day(config: Config) -> Rule:
    return Monthly(day=config.payout_day, hour=config.payout_hour)


def _assemble(at: datetime) -> str:
    return assemble_monthly(at=at)


def _check(at: datetime) -> str:
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
    return f"{users_jobs.clean(at=at)} {clean_uploads(at=at)} uploads that nobody confirmed."


JOBS: Mapping[str, Job] = {
    "assemble-payouts": Job(_("Assemble the payout batches"), _payout_day, _assemble),
    "check-books": Job(_("Check the books"), Nightly(4, 15), _check),
    "note-funding": Job(_("Note whose promises are covered"), Nightly(4, 30), note_funding),
    "clean": Job(_("Clear away what has expired"), Nightly(4, 45), _clean),
    "check-exclusivity": Job(_("Look for what goes against an exclusivity"), Nightly(5, 0), recheck_exclusivity),
    "evaluate-bonuses": Job(_("Evaluate bonuses and post them"), Nightly(5, 15), evaluate_due),
    "tend-offers": Job(_("Close offers that have expired, remind of those that will"), Nightly(5, 30), tend_offers),
    "tend-market": Job(_("End invitations, campaigns and samples whose time is over"), Nightly(5, 45), tend_market),
    "rate-creators": Job(_("Work out how creators stand in each market"), Nightly(6, 0), rate_creators),
}
