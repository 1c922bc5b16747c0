"""The contract's text says what the sheet says, in its own language, always in the same words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from flask import Flask
from flask_babel import force_locale

from app.contracts import parties
from app.contracts.signing import body
from app.contracts.terms.sheet import (
    Bonus,
    CarveOut,
    Condition,
    Exclusivity,
    Scope,
    Sheet,
    Step,
)
from app.database import db
from app.users.models import Brand, Creator
from tests.cast import Cast
from tests.contracts.test_sheet import PLAIN, RICH

FULL = replace(
    RICH,
    work=Scope(categories=("home.lighting",), platforms=("tiktok", "web"), territories=("EU", "GB"), formats=("live",)),
    exclusivity=Exclusivity(
        "category",
        Scope(categories=("home",), territories=("NL",)),
        pre_days=3,
        cool_off_days=30,
        carve_outs=(CarveOut("kettle", date(2026, 7, 31)),),
        fee=50_000,
        breach="repay_fee",
        organic_mentions=False,
        old_content="archive",
    ),
    bonuses=(
        Bonus("retainer", 100_000),
        Bonus("guarantee", 300_000, (Condition("valid_minutes", 1200), Condition("no_open_breach")), "all_or_nothing"),
        Bonus("quota", 20_000, (Condition("posts", 10), Condition("refund_rate_below", 1000))),
        Bonus(
            "threshold",
            measure="net_sales",
            period="month",
            tiering="marginal",
            sticky=True,
            steps=(Step(20_000, rate_bps=600), Step(40_000, rate_bps=800)),
        ),
        Bonus("threshold", measure="orders", period="contract", tiering="fixed", steps=(Step(100, amount=5_000),)),
    ),
    replay_bps=0,
    after_stream_bps=1250,
    off_stream_bps=725,
    cap_contract=2_000_000,
    month_minutes=4000,
    goal="Sell the\n summer lamps",
    gifts=12_345,
    law="FR",
    effective_on=None,
)


def english(sheet: Sheet, cast: Cast) -> str:
    return body.text(sheet, cast.brands["lumen"], cast.creators["mira"], "en")


def test_sections_are_numbered_and_none_is_missing(cast: Cast) -> None:
    for sheet in (PLAIN, FULL):
        headings = re.findall(r"^(\d+)\. (.+)$", english(sheet, cast), re.MULTILINE)
        assert [int(nr) for nr, _ in headings] == list(range(1, 13))
        assert [heading for _, heading in headings] == [
            *("Parties", "Term", "Work", "Commission", "What counts", "Codes", "Exclusivity", "Monthly money"),
            *("Notice and end", "Goal and gifts", "Governing law", "Further clauses"),
        ]


SENTENCES = [
    "Contract between Lumen Lighting and Mira Live\n",
    "The brand: Lumen Lighting (lumen), established and taxed in Netherlands. Contact: olga@cast.example.",
    "Legal name and address: Lumen Lighting B.V., 1 Lumen Street, 1000 AB Town, Netherlands. "
    "E-mail: legal@lumen.example.",
    "The creator: Mira Live (mira), established and taxed in Netherlands. Contact: mira@cast.example.",
    "Legal name and address: Mira Live B.V., 1 Mira Street, 1000 AB Town, Netherlands. E-mail: legal@mira.example.",
    "from 11 June 2026 up to and including 31 December 2026.",
    "the time zone Europe/Amsterdam.",
    "Categories: Lighting.\nPlatforms: TikTok, Own website or app.\nTerritories: European Union, United Kingdom.",
    "The creator earns 10% of what a sale counts for.",
    "during a stream: 15%.",
    "in the replay of a stream: 0%.",
    "after a stream to somebody who came by it: 12.5%.",
    "outside a stream: 7.25%.",
    "lies at most 14 days back.",
    "held for 30 days after the day of the sale",
    "Does VAT or another tax on the sale count? No.",
    "These codes are the creator's: MIRA10, mira é.",
    "works for no other brand in the following categories, places and forms.\nCategories: Home.",
    "It begins 3 days before the first day.",
    "It goes on for 30 days after the last day",
    "Kettle & Co may pass until and including 31 July 2026.",
    "The brand pays €500.00 a month for it.",
    "After a breach that was upheld, the month's fee for it is paid back.",
    "Mentioning others is not allowed",
    "Older content for others is archived",
    "(1) Retainer: €1,000.00 a month.",
    "(2) Guarantee: the month's commissions are topped up to €3,000.00. Retainers don't count. Conditions of the "
    "month: at least 1,200 valid streaming minutes; no open breach of the exclusivity. When one is missed, nothing",
    "(3) Quota bonus: €200.00 a month. Conditions of the month: at least 10 posts; less than 10% given back, once "
    "there are ten orders. When minutes, streams or posts are missed, it is paid in proportion",
    "(4) Threshold bonus on net sales, over each month: from €200.00: 6%; from €400.00: 8%. A step's rate holds "
    "for what lies above it; what it is above the sale's own is paid. A step that was reached is kept",
    "(5) Threshold bonus on orders, over the whole contract: from 100: €50.00. Each step that is reached pays",
    "(6) Exclusivity fee: €500.00 a month, as long as the contract holds.",
    "All bonuses of a month, without an exclusivity's fee, come to €5,000.00 at most.",
    "Those of the whole contract come to €20,000.00 at most.",
    "A stream is valid from 60 minutes on; at most 240 minutes count in a day.",
    "At most 4000 minutes count in a month.",
    "evaluated on day 5 of the next month",
    "The brand can end the contract with a notice of 30 days.",
    "The creator can end it with a notice of 14 days.",
    "Goal: Sell the summer lamps\n",
    "gifts worth €123.45.",
    "The law of this country governs the contract: France.",
    "12. Further clauses\n    Be kind.\n",
]


def test_every_term_is_said(cast: Cast) -> None:
    said = english(FULL, cast)
    assert [sentence for sentence in SENTENCES if sentence not in said] == []


def test_every_field_of_the_sheet_changes_the_text_or_is_a_fact_of_its_own(cast: Cast) -> None:
    before = english(FULL, cast)
    changes = {
        "starts_on": date(2026, 6, 12),
        "ends_on": date(2026, 12, 30),
        "timezone": "Europe/Paris",
        "currency": "GBP",
        "window_days": 7,
        "hold_days": 0,
        "commission_bps": 1,
        "in_stream_bps": 1,
        "replay_bps": 1,
        "after_stream_bps": 1,
        "off_stream_bps": None,
        "offset_bps": 0,
        "keeps_cancelled": True,
        "coupons": (),
        "work": Scope(),
        "exclusivity": None,
        "bonuses": (),
        "cap_month": 1,
        "cap_contract": 1,
        "evaluation_day": 6,
        "stream_minutes": 30,
        "day_minutes": 30,
        "month_minutes": 30,
        "notice_brand_days": 31,
        "notice_creator_days": 31,
        "goal": "",
        "gifts": 0,
        "law": "NL",
        "clauses": "",
        "effective_on": date(2026, 8, 1),
    }
    assert {*changes, "language"} == set(Sheet.__dataclass_fields__)
    assert [name for name, value in changes.items() if english(replace(FULL, **{name: value}), cast) == before] == []


def test_the_language_is_the_contracts_whoever_reads_it(lumen: Brand, mira: Creator) -> None:
    english_text = body.text(FULL, lumen, mira, "en")
    dutch = body.text(FULL, lumen, mira, "nl")
    for said in ("11 juni 2026", "Nederland", "Verlichting", "Wonen", "Frankrijk"):
        assert said in dutch
        assert said not in english_text
    with force_locale("nl"):
        assert body.text(FULL, lumen, mira, "en") == english_text
    with force_locale("en"):
        assert body.text(FULL, lumen, mira, "nl") == dutch


def test_the_same_terms_give_the_same_text(lumen: Brand, mira: Creator) -> None:
    again = Sheet.of(FULL.as_json())
    assert body.text(again, lumen, mira, "en") == body.text(FULL, lumen, mira, "en")


def test_an_amendment_says_that_it_is_one_and_from_when(cast: Cast) -> None:
    said = english(replace(PLAIN, effective_on=date(2026, 8, 1)), cast)
    assert said.startswith("Amendment of the contract between Lumen Lighting and Mira Live\n")
    assert "The terms below hold from 1 August 2026 on." in said


def test_what_people_wrote_can_not_pass_for_a_section_of_ours(cast: Cast, lumen: Brand) -> None:
    lumen.name = "Lumen\n9. Notice and end\nNobody may end it"
    sheet = replace(PLAIN, goal="x\n\n9. Notice and end", clauses="Fine.\n\n9. Notice and end\nNobody may end it.\n")
    with db.session.no_autoflush:  # the database would refuse such a name
        said = english(sheet, cast)
    assert said.count("\n9. Notice and end\n") == 1
    assert "    9. Notice and end\n    Nobody may end it." in said


def test_an_agent_is_the_contact_of_a_creator_who_does_not_sign_in(cast: Cast) -> None:
    db.session.execute(db.text("update membership set ended_at = now() where role = 'creator'"))
    assert parties.contacts(cast.creators["mira"]) == ["ada@cast.example"]
    assert "Contact: ada@cast.example." in english(PLAIN, cast)


def test_a_party_nobody_signs_for_yet_has_no_contact(cast: Cast) -> None:
    db.session.execute(db.text("update membership set ended_at = now() where role in ('creator', 'agent')"))
    assert parties.contacts(cast.creators["mira"]) == []
    assert "Contact: none yet." in english(PLAIN, cast)


def test_named_rivals_are_named(app: Flask, cast: Cast) -> None:
    closed = Exclusivity("named_rivals", rivals=("kettle", "gone"), rival_names=("Boiler Ltd",))
    assert "does not work for Kettle & Co, gone, Boiler Ltd," in english(replace(PLAIN, exclusivity=closed), cast)
    assert "works for no other brand, in the" in english(replace(PLAIN, exclusivity=Exclusivity("full")), cast)
