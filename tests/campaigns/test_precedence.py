"""Whose terms hold among several campaigns of a brand (rules.md B6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.campaigns.precedence import Entry, meet, winner

OPEN = Entry(1, False, date(2026, 4, 1), date(2026, 4, 30), ((0, 10),))
TARGETED = replace(OPEN, campaign_id=2, targeted=True)


def test_the_terms_of_an_invitation_go_before_those_open_to_all() -> None:
    assert winner(TARGETED, [OPEN]) is TARGETED
    assert winner(OPEN, [TARGETED]) is TARGETED


def test_of_two_of_a_kind_the_first_joined_stay() -> None:
    for kind in (OPEN, TARGETED):
        assert winner(replace(kind, campaign_id=3), [kind, replace(kind, campaign_id=4)]) is kind


def test_campaigns_that_do_not_meet_keep_their_own_terms() -> None:
    for change in ({"starts_on": date(2026, 5, 1), "ends_on": date(2026, 5, 2)}, {"categories": ((10, 20),)}):
        apart = replace(TARGETED, **change)
        assert not meet(OPEN, apart)
        assert winner(OPEN, [apart]) is OPEN


entries = st.builds(
    Entry,
    st.integers(0, 9),
    st.booleans(),
    st.dates(date(2026, 1, 1), date(2026, 1, 9)),
    st.dates(date(2026, 1, 9), date(2026, 1, 20)),
    st.tuples(st.tuples(st.integers(0, 4), st.integers(5, 9))),
)


@given(entries, st.lists(entries, max_size=4))
@settings(max_examples=40)
def test_nobody_open_wins_against_an_invitation_that_meets_it(new: Entry, joined: list[Entry]) -> None:
    wins = winner(new, joined)
    assert wins is new or (wins in joined and meet(new, wins))
    assert wins.targeted or not any(each.targeted for each in [new, *(each for each in joined if meet(new, each))])
