"""Terms a brand keeps to begin offers with."""

from __future__ import annotations

from uuid import uuid4

import pytest

from app.contracts.offers import templates
from app.errors import BadInput, NotFound
from tests.cast import Cast
from tests.contracts.tables import AT, LATER, OTHER, SHEET
from tests.contracts.test_sheet_rules import RICH
from tests.payouts.people import identity
from tests.processes.crew import count


def test_terms_are_kept_under_a_name_and_read_back_equal(cast: Cast) -> None:
    lumen, olga = cast.brands["lumen"], identity("olga")
    kept = templates.save(lumen, "  Spring   lamps ", RICH, ["currency", "starts_on"], by=olga, at=AT)
    assert (kept.name, kept.locked_fields, kept.sheet) == ("Spring lamps", ["starts_on", "currency"], RICH)
    assert templates.get_template(lumen, kept.public_id) is kept


def test_the_same_name_again_replaces_what_was_kept(cast: Cast) -> None:
    lumen = cast.brands["lumen"]
    first = templates.save(lumen, "Lamps", SHEET, ["currency"], by=identity("olga"), at=AT)
    again = templates.save(lumen, "Lamps", OTHER, by=identity("max"), at=LATER)
    assert (again.id, again.public_id) == (first.id, first.public_id)
    assert (again.sheet, again.locked_fields, again.made_at) == (OTHER, [], LATER)
    assert again.made_by == cast.people["max"].id
    assert len(templates.templates_of(lumen)) == 1


def test_each_brand_has_its_own_by_name(cast: Cast) -> None:
    lumen, kettle = cast.brands["lumen"], cast.brands["kettle"]
    for brand, name in ((lumen, "b"), (kettle, "b"), (lumen, "a")):
        templates.save(brand, name, SHEET, by=identity("olga"), at=AT)
    assert [kept.name for kept in templates.templates_of(lumen)] == ["a", "b"]
    (theirs,) = templates.templates_of(kettle)
    for public_id in (theirs.public_id, uuid4()):
        with pytest.raises(NotFound, match="no such template"):
            templates.get_template(lumen, public_id)


def test_one_is_thrown_away(cast: Cast) -> None:
    lumen = cast.brands["lumen"]
    kept = templates.save(lumen, "Lamps", SHEET, by=identity("olga"), at=AT)
    templates.remove(kept, by=identity("max"), at=LATER)
    assert templates.templates_of(lumen) == []
    assert count("audit_event where action = 'remove'") == 0  # nothing is committed by a verb


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\x07"])
def test_a_template_has_a_name(cast: Cast, name: str) -> None:
    with pytest.raises(BadInput, match="Give the template a name"):
        templates.save(cast.brands["lumen"], name, SHEET, by=identity("olga"), at=AT)


def test_only_fields_of_a_sheet_are_locked(cast: Cast) -> None:
    with pytest.raises(BadInput, match="fields you locked"):
        templates.save(cast.brands["lumen"], "Lamps", SHEET, ["price"], by=identity("olga"), at=AT)
