"""Lists that meet: each is imported and taken back as if nothing else happened at that moment."""

from __future__ import annotations

import time
from functools import partial

from flask import Flask
from sqlalchemy import func, select, text

from app.creators import search
from app.creators.lists import receiving, withdrawing
from app.creators.models import CreatorList
from app.database import Lock, db, raw
from app.streams.models import Channel
from tests.cast import Cast
from tests.creators.test_list_withdrawal import AT, HEAD, bring, take_back, world
from tests.payouts.at_once import in_thread
from tests.payouts.people import identity


def import_again(number: int) -> int:
    """Imports a list that lies there, in a session of its own."""
    receiving.import_list(db.session.get_one(CreatorList, number), by=identity("adam"), at=AT)
    return number


def take_back_again(number: int) -> int:
    """Takes a list back in a session of its own."""
    withdrawing.withdraw(db.session.get_one(CreatorList, number), "The wrong file", by=identity("adam"), at=AT)
    return number


def received(rows: str, name: str) -> int:
    """The number of a list that is not imported yet."""
    creator_list = receiving.receive((HEAD + rows).encode(), name, by=identity("adam"), at=AT)
    db.session.commit()
    return creator_list.id


def until_blocked() -> None:
    """Until somebody waits for a lock in this database."""
    query = text("""select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'""")
    for _ in range(400):
        with db.engine.connect() as watcher:  # anew each time: one transaction would see the same for ever
            if watcher.scalar(query):
                return
        time.sleep(0.05)
    raise AssertionError("Nobody waits.")


def test_a_list_waits_for_one_that_is_taken_back(app: Flask, cast: Cast) -> None:
    before = world()
    first = bring("anna,Anna,100,30,,\n")
    second = received("anna,Anna,200,30,,\n", "tiktok-2026-03.csv")
    take_back(first)
    imported = in_thread(app, partial(import_again, second))
    until_blocked()
    db.session.commit()
    assert imported() == second
    db.session.rollback()
    assert db.session.scalars(select(Channel.followers)).all() == [200]
    take_back(db.session.get_one(CreatorList, second))
    db.session.commit()
    assert world() == before, "the second list brought the account, so it goes with it"


def test_a_list_that_others_import_at_the_same_moment_is_not_taken_back_under_them(app: Flask, cast: Cast) -> None:
    first = bring("anna,Anna,100,30,,\n")
    second = received("anna,Anna,200,30,,\n", "tiktok-2026-03.csv")
    import_again(second)
    taken = in_thread(app, partial(take_back_again, first.id))
    until_blocked()
    db.session.commit()
    assert "was imported later" in str(taken())
    db.session.rollback()
    assert db.session.scalars(select(Channel.followers)).all() == [200]


def test_what_a_creator_changes_while_a_list_is_imported_stays_when_it_is_taken_back(app: Flask, cast: Cast) -> None:
    bring("anna,Anna,100,30,,\n")
    second = received("anna,Anna,200,40,,\n", "tiktok-2026-03.csv")
    db.session.execute(text("update channel set followers = 300"))
    imported = in_thread(app, partial(import_again, second))
    until_blocked()
    db.session.commit()
    assert imported() == second
    db.session.rollback()
    take_back(db.session.get_one(CreatorList, second))
    db.session.commit()
    assert db.session.execute(select(Channel.followers, Channel.average_views)).all() == [(300, 30)]


def test_the_night_and_a_list_that_is_taken_back_never_wait_for_each_other(app: Flask, cast: Cast) -> None:
    found = bring("anna,Anna,100,30,,\n")
    number = found.id
    raw().execute("select pg_advisory_xact_lock(%s, 0)", [Lock.SEARCHING])  # as the night's rebuild has it
    taken = in_thread(app, partial(take_back_again, number))
    until_blocked()
    db.session.execute(text("set local lock_timeout = '2s'"))
    search.rebuild(raw(), at=AT)  # writes of all creators, and asks for each of them
    db.session.commit()
    assert taken() == number
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Channel)) == 0
