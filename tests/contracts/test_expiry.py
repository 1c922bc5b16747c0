"""What time does to an offer: a reminder three days before, then the end; each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask

from app.contracts.jobs import tend_offers
from app.contracts.models import Offer
from app.contracts.offers import negotiation
from app.database import db
from tests.cast import Cast
from tests.contracts.tables import AT, LATER, SHEET, a_draft, accept, an_offer, counter, statuses
from tests.payouts.people import identity
from tests.processes.crew import count
from tests.users.mails import mails

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
END = AT + 14 * DAY


def told(app: Flask, word: str) -> list[str]:
    """Who got mail whose subject has the word."""
    return sorted(mail["To"].split("@")[0] for mail in mails(app) if word in mail["Subject"])


def test_an_offer_ends_at_its_instant_and_both_sides_are_told(app: Flask, cast: Cast) -> None:
    offer = an_offer(cast)
    assert negotiation.expire(END - SECOND) == 0
    assert negotiation.expire(END) == 1
    round_ = negotiation.latest(offer)
    assert (round_.status, round_.closed_at, round_.closed_by) == ("expired", END, None)
    assert told(app, "has expired") == ["ada", "max", "mira", "olga"]
    assert negotiation.expire(END + DAY) == 0


def test_a_viewed_offer_ends_too_and_drafts_and_closed_ones_stay(app: Flask, cast: Cast) -> None:
    seen, draft, accepted, countered = an_offer(cast), a_draft(cast), an_offer(cast), an_offer(cast)
    negotiation.view(seen, side="creator", at=LATER)
    accept(accepted)
    counter(countered, "creator", replace(SHEET, commission_bps=1), days=90)
    assert negotiation.expire(END + DAY) == 1
    after = [statuses(offer) for offer in (seen, draft, accepted, countered)]
    assert after == [["expired"], ["draft"], ["accepted"], ["countered", "sent"]]


def test_who_has_to_answer_is_reminded_once_three_days_before(app: Flask, cast: Cast) -> None:
    offer = an_offer(cast)
    assert negotiation.remind(END - 3 * DAY - SECOND) == 0
    assert negotiation.remind(END - 3 * DAY) == 1
    assert told(app, "is waiting for your answer") == ["ada", "mira"]
    assert negotiation.latest(offer).reminded_at == END - 3 * DAY
    assert negotiation.remind(END - 2 * DAY) == 0


def test_a_brand_is_reminded_of_the_creators_version(app: Flask, cast: Cast) -> None:
    counter(an_offer(cast), "creator", replace(SHEET, commission_bps=1), days=10)
    assert negotiation.remind(LATER + 8 * DAY) == 1
    assert told(app, "is waiting for your answer") == ["max", "olga"]


@pytest.mark.parametrize(("days", "reminders"), [(3, 0), (4, 1)])
def test_who_had_no_more_than_three_days_is_not_reminded(cast: Cast, days: int, reminders: int) -> None:
    offer = a_draft(cast)
    negotiation.send(offer, side="brand", by=identity("olga"), at=AT, days=days)
    assert negotiation.remind(AT + days * DAY - DAY) == reminders


def test_nobody_is_reminded_of_what_is_over_or_closed(cast: Cast) -> None:
    an_offer(cast)
    accept(an_offer(cast, replace(SHEET)))
    assert negotiation.remind(END) == 0


def test_the_nights_job_does_both_and_says_so(app: Flask, cast: Cast) -> None:
    an_offer(cast)
    long = a_draft(cast)
    negotiation.send(long, side="brand", by=identity("olga"), at=AT, days=16)
    db.session.commit()
    assert tend_offers(END) == "1 offers have expired, 1 reminders were sent."
    db.session.rollback()
    assert count("offer_round where status = 'expired'") == 1
    assert count("offer_round where reminded_at is not null") == 1
    assert count("audit_event where action = 'expire' and by_id is null") == 1


def test_it_is_one_statement_for_any_number_of_offers(
    cast: Cast, owner_connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    offers: list[Offer] = [an_offer(cast) for _ in range(5)]
    changes = []
    original = db.session.scalars

    def scalars(query: Any, *args: Any, **kwargs: Any) -> Any:
        if query.is_update:
            changes.append(query)
        return original(query, *args, **kwargs)

    monkeypatch.setattr(db.session, "scalars", scalars)
    assert negotiation.expire(END) == len(offers)
    assert len(changes) == 1
