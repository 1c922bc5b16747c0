"""The document against the product: whatever fits it is answered as it says, whatever does not is refused, nothing is
a fault of ours; as every kind of key, and as nobody. `SCHEMATHESIS=300` asks as often of each operation."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from flask import Flask, Response
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.api import callers
from app.api.batches import EXAMPLES as BODIES
from app.api.models import Scope
from app.database import db
from app.sales.jobs import settle_due
from app.tracking import domains
from app.users.models import Brand, Creator
from tests import market
from tests.api.calling import program
from tests.market import NOON
from tests.payouts.people import identity

EXAMPLES = int(os.environ.get("SCHEMATHESIS", "2"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES_OF = {"SalesSent": BODIES["sales"]}
KEYS = {"everything": list(Scope), **{scope.name.lower(): [scope] for scope in Scope}, "nobody": []}


@pytest.fixture
def busy(app: Flask, lumen: Brand, mira: Creator, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The product with something in it to read, and no pace to keep."""
    market.contract(lumen, mira, coupons=("MIRA",))
    market.stream(lumen, mira)
    market.refund(market.sale(lumen, coupon="MIRA"), 500)
    domains.add(lumen, "shop.example", by=identity("olga"), at=NOON)
    db.session.commit()
    settle_due()
    monkeypatch.setattr(callers, "BURST", 1_000_000)
    return app


@pytest.mark.parametrize("who", KEYS)
def test_the_product_keeps_what_the_document_says(busy: Flask, lumen: Brand, who: str) -> None:
    headers = {"Authorization": f"Bearer {program(busy, lumen, *KEYS[who]).secret}"} if KEYS[who] else {}
    assert len(ask_everything(busy, headers, EXAMPLES if who == "everything" else max(1, EXAMPLES // 4))) > 10


def test_an_answer_that_is_not_as_the_document_says_is_found(
    busy: Flask, lumen: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Response('{"data": [{"id": "twelve"}], "next": null}', content_type="application/json")
    monkeypatch.setattr("app.api.operations.json", lambda *_: wrong)
    headers = {"Authorization": f"Bearer {program(busy, lumen, Scope.READ).secret}"}
    with pytest.raises(FailureGroup, match="twelve"):
        ask_everything(busy, headers, 10, only="GET /api/sales")


def test_what_is_taken_although_the_document_forbids_it_is_found(
    busy: Flask, lumen: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Authorization": f"Bearer {program(busy, lumen).secret}"}
    monkeypatch.setattr(
        "app.api.operations.checked", lambda model, _value: model.model_validate(EXAMPLES_OF[model.__name__])
    )
    with pytest.raises(FailureGroup, match="should have been rejected"):
        ask_everything(busy, headers, 5, only="POST /api/sales")


def ask_everything(app: Flask, headers: dict[str, str], examples: int, only: str = "") -> set[str]:
    """Asks for each operation of the document (or one alone), so often with what fits and so often with what does not;
    fails with the first answer that breaks it. Returns what was asked for."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    limits = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize="SCHEMATHESIS" not in os.environ,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seen = set[str]()
    for operation in (result.ok() for result in schema.get_all_operations()):
        if only and operation.label != only:
            continue
        seen.add(operation.label)
        for mode in schemathesis.GenerationMode:

            @limits
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Any) -> None:
                # an address can't carry every wrong value, so that one seems to be taken; test_reading.py tries those
                checks = CHECKS if case.operation.body else CHECKS[:-1]
                case.call_and_validate(headers=headers, checks=checks)

            ask()
    return seen
