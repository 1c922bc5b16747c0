"""What the friendly check says: the same as the database would, in both directions, with the day from which it is free
and never with the other brand's name."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from app.catalog.models import BrandCategory
from app.catalog.taxonomy import tree
from app.contracts.exclusivity import closures
from app.contracts.exclusivity.closures import ClaimConflict, Clash, conflicts
from app.contracts.exclusivity.numbered_claims import Plan, columns
from app.contracts.terms.sheet import (
    CarveOut,
    Exclusivity,
    Scope,
    Sheet,
)
from app.database import db, raw, statement
from app.users.models import Brand
from tests import market
from tests.cast import Cast
from tests.contracts.closing import LIGHTS, SKIN, amended, closing, sheet, signed

DAY = timedelta(days=1)
AMSTERDAM = "Europe/Amsterdam"


@pytest.fixture
def third(cast: Cast) -> Brand:
    """A brand beside those of the cast."""
    made = Brand(handle="third", name="Third Wheel", country="NL", currency="EUR", timezone=AMSTERDAM)
    made.recorded_at = market.LONG_AGO
    db.session.add(made)
    db.session.flush()
    return made


def clashes(brand: Brand, cast: Cast, terms: Sheet) -> bool:
    """Whether the database refuses it; the check has to have said so."""
    said = conflicts(cast.creators["mira"].id, brand.id, terms)
    try:
        with db.session.begin_nested():
            signed(brand, cast.creators["mira"], terms)
    except Clash:
        assert said
        return True
    assert said == []
    return False


def told(cast: Cast, terms: Sheet, **options: Any) -> ClaimConflict:
    """The only conflict that kettle would have."""
    (found,) = conflicts(cast.creators["mira"].id, cast.brands["kettle"].id, terms, **options)
    return found


def test_work_in_a_closed_category_is_blocked_until_the_cool_off_is_over(cast: Cast) -> None:
    made = signed(cast.brands["lumen"], cast.creators["mira"], sheet(LIGHTS, closing("home", cool_off_days=10)))
    found = told(cast, sheet(LIGHTS))
    ends = datetime(2026, 6, 10, 22, tzinfo=UTC)
    assert found == ClaimConflict("blocked", "Lighting", ends, ends, made.id)
    said = closures.sentence(found, AMSTERDAM)
    assert said == (
        "An exclusivity closes this until and including 10 Jun 2026: Lighting. It would be free from 11 Jun 2026."
    )
    assert "Lumen" not in said


def test_an_exclusivity_over_others_work_blocks_it(cast: Cast) -> None:
    made = signed(cast.brands["lumen"], cast.creators["mira"], sheet(LIGHTS))
    found = told(cast, sheet(SKIN, closing("home", pre_days=3)))
    ends = datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert found == ClaimConflict("blocks", "Lighting", ends, ends + 3 * DAY, made.id)
    assert closures.sentence(found, AMSTERDAM) == (
        "The creator has other work until and including 31 May 2026 in what this exclusivity would close: Lighting. "
        "It would be free from 4 Jun 2026."
    )


def test_the_free_day_leaves_room_for_the_whole_length(cast: Cast, third: Brand) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    signed(lumen, mira, sheet(LIGHTS, closing("home"), date(2026, 3, 1), date(2026, 3, 31)))
    signed(third, mira, sheet(SKIN, closing("home"), date(2026, 4, 20), date(2026, 5, 5)))
    for length, free in ((19, date(2026, 4, 1)), (20, date(2026, 5, 6))):
        found = told(cast, sheet(LIGHTS, first=date(2026, 3, 10), last=date(2026, 3, 9) + length * DAY))
        assert found.free_from == datetime(free.year, free.month, free.day, tzinfo=UTC) - timedelta(hours=2)


def test_back_to_back_periods_and_disjoint_places_pass(cast: Cast) -> None:
    kettle = cast.brands["kettle"]
    shut = closing(scope=Scope(("home",), ("tiktok",), ("NL",), ("live",)))
    signed(cast.brands["lumen"], cast.creators["mira"], sheet(LIGHTS, shut))
    here = Scope(("home.lighting",), ("all",), ("europe",), ("all",))
    assert clashes(kettle, cast, sheet(here))
    for apart in ({"territories": ("BE", "asia")}, {"platforms": ("youtube",)}, {"formats": ("post", "video")}):
        assert conflicts(cast.creators["mira"].id, kettle.id, sheet(replace(here, **apart))) == []
    assert not clashes(kettle, cast, sheet(replace(here, territories=("BE", "asia"))))
    assert not clashes(kettle, cast, sheet(here, first=date(2026, 6, 1), last=date(2026, 6, 30))), "back to back"
    assert conflicts(cast.creators["joon"].id, kettle.id, sheet(here)) == []


def test_a_day_more_or_less_decides(cast: Cast) -> None:
    mira, kettle = cast.creators["mira"].id, cast.brands["kettle"].id
    signed(cast.brands["lumen"], cast.creators["mira"], sheet(LIGHTS, closing("home", pre_days=5, cool_off_days=10)))

    def meets(first: date, last: date) -> bool:
        return bool(conflicts(mira, kettle, sheet(LIGHTS, first=first, last=last)))

    assert not meets(date(2026, 1, 1), date(2026, 2, 23))
    assert meets(date(2026, 1, 1), date(2026, 2, 24)), "five days before 1 March"
    assert meets(date(2026, 6, 10), date(2026, 7, 1)), "ten days after 31 May"
    assert not meets(date(2026, 6, 11), date(2026, 7, 1))


def test_two_may_close_out_the_same_rival_and_nobody_closes_out_themselves(cast: Cast, third: Brand) -> None:
    rivals = closing(level="named_rivals", rivals=("kettle",))
    assert not clashes(cast.brands["lumen"], cast, sheet(LIGHTS, rivals))
    assert not clashes(third, cast, sheet(LIGHTS, rivals))
    assert clashes(cast.brands["kettle"], cast, sheet(SKIN))


def test_full_closes_whatever_its_categories_say_and_a_carve_out_lets_pass_until_its_day(cast: Cast) -> None:
    shut = closing("home", level="full", carve_outs=(CarveOut("kettle", date(2026, 4, 15)),))
    signed(cast.brands["lumen"], cast.creators["mira"], sheet(LIGHTS, shut))
    kettle = cast.brands["kettle"]
    assert conflicts(cast.creators["mira"].id, kettle.id, sheet(SKIN, last=date(2026, 4, 15))) == []
    found = told(cast, sheet(SKIN, last=date(2026, 4, 16)))
    assert (found.what, found.categories) == ("blocked", "Skin care")


def test_a_carve_out_of_the_proposal_stays_where_it_is_when_the_proposal_moves(cast: Cast, third: Brand) -> None:
    """Kettle lets lumen pass until 10 March; a week later there would be less to let pass, not more."""
    mira = cast.creators["mira"]
    signed(cast.brands["lumen"], mira, sheet(LIGHTS, None, date(2026, 3, 1), date(2026, 3, 20)))
    terms = sheet(SKIN, closing("home", carve_outs=(CarveOut("lumen", date(2026, 3, 10)),)), date(2026, 3, 1))
    assert told(cast, terms).free_from == datetime(2026, 3, 20, 23, tzinfo=UTC)


def test_an_amendment_is_asked_from_its_day_and_not_against_itself(cast: Cast) -> None:
    kettle, mira = cast.brands["kettle"], cast.creators["mira"]
    signed(cast.brands["lumen"], mira, sheet(LIGHTS, closing("home"), date(2026, 3, 1), date(2026, 3, 31)))
    own = signed(kettle, mira, sheet(SKIN, closing("beauty")))
    assert told(cast, sheet(LIGHTS, closing("beauty")), except_contract=own.id).what == "blocked"
    later = replace(sheet(LIGHTS, closing("beauty")), effective_on=date(2026, 4, 1))
    assert conflicts(mira.id, kettle.id, later, except_contract=own.id) == []
    amended(own, sheet(LIGHTS, closing("beauty")), date(2026, 4, 1))


def test_what_remains_of_a_category_is_named_in_the_readers_words(cast: Cast) -> None:
    tree_of = tree("category")
    home, lights = tree_of.word("home"), tree_of.word("home.lighting")
    assert closures.category_names(((home.lo, home.hi),)) == "Home"
    rest = closures.category_names(((home.lo, lights.lo), (lights.hi, home.hi)))
    assert rest.startswith("Furniture, Home textiles")
    assert "Lighting" not in rest
    assert closures.category_names(((home.lo, home.lo + 4),)) == "Home"


def test_it_is_unknown_where_neither_the_sheet_nor_the_brand_says_what_is_sold(cast: Cast) -> None:
    lumen = cast.brands["lumen"]
    assert closures.unknown(lumen, sheet(Scope()))
    assert not closures.unknown(lumen, sheet(LIGHTS))
    db.session.add(BrandCategory(brand_id=lumen.id, node_id=tree("category").word("home").id))
    db.session.flush()
    assert not closures.unknown(lumen, sheet(Scope()))


def test_the_check_says_what_the_database_does(cast: Cast, third: Brand) -> None:
    """Contracts drawn at random, each asked about and then written."""
    draw, brands = random.Random(14), [*cast.brands.values(), third]
    nodes = {
        "categories": ["all", "home", "home.lighting", "beauty"],
        "platforms": ["all", "tiktok", "youtube"],
        "territories": ["world", "EU", "NL", "US"],
        "formats": ["live", "post"],
    }

    def scope() -> Scope:
        return Scope(**{name: tuple(draw.sample(codes, draw.choice([1, 1, 2]))) for name, codes in nodes.items()})

    def closed() -> Exclusivity | None:
        if draw.random() < 0.4:
            return None
        level = draw.choice(["full", "category", "named_rivals"])
        rivals = tuple(brand.handle for brand in draw.sample(brands, 1))
        days = {"pre_days": draw.choice([0, 5]), "cool_off_days": draw.choice([0, 20])}
        carve_outs = (CarveOut(draw.choice(brands).handle, date(2026, 3, draw.randint(1, 28))),)
        return closing(level=level, scope=scope(), rivals=rivals, carve_outs=carve_outs, **days)

    outcomes = []
    for _ in range(60):
        brand = draw.choice(brands)
        first = date(2026, 1, 1) + DAY * draw.randint(0, 300)
        taken = "select from contract where (brand_id, creator_id) = (%s, %s) and period && tstzrange(%s, %s)"
        last = first + DAY * draw.randint(0, 40)
        values = [brand.id, cast.creators["mira"].id, first, last + 2 * DAY]
        if raw().execute(taken, values).fetchone() is None:
            outcomes.append(clashes(brand, cast, sheet(scope(), closed(), first, last)))
    assert 8 < sum(outcomes) < len(outcomes) - 8


def test_a_look_up_takes_the_constraints_index(cast: Cast, owner_connection: psycopg.Connection[Any]) -> None:
    made = signed(cast.brands["lumen"], cast.creators["mira"], sheet(LIGHTS, closing("home")))
    db.session.commit()
    owner_connection.execute(
        "insert into creator (handle, name, country, languages, timezone, recorded_at)"
        " select 'c' || n, 'C', 'NL', '{nl}', 'UTC', now() from generate_series(1, 20000) n"
    )
    owner_connection.execute(
        "insert into claim (creator_id, contract_id, kind, lanes, categories, platforms, territories, formats, period)"
        " select c.id, k.contract_id, k.kind, k.lanes, k.categories, k.platforms, k.territories, k.formats, k.period"
        " from creator c, claim k where c.handle like 'c%' and k.kind = 'block'"
    )
    owner_connection.execute("analyze claim")
    owner_connection.commit()
    values = columns(Plan.of(sheet(LIGHTS, closing("home")), cast.brands["kettle"].id).proposed())
    query = statement("app.contracts", "claim_meetings")
    given = {"creator": cast.creators["mira"].id, "except": None, **values}
    plan = "\n".join(line for (line,) in raw().execute(f"explain {query}", given))  # bound as the product binds it
    assert "ex_claim_exclusive" in plan
    assert re.search(r"Index Cond: \(+creator_id = ", plan)
    assert "Seq Scan" not in plan
    assert told(cast, sheet(LIGHTS)).contract_id == made.id
