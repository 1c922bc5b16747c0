"""A batch of which one part goes by a bank's file and the other by Stripe: neither takes the other for its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import current_app

from app.database import db
from app.errors import NotFound
from app.payouts.models import PayoutBatch
from app.payouts.reports import reconciliation
from config import settings
from tests.cast import Cast
from tests.payouts.books import AT, IBANS, bank, earn, fund
from tests.payouts.people import hand_over, identity
from tests.payouts.reports.messages import Booked, statement
from tests.payouts.reports.test_reports import EVENING, bring, outcomes, take_over
from tests.payouts.stripe_people import KEY, approved, go, link, payout_of, rail, started, use_stripe
from tests.stripe_server import Provider, running

LATER = AT + timedelta(hours=1)


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The provider's process."""
    with running(tmp_path_factory.mktemp("provider") / "books.db") as provider:
        yield provider


@pytest.fixture
def provider(stripe: Provider, cast: Cast) -> Iterator[Provider]:
    """The provider with 1,000.00 of ours and nothing else; the application knows it."""
    before = settings()
    stripe.tell(clear=True, secret=KEY, faults={}, clock=0, limit=0, fund={"eur": 100_000})
    use_stripe(stripe)
    yield stripe
    current_app.extensions["streamcut"] = before


@pytest.fixture
def mixed(provider: Provider, cast: Cast) -> PayoutBatch:
    """An approved batch: mira gets 50.00 by Stripe, joon 50.00 by the bank's file."""
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    link(cast.creators["mira"], provider)
    bank(cast.creators["joon"], IBANS[1], by=cast.people["sam"].id)
    for name in ("mira", "joon"):
        earn(cast.brands["lumen"], cast.creators[name], 5000)
    batch = approved()
    assert {payout_of(name).rail for name in ("mira", "joon")} == {"stripe", "sepa"}
    return batch


# -- what the bank says --


def test_a_booking_of_the_bank_is_never_a_payout_by_stripe(mixed: PayoutBatch) -> None:
    hand_over(mixed, at=AT)
    db.session.commit()
    booked = statement([Booked("50.00", reference="", own="B1")])
    assert outcomes(bring(booked)) == ["marks_paid"], "one payout has this amount at the bank, not two"
    take_over(bring(booked))
    assert [payout_of(name).status for name in ("joon", "mira")] == ["paid", "sent"]
    assert outcomes(bring(statement([Booked("50.00", own="B2")]))) == ["unmatched"]
    by_reference = statement([Booked("50.00", own="B3", reference=payout_of("mira").reference or "", name="Mira")])
    assert outcomes(bring(by_reference, name="other.xml")) == ["unmatched"]


def test_a_bank_statement_closes_what_went_to_the_bank_alone(mixed: PayoutBatch, provider: Provider) -> None:
    hand_over(mixed, at=AT)
    started(mixed)
    go(rail(provider))
    assert payout_of("mira").status == "paid"
    take_over(bring(statement([Booked("50.00", own="B1", reference=payout_of("joon").reference or "", name="Joon")])))
    (account,) = reconciliation.accounts(batch=mixed)
    assert (account.rail, account.sent, account.is_even) == ("sepa", 5000, True)
    with pytest.raises(NotFound):
        reconciliation.close(mixed.public_id, "stripe", note="all well", by=identity("mo"), at=EVENING)
    assert reconciliation.close(mixed.public_id, "sepa", note="", by=identity("mo"), at=EVENING).difference == 0
