"""Names are links: in every list, a creator, brand, order or contract leads to the page its reader has of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from app.database import db
from tests import market
from tests.cast import Cast
from tests.desks.stories import pay, settled
from tests.payouts.books import fund
from tests.walking import Links

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def traded(cast: Cast) -> dict[str, str]:
    """Lumen has a contract, a stream, a sale and a payout with Mira, and promises more than it has."""
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    contract = market.contract(lumen, mira, ref="K-MIRA", coupons=("MIRA",))
    market.stream(lumen, mira, ref="S-1")
    sale = market.sale(lumen, order_ref="O-1009", coupon="MIRA")
    settled()
    payout = pay(mira, sale)
    fund(lumen, 500)
    db.session.commit()
    return {
        "lumen": str(lumen.public_id),
        "mira": str(mira.public_id),
        "contract": str(contract.public_id),
        "sale": str(sale.id),
        "payout": str(payout.public_id),
    }


BRAND, CREATOR = ("Lumen Lighting", "/market/brands/{lumen}"), ("Mira Live", "/market/creators/{mira}")
DESK, FUNDS = ("Lumen Lighting", "/brands/{lumen}"), ("Lumen Lighting", "/brands/{lumen}/funds")
ORDER = ("O-1009", "/sales/{lumen}/{sale}")
LISTS = [
    ("olga", "/brands/{lumen}/sales", [CREATOR, ORDER]),
    ("olga", "/brands/{lumen}/contracts", [CREATOR, ("K-MIRA", "/brands/{lumen}/contracts/{contract}")]),
    ("olga", "/brands/{lumen}/contracts/{contract}", [DESK, CREATOR]),
    ("olga", "/brands/{lumen}/calendar", [CREATOR]),
    ("olga", "/sales/{lumen}/{sale}", [DESK, CREATOR]),
    ("mira", "/creators/{mira}/earnings?from=2026-01-01", [BRAND, ORDER]),
    ("mira", "/creators/{mira}/contracts", [BRAND, ("K-MIRA", "/creators/{mira}/contracts/{contract}")]),
    ("mira", "/creators/{mira}/streams", [BRAND]),
    ("mira", "/creators/{mira}/payouts/{payout}", [BRAND, CREATOR]),
    ("mira", "/sales/{lumen}/{sale}", [BRAND, CREATOR]),
    ("mo", "/finance/payouts/{payout}", [DESK, CREATOR]),
    ("mo", "/finance/credit-lines", [FUNDS]),
    ("mo", "/brands/{lumen}/sales", [CREATOR, ORDER]),
    ("adam", "/admin/claims?state=all", [CREATOR]),
    ("adam", "/admin/claims?kind=brand&state=all", [DESK]),
]


@pytest.mark.parametrize(("name", "page", "links"), LISTS, ids=[f"{name} {page}" for name, page, _ in LISTS])
def test_names_in_lists_are_links_to_what_they_name(
    browse: Browse, traded: dict[str, str], name: str, page: str, links: list[tuple[str, str]]
) -> None:
    browser = browse(name)
    answer = browser.get(page.format(**traded))
    assert answer.status_code == 200
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    anchors = {(text.strip(), href) for href, text in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', main)}
    assert {(text, address.format(**traded)) for text, address in links} <= anchors
    for address in Links(answer.text).addresses:
        assert browser.get(address).status_code < 400, address


PAGES = (("olga", "/brands/{lumen}/contracts"), ("olga", "/brands/{lumen}/sales"), ("mo", "/finance/credit-lines"))


def queries(browse: Browse, made: dict[str, str]) -> list[int]:
    """How many statements each of the pages sends to the database."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    counts = []
    for name, page in PAGES:
        browser = browse(name)
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert browser.get(page.format(**made)).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(sent))
        sent.clear()
    return counts


def test_a_list_with_many_names_asks_the_database_no_more_than_one_with_few(
    browse: Browse, cast: Cast, traded: dict[str, str]
) -> None:
    few = queries(browse, traded)
    lumen, joon = cast.brands["lumen"], cast.creators["joon"]
    market.contract(lumen, joon, ref="K-JOON", coupons=("JOON",))
    for nr in range(5):
        market.sale(lumen, order_ref=f"O-2{nr}", coupon="JOON")
    fund(cast.brands["kettle"], 500)
    settled()
    assert min(few) > 0
    assert queries(browse, traded) == few
