"""The weights of the score: who changes them changes every standing's sum."""

from __future__ import annotations

import pytest

from app.database import db, raw
from app.errors import BadInput
from app.ranking import best_matches, scoring, weights
from app.ranking.scoring import Weights
from app.users.models import AuditEvent
from tests.campaigns.campaigning import AT
from tests.cast import Cast
from tests.payouts.people import identity
from tests.ranking import stands

OTHERS = Weights(category=10, sales=50, audience=10, reliability=10, price=10, freshness=10)


def test_new_weights_count_at_once_and_standings_are_added_up_by_them(cast: Cast) -> None:
    assert weights.now() == Weights()
    rows = [stands.row(nr, sales_index=nr / 3, reliability=1 - nr / 10, audience=nr / 7) for nr in range(1, 8)]
    stands.store(rows)
    made = weights.set(OTHERS, by=identity("adam"), at=AT)
    assert (weights.now(), weights.newest().id, made.set_by_name) == (OTHERS, made.id, "Adam")
    found = raw().execute("select creator_id, quality from standing order by creator_id").fetchall()
    assert found == [(row["creator_id"], scoring.quality(stands.stand(row), OTHERS)) for row in rows]
    ranked = best_matches.best(raw(), stands.brief(), OTHERS)
    wanted = {row["creator_id"]: scoring.score(stands.stand(row), stands.brief(), OTHERS) for row in rows}
    assert {each.creator_id: each.score for each in ranked} == wanted
    (event,) = db.session.query(AuditEvent).filter_by(object_kind="ranking")
    assert event.detail["after"]["sales"] == 50


@pytest.mark.parametrize(
    "wrong", [Weights(), Weights(sales=26), Weights(category=-1, sales=51), Weights(price=9, freshness=10)]
)
def test_weights_have_to_come_to_a_hundred_and_be_others(cast: Cast, wrong: Weights) -> None:
    with pytest.raises(BadInput):
        weights.set(wrong, by=identity("adam"), at=AT)
    assert len(weights.history()) == 1
