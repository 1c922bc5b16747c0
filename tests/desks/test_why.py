"""The why page: who else could have earned a line, what came too late, the amounts, and who may read what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.database import db, raw
from app.desks import sentences
from app.sales.corrections import redecide_line, withdraw_import
from app.sales.models import Sale
from tests import market
from tests.cast import Cast
from tests.desks.stories import as_creator, pay, settled, story_of
from tests.market import NOON

DAY = timedelta(days=1)
LATER = NOON + 400 * DAY  # long after anything was settled: the worker's clock is the real one


def outcomes(sale: Sale) -> dict[str | None, str]:
    return {candidate.ref: candidate.outcome for candidate in story_of(sale).candidates}


def test_every_losing_candidate_says_why_it_lost(cast: Cast) -> None:
    lumen, kettle, mira, joon = (
        cast.brands["lumen"],
        cast.brands["kettle"],
        cast.creators["mira"],
        cast.creators["joon"],
    )
    market.contract(lumen, mira, coupons=("MIRA10",))
    market.contract(lumen, joon, date(2026, 3, 9), date(2026, 3, 31), window_days=1)
    stream = market.stream(lumen, mira, ref="S-MIRA")
    foreign = market.stream(kettle, joon, ref="S-KETTLE")
    for creator, ref, at in (
        (joon, "T-before-contract", NOON - 3 * DAY),
        (joon, "T-outside", NOON - DAY - timedelta(seconds=1)),
        (mira, "T-earlier", NOON - timedelta(hours=3)),
        (joon, "T-tie-b", NOON - timedelta(hours=2)),
        (mira, "T-tie-a", NOON - timedelta(hours=2)),
    ):
        market.touch(lumen, creator, "v", at, ref=ref)
    by_touch = market.sale(lumen, visitor="v", coupon="nobody", checkout_stream=foreign.ref)
    by_code = market.sale(lumen, visitor="v", coupon=" mira10 ", checkout_stream="S-UNKNOWN")
    by_checkout = market.sale(lumen, visitor="v", coupon="MIRA10", checkout_stream=stream.ref)
    settled()
    touches = {"T-before-contract": "no_contract_at_touch", "T-outside": "outside_window"}
    assert outcomes(by_touch) == touches | {
        "nobody": "unknown_coupon",
        "S-KETTLE": "unknown_stream",  # that it is another brand's is not for this brand to know
        "T-tie-b": "tie",
        "T-earlier": "earlier_touch",
    }
    visits = {"T-earlier", "T-tie-a", "T-tie-b"}
    assert outcomes(by_code) == touches | {"S-UNKNOWN": "unknown_stream"} | dict.fromkeys(visits, "beaten_by_coupon")
    beaten = dict.fromkeys(visits | {"MIRA10"}, "beaten_by_checkout")
    assert outcomes(by_checkout) == touches | beaten


def test_a_code_outside_its_contract_and_a_stream_without_one_are_named(cast: Cast) -> None:
    lumen, mira, joon = cast.brands["lumen"], cast.creators["mira"], cast.creators["joon"]
    market.contract(lumen, mira, date(2026, 1, 1), date(2026, 1, 31), coupons=("OLD",))
    stream = market.stream(lumen, joon, ref="S-JOON")
    sale = market.sale(lumen, coupon="OLD", checkout_stream=stream.ref)
    settled()
    assert outcomes(sale) == {"OLD": "coupon_not_valid", "S-JOON": "no_contract"}
    assert story_of(sale).verdict.reason == "coupon_not_valid"  # type: ignore[union-attr]


def test_what_was_recorded_after_the_decision_came_too_late(cast: Cast) -> None:
    lumen, mira, joon = cast.brands["lumen"], cast.creators["mira"], cast.creators["joon"]
    market.contract(lumen, mira)
    market.touch(lumen, mira, "v", NOON - DAY, ref="T-known")
    market.touch(lumen, joon, "v", NOON - DAY, ref="T-no-contract-then")
    sale = market.sale(lumen, visitor="v")
    settled()
    market.touch(lumen, mira, "v", NOON, ref="T-late", recorded_at=LATER)
    market.contract(lumen, joon, ref="K-late", recorded_at=LATER)
    market.product(lumen, sale.sku, commissionable=False, recorded_at=LATER)
    db.session.commit()
    story = story_of(sale)
    assert story.verdict
    assert story.verdict.touch_ref == "T-known"
    assert {(late.kind, late.ref) for late in story.late} == {
        ("touch", "T-late"),
        ("contract", "K-late"),
        ("product", "LAMP"),
    }
    assert outcomes(sale) == {"T-no-contract-then": "no_contract_at_touch"}


def test_a_code_used_on_air_says_in_which_stream_and_off_air_that_it_was_off_air(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira, coupons=("MIRA10",), in_stream_bps=2000)
    market.stream(lumen, mira, NOON, ref="S-air")
    on_air, before = market.sale(lumen, coupon="mira10"), market.sale(lumen, coupon="mira10", at=NOON - DAY)
    settled()
    verdicts = [story_of(sale).verdict for sale in (on_air, before)]
    assert [(each.label, each.rate_bps) for each in verdicts if each] == [("in_stream", 2000), ("off_stream", 1000)]
    assert [sentences.label_sentence(each) for each in verdicts if each] == [
        "The code was used while the stream S-air was on air.",
        "The code was used while the creator was not on air for the brand.",
    ]


def test_a_stream_that_is_recorded_after_a_code_was_decided_came_too_late(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira, coupons=("MIRA10",))
    sale = market.sale(lumen, coupon="mira10")
    settled()
    market.stream(lumen, mira, NOON - timedelta(hours=1), ref="S-late", recorded_at=LATER)
    market.stream(lumen, mira, NOON - DAY, ref="S-yesterday", recorded_at=LATER)
    db.session.commit()
    story = story_of(sale)
    assert story.verdict
    assert story.verdict.label == "off_stream"
    assert [(late.kind, late.ref) for late in story.late] == [("stream", "S-late")]


def test_a_correction_is_shown_with_person_and_reason_beside_what_was_decided_before(cast: Cast) -> None:
    lumen, mira, joon = cast.brands["lumen"], cast.creators["mira"], cast.creators["joon"]
    market.contract(lumen, mira)
    market.touch(lumen, mira, "v", NOON - DAY)
    sale = market.sale(lumen, visitor="v")
    settled()
    market.contract(lumen, joon, commission_bps=2000)
    market.touch(lumen, joon, "v", NOON - timedelta(hours=1))
    redecide_line(raw(), lumen.id, sale.id, by="Adam", reason="The file of visits was late.", at=LATER)
    db.session.commit()
    story = story_of(sale)
    assert [(each.nr, each.creator_name, each.decided_by, each.note) for each in story.verdicts] == [
        (1, "Mira Live", None, None),
        (2, "Joon Park", "Adam", "The file of visits was late."),
    ]
    assert [(each.word, each.creator_name, each.signed) for each in story.entries if each.kind == "commission"] == [
        ("commission", "Mira Live", 1000),
        ("reversal", "Mira Live", -1000),
        ("commission", "Joon Park", 2000),
    ]
    assert not story.sums.waiting


def test_refunds_change_the_sums_and_only_those_that_count(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira, coupons=("M",), commission_bps=1234)
    sale = market.sale(lumen, 9_999, coupon="m")
    market.refund(sale, 4_000)
    market.refund(sale, 7_000)
    market.refund(sale, 500, currency="USD")
    settled()
    sums = story_of(sale).sums
    assert (sums.base, sums.refunded, sums.excess) == (9_999, 9_999, 1_001)
    assert (sums.commission, sums.net_commission, sums.fee, sums.net_fee) == (1_234, 0, 500, 0)
    assert not sums.waiting


def test_a_difference_is_a_reversal_before_payment_and_a_clawback_after_it(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira, coupons=("M",))
    sale = market.sale(lumen, coupon="M")
    settled()
    assert story_of(sale).standing == "pending"
    assert story_of(sale, today=date(2026, 4, 9)).standing == "payable"
    market.refund(sale, 2_000)
    settled()
    pay(mira, sale)
    assert story_of(sale).standing == "paid"
    market.refund(sale, 3_000)
    settled()
    story = story_of(sale)
    assert [each.word for each in story.entries if each.kind == "commission"] == ["commission", "reversal", "clawback"]
    assert story.standing == "clawback"


@pytest.mark.parametrize(
    ("paid", "refunded", "standing"),
    [("", 10_000, "reversed"), ("sent", 0, "in_transit"), ("sent", 5_000, "in_transit"), ("paid", 0, "paid")],
)
def test_the_standing_follows_the_money(cast: Cast, paid: str, refunded: int, standing: str) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira, coupons=("M",))
    sale = market.sale(lumen, coupon="M")
    settled()
    if paid:
        pay(mira, sale, paid)
    if refunded:
        market.refund(sale, refunded)
        settled()
    assert story_of(sale).standing == standing


def test_a_creator_reads_nothing_of_another(cast: Cast) -> None:
    lumen, mira, joon = cast.brands["lumen"], cast.creators["mira"], cast.creators["joon"]
    market.contract(lumen, mira, ref="K-MIRA")
    market.contract(lumen, joon, ref="K-JOON", coupons=("JOON10",), window_days=77)
    stream = market.stream(lumen, joon, ref="S-JOON")
    market.touch(lumen, mira, "v", NOON - DAY, ref="T-MIRA")
    market.touch(lumen, joon, "v", NOON - 2 * DAY, stream, ref="T-JOON")
    own, lost = market.sale(lumen, visitor="v"), market.sale(lumen, visitor="v", coupon="JOON10")
    settled()
    secrets = ("Joon", "JOON10", "K-JOON", "S-JOON", "T-JOON", "window_days=77")
    told = repr(story_of(own, as_creator(mira)))
    assert not [secret for secret in secrets if secret in told]
    assert [candidate.outcome for candidate in story_of(own, as_creator(mira)).candidates] == ["earlier_touch"]
    assert story_of(own, as_creator(mira)).verdict.fee_bps is None  # type: ignore[union-attr]
    told = repr(story_of(lost, as_creator(mira)))
    assert not [secret for secret in secrets if secret in told]
    assert story_of(lost, as_creator(mira)).entries == []


def test_a_line_of_a_withdrawn_file_says_so(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira, coupons=("M",))
    sale = market.sale(lumen, coupon="M")
    settled()
    withdraw_import(raw(), sale.import_id, by="Olga", reason="A test file.", at=LATER)
    db.session.commit()
    story = story_of(sale)
    assert (story.line.withdrawn_by, story.line.withdrawn_reason) == ("Olga", "A test file.")
    assert story.verdict
    assert story.verdict.reason == "withdrawn"
    assert [each.outcome for each in story.candidates] == ["not_looked_at"]


def test_the_story_takes_two_queries_whatever_the_line_has_been_through(app: Flask, cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.contract(lumen, mira)
    for days in range(30):
        market.touch(lumen, mira, "v", NOON - days * DAY)
    sale = market.sale(lumen, visitor="v", coupon="x", checkout_stream="y")
    for _ in range(20):
        market.refund(sale, 100)
    settled()
    db.session.refresh(sale)
    connection, asked = raw(), []
    execute = type(connection.cursor()).execute
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "psycopg.Cursor.execute", lambda self, *given, **more: asked.append(1) or execute(self, *given, **more)
        )
        assert len(story_of(sale).refunds) == 20
    assert len(asked) == 2


@pytest.fixture
def line(cast: Cast) -> Sale:
    lumen, mira, joon = cast.brands["lumen"], cast.creators["mira"], cast.creators["joon"]
    market.contract(lumen, mira, ref="K-MIRA", in_stream_bps=1500)
    market.contract(lumen, joon, ref="K-JOON")
    stream = market.stream(lumen, mira, ref="S-MIRA", starts_at=NOON - timedelta(hours=1))
    market.touch(lumen, mira, "v", NOON - timedelta(minutes=10), stream, ref="T-MIRA")
    market.touch(lumen, joon, "v", NOON - timedelta(hours=2), ref="T-JOON")
    sale = market.sale(lumen, visitor="v", description="A lamp")
    market.refund(sale, 1_000, refund_ref="R-1")
    settled()
    return sale


@pytest.mark.parametrize(
    ("name", "status"),
    [
        *((name, 200) for name in ("olga", "max", "bea", "mira", "ada", "mo", "che", "adam", "audrey")),
        ("joon", 200),  # whose visit stood beside it
        *((name, 404) for name in ("kim", "sam")),
    ],
)
def test_the_page_is_for_those_it_concerns(
    browse: Callable[[str], FlaskClient], cast: Cast, line: Sale, name: str, status: int
) -> None:
    answer = browse(name).get(f"/sales/{cast.brands['lumen'].public_id}/{line.id}")
    assert answer.status_code == status
    if status == 200:
        assert ("Mira Live" in answer.text) == (name != "joon")
        if name == "joon":
            return
        assert ("Joon Park" in answer.text) == (name not in ("mira", "ada"))


def test_the_page_tells_the_story_in_words_and_numbers(
    browse: Callable[[str], FlaskClient], cast: Cast, line: Sale
) -> None:
    page = browse("olga").get(f"/sales/{cast.brands['lumen'].public_id}/{line.id}").text
    for said in (
        "10 minutes before the sale",
        "the contract&#39;s percentage during a stream",
        "15%",
        "€15.00",
        "€13.50",
        "T-JOON",
        "It would have counted, but a later visit wins.",
        "Contract K-MIRA, terms version 1",
        "R-1",
    ):
        assert said in page, said


@pytest.mark.parametrize(("name", "path"), [("audrey", "/finance/payouts/"), ("mira", "/payouts/"), ("olga", "")])
def test_the_page_leads_to_the_payout_that_its_reader_may_open(
    browse: Callable[[str], FlaskClient], cast: Cast, line: Sale, name: str, path: str
) -> None:
    payout = pay(cast.creators["mira"], line).public_id
    page = browse(name).get(f"/sales/{cast.brands['lumen'].public_id}/{line.id}").text
    links = [address for address in re.findall(r'href="([^"]+)"', page) if address.endswith(str(payout))]
    mine = f"/creators/{cast.creators['mira'].public_id}" if name == "mira" else ""
    assert links == ([f"{mine}{path}{payout}"] if path else [])


def test_the_page_speaks_dutch(browse: Callable[[str], FlaskClient], cast: Cast, line: Sale) -> None:
    browser = browse("olga")
    browser.post("/language", data={"language": "nl", "next": "/"})
    page = browser.get(f"/sales/{cast.brands['lumen'].public_id}/{line.id}").text
    assert '<html lang="nl">' in page


def test_an_unknown_line_is_not_there(browse: Callable[[str], FlaskClient], cast: Cast) -> None:
    for address in (f"/sales/{cast.brands['lumen'].public_id}/999", f"/sales/{cast.brands['lumen'].public_id}/{2**80}"):
        assert browse("olga").get(address).status_code == 404
