"""Whatever is withdrawn, imported again and decided again in whatever order: in the end only what is left shows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database import db, raw
from app.sales.corrections import Days, redecide, withdraw_import
from tests import market
from tests.ledger import story
from tests.sales.corrected import AT
from tests.sales.facts import Market, Product, Refund, Sale, Touch
from tests.sales.markets import markets
from tests.sales.outcome import assert_as_the_oracle_says
from tests.sales.storing import Stored, empty

STEPS = ("bring", "bring", "come late", "settle", "redecide", "withdraw", "bring again")


class Story:
    """A market whose facts come in pieces, each an import of its own; touches and products come late, or never."""

    def __init__(self, whole: Market, data: st.DataObject) -> None:
        self.whole, self.data = whole, data
        self.stored = Stored(replace(whole, touches=(), products=()))
        self.late: list[Touch | Product] = data.draw(st.permutations([*whole.touches, *whole.products]))
        self.facts: list[Sale | Refund] = data.draw(st.permutations([*whole.sales, *whole.refunds]))
        self.live: dict[int, list[Sale | Refund]] = {}
        self.withdrawn: dict[int, list[Sale | Refund]] = {}
        self.versions = itertools.count(1)
        self.at = AT

    def take(self, step: str) -> None:
        """One step, committed; nothing where there is nothing to do."""
        self.stored.connection = raw()
        self.at += timedelta(minutes=1)
        match step:
            case "bring":
                self.bring(self.facts[:3])
                self.facts = self.facts[3:]
            case "come late":
                self.come(self.late[:2])
                self.late = self.late[2:]
            case "settle":
                story.settle()
            case "redecide":
                self.redecide()
            case "withdraw" if self.live:
                number = self.data.draw(st.sampled_from(sorted(self.live)))
                withdraw_import(raw(), number, by="Olga", reason="wrong", at=self.at)
                self.withdrawn[number] = self.live.pop(number)
            case "bring again" if self.withdrawn:
                self.bring(self.withdrawn.pop(self.data.draw(st.sampled_from(sorted(self.withdrawn)))))
        db.session.commit()

    def bring(self, facts: list[Sale | Refund]) -> None:
        number = market.file_import("sales")
        self.stored.add(facts, import_id=number, version=next(self.versions))
        self.live[number] = facts

    def come(self, facts: Sequence[Touch | Product]) -> None:
        for fact in facts:
            self.stored.touch(fact) if isinstance(fact, Touch) else self.stored.product(fact)

    def redecide(self) -> None:
        for brand in self.stored.brands.values():
            days = Days(date(2000, 1, 1), date(2030, 1, 1), "UTC")
            redecide(raw(), brand, days, at=self.at, by="Olga", reason="all again")

    def end(self) -> Market:
        """The rest comes, all is settled and decided again; returns what is left."""
        self.bring(self.facts)
        self.come(self.late)
        db.session.commit()
        self.take("settle")
        self.take("redecide")
        left = [fact for piece in self.live.values() for fact in piece]
        sales, refunds = ([fact for fact in facts if fact in left] for facts in (self.whole.sales, self.whole.refunds))
        return replace(self.whole, sales=tuple(sales), refunds=tuple(refunds))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(whole=markets(), steps=st.lists(st.sampled_from(STEPS), min_size=4, max_size=16), data=st.data())
def test_after_any_corrections_the_books_are_those_of_what_is_left(
    app: Flask, owner_connection: psycopg.Connection[Any], whole: Market, steps: list[str], data: st.DataObject
) -> None:
    empty(owner_connection)
    told = Story(whole, data)
    for step in steps:
        told.take(step)
    assert_as_the_oracle_says(told.end())
