"""Bank details as versions: who is told, what is noted, what waits."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from app.database import db, raw
from app.errors import BadInput
from app.payouts.bank import onboarding
from app.payouts.batches.assembly import BANK_HOLD
from app.users.models import AuditEvent, Creator
from tests.cast import Cast
from tests.payouts.at_once import at_once
from tests.payouts.books import AT, IBANS
from tests.payouts.people import identity
from tests.users.mails import mails


def test_the_first_entry_is_no_change_and_holds_nothing(mira: Creator) -> None:
    detail = onboarding.enter(mira, " Mira  Live ", "nl91 abna 0417 1643 00", by=identity("mira"), at=AT)
    assert detail
    assert (detail.holder, detail.iban, detail.recorded_at) == ("Mira Live", IBANS[0], AT)
    assert onboarding.held_until(mira, BANK_HOLD) is None


def test_a_change_is_a_new_version_and_holds_payouts(mira: Creator) -> None:
    onboarding.enter(mira, "Mira", IBANS[0], by=identity("mira"), at=AT - timedelta(days=9))
    onboarding.enter(mira, "Mira", IBANS[1], by=identity("mira"), at=AT)
    assert [detail.iban for detail in onboarding.versions(mira)] == [IBANS[1], IBANS[0]]
    assert onboarding.held_until(mira, BANK_HOLD) == AT + timedelta(hours=48)


def test_entering_the_same_again_is_no_change(mira: Creator) -> None:
    onboarding.enter(mira, "Mira", IBANS[0], by=identity("mira"), at=AT)
    assert onboarding.enter(mira, "Mira ", IBANS[0].lower(), by=identity("mira"), at=AT) is None
    assert len(onboarding.versions(mira)) == 1


def test_wrong_details_leave_nothing(mira: Creator) -> None:
    for holder, iban in (("Mira", "NL92ABNA0417164300"), ("", IBANS[0])):
        with pytest.raises(BadInput):
            onboarding.enter(mira, holder, iban, by=identity("mira"), at=AT)
    assert onboarding.versions(mira) == []


def test_the_trail_notes_a_change_and_never_a_whole_iban(mira: Creator) -> None:
    onboarding.enter(mira, "Mira", IBANS[0], by=identity("mira"), at=AT)
    onboarding.enter(mira, "Mira", IBANS[1], by=identity("mira"), at=AT)
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.object_kind == "creator").order_by(AuditEvent.id)
    ).all()
    assert [event.action for event in events] == ["enter_bank", "change_bank"]
    assert events[1].detail == {"iban": "DE•• •••• 3000", "was": "NL•• •••• 4300"}


def test_a_version_can_not_be_changed_or_removed(mira: Creator) -> None:
    onboarding.enter(mira, "Mira", IBANS[0], by=identity("mira"), at=AT)
    db.session.commit()
    for attempt in ("update bank_detail set iban = 'x'", "delete from bank_detail", "truncate bank_detail"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw().execute(attempt)
        db.session.rollback()


def test_the_creator_is_told_in_their_language_but_the_agent_is_not(app: Flask, mira: Creator, cast: Cast) -> None:
    cast.people["mira"].language = "nl"
    detail = onboarding.enter(mira, "Mira", IBANS[1], by=identity("mira"), at=AT)
    assert detail
    onboarding.write_letters(mira, detail, BANK_HOLD)
    (mail,) = mails(app)
    text = mail.get_content()
    assert (mail["To"], mail["Subject"]) == ("mira@cast.example", "Je bankgegevens zijn gewijzigd")
    assert "DE•• •••• 3000" in text
    assert IBANS[1] not in text


def test_two_first_entries_at_once_count_as_entry_and_change(mira: Creator, cast: Cast) -> None:
    db.session.commit()
    creator, who = mira, identity("mira")
    deeds = [
        lambda: onboarding.enter(creator, "Mira", IBANS[0], by=who, at=AT),
        lambda: onboarding.enter(creator, "Mira", IBANS[1], by=who, at=AT),
    ]
    at_once(deeds)
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.object_kind == "creator"))
    assert sorted(actions) == ["change_bank", "enter_bank"]
