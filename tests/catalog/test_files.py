"""Files of products."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.database import raw
from tests.csvfiles.rows import bring, fault_of, good


def test_a_price_may_have_more_decimals_than_its_currency(app: Flask, tmp_path: Path) -> None:
    bring("products", [good("products", commissionable="no")], tmp_path)
    assert raw().execute("select price::text, commissionable from product").fetchone() == ("12.125", False)


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"price": "100000000000.01"}, "price", "more than 10^13 minor units"),
        ({"brand": "nobody"}, "brand", "there is no such brand, or it is not yours: import brands first"),
        ({"commissionable": "Yes"}, "commissionable", "write yes or no"),
        ({"name": ""}, "name", "empty: write something here"),
    ],
)
def test_a_product_that_can_not_be_is_refused(
    changes: dict[str, str], column: str, reason: str, app: Flask, tmp_path: Path
) -> None:
    assert fault_of("products", tmp_path, **changes) == (column, reason)
