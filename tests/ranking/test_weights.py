"""The switches of the order: who changes them changes what every standing is worth."""

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

OTHERS = Weights(margin=30, category=10, audience=90, reliability=15, freshness=5)


def test_new_switches_count_at_once_and_standings_are_worked_out_by_them(cast: Cast) -> None:
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
    assert event.detail["after"]["margin"] == 30


def test_points_of_before_stay_readable(cast: Cast) -> None:
    (old,) = weights.points()
    assert (old.category, old.sales, old.audience, old.reliability, old.price, old.freshness) == (
        25,
        25,
        15,
        15,
        10,
        10,
    )
    assert [weights.weights_of(each) for each in weights.history()] == [Weights()]


def test_switches_are_read_from_a_line(cast: Cast) -> None:
    assert weights.parsed("30, 10,90,15,5") == OTHERS
    for wrong in ("", "1,2,3,4", "30,10,90,15,101", "0,10,10,10,10", "a,1,1,1,1"):
        with pytest.raises(BadInput):
            weights.parsed(wrong)


@pytest.mark.parametrize("wrong", [Weights(), Weights(margin=0), Weights(category=-1), Weights(audience=101)])
def test_switches_are_percents_and_others_than_before(cast: Cast, wrong: Weights) -> None:
    with pytest.raises(BadInput):
        weights.set(wrong, by=identity("adam"), at=AT)
    assert len(weights.history()) == 1
