"""The life of a commission: every move and every forbidden one, in the product and in the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.contracts.models import Contract
from app.database import db, raw
from app.desks.creator_earnings import becoming_payable
from app.errors import BadInput, Conflict, NotAllowed, NotFound, WrongStatus
from app.outbox import Letter
from app.payouts import overview
from app.payouts.batches.assembly import NobodyToPay, assemble
from app.payouts.checks import check_books
from app.payouts.models import Payout, PayoutBatch
from app.payouts.prospects import prospects
from app.sales.commissions import dates, holding, rejecting
from app.sales.commissions.lines import Commission, commission_of
from app.sales.commissions.models import CommissionHold, HoldReason
from app.sales.correction_record import State, approve, fingerprint
from app.sales.corrections import Days, Sum, redecide, redecide_line
from app.sales.models import REJECTIONS, CorrectionRecord, Reason, Sale
from app.users.models import Brand, Creator
from config import settings
from tests import market
from tests.desks.stories import pay
from tests.ledger import story
from tests.payouts.books import IBANS, bank
from tests.payouts.people import identity
from tests.sales.corrected import joon_comes_late

Browse = Callable[[str], FlaskClient]
AT = datetime(2026, 3, 20, 9, tzinfo=UTC)  # ten days after the sale
DUE = date(2026, 4, 9)  # thirty days after it
AFTER = datetime(2026, 4, 15, 9, tzinfo=UTC)


def now(sale: Sale, at: datetime = AT) -> Commission:
    found = commission_of(sale.brand_id, sale.id, today=at.date())
    assert found is not None
    return found


def hold(
    sale: Sale, at: datetime = AT, by: str = "olga", reason: HoldReason = HoldReason.UNDER_REVIEW
) -> CommissionHold:
    return holding.place(sale.brand_id, sale.id, reason, "Two orders of one buyer.", by=identity(by), at=at)


def release(sale: Sale, at: datetime = AT) -> CommissionHold:
    return holding.release(sale.brand_id, sale.id, "It was a fan.", by=identity("olga"), at=at)


def reject(sale: Sale, at: datetime = AT, code: Reason = Reason.FRAUD) -> tuple[State, CorrectionRecord]:
    return rejecting.reject(sale.brand_id, sale.id, code, "Paid by a stolen card.", by=identity("olga"), at=at)


def approve_early(sale: Sale, at: datetime = AT) -> Commission:
    return dates.approve_early(brand_of(sale), sale.id, "A good month.", by=identity("olga"), at=at)


def extend(sale: Sale, at: datetime = AT, until: date = DUE + timedelta(days=20)) -> Commission:
    return dates.extend(brand_of(sale), sale.id, until, "The parcel is late.", by=identity("olga"), at=at)


def appeal(sale: Sale, at: datetime = AT) -> CommissionHold:
    return holding.appeal(sale.brand_id, sale.id, "I can show the chat.", by=identity("mira"), at=at)


def brand_of(sale: Sale) -> Brand:
    return db.session.get_one(Brand, sale.brand_id)


def events(sale: Sale) -> list[tuple[str, str, str, int, int]]:
    found = dates.events(sale.brand_id, sale.id)
    return [(each.kind, each.before, each.after, each.amount_before, each.amount_after) for each in found]


def books() -> list[str]:
    db.session.commit()
    broken = [f"{check.name}: {check.detail}" for check in check_books(raw()) if not check.ok]
    db.session.rollback()
    return broken


def letters(name: str) -> list[str]:
    return sorted(db.session.scalars(select(Letter.address).where(Letter.name == name)))


def batch(at: datetime) -> PayoutBatch:
    cutoff = at.date() - timedelta(days=1)
    made = assemble(raw(), currency="EUR", cutoff_on=cutoff, minimum=1, by=identity("mo").person_id, at=at)
    return db.session.get_one(PayoutBatch, made)


def amounts(made: PayoutBatch) -> list[int]:
    return list(db.session.scalars(select(Payout.amount).where(Payout.batch_id == made.id)))


@pytest.fixture
def payable(sales: list[Sale], lumen: Brand, mira: Creator) -> list[Sale]:
    """Three lines of 10.00 with money to pay them and an account to pay to."""
    story.top_up(lumen, 100_000)
    bank(None, IBANS[3])
    bank(mira)
    db.session.commit()
    return sales


def test_what_is_held_is_neither_pending_nor_payable_on_finances_page(payable: list[Sale]) -> None:
    def stands(on: date) -> tuple[int, int, int]:
        [due] = overview.dues(raw(), on=on)
        return due.pending, due.payable, due.held

    assert stands(AT.date()) == (3000, 0, 0)
    hold(payable[0])
    assert stands(AT.date()) == (2000, 0, 1000)
    assert stands(DUE) == (0, 2000, 1000)
    release(payable[0])
    assert stands(DUE) == (0, 3000, 0)


# -- every move --


def test_a_commission_goes_from_pending_to_payable_by_its_day_alone(sales: list[Sale]) -> None:
    assert now(sales[0]).standing == "pending"
    assert now(sales[0], datetime(2026, 4, 8, 23, tzinfo=UTC)).standing == "pending"
    assert now(sales[0], datetime(2026, 4, 9, tzinfo=UTC)).standing == "payable"


@pytest.mark.parametrize(("at", "before"), [(AT, "pending"), (AFTER, "payable")])
def test_a_hold_is_an_event_and_its_release_gives_back_where_it_stood(
    sales: list[Sale], at: datetime, before: str
) -> None:
    made = hold(sales[0], at)
    assert (now(sales[0], at).standing, made.owner, made.deadline) == ("on_hold", "brand", at + timedelta(days=30))
    release(sales[0], at)
    assert now(sales[0], at).standing == before
    assert events(sales[0]) == [("held", before, "on_hold", 1000, 1000), ("released", "on_hold", before, 1000, 1000)]
    (first, last) = dates.events(sales[0].brand_id, sales[0].id)
    assert (first.by_name, first.reason, first.note, last.note) == (
        "Olga", "under_review", "Two orders of one buyer.", "It was a fan.",
    )  # fmt: skip
    assert books() == []


@pytest.mark.parametrize("code", REJECTIONS)
def test_a_rejection_is_a_numbered_decision_and_the_books_follow(sales: list[Sale], code: Reason) -> None:
    assert reject(sales[0], code=code)[0] == State.DONE
    assert (now(sales[0]).standing, now(sales[0]).net) == ("rejected", 0)
    assert events(sales[0]) == [("rejected", "pending", "rejected", 1000, 0)]
    found = raw().execute("select nr, reason, decided_by, note from decision where sale_id = %s", [sales[0].id])
    assert found.fetchall()[-1] == (2, code, "Olga", "Paid by a stolen card.")
    fee = raw().execute("select sum(amount) from balance where account = 'platform_revenue'").fetchone()
    assert fee == (1000,)  # of the two other lines
    assert books() == []


def test_a_rejection_ends_the_hold(sales: list[Sale]) -> None:
    made = hold(sales[0])
    reject(sales[0])
    db.session.refresh(made)
    assert (made.outcome, now(sales[0]).standing) == ("rejected", "rejected")
    assert events(sales[0])[-1] == ("rejected", "on_hold", "rejected", 1000, 0)


def test_an_early_approval_moves_the_day_and_nothing_else(payable: list[Sale], mira: Creator) -> None:
    approve_early(payable[0])
    assert (now(payable[0]).standing, now(payable[0]).available_on, now(payable[0]).net) == ("payable", AT.date(), 1000)
    assert events(payable[0]) == [("approved_early", "pending", "payable", 1000, 1000)]
    assert amounts(batch(AT + timedelta(days=1))) == [1000]
    assert now(payable[0]).standing == "in_transit"
    assert books() == []
    assert letters("commission_approved_early") == ["ada@cast.example", "mira@cast.example"]


def test_a_postponed_commission_is_paid_from_its_new_day(payable: list[Sale]) -> None:
    extend(payable[0])
    assert (now(payable[0], AFTER).standing, now(payable[0]).available_on) == ("pending", date(2026, 4, 29))
    assert events(payable[0]) == [("extended", "pending", "pending", 1000, 1000)]
    assert amounts(batch(AFTER)) == [2000]
    assert amounts(batch(datetime(2026, 4, 30, 9, tzinfo=UTC))) == [1000]
    assert books() == []
    assert letters("commission_extended") == ["ada@cast.example", "mira@cast.example"]


def test_a_refund_of_all_reverses_and_one_after_payment_claws_back(sales: list[Sale], mira: Creator) -> None:
    market.refund(sales[0], 10_000)
    pay(mira, sales[1])
    market.refund(sales[1], 4_000)
    story.settle()
    assert [now(each).standing for each in sales] == ["reversed", "clawback", "pending"]


def test_moves_keep_to_refunds_that_come_afterwards(sales: list[Sale]) -> None:
    approve_early(sales[0])
    extend(sales[1])
    hold(sales[2])
    for each in sales:
        market.refund(each, 2_500)
    story.settle()
    assert [(now(each).net, now(each).standing) for each in sales] == [
        (750, "payable"), (750, "pending"), (750, "on_hold"),
    ]  # fmt: skip
    assert books() == []


# -- what is forbidden --

DEEDS: dict[str, Callable[[Sale], Any]] = {
    "hold": hold,
    "release": release,
    "reject": reject,
    "approve": approve_early,
    "extend": extend,
    "appeal": appeal,
}
ALLOWED = {
    "pending": {"hold", "reject", "approve", "extend"},
    "payable": {"hold", "reject"},
    "on_hold": {"release", "reject", "appeal"},
    "in_transit": set[str](),
    "paid": set[str](),
    "clawback": set[str](),
    "rejected": set[str](),
    "reversed": set[str](),
}


def stands(standing: str, sale: Sale, mira: Creator) -> None:
    """Brings a pending commission there."""
    if standing == "payable":
        approve_early(sale)
    elif standing == "on_hold":
        hold(sale)
    elif standing == "rejected":
        reject(sale)
    elif standing in ("paid", "clawback"):
        pay(mira, sale)
    elif standing == "in_transit":
        pay(mira, sale, "reserved")
    if standing in ("reversed", "clawback"):
        market.refund(sale, 10_000)
        story.settle()
    assert now(sale).standing == standing


@pytest.mark.parametrize("standing", ALLOWED)
@pytest.mark.parametrize("deed", DEEDS)
def test_where_it_stands_says_what_may_be_done(sales: list[Sale], mira: Creator, standing: str, deed: str) -> None:
    stands(standing, sales[0], mira)
    before = len(events(sales[0]))
    if deed in ALLOWED[standing]:
        DEEDS[deed](sales[0])
        assert len(events(sales[0])) == before + 1
    else:
        with pytest.raises((WrongStatus, Conflict)):
            DEEDS[deed](sales[0])
        assert len(events(sales[0])) == before


@pytest.mark.parametrize("until", [DUE, DUE - timedelta(days=1), DUE + timedelta(days=32)])
def test_a_day_out_of_one_cycle_is_refused(sales: list[Sale], until: date) -> None:
    with pytest.raises(BadInput, match="10 Apr 2026 to 10 May 2026"):
        extend(sales[0], until=until)


def test_a_commission_is_postponed_once(sales: list[Sale]) -> None:
    extend(sales[0], until=DUE + timedelta(days=1))
    with pytest.raises(Conflict):
        extend(sales[0], until=DUE + timedelta(days=2))


def test_words_are_asked_for(sales: list[Sale]) -> None:
    for deed in (
        lambda: holding.place(sales[0].brand_id, sales[0].id, HoldReason.FRAUD, " ", by=identity("olga"), at=AT),
        lambda: rejecting.reject(sales[0].brand_id, sales[0].id, Reason.FRAUD, " ", by=identity("olga"), at=AT),
        lambda: dates.approve_early(brand_of(sales[0]), sales[0].id, " ", by=identity("olga"), at=AT),
    ):
        with pytest.raises(BadInput):
            deed()


def test_a_house_line_has_no_commission(deal: Contract, lumen: Brand) -> None:
    line = market.sale(lumen)
    story.settle()
    with pytest.raises(NotFound):
        hold(line)


def test_the_database_refuses_what_nobody_may_do(sales: list[Sale], mira: Creator) -> None:
    pay(mira, sales[0])
    hold(sales[1])
    release(sales[1])
    extend(sales[2], until=DUE + timedelta(days=1))
    place = (
        "insert into commission_hold (brand_id, sale_id, creator_id, reason, note, owner, placed_at, deadline)"
        f" values ({sales[0].brand_id}, %s, {mira.id}, 'fraud', '', 'brand', now(), now() + interval '%s days')"
    )
    happen = (
        "insert into commission_event (brand_id, sale_id, creator_id, kind, before, after, note, amount_before,"
        " amount_after, currency, available_before, available_after, at)"
        f" values ({sales[0].brand_id}, {sales[2].id}, {mira.id}, '%s', '%s', '%s', '', 1, %s, 'EUR', '2026-01-01',"
        " '2026-01-0%s', now())"
    )
    for constraint, query in (
        ("commission_hold_fits", place % (sales[0].id, 1)),
        ("ck_commission_hold_deadline", place % (sales[1].id, 31)),
        ("commission_hold_stays", "update commission_hold set answer = 'other'"),
        ("ck_commission_event_move", happen % ("held", "paid", "on_hold", 1, 1)),
        ("ck_commission_event_move", happen % ("approved_early", "pending", "payable", 1, 2)),
        ("ck_commission_event_amounts", happen % ("held", "pending", "on_hold", 2, 1)),
        ("uq_commission_event_extended", happen % ("extended", "pending", "pending", 1, 2)),
        (None, "update commission_event set note = 'other'"),
        (None, "delete from commission_event"),
        (None, "delete from commission_hold"),
        (None, "update commission_hold set reason = 'duplicate'"),
    ):
        with pytest.raises(psycopg.Error) as refused, raw().transaction():
            raw().execute(query.encode())
        assert refused.value.diag.constraint_name == constraint, query


def test_the_database_refuses_to_reject_what_is_in_a_payout(sales: list[Sale], mira: Creator) -> None:
    pay(mira, sales[0], "reserved")
    with pytest.raises(psycopg.Error) as refused, raw().transaction():
        raw().execute(
            "insert into correction (kind, brand_id, sale_id, code, reason, sums, is_large, status, asked_by_name,"
            " asked_at, decided_by_name, decided_at)"
            " values ('rejection', %s, %s, 'fraud', 'x', '[]', false, 'done', 'x', now(), 'x', now())",
            [sales[0].brand_id, sales[0].id],
        )
    assert refused.value.diag.constraint_name == "rejection_fits"


# -- payouts --


def test_a_batch_passes_a_held_line_over_and_takes_it_once_it_is_released(payable: list[Sale]) -> None:
    hold(payable[0], AFTER)
    assert amounts(batch(AFTER)) == [2000]
    release(payable[0], AFTER)
    assert amounts(batch(AFTER)) == [1000]
    assert books() == []


def test_what_is_held_waits_and_the_creator_reads_why(payable: list[Sale], mira: Creator) -> None:
    hold(payable[0], AFTER)
    ((found,),) = [each.currencies for each in prospects(mira, settings(), at=AFTER)]
    assert (found.going, [(part.amount, part.reason) for part in found.waiting]) == (
        2000,
        [(1000, "commission_held")],
    )
    for each in payable[1:]:
        hold(each, AFTER)
    ((found,),) = [each.currencies for each in prospects(mira, settings(), at=AFTER)]
    assert (found.going, [(part.amount, part.reason) for part in found.waiting]) == (
        0,
        [(3000, "commission_held")],
    )
    with pytest.raises(NobodyToPay):
        batch(AFTER)


def test_what_is_held_or_postponed_becomes_payable_on_no_day_or_on_its_own(sales: list[Sale], mira: Creator) -> None:
    hold(sales[0])
    extend(sales[1])
    to_come = becoming_payable(raw(), mira.id, [sales[0].brand_id], AT.date())
    assert [(each.available_on, each.amount) for each in to_come] == [(DUE, 1000), (DUE + timedelta(days=20), 1000)]


def test_a_hold_ends_by_itself_at_its_deadline(payable: list[Sale]) -> None:
    made = hold(payable[0])
    assert holding.expire(at=made.deadline - timedelta(seconds=1)) == 0
    assert holding.expire(at=made.deadline) == 1
    assert holding.expire(at=made.deadline) == 0
    assert (made.outcome, now(payable[0], AFTER + timedelta(days=9)).standing) == ("expired", "payable")
    assert events(payable[0])[-1] == ("expired", "on_hold", "payable", 1000, 1000)
    assert letters("commission_released") == ["ada@cast.example", "mira@cast.example"]


# -- appeals, letters --


def test_the_creator_is_told_what_is_held_and_appeals_once(sales: list[Sale]) -> None:
    made = hold(sales[0], by="adam")
    assert made.owner == "platform"
    assert letters("commission_held") == ["ada@cast.example", "mira@cast.example"]
    appeal(sales[0])
    assert made.deadline == AT + timedelta(days=14)  # ten working days, from a Friday
    assert letters("commission_appealed") == ["adam@cast.example"]
    with pytest.raises(Conflict):
        appeal(sales[0])


def test_an_appeal_against_the_brands_hold_goes_to_the_brand(sales: list[Sale]) -> None:
    hold(sales[0])
    appeal(sales[0], AT + timedelta(days=25))
    held = holding.live(sales[0].brand_id, sales[0].id)
    assert held is not None
    assert held.deadline == AT + timedelta(days=30)  # no later than without the appeal
    assert "olga@cast.example" in letters("commission_appealed")
    assert "adam@cast.example" not in letters("commission_appealed")


def test_the_brand_does_not_release_what_the_platform_holds(sales: list[Sale]) -> None:
    hold(sales[0], by="adam")
    with pytest.raises(NotAllowed, match="The platform holds"):
        release(sales[0])
    holding.release(sales[0].brand_id, sales[0].id, "It was a fan.", by=identity("adam"), at=AT)
    assert now(sales[0]).standing == "pending"


def test_a_brand_holds_a_commission_once(sales: list[Sale]) -> None:
    hold(sales[0])
    release(sales[0])
    with pytest.raises(Conflict, match="only the platform can hold it again"):
        hold(sales[0])
    assert hold(sales[0], by="adam").owner == "platform"


# -- with other corrections --


def test_a_batch_of_the_first_day_takes_nothing_of_what_was_postponed(payable: list[Sale]) -> None:
    extend(payable[0])
    assert amounts(batch(AFTER)) == [2000]  # and both entries of the first day, which come to nothing
    assert now(payable[0], AFTER).standing == "pending"
    reject(payable[0], AFTER)
    assert (now(payable[0], AFTER).standing, now(payable[1], AFTER).standing) == ("rejected", "in_transit")
    assert books() == []


def test_a_hold_lapses_with_the_line(sales: list[Sale], lumen: Brand, mira: Creator, joon: Creator) -> None:
    made = hold(sales[0])
    joon_comes_late(lumen, joon)
    redecide_line(raw(), lumen.id, sales[0].id, by="Adam", reason="looked at", at=AT)
    db.session.refresh(made)
    assert (made.outcome, now(sales[0]).creator_id, now(sales[0]).standing) == ("line_moved", joon.id, "payable")
    hold(sales[0])
    assert now(sales[0]).standing == "on_hold"
    assert books() == []


def test_what_another_was_paid_of_a_line_does_not_stand_in_the_way_of_its_rejection(
    sales: list[Sale], lumen: Brand, mira: Creator, joon: Creator
) -> None:
    pay(mira, sales[0])
    joon_comes_late(lumen, joon)
    redecide_line(raw(), lumen.id, sales[0].id, by="Adam", reason="looked at", at=AT)
    reject(sales[0])
    assert (now(sales[0]).creator_id, now(sales[0]).standing) == (joon.id, "rejected")


def test_deciding_days_again_leaves_rejections_and_moved_days_alone(sales: list[Sale], lumen: Brand) -> None:
    reject(sales[0])
    extend(sales[1])
    days = Days(date(2026, 3, 1), date(2026, 3, 31), lumen.timezone)
    done = redecide(raw(), lumen.id, days, by="Adam", reason="looked at", at=AT)
    assert (done.decided, done.entries) == (0, 0)
    assert (now(sales[0]).standing, now(sales[1]).available_on) == ("rejected", date(2026, 4, 29))


def test_deciding_the_line_itself_again_undoes_a_rejection(sales: list[Sale]) -> None:
    reject(sales[0])
    redecide_line(raw(), sales[0].brand_id, sales[0].id, by="Adam", reason="it was not fraud", at=AT)
    assert (now(sales[0]).standing, now(sales[0]).net) == ("pending", 1000)
    assert books() == []


def test_a_refund_of_a_rejected_line_changes_nothing(sales: list[Sale]) -> None:
    reject(sales[0])
    market.refund(sales[0], 5_000)
    story.settle()
    assert (now(sales[0]).standing, now(sales[0]).net) == ("rejected", 0)
    assert books() == []


def test_a_large_rejection_waits_for_a_second_person(
    app: Flask, monkeypatch: pytest.MonkeyPatch, sales: list[Sale]
) -> None:
    monkeypatch.setitem(app.extensions, "streamcut", replace(settings(), correction_limit=1_200))
    state, record = reject(sales[0])
    assert (state, now(sales[0]).standing, events(sales[0])) == (State.SUBMITTED, "pending", [])
    assert holding.live(sales[0].brand_id, sales[0].id) is None
    approve(record, seen=fingerprint([Sum(**each) for each in record.sums]), by=identity("bea"), at=AT)
    assert (now(sales[0]).standing, events(sales[0])) == (
        "rejected", [("rejected", "pending", "rejected", 1000, 0)],
    )  # fmt: skip
    assert books() == []


def test_the_second_person_finds_a_rejection_that_waits(
    app: Flask, monkeypatch: pytest.MonkeyPatch, browse: Browse, sales: list[Sale], lumen: Brand
) -> None:
    monkeypatch.setitem(app.extensions, "streamcut", replace(settings(), correction_limit=1_200))
    _state, record = reject(sales[0])
    db.session.commit()
    page = f"/sales/{lumen.public_id}/{sales[0].id}"
    assert f"/corrections/{record.public_id}" in browse("olga").get(page).text
    assert f"/corrections/{record.public_id}" not in browse("mira").get(page).text
    member = browse("max")  # a brand's member neither rejects nor approves a rejection
    assert f"/corrections/{record.public_id}" not in member.get(page).text
    assert member.get(f"/corrections/{record.public_id}").status_code == 404


# -- pages --


def test_brand_and_creator_read_the_life_of_the_line(browse: Browse, sales: list[Sale], lumen: Brand) -> None:
    hold(sales[0])
    appeal(sales[0])
    release(sales[0])
    reject(sales[0])
    db.session.commit()
    page = f"/sales/{lumen.public_id}/{sales[0].id}"
    for reader in ("olga", "mira", "audrey"):
        html = browse(reader).get(page).text
        life = html.split("Life of this commission")[-1].split("In the books")[0]
        for words in (
            "Put on hold",
            "Two orders of one buyer.",
            "Appealed",
            "Released",
            "Rejected",
            "Fraud",
            "€10.00",
            "€0.00",
            "Olga",
        ):
            assert words in life, (reader, words)


def test_a_brand_holds_and_a_creator_appeals_on_pages(browse: Browse, sales: list[Sale], lumen: Brand) -> None:
    page = f"/sales/{lumen.public_id}/{sales[0].id}"
    # The clock of pages is the real one: the line is payable by now.
    assert "Hold" in browse("olga").get(f"{page}/commission").text
    answer = browse("olga").post(f"{page}/hold", data={"reason": "duplicate", "why": "The same order twice."})
    assert (answer.status_code, answer.location) == (303, page)
    html = browse("mira").get(page).text
    assert "The same order twice." in html
    assert browse("mira").post(f"{page}/appeal", data={"text": "Two lamps."}).status_code == 303
    listed = browse("olga").get(f"/brands/{lumen.public_id}/holds?status=appealed").text
    assert "Two lamps." in listed
    assert (
        "No commission is held here" in browse("kim").get("/").text
        or "Two lamps." not in browse("adam").get("/admin/holds?reason=fraud").text
    )
    assert "Two lamps." in browse("adam").get("/admin/holds").text
    refused = browse("olga").post(f"{page}/release", data={"why": ""})
    assert refused.status_code == 422


def test_nobody_else_finds_the_line_or_its_hold(browse: Browse, sales: list[Sale], lumen: Brand) -> None:
    hold(sales[0])
    db.session.commit()
    page = f"/sales/{lumen.public_id}/{sales[0].id}"
    assert [browse(name).get(page).status_code for name in ("joon", "kim")] == [404, 404]
    assert browse("kim").get(f"{page}/commission").status_code == 404
    assert browse("kim").get(f"/brands/{lumen.public_id}/holds").status_code == 404
    assert browse("joon").post(f"{page}/appeal", data={"text": "mine"}).status_code == 404
    assert browse("mira").get(page).status_code == 200
