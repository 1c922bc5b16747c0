"""What a brand says it sells, in place of what its products say."""

from __future__ import annotations

import pytest

from app.catalog.assortment import categories_of, declare, declared
from app.errors import BadInput
from tests import market
from tests.cast import Cast
from tests.payouts.people import identity


def test_what_is_declared_counts_in_place_of_the_products_until_it_is_taken_back(cast: Cast) -> None:
    lumen, olga = cast.brands["lumen"], identity("olga")
    market.product(lumen, category="Garden")
    assert [word.code for word in categories_of(lumen.id)] == ["garden"]
    declare(lumen, ["home.lighting", "food", "food.tea"], by=olga, at=market.NOON)
    assert [word.code for word in categories_of(lumen.id)] == ["home.lighting", "food"]
    assert declared(lumen.id) == ["home.lighting", "food"]
    with pytest.raises(BadInput, match="not one of our words"):
        declare(lumen, ["nonsense"], by=olga, at=market.NOON)
    declare(lumen, [], by=olga, at=market.NOON)
    assert declared(lumen.id) == []
    assert [word.code for word in categories_of(lumen.id)] == ["garden"]
    assert categories_of(cast.brands["kettle"].id) == []
