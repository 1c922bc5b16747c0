"""What creators and brands say of themselves is stored as they said it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.creators import profiles
from app.creators.profiles import ProfileDraft
from app.database import db
from app.errors import BadInput
from app.users.models import AuditEvent
from tests.cast import Cast
from tests.payouts.people import identity

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def save(cast: Cast, **changes: Any) -> None:
    """Mira says something."""
    draft = ProfileDraft(
        about=" Lamps,\r\nlive. ",
        keywords=["Lampen", " lampen", "LED  lamps"],
        categories=["home", "home.lighting"],
        ask_commission_bps=1250,
        prices={("month", "EUR"): 500_000, ("hour", "GBP"): 9_000},
    )
    profiles.save_profile(cast.creators["mira"], replace(draft, **changes), by=identity("mira"), at=NOW)


def test_a_profile_is_stored_and_stored_anew(cast: Cast) -> None:
    mira = cast.creators["mira"].id
    assert profiles.profile_of(mira) is None
    save(cast)
    found = profiles.profile_of(mira)
    assert found
    assert (found.about, found.keywords, found.public) == ("Lamps,\nlive.", ["Lampen", "LED lamps"], False)
    assert [word.code for word in profiles.categories_of(mira)] == ["home", "home.lighting"]
    assert list(profiles.prices_of(mira).items()) == [(("hour", "GBP"), 9_000), (("month", "EUR"), 500_000)]
    save(cast, categories=["games"], prices={("post", "EUR"): 1}, public=True)
    assert [word.code for word in profiles.categories_of(mira)] == ["games"]
    assert profiles.prices_of(mira) == {("post", "EUR"): 1}
    assert found.public
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.object_kind == "profile")).all()
    assert [(event.action, event.by_name, event.object_id) for event in told] == [("save", "Mira", mira)] * 2


WRONG: list[dict[str, Any]] = [
    {"about": "x" * 4001},
    {"keywords": ["x" * 61]},
    {"keywords": [f"word {number}" for number in range(31)]},
    {"categories": ["no_such_category"]},
    {"prices": {("hour", "EUR"): 0}},
    {"prices": {("hour", "XXX"): 1}},
    {"prices": {("day", "EUR"): 1}},
    {"ask_commission_bps": 10_001},
]


def test_what_can_not_be_is_refused_before_anything_is_stored(cast: Cast) -> None:
    for wrong in WRONG:
        with pytest.raises(BadInput):
            save(cast, **wrong)
    assert profiles.profile_of(cast.creators["mira"].id) is None


def test_a_brand_says_who_it_is_and_where(cast: Cast) -> None:
    lumen, olga = cast.brands["lumen"], identity("olga")
    profiles.save_brand_profile(lumen, about="Light.", website=" https://lumen.example/nl ", by=olga, at=NOW)
    found = profiles.brand_profile_of(lumen.id)
    assert found
    assert (found.about, found.website) == ("Light.", "https://lumen.example/nl")
    for wrong in ("javascript:alert(1)", "lumen.example", "https://lumen", 'https://a.nl/"', "https://x@a.nl"):
        with pytest.raises(BadInput):
            profiles.save_brand_profile(lumen, about="", website=wrong, by=olga, at=NOW)
    profiles.save_brand_profile(lumen, about="", website="", by=olga, at=NOW)
    assert found.website == ""
