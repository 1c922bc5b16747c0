"""The SQL of settlement equals the oracle on every line, whatever comes in whatever order and pieces."""

from __future__ import annotations

from typing import Any

import psycopg
from flask import Flask
from hypothesis import HealthCheck, event, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.database import db, raw
from app.sales.jobs import settle_due
from app.sales.models import HOUSE_REASONS
from tests.sales import oracle
from tests.sales.facts import Market
from tests.sales.markets import markets
from tests.sales.outcome import assert_as_the_oracle_says
from tests.sales.storing import Stored, empty

Owner = psycopg.Connection[Any]
MARKETS = hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@MARKETS
@given(market=markets())
def test_every_line_is_as_the_plain_reading_of_the_spec_says(
    app: Flask, owner_connection: Owner, market: Market
) -> None:
    empty(owner_connection)
    Stored(market).add([*market.sales, *market.refunds])
    db.session.commit()
    settle_due()
    assert_as_the_oracle_says(market)
    wrong = (
        raw()
        .execute("select reason from decision where rule is null and reason <> all (%s)", [list(HOUSE_REASONS)])
        .fetchall()
    )
    assert wrong == []
    for line in oracle.settle(market).values():
        event(f"rule {line.rule}, label {line.label}")


@MARKETS
@given(market=markets(), data=st.data())
def test_order_and_pieces_change_nothing(
    app: Flask, owner_connection: Owner, market: Market, data: st.DataObject
) -> None:
    empty(owner_connection)
    stored = Stored(market)
    facts = data.draw(st.permutations([*market.sales, *market.refunds]))
    for fact in facts:
        stored.add([fact])
        if data.draw(st.booleans()):
            db.session.commit()
            settle_due(batch=data.draw(st.sampled_from([1, 2, 5000])))
            stored.connection = raw()
    db.session.commit()
    settle_due(batch=1)
    assert_as_the_oracle_says(market)
