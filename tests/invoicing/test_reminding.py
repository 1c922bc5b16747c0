"""Two reminders with dates; then the view no_tax_data names who has given nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, raw
from app.invoicing.models import TaxReminder
from app.invoicing.reminding import remind
from app.outbox import Letter
from app.users.models import Brand, Creator
from tests.invoicing.taxed import profile
from tests.payouts.books import earn

Browse = Callable[[str], FlaskClient]
DAY = datetime(2026, 3, 1, 9, tzinfo=UTC)  # long enough ago for the database's own clock


def blocked() -> list[int]:
    return [row[0] for row in raw().execute("select creator_id from no_tax_data order by 1")]


def asked() -> list[tuple[int, int, date, date]]:
    rows = db.session.scalars(select(TaxReminder).order_by(TaxReminder.creator_id, TaxReminder.nr))
    return [(row.creator_id, row.nr, row.sent_on, row.blocks_on) for row in rows]


def test_who_earns_and_gave_nothing_is_asked_twice_and_then_blocked_until_it_is_there(
    lumen: Brand, mira: Creator, joon: Creator
) -> None:
    earn(lumen, mira, 5_000)
    db.session.commit()
    assert remind(DAY) == "1 creators were asked for their tax details."  # Joon has earned nothing
    for days in (0, 1, 29):
        assert remind(DAY + timedelta(days=days)) == "0 creators were asked for their tax details."
    assert blocked() == []
    assert remind(DAY + timedelta(days=30)) == "1 creators were asked for their tax details."
    assert remind(DAY + timedelta(days=90)) == "0 creators were asked for their tax details."
    assert asked() == [
        (mira.id, 1, date(2026, 3, 1), date(2026, 4, 30)),
        (mira.id, 2, date(2026, 3, 31), date(2026, 4, 30)),
    ]
    letters = db.session.scalars(select(Letter).where(Letter.name == "tax_asked")).all()
    assert len(letters) == 4  # to Mira and her agent, twice
    assert {letter.facts["last_day"] for letter in letters} == {"2026-04-30"}
    assert blocked() == [mira.id]
    profile(mira)
    assert blocked() == []


def test_a_late_second_reminder_leaves_two_weeks(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, 5_000)
    db.session.commit()
    remind(DAY)
    remind(DAY + timedelta(days=59))
    assert asked()[-1] == (mira.id, 2, date(2026, 4, 29), date(2026, 5, 13))


def test_nobody_is_blocked_before_the_day(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, 5_000)
    db.session.commit()
    now = datetime.now(UTC)
    remind(now - timedelta(days=50))
    remind(now - timedelta(days=20))
    assert asked()[-1][3] > now.date()
    assert blocked() == []


def test_who_has_given_them_is_not_asked_and_who_has_not_reads_until_when(
    browse: Browse, lumen: Brand, mira: Creator, joon: Creator
) -> None:
    for creator in (mira, joon):
        earn(lumen, creator, 5_000)
    profile(mira)
    db.session.commit()
    remind(DAY)
    assert [row[0] for row in asked()] == [joon.id]
    page = browse("joon").get(f"/creators/{joon.public_id}/tax").text
    assert "Without these details nothing is paid out from" in page
    assert "30 Apr 2026" in page
