"""The thesaurus: every category has ideas in both languages, and no word of it misleads."""

from __future__ import annotations

from importlib.resources import files

from flask import Flask

from app.catalog.taxonomy import CATEGORY, tree
from app.creators.search import thesaurus

LINES = files("app.creators.search").joinpath("thesaurus.txt").read_text("utf-8").splitlines()


def test_every_category_has_ideas_and_every_node_is_one_of_the_tree(app: Flask) -> None:
    named = [line for line in LINES if line and line[0] not in " #"]
    assert len(named) == len(set(named))
    assert set(named) == {word.code for word in tree(CATEGORY).words}
    assert {idea.node for idea in thesaurus.ideas()} == set(named)


def test_every_idea_has_words_in_both_languages_and_an_answer_in_one() -> None:
    for line in LINES:
        if line.startswith(" "):
            assert line.count("=") == 1, line
            dutch, english = line.split("=")
            assert dutch.strip(), line
            assert english.strip(), line
    for idea in thesaurus.ideas():
        assert idea.asks, idea
        assert idea.answers, idea
        assert all(word and len(word) <= 40 for word in (*idea.asks, *idea.answers)), idea


def test_words_of_one_idea_answer_for_each_other_but_not_those_that_mean_something_else() -> None:
    assert {"music", "gitaar"} <= set(thesaurus.others("muziek"))
    assert "muziek" not in thesaurus.others("gitaar"), "a kind of it answers, and does not ask"
    assert {"sofa", "banking"} <= set(thesaurus.others("bank"))
    assert "bank" not in thesaurus.others("sofa"), "what has two meanings asks, and does not answer"
    assert "hardloopschoenen" in thesaurus.others("running shoes")
    assert thesaurus.nodes("hardloopschoenen") == ("sports.running",)
    assert thesaurus.nodes("muziek") == ("entertainment.music",)
    assert thesaurus.nodes("korting") == ()
    assert thesaurus.others("xqzt") == ()
    assert not thesaurus.known("xqzt")


def test_words_are_spelled_as_plain_words_are() -> None:
    assert thesaurus.plain("Children’s  clothes") == "children clothes"
    assert thesaurus.plain("Crème-brûlée & é") == "creme brulee e"


def test_a_word_with_another_meaning_in_dutch_asks_for_the_english_one() -> None:
    assert {"bier", "craft beer"} <= set(thesaurus.others("beer"))
    assert "beer" not in thesaurus.others("bier"), "a bear"
    assert "cycling" in thesaurus.others("wielrennen")
    assert {"fietsen", "wielrennen"} <= set(thesaurus.others("cycling"))
