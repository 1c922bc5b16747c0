"""Who sells what by whom, in the tests of corrections: three lines of mira's, settled."""

from __future__ import annotations

import pytest

from app.contracts.models import Contract
from app.sales.models import Sale
from app.users.models import Brand, Creator
from tests import market
from tests.sales.corrected import sold


@pytest.fixture
def deal(lumen: Brand, mira: Creator) -> Contract:
    """mira's contract: 10 %, 30 days' hold; the visitors v1 to v3 are hers."""
    made = market.contract(lumen, mira)
    for visitor in ("v1", "v2", "v3"):
        market.touch(lumen, mira, visitor)
    return made


@pytest.fixture
def sales(deal: Contract, lumen: Brand) -> list[Sale]:
    """Three settled lines of mira's, 100.00 each, of one import."""
    return sold(lumen, "v1", "v2", "v3")
