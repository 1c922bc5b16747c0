"""Lists, tags and notes: a brand's own, and nobody else's."""

from __future__ import annotations

from uuid import uuid4

import pytest

from app.creators import shortlists
from app.errors import BadInput, Conflict, NotFound
from tests.cast import Cast
from tests.market import NOON
from tests.payouts.people import identity


def test_a_list_has_a_name_of_its_own_and_creators_once(cast: Cast) -> None:
    lumen, (mira, joon) = cast.brands["lumen"], (cast.creators["mira"], cast.creators["joon"])
    spring = shortlists.create(lumen, "  Spring  shows ", by=identity("olga"), at=NOON)
    assert spring.name == "Spring shows"
    for name, error in (("Spring shows", Conflict), ("", BadInput), ("x" * 81, BadInput), ("a\x00b", BadInput)):
        with pytest.raises(error):
            shortlists.create(lumen, name, by=identity("olga"), at=NOON)
    assert shortlists.add(spring, [mira, joon], by=identity("olga"), at=NOON) == 2
    assert (
        shortlists.add(spring, [mira], by=identity("olga"), at=NOON)
        == shortlists.add(spring, [], by=identity("olga"), at=NOON)
        == 0
    )
    assert shortlists.lists_of(lumen) == [(spring, 2)]
    assert shortlists.lists_with(lumen, mira) == [spring]
    assert shortlists.remove(spring, [mira]) == 1
    assert shortlists.remove(spring, [mira]) == 0
    assert shortlists.lists_with(lumen, mira) == []
    summer = shortlists.create(lumen, "Summer", by=identity("olga"), at=NOON)
    with pytest.raises(Conflict, match="already have a list called “Summer”"):
        shortlists.rename(spring, "Summer", by=identity("olga"), at=NOON)
    assert shortlists.rename(spring, "Autumn", by=identity("olga"), at=NOON).name == "Autumn"
    shortlists.delete_list(spring, by=identity("olga"), at=NOON)
    assert shortlists.lists_of(lumen) == [(summer, 0)]


def test_another_brand_sees_none_of_it(cast: Cast) -> None:
    lumen, kettle, mira = cast.brands["lumen"], cast.brands["kettle"], cast.creators["mira"]
    spring = shortlists.create(lumen, "Spring", by=identity("olga"), at=NOON)
    shortlists.create(kettle, "Spring", by=identity("kim"), at=NOON)
    shortlists.add(spring, [mira], by=identity("olga"), at=NOON)
    shortlists.set_tags(lumen, mira, ["funny"], by=identity("olga"), at=NOON)
    shortlists.note(lumen, mira, "Called her.", by=identity("olga"), at=NOON)
    with pytest.raises(NotFound):
        shortlists.get_list(kettle, spring.public_id)
    assert not (shortlists.lists_with(kettle, mira))
    assert not (shortlists.all_tags(kettle))
    assert not (shortlists.notes(kettle, mira))
    assert shortlists.tags_of(kettle, [mira.id]) == {}
    with pytest.raises(NotFound):
        shortlists.creators([mira.public_id, uuid4()])


def test_tags_are_small_letters_each_once_and_replace_those_before(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    saved = shortlists.set_tags(lumen, mira, ["Funny ", "funny", "  very  Calm", ""], by=identity("max"), at=NOON)
    assert saved == ["funny", "very calm"]
    shortlists.set_tags(lumen, mira, ["calm", "funny"], by=identity("max"), at=NOON)
    assert shortlists.tags_of(lumen, [mira.id]) == {mira.id: ["calm", "funny"]}
    for wrong in (["x" * 41], [f"t{number}" for number in range(21)]):
        with pytest.raises(BadInput):
            shortlists.set_tags(lumen, mira, wrong, by=identity("max"), at=NOON)
    shortlists.set_tags(lumen, mira, [], by=identity("max"), at=NOON)
    assert shortlists.all_tags(lumen) == []


def test_notes_say_who_wrote_them_the_newest_first(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    shortlists.note(lumen, mira, " First. ", by=identity("olga"), at=NOON)
    shortlists.note(lumen, mira, "Second.", by=identity("max"), at=NOON)
    shown = [(note.body, note.writer.name) for note in shortlists.notes(lumen, mira)]
    assert shown == [("Second.", "Max"), ("First.", "Olga")]
    for wrong in (" ", "x" * 4001):
        with pytest.raises(BadInput):
            shortlists.note(lumen, mira, wrong, by=identity("olga"), at=NOON)
