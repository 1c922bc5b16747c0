"""Imports withdrawn: what they brought counts for nothing any more, settled or not, unless it is in a payout."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.contracts.models import Contract
from app.csvfiles import import_file
from app.database import db, raw
from app.errors import BadInput, Conflict, NotFound, StreamcutError
from app.payouts.batches.assembly import assemble
from app.payouts.withdrawal import withdraw_import
from app.sales.corrections import Correction, Days, redecide
from app.sales.models import Sale
from app.uploads.file_kinds import KINDS
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast
from tests.ledger import story
from tests.market import NOON
from tests.payouts.at_once import in_thread
from tests.payouts.books import bank
from tests.sales.corrected import AT, DUE_DAY, Owner, contents, decisions, entries, joon_comes_late, newest
from tests.sales.facts import COLUMNS
from tests.sales.outcome import assert_in_order, attributions


def withdraw(import_id: int, reason: str = "the wrong month") -> Correction:
    done = withdraw_import(raw(), import_id, by="Olga", reason=reason, at=AT)
    db.session.commit()
    return done


def test_withdrawn_sales_earn_nothing_and_stay_on_record(sales: list[Sale], mira: Creator) -> None:
    before = newest()
    done = withdraw(sales[0].import_id)
    assert (done.lines, done.decided, done.entries) == (3, 3, 6)
    assert sum(change["commission_difference"] for change in done.changes) == -3000
    assert [amount for *_, amount, _ in entries(before)] == [-1000] * 3 + [-500] * 3
    assert decisions(sales[0])[1:] == [(2, None, "withdrawn", "Olga", "the wrong month")]
    assert attributions() == []
    assert raw().execute("select count(*) from sale").fetchone() == (3,)
    kept = raw().execute(
        "select withdrawn_at, withdrawn_by, withdrawn_reason from import where withdrawn_at is not null"
    )
    assert kept.fetchall() == [(AT, "Olga", "the wrong month")]
    assert_in_order()


def test_sales_withdrawn_before_they_are_settled_never_earn(deal: Contract, lumen: Brand) -> None:
    sale = market.sale(lumen, visitor="v1")
    market.refund(sale, 1_000)
    db.session.commit()
    withdraw(sale.import_id)
    story.settle()
    assert entries() == []
    assert [(nr, reason) for nr, _, reason, *_ in decisions(sale)] == [(1, "withdrawn")]
    assert_in_order()


def test_a_withdrawn_refund_counts_for_nothing_and_the_others_do(sales: list[Sale], mira: Creator) -> None:
    wrong = market.refund(sales[0], 4_000)
    market.refund(sales[0], 1_000)
    story.settle()
    before = newest()
    done = withdraw(wrong.import_id)
    assert (done.lines, done.decided) == (1, 0), "a refund decides nothing"
    assert entries(before) == [("commission", mira.id, DUE_DAY, 400, 3), ("fee", None, None, 200, 3)]
    assert_in_order()


def test_refunds_withdrawn_before_they_are_settled_never_count(deal: Contract, lumen: Brand, mira: Creator) -> None:
    sale = market.sale(lumen, visitor="v1")
    wrong = market.refund(sale, 4_000)
    db.session.commit()
    withdraw(wrong.import_id)
    story.settle()
    assert entries() == [("commission", mira.id, DUE_DAY, 1000, 1), ("fee", None, None, 500, 1)]
    assert decisions(sale) == [(1, mira.id, "last_touch", None, None)], "an ordinary decision is nobody's correction"
    assert_in_order()


def test_what_is_withdrawn_stays_so_whatever_is_decided_again(sales: list[Sale], lumen: Brand, joon: Creator) -> None:
    withdraw(sales[0].import_id)
    joon_comes_late(lumen, joon)
    market.refund(sales[0], 500)
    story.settle()
    days = Days(NOON.date(), NOON.date(), lumen.timezone)
    done = redecide(raw(), lumen.id, days, at=AT + timedelta(hours=1), by="Olga", reason="all again")
    db.session.commit()
    assert (done.decided, done.entries) == (0, 0)
    assert_in_order()


@pytest.mark.parametrize(
    ("kind", "again", "error", "sentence"),
    [
        ("sales", True, Conflict, "has been withdrawn already"),
        ("touches", False, BadInput, "this one brought touches"),
        (None, False, NotFound, "There is no such import"),
    ],
)
def test_what_can_not_be_withdrawn_says_why(
    app: Flask, kind: str | None, again: bool, error: type[StreamcutError], sentence: str
) -> None:
    number = market.file_import(kind) if kind else 999
    if again:
        withdraw(number)
    with pytest.raises(error, match=sentence):
        withdraw(number)


def test_withdrawing_needs_a_reason(sales: list[Sale]) -> None:
    with pytest.raises(BadInput, match="Give a reason"):
        withdraw(sales[0].import_id, reason=" ")


@pytest.fixture
def funded(sales: list[Sale], lumen: Brand, mira: Creator, cast: Cast) -> list[Sale]:
    """mira can be paid for her sales."""
    bank(None, "FR1420041010050500013M02606")
    bank(mira, by=cast.people["sam"].id)
    story.top_up(lumen, 100_000)
    db.session.commit()
    return sales


def test_what_stands_in_a_payout_is_not_withdrawn(funded: list[Sale], owner_connection: Owner) -> None:
    batch = story.assembled("EUR")
    db.session.commit()
    before = contents(owner_connection)
    with pytest.raises(Conflict, match="3 of the sale lines of this import are in a payout already"):
        withdraw(funded[0].import_id)
    db.session.rollback()
    assert contents(owner_connection) == before
    story.drop(batch)
    db.session.commit()
    assert withdraw(funded[0].import_id).decided == 3, "a dropped payout lets them go"
    assert_in_order()


@pytest.mark.parametrize("first", ["assembly", "withdrawal"])
def test_assembly_and_withdrawal_at_once_never_both_have_the_money(app: Flask, funded: list[Sale], first: str) -> None:
    """Whoever comes second is told so, at once or when the first has committed."""
    number = funded[0].import_id

    def assembly() -> int:
        return assemble(raw(), currency="EUR", cutoff_on=story.CUTOFF, minimum=1, by=None, at=AT)

    def withdrawal() -> Correction:
        return withdraw_import(raw(), number, by="Olga", reason="wrong", at=AT)

    deeds: dict[str, Callable[[], Any]] = {"assembly": assembly, "withdrawal": withdrawal}
    deeds.pop(first)()
    second = in_thread(app, *deeds.values())()
    db.session.commit()
    assert isinstance(second, Conflict), second
    live = raw().execute("select count(*) from payout_line where released_at is null").fetchone()
    withdrawn = raw().execute("select count(*) from import where withdrawn_at is not null").fetchone()
    assert (live, withdrawn) == (((3,), (0,)) if first == "assembly" else ((0,), (1,)))
    assert_in_order()


# -- imported again, mended --


@pytest.fixture
def bring(app: Flask, deal: Contract, lumen: Brand, mira: Creator, tmp_path: Path) -> Callable[..., int]:
    """`bring("sales", "9.99", ...)` imports a file with a line for each price (or refund) and settles; its number."""
    market.contract(lumen, mira, date(2027, 1, 1), date(2027, 12, 31), coupons=("MIRA",))
    db.session.commit()

    def bring(kind: str, *amounts: str) -> int:
        at = "2027-03-10T12:00:00Z"
        rows = {
            "sales": [f"lumen,shop,O,{n},{at},,X,,1,{amount},,EUR,,mira," for n, amount in enumerate(amounts)],
            "refunds": [f"lumen,shop,R,O,{n},{at},,{amount},EUR" for n, amount in enumerate(amounts)],
        }
        path = tmp_path / f"{kind}.csv"
        path.write_text("\n".join([COLUMNS[kind], *rows[kind], ""]))
        result = import_file(KINDS[kind], path, by=None, at=AT)
        assert (result.new, result.import_id is None) == (len(amounts), False), str(result)
        story.settle()
        return result.import_id or 0

    return bring


def lines() -> list[tuple[str, str, str]]:
    """Line, base and net commission of every line in the export."""
    return [(row[3], row[11], row[16]) for row in attributions()]


def test_what_was_withdrawn_is_imported_again_as_a_further_version(bring: Callable[..., int]) -> None:
    wrong = bring("sales", "100.00", "200.00")
    bring("refunds", "50.00")
    assert lines() == [("0", "10000", "500"), ("1", "20000", "2000")]
    withdraw(wrong)
    assert lines() == []
    right = bring("sales", "110.00", "200.00")
    assert lines() == [("0", "11000", "600"), ("1", "20000", "2000")], "the refund counts for the mended line"
    versions = "select line_ref, version, import_id from sale order by line_ref, version"
    assert raw().execute(versions).fetchall() == [("0", 1, wrong), ("0", 2, right), ("1", 1, wrong), ("1", 2, right)]
    assert_in_order()


def test_refunds_too_are_imported_again_and_count_once(bring: Callable[..., int]) -> None:
    bring("sales", "100.00", "200.00")
    wrong = bring("refunds", "50.00", "60.00")
    withdraw(wrong)
    assert lines() == [("0", "10000", "1000"), ("1", "20000", "2000")]
    bring("refunds", "5.00")
    assert lines() == [("0", "10000", "950"), ("1", "20000", "2000")]
    assert_in_order()


def test_sales_are_withdrawn_and_imported_as_often_as_it_takes(bring: Callable[..., int]) -> None:
    for price, commission in (("100.00", "1000"), ("100.00", "1000"), ("0.05", "1"), ("300.00", "3000")):
        number = bring("sales", price)
        assert [net for *_, net in lines()] == [commission]
        withdraw(number)
        assert_in_order()
    assert lines() == []
