"""Issuing: what is due, once; numbers without gaps, two at once; credit notes; nothing of it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier, Thread
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from app.database import db, raw
from app.invoicing import agreements, issuing
from app.invoicing.models import Invoice
from app.users.models import Brand, Creator
from tests.invoicing.taxed import BRAND, CREATOR, VAT, agreed, of_country, profile
from tests.payouts.books import balances, earn
from tests.payouts.people import identity

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
AT = datetime(2026, 11, 3, 9, tzinfo=UTC)


def bill(brand: Brand, creator: Creator, month: date = OCTOBER, at: datetime = AT) -> list[Invoice]:
    return issuing.self_bill(brand, creator, "EUR", month, at=at)


def signed(brand: Brand, creator: Creator) -> None:
    profile(brand), profile(creator)
    agreed(brand, creator)


def test_what_was_earned_is_invoiced_once_with_vat_by_line(lumen: Brand, mira: Creator) -> None:
    signed(lumen, mira)
    earn(lumen, mira, 12_345, date(2026, 10, 9))
    earn(lumen, mira, 10_002, date(2026, 10, 31), kind="bonus")
    earn(lumen, mira, 7_777, date(2026, 11, 1))  # the next month's
    before = balances()[("creator", lumen.id, mira.id)]
    (invoice,) = bill(lumen, mira)
    assert (invoice.number, invoice.kind, invoice.type_code) == (f"SB{lumen.id}-2026-00001", "self_billed", "389")
    assert (invoice.net, invoice.tax) == (22_347, 2592 + 2100)  # each line rounded by itself
    assert [line["net"] for line in invoice.detail["lines"]] == [12_345, 10_002]
    assert invoice.object_until == date(2026, 11, 17)
    assert balances()[("creator", lumen.id, mira.id)] == before + invoice.tax  # VAT is paid out like the rest
    assert bill(lumen, mira) == []
    (later,) = bill(lumen, mira, NOVEMBER)
    assert (later.nr, later.net) == (2, 7_777)


def test_what_is_taken_back_before_it_was_invoiced_makes_it_less(lumen: Brand, mira: Creator) -> None:
    signed(lumen, mira)
    earn(lumen, mira, 10_000, date(2026, 10, 9), cause=7001)
    earn(lumen, mira, -4_000, date(2026, 10, 9), cause=7001, seq=2)
    assert [invoice.net for invoice in bill(lumen, mira)] == [6_000]


def test_what_is_taken_back_afterwards_makes_a_credit_note_as_the_invoice_was_taxed(
    lumen: Brand, mira: Creator
) -> None:
    signed(lumen, mira)
    earn(lumen, mira, 10_000, date(2026, 10, 9), cause=7001)
    (invoice,) = bill(lumen, mira)
    earn(lumen, mira, -4_000, date(2026, 11, 9), cause=7001, seq=2)
    earn(lumen, mira, 5_000, date(2026, 11, 9))
    profile(mira, replace(CREATOR, scheme="small_business"))  # from now on without VAT
    credit, next_one = bill(lumen, mira, NOVEMBER)
    assert (credit.kind, credit.type_code, credit.corrects_id) == ("self_billed_credit", "261", invoice.id)
    assert (credit.net, credit.tax, credit.nr) == (4_000, 840, 2)
    assert (next_one.net, next_one.tax, next_one.tax_case) == (5_000, 0, "domestic_exempt")
    assert credit.detail["title"] == "Creditfactuur uitgereikt door afnemer"
    vat = raw().execute("select debit, amount from entry where kind = 'vat' order by id").fetchall()
    assert vat == [("brand_funds", 2100), ("creator", 840)]
    assert bill(lumen, mira, NOVEMBER) == []


def test_a_rest_below_zero_waits(lumen: Brand, mira: Creator) -> None:
    signed(lumen, mira)
    earn(lumen, mira, -4_000, date(2026, 10, 9), kind="bonus")
    assert bill(lumen, mira) == []
    earn(lumen, mira, 5_000, date(2026, 11, 9))
    (invoice,) = bill(lumen, mira, NOVEMBER)
    assert [(line["kind"], line["net"], line["tax"]) for line in invoice.detail["lines"]] == [
        ("commission", 5_000, 1050),
        ("bonus", -4_000, -840),
    ]


def test_without_an_agreement_in_force_nothing_is_written(lumen: Brand, mira: Creator) -> None:
    profile(lumen), profile(mira)
    earn(lumen, mira, 5_000, date(2026, 10, 9))
    assert (bill(lumen, mira), issuing.due_pairs(OCTOBER)) == ([], [])
    agreed(lumen, mira)
    assert issuing.due_pairs(OCTOBER) == [(lumen.id, mira.id, "EUR")]
    profile(lumen, replace(BRAND, vat_number=VAT["NL"]))
    assert (bill(lumen, mira), issuing.due_pairs(OCTOBER)) == ([], [])
    profile(lumen)
    assert (bill(lumen, mira), issuing.due_pairs(OCTOBER)) == ([], [])
    agreements.end(agreed(lumen, mira), "no more", side="brand", by=identity("olga"), at=AT)
    assert bill(lumen, mira) == []
    agreed(lumen, mira)
    assert [invoice.net for invoice in bill(lumen, mira)] == [5_000]


def test_what_was_payable_before_the_first_agreement_is_the_creators_own_to_invoice(
    lumen: Brand, mira: Creator
) -> None:
    profile(lumen), profile(mira)
    earn(lumen, mira, 5_000, date(2026, 10, 9), cause=7001)
    agreed(lumen, mira, at=datetime(2026, 10, 20, tzinfo=UTC))
    earn(lumen, mira, -2_000, date(2026, 10, 25), cause=7001, seq=2)
    earn(lumen, mira, 9_000, date(2026, 10, 25))
    assert [invoice.net for invoice in bill(lumen, mira)] == [9_000]


def test_who_becomes_a_private_person_gets_no_invoice(lumen: Brand, mira: Creator) -> None:
    profile(lumen, replace(BRAND, scheme="small_business", vat_number=None))
    profile(mira, replace(CREATOR, scheme="small_business"))
    agreed(lumen, mira)
    earn(lumen, mira, 5_000, date(2026, 10, 9))
    profile(mira, of_country(CREATOR, "PL", scheme="small_business"))
    assert bill(lumen, mira) == []


def test_an_invoice_keeps_what_was_true_when_it_was_issued(lumen: Brand, mira: Creator) -> None:
    signed(lumen, mira)
    earn(lumen, mira, 5_000, date(2026, 10, 9))
    (invoice,) = bill(lumen, mira)
    profile(mira, replace(CREATOR, town="Delft"))
    db.session.commit()
    assert db.session.get_one(Invoice, invoice.id).detail["seller"]["town"] == "Utrecht"


def test_numbers_begin_again_each_year(lumen: Brand, mira: Creator) -> None:
    signed(lumen, mira)
    earn(lumen, mira, 5_000, date(2026, 10, 9))
    earn(lumen, mira, 5_000, date(2026, 11, 9))
    bill(lumen, mira)
    (new,) = bill(lumen, mira, NOVEMBER, at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))  # the year began in Amsterdam
    assert (new.number, new.issued_on) == (f"SB{lumen.id}-2027-00001", date(2027, 1, 1))


def test_a_rollback_leaves_no_gap(lumen: Brand, mira: Creator) -> None:
    signed(lumen, mira)
    earn(lumen, mira, 5_000, date(2026, 10, 9))
    db.session.commit()
    bill(lumen, mira)
    db.session.rollback()
    (invoice,) = bill(lumen, mira)
    assert invoice.nr == 1


def test_two_at_once_issue_everything_once_and_without_gaps(
    app: Flask, lumen: Brand, mira: Creator, joon: Creator
) -> None:
    signed(lumen, mira)
    profile(joon)
    agreed(lumen, joon)
    for creator in (mira, joon):
        earn(lumen, creator, 5_000, date(2026, 10, 9))
    db.session.commit()
    ids, together, faults = (lumen.id, mira.id, joon.id), Barrier(4), list[BaseException]()

    def run(creator_id: int) -> None:
        with app.app_context():
            try:
                brand, creator = db.session.get_one(Brand, ids[0]), db.session.get_one(Creator, creator_id)
                together.wait(20)
                bill(brand, creator)
                db.session.commit()
            except BaseException as fault:  # told to the test
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(each,)) for each in (ids[1], ids[2], ids[1], ids[2])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    found = db.session.execute(select(Invoice.nr, Invoice.net).order_by(Invoice.nr)).all()
    assert [tuple(row) for row in found] == [(1, 5_000), (2, 5_000)]


def test_not_even_the_owner_of_the_tables_changes_or_skips_one(
    lumen: Brand, mira: Creator, owner_connection: psycopg.Connection[Any]
) -> None:
    signed(lumen, mira)
    earn(lumen, mira, 5_000, date(2026, 10, 9))
    bill(lumen, mira)
    db.session.commit()
    copied = (
        "insert into invoice (kind, series, year, nr, number, brand_id, creator_id, agreement_id, month, currency,"
        " tax_case, type_code, net, tax, rate_bps, issued_on, issued_at, due_on, object_until, detail)"
        " select kind, series, year, nr + 2, number || 'x', brand_id, creator_id, agreement_id, month, currency,"
        " tax_case, type_code, net, tax, rate_bps, issued_on, issued_at, due_on, object_until, detail from invoice"
    )
    for statement in (
        "update invoice set net = 1",
        "delete from invoice_entry",
        "delete from self_billing_signature",
        copied,
    ):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
            owner_connection.execute(statement)
        owner_connection.rollback()
