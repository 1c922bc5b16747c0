"""The demo market: the same every time, right in its books, believable in time, and only ever in a demo database."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from app import clock, create_app, demo
from app.database import db, raw
from app.demo import SIMULATED_KEY, picture, traffic
from app.demo.factors import demo_code
from app.demo.live_sales import sell_live
from app.demo.live_show import show_live
from app.demo.market import CREATORS, PASSWORD, PEOPLE, iban_of
from app.demo.story import person_of
from app.payouts.bank.accounts import checked_iban
from app.payouts.batches import approval, eligibility
from app.payouts.checks import check_books
from app.payouts.models import PayoutBatch
from app.postgres.server import Server
from app.processes import scheduler
from app.processes.database_setup import create_database, drop_database, owner
from app.sales.jobs import settle_due
from app.security import Role
from tests.conftest import settings
from tests.stripe_server import running

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def made(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on a database with the demo market; made once, so tests only add to it."""
    folder = tmp_path_factory.mktemp("demo")
    app = create_app(replace(settings(server.url(f"demo_{folder.parent.name}"), folder), demo=True))
    with app.app_context():
        drop_database()
        create_database()
        upgrade()
        with owner() as connection:
            connection.execute("update market set demo = true")
        demo.make_demo()
        db.session.remove()
    yield app
    with app.app_context():
        drop_database()


@pytest.fixture
def market(made: Flask) -> Iterator[Flask]:
    with made.app_context():
        yield made
        db.session.rollback()


def ask(query: str) -> Any:
    return db.session.execute(text(query)).all()


def one(query: str) -> Any:
    return db.session.scalar(text(query))


# -- the story --


def test_the_books_check_out_and_nothing_is_left_to_do(market: Flask) -> None:
    assert [check.name for check in check_books(raw()) if not check.ok] == []
    db.session.rollback()
    assert one("select count(*) from due") == one("select count(*) from due_aside") == 0


def test_every_way_to_win_a_sale_is_there(market: Flask) -> None:
    found = {(row.rule, row.label) for row in ask("select distinct rule, label from decision")}
    assert found == {
        ("checkout", "in_stream"),
        ("checkout", "replay"),
        ("coupon", "in_stream"),
        ("coupon", "off_stream"),
        ("touch", "in_stream"),
        ("touch", "after_stream"),
        ("touch", "off_stream"),
        (None, None),
    }
    houses = {row.reason for row in ask("select distinct reason from decision where rule is null")}
    assert houses >= {"no_candidate", "window_passed", "not_commissionable"}
    assert 3000 < one("select count(*) from sale") < 9000


def test_a_shop_is_connected_and_clicks_on_links_become_its_orders(market: Flask) -> None:
    assert one("select count(*) from brand_domain") == 1
    assert one("select count(*) from webhook_event where status <> 'handled'") == 0
    by_link = "from sale s join decision d on d.brand_id = s.brand_id and d.sale_id = s.id join touch t"
    by_link += " on t.brand_id = d.brand_id and t.id = d.touch_id join link l on l.id = t.link_id"
    assert one(f"select count(distinct l.id) {by_link}") == 3
    assert one(f"select count(*) {by_link} where s.source = 'shopify' and s.visitor = t.visitor") > 30
    assert one("select count(*) from order_cancellation where reason = 'out_of_stock'") > 0
    [dispute] = ask("select d.status, c.handle from dispute d join creator c on c.id = d.creator_id")
    assert tuple(dispute) == ("open", "mira")


def test_refunds_come_after_and_before_their_sales(market: Flask) -> None:
    early = "from refund r join sale s using (brand_id, source, order_ref, line_ref) where r.import_id < s.import_id"
    assert one(f"select count(*) {early}") > 10
    assert one("select count(*) from refund") > one(f"select count(*) {early}") * 2


def test_nothing_happens_in_the_future_or_is_known_before_it_happens(market: Flask) -> None:
    now = clock.now()
    for table in ("touch", "sale", "refund"):
        assert one(f"select count(*) from {table} where recorded_at < occurred_at") == 0
        assert one(f"select max(recorded_at) from {table}") <= now
    late = "from decision d join sale s on s.brand_id = d.brand_id and s.id = d.sale_id where decided_at < recorded_at"
    assert one(f"select count(*) {late}") == 0
    assert one("select count(*) from payout_batch where approved_at < submitted_at or submitted_at < made_at") == 0


def test_a_show_is_running_and_others_were_today_and_last_month(market: Flask) -> None:
    [live] = ask("select * from stream where ends_at is null and platform = 'tiktok'")
    assert timedelta(minutes=30) < clock.now() - live.starts_at < timedelta(hours=2)
    assert one("select count(*) from stream where starts_at < now() - interval '31 days'") > 20
    assert one(f"select count(*) from decision where stream_id = {live.id} and label = 'in_stream'") > 0


def test_last_months_batches_are_paid_and_this_months_wait(market: Flask) -> None:
    found = {(row.currency, row.status) for row in ask("select currency, status from payout_batch")}
    assert found == {("EUR", "completed"), ("GBP", "completed"), ("EUR", "submitted"), ("GBP", "draft")}
    assert one("select count(*) from payout where status = 'returned'") == 1
    assert one("select count(distinct brand_id) from top_up where status = 'approved'") == 5


def test_last_months_promises_are_evaluated_and_offers_wait_for_both_sides(market: Flask) -> None:
    evaluated = clock.now().day > 5
    assert (one("select count(*) from award where stage = 'provisional'") > 0) == evaluated
    assert one("select count(*) from reservation where released_at is null") > 0
    open_rounds = {
        (row.side, row.handle)
        for row in ask(
            "select r.side, c.handle from offer_round r join offer o on o.id = r.offer_id"
            " join creator c on c.id = o.creator_id where r.status = 'sent'"
        )
    }
    assert open_rounds == {("brand", "mira"), ("creator", "noor")}


def test_some_are_passed_over_each_for_a_reason(market: Flask) -> None:
    skipped = (
        "select c.handle, s.reason from payout_skip s join creator c on c.id = s.creator_id"
        " join payout_batch b on b.id = s.batch_id where b.status = 'submitted'"
    )
    assert {tuple(row) for row in ask(skipped)} == {
        ("kaat", "no_method"),
        ("basile", "method_unverified"),  # the account to which last month's payout came back
        ("timo", "negative"),
        ("femke", "brand_unfunded"),
    }


def test_the_checker_can_approve_what_waits_and_the_maker_can_not(market: Flask) -> None:
    batch = db.session.scalars(select(PayoutBatch).where(PayoutBatch.status == "submitted")).one()
    assert eligibility.why_not(batch, person_of("maker@demo.example"))
    seen = batch.fingerprint.hex() if batch.fingerprint else ""
    by, now = person_of("checker@demo.example"), clock.now()
    values = {"seen": seen, "by": by, "at": now, "answer": demo_code(by.person_id, at=now)}
    assert approval.approve(batch.public_id, config=market.extensions["streamcut"], **values) == []


def test_the_jobs_of_the_timetable_run_in_it(market: Flask) -> None:
    assert "in order" in scheduler.run_now("check-books", by="test")
    assert "EUR" in scheduler.run_now("assemble-payouts", by="test", at=clock.now() + timedelta(days=40))
    assert "cleared away" in scheduler.run_now("clean", by="test")


def test_the_same_moment_gives_the_same_market_in_any_process() -> None:
    script = (
        "import hashlib; from datetime import *; from app.demo import traffic;"
        "print(hashlib.sha256(repr(traffic.facts(datetime(2026, 11, 22, 12, tzinfo=UTC))).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    here = repr(traffic.facts(datetime(2026, 11, 22, 12, tzinfo=UTC)))
    assert found == {hashlib.sha256(here.encode()).hexdigest()}


@pytest.mark.parametrize("day", range(0, 360, 45))
def test_any_day_of_the_year_gives_rows_with_keys_of_their_own(day: int) -> None:
    now = datetime(2027, 1, 1, 0, 30, tzinfo=UTC) + timedelta(days=day)
    facts = traffic.facts(now)
    assert all(fact.at < now for fact in facts)
    keys = [(fact.kind, fact.brand, fact.row.get("order"), fact.row.get("touch")) for fact in facts]
    assert len(set(keys)) == len(keys)
    assert len({show.ref for show in traffic.shows(now)}) == len(traffic.shows(now))


def test_the_account_numbers_are_well_formed_and_nobodys() -> None:
    for number, (_name, country, *_rest) in enumerate(CREATORS.values()):
        iban = iban_of(country, number)
        assert checked_iban(iban) == iban
        assert "DEMO" in iban or "0000000" in iban


# -- who is told --


def test_there_is_a_sign_in_for_every_role_and_it_works(market: Flask) -> None:
    assert {role for _email, _name, _language, role, _of in PEOPLE} == set(Role)
    people = demo.demo_sign_ins()
    assert len(people) == len(PEOPLE)
    market.config["WTF_CSRF_ENABLED"] = False
    for person in people:
        form = {"email": person["email"], "password": PASSWORD}
        assert market.test_client().post("/sign-in", data=form).status_code == 302


def test_the_sign_in_page_names_them_only_in_a_demo(market: Flask, app: Flask) -> None:
    with market.app_context():
        page = market.test_client().get("/sign-in").text
    assert PASSWORD in page
    assert "admin@demo.example" in page
    with app.app_context():
        page = app.test_client().get("/sign-in").text
    assert PASSWORD not in page
    assert "demo" not in page.lower()


@pytest.mark.parametrize(("wanted", "marked"), [(True, False), (False, True)])
def test_a_demo_has_to_be_wanted_and_marked(
    app: Flask, owner_connection: psycopg.Connection[Any], wanted: bool, marked: bool
) -> None:
    owner_connection.execute("update market set demo = %s", [marked])
    owner_connection.commit()
    before = app.extensions["streamcut"]
    app.extensions["streamcut"] = replace(before, demo=wanted)
    try:
        with app.app_context():
            assert not demo.is_demo()
            assert demo.demo_sign_ins() == []
            assert sell_live() == 0
        assert one("select count(*) from sale") == 0
    finally:
        app.extensions["streamcut"] = before


@pytest.mark.parametrize(
    "statement", ["update market set demo = true", "delete from market", "insert into market values (false, true)"]
)
def test_the_application_can_not_turn_a_real_market_into_a_demo(app: Flask, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(text(statement))


# -- while one watches --


def test_sales_arrive_are_settled_and_belong_to_the_show_that_runs(market: Flask) -> None:
    start, before = clock.now() + timedelta(minutes=1), one("select count(*) from sale")
    db.session.rollback()
    for second in range(0, 600, 5):
        with time_machine.travel(start + timedelta(seconds=second), tick=False):
            assert sell_live() > 0, second
            assert sell_live() == 0  # too soon
    settle_due()
    new = one("select count(*) from sale") - before
    assert 120 <= new <= 240
    live = "select d.rule from decision d join sale s on s.brand_id = d.brand_id and s.id = d.sale_id"
    live += " where s.import_id in (select id from import where file_name = 'Live orders')"
    won = [row.rule for row in ask(live)]
    assert len(won) == new
    assert won.count("checkout") > 10
    assert won.count("touch") > 10
    assert one("select count(*) from import where file_name = 'Live orders' and kind = 'sales'") == 1
    assert one("select new_rows from import where file_name = 'Live orders' and kind = 'sales'") == new
    assert one("select count(*) from refund where import_id in (select id from import where by_name = 'Web shop')") > 0
    db.session.rollback()
    assert all(check.ok for check in check_books(raw()))


def test_a_show_that_ran_for_hours_ends_and_another_begins(market: Flask) -> None:
    [before] = ask("select * from stream where ends_at is null and platform = 'tiktok'")
    db.session.rollback()
    later = clock.now() + timedelta(hours=9)
    with time_machine.travel(later, tick=False):
        sell_live()
    [after] = ask("select * from stream where ends_at is null and platform = 'tiktok'")
    assert after.ref != before.ref
    ended = one(f"select ends_at from stream where id = {before.id}")
    assert before.starts_at + timedelta(hours=2) <= ended < later


def moments(begin: datetime, seconds: int, step: int = 4) -> Iterator[None]:
    """The clock goes on by steps."""
    for second in range(0, seconds, step):
        with time_machine.travel(begin + timedelta(seconds=second), tick=False):
            yield


def test_a_show_goes_on_air_with_viewers_who_look_and_write(market: Flask) -> None:
    for _ in moments(clock.now(), 240):
        assert show_live() >= 3
        assert show_live() == 0  # too soon
    [show] = ask("select * from show where status = 'on_air'")
    assert (show.title, show.address) == ("Lamps for dark evenings", "/demo/picture/live.m3u8")
    pinned = [row.item_id for row in ask(f"select item_id from pin where show_id = {show.id} order by id")]
    assert len(pinned) > 4  # after the last product the first comes again
    assert pinned[4] == pinned[0]
    assert one(f"select count(*) from show_presence where show_id = {show.id}") > 5
    assert one(f"select count(*) from chat_message where show_id = {show.id}") > 3
    assert one("select count(*) from ad_reminder") == 1
    assert one("select count(*) from purchase") == 0  # where nobody can pay nobody buys
    assert f"/live/{show.public_id}" in market.test_client().get("/sign-in").text
    with time_machine.travel(clock.now() + timedelta(hours=3), tick=False):
        show_live()
    assert one(f"select status from show where id = {show.id}") == "ended"
    assert one("select count(*) from show where status = 'on_air'") == 1


def test_viewers_of_the_demo_buy_at_the_simulated_bank(market: Flask, tmp_path: Path) -> None:
    before = market.extensions["streamcut"]
    with running(tmp_path / "bank.db") as bank:
        market.extensions["streamcut"] = replace(before, stripe_secret_key=SIMULATED_KEY, stripe_api_base=bank.base)
        try:
            begin = clock.now() + timedelta(hours=3, minutes=5)
            bank.tell(clock=int((begin - clock.now()).total_seconds()))
            for _ in moments(begin, 400):
                show_live()
            bought = ask("select status, unit_price * quantity as total from purchase where street <> ''")
            paid = bank.tell(show=["charge"])["charge"]
        finally:
            market.extensions["streamcut"] = before
    assert len(paid) > 5
    assert len(bought) >= len(paid)
    assert {charge["amount"] for charge in paid} <= {row.total for row in bought if row.status == "paying"}


def test_the_test_picture_is_served_to_players_of_a_demo_alone(made: Flask) -> None:
    folder = picture.folder(made.extensions["streamcut"])
    folder.mkdir(exist_ok=True)
    (folder / "live.m3u8").write_text("#EXTM3U")
    (folder / "7.ts").write_bytes(b"G")
    client = made.test_client()
    with client.get("/demo/picture/live.m3u8") as listed, client.get("/demo/picture/7.ts") as piece:
        assert (listed.mimetype, listed.text) == ("application/vnd.apple.mpegurl", "#EXTM3U")
        assert (piece.mimetype, piece.data) == ("video/mp2t", b"G")
    assert client.get("/demo/picture/8.ts").status_code == 404
    assert client.get("/demo/picture/..%2Fsecret_key").status_code == 404
    before = made.extensions["streamcut"]
    made.extensions["streamcut"] = replace(before, demo=False)
    try:
        assert client.get("/demo/picture/live.m3u8").status_code == 404
    finally:
        made.extensions["streamcut"] = before
