"""Commissions shared among all whose links a buyer followed (rules.md B3): exact to the cent, whatever is refunded."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.bonuses.settlement import evaluate
from app.contracts.models import Contract
from app.database import db, raw
from app.errors import WrongStatus
from app.payouts.checks import check_books
from app.sales import settlement
from app.sales.commissions import rejecting
from app.sales.exports import export_attributions
from app.sales.jobs import settle_due
from app.sales.models import Reason, Sale
from app.sales.splits import rules
from app.users.models import Brand, Creator
from tests import market
from tests.bonuses.promising import promise
from tests.cast import Cast
from tests.payouts.books import AT, bank, fund
from tests.payouts.people import identity
from tests.payouts.test_batches import draft, paid

SOLD = datetime(2026, 6, 20, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def split(
    brand: Brand, first: int = 2500, last: int = 5000, floor: int = 0, *, on: bool = True, at: datetime | None = None
) -> None:
    rule = rules.Rule(on, first, last, floor)
    rules.announce(brand, rule, by=identity("olga"), at=market.LONG_AGO if at is None else at)


def somebody(handle: str) -> Creator:
    about = {"country": "NL", "languages": ["nl"], "timezone": "UTC", "recorded_at": market.LONG_AGO}
    creator = Creator(handle=handle, name=handle.upper(), **about)
    db.session.add(creator)
    db.session.flush()
    return creator


def crowd(brand: Brand, number: int) -> list[Creator]:
    """So many creators with a contract of ten percent."""
    made = [somebody(f"c{index}") for index in range(number)]
    for creator in made:
        market.contract(brand, creator)
    return made


def sold(brand: Brand, creators: Sequence[Creator], base: int = 100_000) -> Sale:
    """A line whose buyer came by each of these creators, in order, an hour apart."""
    for nr, creator in enumerate(creators):
        market.touch(brand, creator, "v", SOLD - HOUR * (len(creators) - nr))
    return market.sale(brand, base, SOLD, visitor="v")


def settle() -> None:
    db.session.commit()
    settle_due()


def booked(sale: Sale) -> dict[int, int]:
    """The commission of a line by creator."""
    rows = raw().execute(
        "select creator_id, sum(case debit when 'brand_funds' then amount else -amount end)::bigint from entry"
        " where brand_id = %s and cause = %s and kind = 'commission' group by 1",
        [sale.brand_id, sale.id],
    )
    return {creator: amount for creator, amount in rows if amount}


def in_order() -> None:
    db.session.rollback()
    assert [(check.name, check.detail) for check in check_books(raw()) if not check.ok] == []


@pytest.fixture
def lumen(cast: Cast) -> Brand:
    return cast.brands["lumen"]


def test_first_and_last_have_their_parts_and_the_rest_is_equal(lumen: Brand) -> None:
    creators = crowd(lumen, 5)
    split(lumen)
    sale = sold(lumen, creators)
    settle()
    assert booked(sale) == dict(zip([each.id for each in creators], [3000, 500, 500, 500, 5500], strict=True))
    reasons = raw().execute("select reason from decision_share order by place").fetchall()
    assert [reason for (reason,) in reasons] == ["first_visit", *["visit_between"] * 3, "last_visit"]
    in_order()


def test_it_is_off_unless_the_brand_says_so_and_for_sales_from_then_on(lumen: Brand) -> None:
    creators = crowd(lumen, 3)
    sale = sold(lumen, creators)
    settle()
    split(lumen)
    split(lumen, on=False)
    other = sold(lumen, creators)
    settle()
    assert booked(sale) == booked(other) == {creators[2].id: 10_000}
    assert raw().execute("select count(*) from decision_share").fetchone() == (0,)


def test_what_was_signed_before_stays_whole_and_off_is_off_for_all(lumen: Brand) -> None:
    creators = crowd(lumen, 2)
    split(lumen, at=SOLD - 30 * HOUR)
    sale = sold(lumen, creators)
    settle()
    assert booked(sale) == {creators[1].id: 10_000}
    market.contract(lumen, third := somebody("third"), recorded_at=SOLD - 20 * HOUR)
    market.touch(lumen, third, "v", SOLD - HOUR / 2)
    later = market.sale(lumen, 100_000, SOLD, visitor="v")
    settle()
    assert booked(later) == {creators[0].id: 3_334, creators[1].id: 833, third.id: 5_833}
    split(lumen, on=False, at=SOLD - HOUR / 4)
    last = market.sale(lumen, 100_000, SOLD, visitor="v")
    settle()
    assert booked(last) == {third.id: 10_000}
    in_order()


def test_one_creator_shares_with_nobody_and_counts_once(lumen: Brand) -> None:
    one, two = crowd(lumen, 2)
    split(lumen)
    assert sold(lumen, [one, one])
    settle()
    assert raw().execute("select count(*) from decision_share").fetchone() == (0,)
    market.touch(lumen, two, "w", SOLD - 2 * HOUR)
    market.touch(lumen, one, "w", SOLD - HOUR)
    market.touch(lumen, one, "w", SOLD - 3 * HOUR)
    sale = market.sale(lumen, 100_000, SOLD, visitor="w")
    settle()
    assert booked(sale) == {one.id: 8_750, two.id: 1_250}
    in_order()


def test_five_share_at_most_the_first_and_the_latest(lumen: Brand) -> None:
    creators = crowd(lumen, 7)
    split(lumen, 0, 0)
    sale = sold(lumen, creators)
    settle()
    assert booked(sale) == {creators[nr].id: 2_000 for nr in (0, 3, 4, 5, 6)}


def test_what_lies_below_the_floor_goes_to_the_last(lumen: Brand) -> None:
    creators = crowd(lumen, 5)
    split(lumen, floor=501)
    sale = sold(lumen, creators)
    settle()
    assert booked(sale) == {creators[0].id: 3_000, creators[4].id: 7_000}
    market.refund(sale, 50_000, SOLD + HOUR)
    settle()
    assert booked(sale) == {creators[0].id: 1_500, creators[4].id: 3_500}
    in_order()


def test_a_code_and_a_stream_are_shared_with_nobody(lumen: Brand) -> None:
    creators = crowd(lumen, 2)
    split(lumen)
    market.contract(lumen, mira := somebody("coder"), coupons=("MIRA",))
    for nr, creator in enumerate(creators):
        market.touch(lumen, creator, "v", SOLD - HOUR * (2 - nr))
    sale = market.sale(lumen, 100_000, SOLD, visitor="v", coupon="MIRA")
    settle()
    assert booked(sale) == {mira.id: 10_000}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.integers(2, 5),
    first=st.integers(0, 5000),
    last=st.integers(0, 5000),
    base=st.integers(1, 20_000),
    refunds=st.lists(st.integers(1, 9_000), max_size=5),
)
def test_shares_add_up_to_the_cent_whatever_is_refunded_in_how_many_pieces(
    lumen: Brand, number: int, first: int, last: int, base: int, refunds: list[int]
) -> None:
    try:
        creators = crowd(lumen, number)
        split(lumen, first, last)
        sale = sold(lumen, creators, base)
        settle_here()
        for amount in refunds:
            market.refund(sale, amount, SOLD + HOUR)
            settle_here()
        total = ((base - min(base, sum(refunds))) * 1000 + 5000) // 10_000
        parts = [10_000 - first - last] * number
        parts[0] += number * first
        parts[-1] += number * last
        assert booked(sale) == {
            creators[nr].id: amount for nr, amount in enumerate(largest_remainder(total, parts)) if amount
        }
    finally:
        db.session.rollback()


def largest_remainder(total: int, weights: list[int]) -> list[int]:
    parts = [total * weight // sum(weights) for weight in weights]
    rests = sorted(range(len(weights)), key=lambda nr: (-(total * weights[nr] % sum(weights)), nr))
    for nr in rests[: total - sum(parts)]:
        parts[nr] += 1
    return parts


def settle_here() -> None:
    """Settles in the test's own transaction."""
    for lane in settlement.due_lanes(raw()):
        settlement.settle_batch(raw(), lane, after=0, limit=1000, at=SOLD + timedelta(days=1))


def test_the_file_of_attributions_has_a_row_for_each_share(lumen: Brand) -> None:
    creators = crowd(lumen, 3)
    split(lumen)
    sale = sold(lumen, creators)
    market.refund(sale, 50_000, SOLD + HOUR)
    settle()
    out = io.BytesIO()
    export_attributions(out)
    rows = [line.split(",") for line in out.getvalue().decode().splitlines()[1:]]
    found = sorted((row[6], row[13], row[14], row[16], row[17]) for row in rows)
    assert found == [
        ("c0", "3334", "0", "1667", "0"),
        ("c1", "833", "0", "417", "0"),
        ("c2", "5833", "5000", "2916", "2500"),
    ]
    assert sorted(booked(sale).values()) == [417, 1667, 2916]


def test_the_file_has_the_fee_also_where_the_winner_has_no_share_and_is_sorted_by_creator(lumen: Brand) -> None:
    creators = crowd(lumen, 4)
    split(lumen, 10_000, 0)
    sale = sold(lumen, [creators[nr] for nr in (2, 0, 3, 1)])
    settle()
    assert booked(sale) == {creators[2].id: 10_000}
    out = io.BytesIO()
    assert export_attributions(out) == 2
    rows = [line.split(",") for line in out.getvalue().decode().splitlines()[1:]]
    assert [(row[6], row[13], row[14]) for row in rows] == [("c1", "0", "5000"), ("c2", "10000", "0")]


def seen(browser: FlaskClient, page: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", browser.get(page).get_data(as_text=True)))


def test_each_reads_their_own_share_and_the_brand_all(
    browse: Callable[[str], FlaskClient], cast: Cast, lumen: Brand
) -> None:
    mira, joon = cast.creators["mira"], cast.creators["joon"]
    for creator in (mira, joon):
        market.contract(lumen, creator)
    split(lumen)
    sale = sold(lumen, [mira, joon])
    settle()
    assert booked(sale) == {mira.id: 3_750, joon.id: 6_250}
    page = f"/sales/{lumen.public_id}/{sale.id}"
    mine, theirs, whole = (seen(browse(name), page) for name in ("mira", "joon", "olga"))
    assert "2 creators share this commission" in mine
    assert "You see your own share." in mine
    assert "The buyer’s first visit: the part of the first, and of what all share. €37.50" in mine
    assert "€62.50" not in mine
    assert joon.name not in mine
    assert "€62.50" in theirs
    assert "€37.50" not in theirs
    assert mira.name not in theirs
    assert "€37.50" in whole
    assert "€62.50" in whole
    assert sale.order_ref in seen(browse("mira"), f"/creators/{mira.public_id}/earnings")
    days = "from=2026-06-01&to=2026-06-30"
    assert sale.order_ref not in seen(browse("mira"), f"/creators/{mira.public_id}/near-misses?{days}")
    assert browse("kim").get(page).status_code == 404


def test_a_line_that_is_given_to_nobody_is_shared_no_more(lumen: Brand) -> None:
    creators = crowd(lumen, 3)
    split(lumen)
    sale = sold(lumen, creators)
    settle()
    raw().execute(
        "insert into decision (brand_id, sale_id, nr, reason, decided_at, decided_by, note)"
        " values (%s, %s, 2, 'returned', now(), 'Olga', 'It came back.')",
        [lumen.id, sale.id],
    )
    market.due(sale)
    settle()
    assert booked(sale) == {}
    in_order()


def test_a_day_that_is_moved_moves_every_share(lumen: Brand) -> None:
    creators = crowd(lumen, 3)
    split(lumen)
    sale = sold(lumen, creators)
    settle()
    before = booked(sale)
    market.contract(lumen, late := somebody("late"))
    market.touch(lumen, late, "v", SOLD - 4 * HOUR)
    raw().execute(
        "insert into decision select brand_id, sale_id, 2, rule, label, reason, creator_id, contract_id, terms_id,"
        " stream_id, touch_id, rate_bps, rate_from, fee_bps, available_on + 7, now(), 'Olga', 'Later.' from decision"
        " where sale_id = %s",
        [sale.id],
    )
    market.due(sale)
    settle()
    assert booked(sale) == before
    days = raw().execute(
        "select creator_id, available_on, sum(case debit when 'brand_funds' then amount else -amount end)::bigint"
        " from entry where cause = %s and kind = 'commission' group by 1, 2 having sum(case debit when 'brand_funds'"
        " then amount else -amount end) <> 0",
        [sale.id],
    )
    assert {(creator, day): amount for creator, day, amount in days} == {
        (creator, date(2026, 7, 27)): amount for creator, amount in before.items()
    }
    in_order()


def test_what_is_paid_of_one_share_keeps_all_of_them(lumen: Brand) -> None:
    creators = crowd(lumen, 2)
    split(lumen)
    sale = sold(lumen, creators)
    settle()
    fund(lumen, 100_000)
    bank(creators[0])  # nobody knows yet where the winner's is paid to
    assert paid(draft()) == {creators[0].id: 3_750}
    db.session.commit()
    with pytest.raises(WrongStatus, match="A part of this commission is paid"):
        rejecting.reject(lumen.id, sale.id, Reason.RETURNED, "It came back.", by=identity("olga"), at=AT)
    db.session.rollback()
    assert booked(sale) == {creators[0].id: 3_750, creators[1].id: 6_250}


def test_a_guarantee_counts_each_share_for_its_own_contract(lumen: Brand) -> None:
    creators = crowd(lumen, 3)
    for creator in creators:
        contract = db.session.query(Contract).filter_by(creator_id=creator.id).one()
        promise(contract, "guarantee", 20_000)
    split(lumen)
    sold(lumen, creators)
    settle()
    evaluate(raw(), date(2026, 6, 1), stage="provisional", at=datetime(2026, 7, 6, tzinfo=UTC))
    tops = dict(raw().execute("select creator_id, amount from entry where kind = 'bonus'").fetchall())
    assert tops == {creators[0].id: 20_000 - 3_334, creators[1].id: 20_000 - 833, creators[2].id: 20_000 - 5_833}


def test_a_guarantee_for_a_part_of_the_month_counts_shares_too(lumen: Brand) -> None:
    creators = crowd(lumen, 2)
    for creator in creators:
        contract = db.session.query(Contract).filter_by(creator_id=creator.id).one()
        promise(contract, "guarantee", 30_000, days=(date(2026, 6, 16), date(2026, 12, 31)))
    split(lumen)
    sold(lumen, creators)
    settle()
    evaluate(raw(), date(2026, 6, 1), stage="provisional", at=datetime(2026, 7, 6, tzinfo=UTC))
    tops = dict(raw().execute("select creator_id, amount from entry where kind = 'bonus'").fetchall())
    assert tops == {creators[0].id: 15_000 - 3_750, creators[1].id: 15_000 - 6_250}


def test_the_owner_sets_it_and_creators_read_it(browse: Callable[[str], FlaskClient], lumen: Brand) -> None:
    olga = browse("olga")
    assert "Commissions are not shared" in seen(olga, f"/market/brands/{lumen.public_id}")
    page = f"/brands/{lumen.public_id}/sharing"
    wrong = olga.post(page, data={"is_on": "y", "first_bps": "60", "last_bps": "50"})
    assert wrong.status_code == 422
    assert "more than 100 percent together" in wrong.text
    given = {"is_on": "y", "first_bps": "25", "last_bps": "50", "floor": "0.50"}
    assert olga.post(page, data=given).status_code == 303
    assert olga.post(page, data=given).status_code == 303
    assert raw().execute("select count(*), max(floor) from split_rule").fetchone() == (1, 50)
    text = seen(browse("mira"), f"/market/brands/{lumen.public_id}")
    assert "25% goes to the first, 50% to the last, and the rest equally to all of them." in text
    assert "A share of less than €0.50 goes to the last." in text
