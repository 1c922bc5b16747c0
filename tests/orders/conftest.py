"""The simulated Stripe for the tests of orders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import current_app

from config import settings
from tests.cast import Cast
from tests.integrations.test_stripe import SECRET
from tests.payouts.stripe_people import KEY, use_stripe
from tests.stripe_server import Provider, running


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The provider's process."""
    with running(tmp_path_factory.mktemp("provider") / "books.db") as provider:
        yield provider


@pytest.fixture
def provider(bank: Provider, cast: Cast) -> Iterator[Provider]:
    """A provider that has nothing yet."""
    before = settings()
    bank.tell(clear=True, secret=KEY, faults={}, clock=0)
    use_stripe(bank, stripe_webhook_secret=SECRET)
    yield bank
    current_app.extensions["streamcut"] = before
