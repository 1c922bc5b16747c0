"""Letters are rows of the transaction of their fact: no row without it, one for each reader."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import lazy_gettext
from sqlalchemy import func, select, update

from app.campaigns import invitations, quota
from app.contracts.jobs import tend_offers
from app.contracts.models import OfferRound
from app.contracts.offers import negotiation
from app.contracts.signing import signature
from app.database import db, raw
from app.notifications.jobs import send_due
from app.notifications.rendering import render
from app.outbox import Event, Letter, Reader, write
from app.users.models import Brand, Creator
from tests.campaigns.campaigning import crowd
from tests.cast import Cast
from tests.contracts import tables
from tests.contracts.signing import SHEET, code_for, frozen
from tests.contracts.tables import a_draft, an_offer
from tests.notifications.writing import AT, letter, letters, written
from tests.payouts.people import identity
from tests.processes.crew import count

Browse = Callable[[str], FlaskClient]
DAY = timedelta(days=1)


def files(app: Flask) -> set[str]:
    """What was mailed so far, where no mail server is set."""
    return {path.name for path in (app.extensions["streamcut"].instance_dir / "mail").glob("*.eml")}


def test_what_is_rolled_back_is_never_sent(app: Flask, cast: Cast) -> None:
    before = files(app)
    an_offer(cast)
    db.session.rollback()
    assert send_due() == 0
    assert (letters(), files(app)) == ([], before)


def test_what_is_committed_is_sent_once(app: Flask, cast: Cast) -> None:
    before = files(app)
    an_offer(cast)
    db.session.commit()
    assert (send_due(), send_due()) == (2, 0)
    assert [each.status for each in letters()] == ["sent", "sent"]
    assert len(files(app) - before) == 2


def test_one_fact_is_told_once_to_each_reader_however_often_it_is_written(app: Flask) -> None:
    mira, ada = Reader("mira@cast.example", "en"), Reader("ada@cast.example", "nl")
    for _ in range(2):
        written(mira, mira, ada)
    written(mira, number=2)
    db.session.commit()
    assert [(each.object_id, each.address) for each in letters()] == [
        ("1", "mira@cast.example"),
        ("1", "ada@cast.example"),
        ("2", "mira@cast.example"),
    ]


def test_the_database_itself_refuses_the_same_letter_twice(app: Flask) -> None:
    written()
    copy = "insert into letter (event, object_kind, object_id, fact, name, address, language, written_at, next_try_at)"
    same = " select event, object_kind, object_id, fact, name, address, language, written_at, next_try_at from letter"
    with pytest.raises(psycopg.errors.UniqueViolation):
        raw().execute(copy + same)


def test_what_was_written_stays_as_it_was(app: Flask) -> None:
    written()
    db.session.commit()
    for change in ("address = 'me@example.com'", "facts = '{}'", "person_id = null", "language = 'nl'"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw().execute(f"update letter set {change}")
        db.session.rollback()


@pytest.mark.parametrize(
    "change",
    [
        "status = 'sent', next_try_at = null",
        "status = 'failed', attempts = 6, next_try_at = null",
        "status = 'sending'",
        "next_try_at = null",
        "sent_at = now()",
        "status = 'dropped'",
    ],
)
def test_a_status_and_its_columns_belong_together(app: Flask, change: str) -> None:
    written()
    with pytest.raises(psycopg.errors.CheckViolation):
        raw().execute(f"update letter set {change}")


def test_the_nights_job_sends_a_reminder_once_also_when_it_forgot_that_it_had(app: Flask, cast: Cast) -> None:
    end = tables.AT + 14 * DAY
    an_offer(cast)
    db.session.commit()
    for _ in range(2):
        tend_offers(end - 2 * DAY)
        db.session.execute(update(OfferRound).values(reminded_at=None))  # as after a restored backup, or by a fault
        db.session.commit()
    send_due()
    reminders = [(each.address, each.status) for each in letters() if each.event == "offer.reminder"]
    assert reminders == [("mira@cast.example", "sent"), ("ada@cast.example", "sent")]


def test_each_version_of_an_offer_is_told_of(app: Flask, cast: Cast) -> None:
    offer = an_offer(cast)
    for bps in (1100, 1200):
        sheet = tables.replace(tables.SHEET, commission_bps=bps)
        negotiation.revise(offer, negotiation.Version(sheet), side="brand", **tables.person_of("brand"))
    facts = [each.fact for each in letters_now() if (each.event, each.address[:4]) == ("offer.revised", "mira")]
    assert facts == ["2", "3"]


def letters_now() -> list[Letter]:
    """Those of the transaction that is open too."""
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def test_the_language_is_that_of_the_reader_when_it_was_written(app: Flask, cast: Cast) -> None:
    mira = cast.people["mira"]
    mira.language = "nl"
    reader = Reader(mira.email, "nl", mira.id)
    facts = {"who": "Lumen", "title": "Lamps", "reason": lazy_gettext("Sign in to go on."), "path": "/x"}
    write(Event("campaign.invited", "approach", 1), [reader], facts, at=AT)
    db.session.commit()
    mira.language = "en"
    db.session.commit()
    assert render(letter())[0] == "Lumen nodigt je uit: Lamps"
    assert "Log in om verder te gaan." in render(letter())[1]


def test_five_hundred_invitations_are_five_hundred_rows_and_no_thread(
    lumen: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "BASE", 500)
    creators = crowd(500)
    monkeypatch.setattr(threading.Thread, "start", lambda thread: pytest.fail(f"{thread.name} was started"))
    made = invitations.invite(lumen, creators, None, "Your lamps!", by=identity("olga"), at=AT)
    db.session.commit()
    assert (len(made.sent), count("letter where event = 'campaign.approached' and status = 'waiting'")) == (500, 500)


def test_secrets_stand_in_no_table(app: Flask, browse: Browse, lumen: Brand, mira: Creator) -> None:
    agreement = frozen(SHEET, lumen, mira)
    code = code_for(agreement, "olga")
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client().post("/forgotten", data={"email": "olga@cast.example"})
    browse("olga").post(f"/brands/{lumen.public_id}/people", data={"email": "n@cast.example", "role": "brand_member"})
    db.session.rollback()
    texts = [render(each)[1] for each in letters()]
    links = [word.rsplit("/", 1)[1] for text in texts for word in text.split() if "/reset/" in word or "/join/" in word]
    assert len(links) == 2
    stored = str(raw().execute("select jsonb_agg(to_jsonb(letter)) from letter").fetchone())
    stored += str(raw().execute("select jsonb_agg(to_jsonb(signing_code)) from signing_code").fetchone())
    assert not any(link in stored for link in links)
    assert f'"{code}"' not in stored.replace("'", '"')
    assert f" {code}" not in stored


def test_a_code_follows_from_our_key_and_is_another_each_time(app: Flask, lumen: Brand, mira: Creator) -> None:
    agreement = frozen(SHEET, lumen, mira)
    codes = {code_for(agreement, "olga", tables.AT + number * DAY) for number in range(5)}
    assert len(codes) > 1
    assert all(len(code) == 6 and code.isdigit() for code in codes)


def test_a_code_that_is_too_late_is_not_mailed(app: Flask, lumen: Brand, mira: Creator) -> None:
    signature.send_code(frozen(SHEET, lumen, mira), by=identity("olga"), at=AT - DAY)
    db.session.commit()
    before = files(app)
    assert send_due() == 0
    assert (letter().status, files(app)) == ("dropped", before)


def test_drafts_are_told_to_nobody(app: Flask, cast: Cast) -> None:
    a_draft(cast)
    assert db.session.execute(select(func.count()).select_from(Letter)).scalar_one() == 0
