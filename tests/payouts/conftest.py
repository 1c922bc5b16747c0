"""What tests of payouts share."""

from __future__ import annotations

import pytest

from app.payouts.batches import bankfiles


@pytest.fixture
def plain_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bank's files have their own tests; checking one against its schema takes as long as everything here."""
    monkeypatch.setitem(bankfiles.MAKERS, "sepa", (bankfiles.payment_list, "csv"))
