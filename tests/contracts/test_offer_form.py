"""The form of an offer: what it shows is what it reads, strictly, and errors stand at their fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.contracts.forms.offers import (
    OfferForm,
    SendForm,
    TermsForm,
)
from app.contracts.terms import sheet_rules
from app.contracts.terms.sheet import (
    Bonus,
    CarveOut,
    Condition,
    Exclusivity,
    Scope,
    Sheet,
    Step,
    usual_terms,
)
from tests.contracts.dealing import changed, sent

ZONE = ("EUR", "Europe/Amsterdam")
AT = datetime(2026, 5, 1, tzinfo=UTC)
PLAIN = Sheet(date(2026, 6, 1), date(2026, 12, 31), "Europe/Amsterdam", "EUR", 1000)
EVERYTHING = replace(
    PLAIN,
    commission_bps=725,
    in_stream_bps=0,
    replay_bps=10_000,
    after_stream_bps=5,
    off_stream_bps=1250,
    offset_bps=2550,
    keeps_cancelled=True,
    window_days=90,
    hold_days=0,
    coupons=("MIRA 10", "SUMMER,2"),
    work=Scope(("beauty.hair", "food"), ("tiktok", "web"), ("EU", "NL", "GB"), ("live", "video")),
    exclusivity=Exclusivity(
        "named_rivals",
        Scope(("home",), ("tiktok",), ("NL",), ("live",)),
        rivals=("kettle",),
        rival_names=("Candle & Co", "Who else"),
        pre_days=3,
        cool_off_days=14,
        carve_outs=(CarveOut("kettle", date(2026, 7, 31)),),
        fee=12_050,
        breach="repay_fee",
        organic_mentions=False,
        old_content="archive",
    ),
    bonuses=(
        Bonus("retainer", 50_000),
        Bonus(
            "guarantee",
            300_000,
            (Condition("valid_minutes", 1200), Condition("no_open_breach"), Condition("refund_rate_below", 1550)),
            "all_or_nothing",
            counts_retainer=True,
        ),
        Bonus("quota", 1, (Condition("valid_streams", 4), Condition("posts", 2))),
        Bonus(
            "threshold",
            measure="net_sales",
            period="contract",
            tiering="marginal",
            sticky=True,
            steps=(Step(20_000, 600), Step(40_050, 800)),
        ),
    ),
    cap_month=100_000,
    cap_contract=900_000,
    evaluation_day=28,
    stream_minutes=30,
    day_minutes=600,
    month_minutes=6000,
    notice_brand_days=0,
    notice_creator_days=365,
    goal="Spring lamps",
    gifts=9_900,
    law="FR",
    language="nl",
    clauses="One.\n\n  Two, with <b>angles</b> & more.",
    effective_on=date(2026, 8, 1),
)
COUNTED = replace(
    PLAIN,
    bonuses=(
        Bonus(
            "threshold",
            measure="orders",
            period="month",
            tiering="fixed",
            steps=(Step(10, None, 500), Step(99, None, 7)),
        ),
    ),
)


def shown(app: Flask, sheet: Sheet, **about: Any) -> MultiDict[str, str]:
    with app.test_request_context():
        form = TermsForm(sheet.currency, sheet.timezone, base=sheet, amends=sheet.effective_on is not None, **about)
        form.fill(sheet, "Hello")
        return sent(form)


def read(
    app: Flask, data: Any, base: Sheet | None = None, kind: type[TermsForm] = TermsForm, **about: Any
) -> TermsForm:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(method="POST", data=data):
        amends = "effective_on" in data
        form = kind(*((base.currency, base.timezone) if base else ZONE), base=base, amends=amends, **about)
        form.validate_on_submit()
    return form


@pytest.mark.parametrize("sheet", [PLAIN, EVERYTHING, COUNTED, usual_terms("UTC", "EUR", date(2026, 12, 2))])
def test_what_is_shown_and_sent_again_is_the_same_sheet(app: Flask, sheet: Sheet) -> None:
    form = read(app, shown(app, sheet), base=sheet)
    assert form.errors == {}
    assert form.sheet() == sheet
    assert form.message.data == "Hello"


@pytest.mark.parametrize("sheet", [PLAIN, EVERYTHING, COUNTED])
def test_every_part_of_a_sheet_is_read_from_the_form_and_not_from_what_was_before(app: Flask, sheet: Sheet) -> None:
    assert read(app, shown(app, sheet), base=replace(PLAIN, clauses="Before.", bonuses=())).sheet() == sheet


def test_an_amount_has_the_decimals_of_its_currency(app: Flask) -> None:
    yen = replace(PLAIN, currency="JPY", cap_month=1500, bonuses=(Bonus("retainer", 70_000),))
    data = shown(app, yen)
    assert (data["cap_month"], data["retainer_amount"]) == ("1500", "70000")
    assert read(app, data, base=yen).sheet() == yen


BAD = [
    ("commission_bps", "7.255"),
    ("commission_bps", "100.01"),
    ("commission_bps", "-1"),
    ("commission_bps", "7,5,1"),
    ("commission_bps", "\N{ARABIC-INDIC DIGIT SEVEN}"),
    ("commission_bps", "1e1"),
    ("commission_bps", ""),
    ("commission_bps", " "),
    ("in_stream_bps", "five %"),
    ("window_days", "1.5"),
    ("window_days", "\N{FULLWIDTH DIGIT ONE}4"),
    ("window_days", ""),
    ("window_days", " \t"),
    ("hold_days", "\N{NO-BREAK SPACE}"),
    ("notice_brand_days", " "),
    ("retainer_amount", "12.345"),
    ("retainer_amount", "1,00,0"),
    ("guarantee_minutes", "-4"),
    ("starts_on", "1 June"),
    ("starts_on", ""),
    ("work_formats", "dance"),
    ("exclusivity_level", "everything"),
    ("exclusivity_carve_outs", "kettle"),
    ("exclusivity_carve_outs", "kettle 2026-02-30"),
    ("threshold_from_1", "ten"),
    ("threshold_rate_4", "5"),
    ("law", "Elsewhere"),
]


def test_what_can_not_be_read_is_said_at_its_field(app: Flask) -> None:
    fine = shown(app, PLAIN)
    for name, text in BAD:
        place = "threshold_from_4" if name == "threshold_rate_4" else name
        assert list(read(app, changed(fine, **{name: text}), base=PLAIN).errors) == [place], (name, text)


def test_the_steps_of_a_threshold_are_read_by_what_it_measures(app: Flask) -> None:
    data = changed(shown(app, PLAIN), threshold_measure="orders", threshold_from_1="12.50", threshold_rate_1="5")
    assert list(read(app, data, base=PLAIN).errors) == ["threshold_from_1"]
    data["threshold_measure"] = "net_sales"
    (bonus,) = read(app, data, base=PLAIN).sheet().bonuses
    assert bonus.steps == (Step(1250, 500),)


def test_what_the_rules_say_stands_at_the_field_that_says_it(app: Flask) -> None:
    wrong = replace(
        PLAIN,
        ends_on=date(2026, 5, 2),
        coupons=("A", "a"),
        exclusivity=Exclusivity("full", pre_days=31),
        bonuses=(
            Bonus("retainer", 0),
            Bonus("quota", 5, (Condition("posts", 0),)),
            Bonus("threshold", measure="orders", period="month", tiering="marginal"),
        ),
        language="nl",
    )
    form = read(app, shown(app, wrong), base=PLAIN)
    assert form.errors == {}
    with app.test_request_context():
        form.take(sheet_rules.problems(form.sheet(), at=AT), form.sheet())
    assert set(form.errors) == {
        "ends_on",
        "coupons",
        "exclusivity_pre_days",
        "exclusivity_fee",
        "retainer_amount",
        "quota_posts",
        "threshold_from_1",
    }


def test_every_field_the_rules_may_name_is_one_of_the_forms(app: Flask) -> None:
    with app.test_request_context():
        form = TermsForm("EUR", "Europe/Amsterdam", amends=True)
        for name in sheet_rules.FIELDS:
            assert name in ("timezone", "currency") or list(form.of(name)), name


def test_monthly_lines_that_no_field_shows_are_kept(app: Flask) -> None:
    second = Bonus("guarantee", 7, mode="all_or_nothing")
    tied = Bonus("retainer", 9, (Condition("posts", 1),))
    sheet = replace(PLAIN, bonuses=(tied, Bonus("guarantee", 5), second, Bonus("quota", 3)))
    data = shown(app, sheet)
    assert read(app, data, base=sheet).sheet() == sheet
    data["quota_amount"] = "0.04"
    changed = read(app, data, base=sheet).sheet().bonuses
    assert set(changed) == {Bonus("guarantee", 5), Bonus("quota", 4), tied, second}


def test_locked_fields_are_taken_from_the_version_before_whatever_is_sent(app: Flask) -> None:
    data = shown(app, EVERYTHING)
    locked = ("commission_bps", "work", "exclusivity", "bonuses", "starts_on", "gifts")
    assert not {"commission_bps", "work_formats", "exclusivity_fee", "quota_amount"} & set(
        shown(app, EVERYTHING, locked=locked)
    )
    tampered = changed(data, commission_bps="99", work_formats="post", quota_amount="5", gifts="1", window_days="7")
    form = read(app, tampered, base=EVERYTHING, locked=locked)
    assert form.errors == {}
    assert form.sheet() == replace(EVERYTHING, window_days=7)


def test_a_draft_has_a_name_a_creator_and_fields_that_are_locked(app: Flask) -> None:
    data = changed(shown(app, PLAIN), title="Spring", creator="mira", locked_fields=["commission_bps", "work"])
    form = read(app, data, base=PLAIN, kind=OfferForm)
    assert form.errors == {}
    assert form.locked_fields.data == ["commission_bps", "work"]
    form = read(app, changed(data, title=" ", creator="", locked_fields=["everything"]), kind=OfferForm)
    assert set(form.errors) == {"title", "creator", "locked_fields"}


@pytest.mark.parametrize(
    ("days", "fine"), [("14", True), ("1", True), ("0", False), ("91", False), ("", False), (" ", False)]
)
def test_there_are_1_to_90_days_to_answer(app: Flask, days: str, fine: bool) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(method="POST", data={"days": days}):
        assert SendForm().validate_on_submit() == fine


def test_a_new_offer_begins_with_the_usual_terms_from_the_next_month_on() -> None:
    assert usual_terms("UTC", "EUR", date(2026, 12, 5)).starts_on == date(2027, 1, 1)
    assert usual_terms("UTC", "EUR", date(2026, 12, 5)).ends_on == date(2027, 12, 31)
    assert usual_terms("UTC", "EUR", date(2027, 1, 31)).ends_on == date(2028, 1, 31)
