"""Compounds and forms of Dutch words."""

from __future__ import annotations

import pytest

from app.creators.search import compounds

KNOWN = frozenset("hardloop schoenen schoen huid verzorging gezicht creme kinder boek kast lamp tas zon".split())


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("hardloopschoenen", ("hardloop", "schoenen")),
        ("gezichtscreme", ("gezicht", "creme")),
        ("boekenkast", ("boek", "kast")),
        ("kinderhardloopschoenen", ("kinder", "hardloop", "schoenen")),
        ("schoenen", ()),
        ("hanglamp", ()),
        ("huid", ()),
        ("huidverzorging2", ()),
        ("кроссовки", ()),
        ("schoen" * 7, ()),
        ("zon" * 5, ()),
    ],
)
def test_a_compound_is_made_of_the_fewest_known_words(word: str, parts: tuple[str, ...]) -> None:
    assert compounds.split(word, KNOWN) == parts


def test_what_is_a_lamp_is_found_as_a_lamp_though_nobody_knows_how_it_hangs() -> None:
    assert compounds.head("hanglamp", KNOWN) == "lamp"
    assert compounds.head("lamp", KNOWN) == ""
    assert compounds.also("hardloopschoenen", KNOWN) == ("hardloopschoen", "hardloop", "schoenen", "schoen")


def test_one_thing_and_several_are_the_same_word() -> None:
    said = "tassen lopen huizen schoenen sieraden lampen dieven sneakers".split()
    ones = [form for word in said for form in compounds.forms(word)]
    assert ones == "tas loop huis schoen sieraad lamp dief sneaker".split()
    assert [form for word in ("tas", "en", "bs", "teen", "123en") for form in compounds.forms(word)] == []


def test_every_part_of_a_compound_is_among_its_pieces() -> None:
    pieces = set(compounds.pieces("gezichtscreme"))
    assert {"gezicht", "creme"} < pieces
    assert list(compounds.pieces("huid")) == []
