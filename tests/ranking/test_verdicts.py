"""Whether a ranking is called better than chance only where it is."""

from __future__ import annotations

import random
from datetime import date

import pytest

from app.ranking.backtests.verdicts import BETTER, FEW, SAME, WORSE, Question, difference, verdicts


def asked(knowing: float, *, brands: int = 8, cuts: int = 2, seed: int = 1, creators: int = 30) -> list[Question]:
    """Questions about creators with true rates; a method sees them so clearly (0: not at all)."""
    draw, found = random.Random(seed), []
    for brand in range(brands):
        rates = [draw.lognormvariate(0, 1) for _creator in range(creators)]
        noise = [draw.lognormvariate(0, 1) for _creator in range(creators)]
        seen = [knowing * rate + (1 - abs(knowing)) * other for rate, other in zip(rates, noise, strict=True)]
        for cut in range(cuts):
            came = [rate * draw.lognormvariate(0, 0.2) for rate in rates]
            scores = {"score": seen, "sales": noise, "followers": None}
            found.append(Question(f"b{brand}", "NL", date(2026, 1 + cut, 1), list(range(creators)), came, scores))
    return found


@pytest.mark.parametrize(("knowing", "word"), [(0.9, BETTER), (-1.0, WORSE)])
def test_who_knows_more_or_less_than_chance_is_told_from_it(knowing: float, word: str) -> None:
    found = verdicts(asked(knowing), ("score", "sales", "followers"))
    assert (found["score"].word, found["sales"].word) == (word, SAME)
    assert "followers" not in found, "nobody's followers are known: that is no grade of nothing"
    assert found["score"].chance.low < found["score"].chance.mean < found["score"].chance.high
    assert found["score"].grade.low <= found["score"].grade.mean <= found["score"].grade.high
    assert found["score"].questions == 16


def test_one_in_twenty_who_knows_nothing_is_called_something_else_and_no_more() -> None:
    """Also where the same creators come again with every cut, as luck does."""
    words = [
        verdicts(asked(0.0, seed=seed, brands=4, cuts=4, creators=15), ("sales",))["sales"].word for seed in range(60)
    ]
    assert words.count(SAME) >= 52


def test_two_methods_are_compared_by_brands_and_not_where_there_are_few() -> None:
    apart = difference(asked(0.9), "score", "sales")
    assert apart
    assert 0 < apart.low < apart.mean < apart.high
    same = difference(asked(0.0), "score", "sales")
    assert same
    assert same.low <= 0 <= same.high
    assert difference(asked(0.9, brands=FEW - 1), "score", "sales") is None
    assert difference(asked(0.9), "score", "followers") is None
    assert not verdicts(asked(0.9, brands=FEW - 1), ("score",))["score"].sure


def test_a_question_in_which_nobody_brought_anything_is_none() -> None:
    nothing = Question("b", "NL", date(2026, 1, 1), [1, 2], [0.0, -1.0], {"score": [1.0, 2.0]})
    assert verdicts([nothing], ("score",)) == {}
