"""Where a brand sends its money, with which reference, and what its sums are called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from stdnum import iso11649

from app.database import db
from app.errors import Conflict
from app.ledger import funding
from app.users.models import Brand
from tests.cast import Cast
from tests.payouts.books import IBANS, bank, earn, fund
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]
AT = datetime(2026, 11, 15, 9, tzinfo=UTC)


def funds_page(browser: FlaskClient, brand: Brand) -> str:
    answer = browser.get(f"/brands/{brand.public_id}/funds")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("with_money", [False, True])
def test_a_brand_always_sees_where_to_send_money_and_with_which_reference(
    browse: Browse, lumen: Brand, with_money: bool
) -> None:
    bank(None, IBANS[3])
    if with_money:
        fund(lumen, 5000)
    db.session.commit()
    page = funds_page(browse("bea"), lumen)
    for words in ("Streamcut B.V.", "FR14 2004 1010 0505 0001 3M02 606", funding.top_up_reference(lumen)):
        assert words in page


def test_without_an_account_of_the_platform_the_page_says_whom_to_ask(browse: Browse, lumen: Brand) -> None:
    page = funds_page(browse("olga"), lumen)
    assert "ask its finance desk where to send money" in page
    assert funding.top_up_reference(lumen) in page


def test_an_auditor_sees_only_the_end_of_the_number(browse: Browse, lumen: Brand) -> None:
    bank(None, IBANS[3])
    db.session.commit()
    page = funds_page(browse("audrey"), lumen)
    assert "2606" in page
    assert "0505" not in page


def test_every_brand_has_a_reference_of_its_own_whose_errors_show(cast: Cast) -> None:
    references = {funding.top_up_reference(brand) for brand in cast.brands.values()}
    assert len(references) == len(cast.brands)
    for reference in references:
        assert iso11649.is_valid(reference)
        assert not iso11649.is_valid(reference[:-1] + ("1" if reference[-1] == "0" else "0"))


def test_the_same_reference_comes_each_month_but_once_a_day(lumen: Brand) -> None:
    reference = funding.top_up_reference(lumen)

    def record(days: int) -> None:
        received = AT.date() - timedelta(days=days)
        funding.record(lumen, 100, "EUR", received_on=received, reference=reference, by=identity("mo"), at=AT)

    record(0)
    record(30)
    with pytest.raises(Conflict, match="on that day is recorded already"):
        record(30)


def test_one_sum_has_one_word_on_the_brands_pages(browse: Browse, cast: Cast, lumen: Brand) -> None:
    fund(lumen, 5000)
    earn(lumen, cast.creators["mira"], 3000)
    db.session.commit()
    olga = browse("olga")
    home, funds = olga.get(f"/brands/{lumen.public_id}").text, funds_page(olga, lumen)
    for name in ("cash", "payable", "pending", "in_transit", "balance"):
        label = f"<dt>{funding.SUMS[name][0]}</dt>"
        assert label in home
        assert label in funds
