"""The oracle against worked examples: whose sale it is, its label, its terms (spec/settlement.md, 3, 4 and 2)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.sales.examples import ANA, BEST_BOB, BOB, BOBS, OPEN, OTHERS_SHOW, SHOW, TOUCH, at, example, percent, shows

APRIL = {"starts_on": date(2024, 4, 1), "ends_on": date(2024, 4, 30)}
WITH_SHOW = replace(TOUCH, stream="S1")


def touched(*touches: str, **changes: Any) -> dict[str, Any]:
    """Touches of ana's by reference, all at one instant."""
    return {"touches": tuple(replace(TOUCH, touch=reference, **changes) for reference in touches)}


@pytest.mark.parametrize(
    ("sale", "facts", "gives"),
    [
        example(
            "the creator is the stream's, the contract the pair's that covers the sale",
            {"checkout_stream": "S1"},
            {},
            {"rule": "checkout", "creator": "ana", "contract": "K1", "stream": "S1", "touch": None},
        ),
        example(
            "checkout goes before coupon, coupon before touch",
            {"checkout_stream": "S1", "coupon": "strasse"},
            {"touches": (BOBS,)},
            {"rule": "checkout", "creator": "ana"},
        ),
        example(
            "coupon goes before touch",
            {"coupon": "STRASSE"},
            {"touches": (TOUCH,)},
            {"rule": "coupon", "creator": "bob", "contract": "K2", "stream": None, "touch": None},
        ),
        example(
            "a stream of another brand is no such stream: go on",
            {"checkout_stream": "S1", "coupon": "strasse"},
            {"streams": (OTHERS_SHOW,)},
            {"rule": "coupon", "stream": None},
        ),
        example(
            "a stream that nobody knows: go on",
            {"checkout_stream": "S99"},
            {"touches": (TOUCH,)},
            {"rule": "touch", "stream": None},
        ),
        example(
            "no contract of the pair at the sale: go on",
            {"checkout_stream": "S1"},
            {"contracts": (replace(ANA, **APRIL), BOB), "touches": (BOBS,)},
            {"rule": "touch", "creator": "bob"},
        ),
        example(
            "of the pair's contracts the one that covers the sale",
            {"checkout_stream": "S1"},
            {"contracts": (replace(ANA, contract="K0", **APRIL), ANA)},
            {"contract": "K1"},
        ),
    ],
)
def test_rule_1_is_the_stream_at_the_checkout(
    sale: dict[str, Any], facts: dict[str, Any], gives: dict[str, Any]
) -> None:
    shows(sale, facts, gives)


@pytest.mark.parametrize(
    ("coupon", "creator"),
    [
        pytest.param("Ana5", "ana", id="as written"),
        pytest.param(" aNA5\u00a0\u2003", "ana", id="strip takes every kind of space, casefold every case"),
        pytest.param("An a5", None, id="but no space within"),
        pytest.param("STRASSE", "bob", id="sharp s folds to two"),
        pytest.param("STRAẞE", "bob", id="so does the capital sharp s"),
        pytest.param("STRASE", None, id="and not to one"),
        pytest.param("   ", None, id="nothing but spaces is no code"),
        pytest.param("\u200b\ufeff", None, id="nor are signs that nobody sees"),
        pytest.param("An\u200ba5\ufeff", "ana", id="a zero-width space that was pasted along makes no difference"),
        pytest.param("\u200b Ana5", "ana", id="it goes before the spaces do"),
        pytest.param("\uff21na\uff15", "ana", id="nor do wide letters"),
        pytest.param(None, None, id="empty is no code"),
    ],
)
def test_rule_2_compares_codes_by_key(coupon: str | None, creator: str | None) -> None:
    shows({"coupon": coupon}, {}, {"creator": creator})


@pytest.mark.parametrize(
    ("code", "spelling", "same"),
    [
        pytest.param("İZMİR", "i\u0307zmi\u0307r", True, id="a dotted capital I folds to i and a dot above"),
        pytest.param("İZMİR", "izmir", False, id="which is no plain i"),
        pytest.param("IZMIR", "\u0131zm\u0131r", False, id="a dotless i is not the small I, as it is in Turkish"),
        pytest.param("ΣΟΦΟΣ", "σοφος", True, id="a final sigma is a sigma"),
        pytest.param("e\u0301t\u00e9", "\u00e9t\u00e9", True, id="composed and decomposed are one code"),
        pytest.param("\u1fb3\u0301", "\u03ac\u03b9", True, id="folding may take apart: what it leaves is composed"),
    ],
)
def test_rule_2_folds_case_as_python_does(code: str, spelling: str, same: bool) -> None:
    shows({"coupon": spelling}, {"contracts": (replace(ANA, coupons=(code,)),)}, {"rule": "coupon" if same else None})


@pytest.mark.parametrize(
    ("sale", "facts", "gives"),
    [
        example(
            "one code in two contracts of a brand belongs to the one that covers the sale",
            {"coupon": "ana5"},
            {"contracts": (replace(ANA, contract="K0", creator="bob", **APRIL), ANA)},
            {"contract": "K1", "creator": "ana"},
        ),
        example(
            "one code at two brands is each brand's own",
            {"coupon": "ana5", "brand": "best"},
            {},
            {"contract": "K3", "creator": "bob"},
        ),
        example(
            "no contract with the code covers the sale: go on",
            {"coupon": "ana5"},
            {"contracts": (replace(ANA, **APRIL), BOB), "touches": (BOBS,)},
            {"rule": "touch", "creator": "bob"},
        ),
    ],
)
def test_rule_2_asks_who_has_the_code_then(sale: dict[str, Any], facts: dict[str, Any], gives: dict[str, Any]) -> None:
    shows(sale, facts, gives)


@pytest.mark.parametrize(
    ("sale", "facts", "gives"),
    [
        example(
            "a touch of the same brand and visitor",
            {},
            {"touches": (TOUCH,)},
            {"rule": "touch", "creator": "ana", "contract": "K1", "touch": "T5", "stream": None},
        ),
        example("another visitor's is none", {"visitor": "V1"}, {"touches": (TOUCH,)}, {"rule": None}),
        example("without a visitor there is none", {"visitor": None}, {"touches": (TOUCH,)}, {"rule": None}),
        example(
            "another brand's is none",
            {},
            {"touches": (replace(BOBS, brand="best"),), "contracts": (ANA, BOB, BEST_BOB)},
            {"rule": None},
        ),
        example("at the instant of the sale counts", {"occurred_at": at("10 09:00")}, touched("T1"), {"touch": "T1"}),
        example("after the sale does not", {"occurred_at": at("10 08:59:59.999999")}, touched("T1"), {"rule": None}),
        example("the window's last instant counts", {"occurred_at": at("12 09:00")}, touched("T1"), {"rule": "touch"}),
        example("one more is too late", {"occurred_at": at("12 09:00:00.000001")}, touched("T1"), {"rule": None}),
        example(
            "the window is elapsed time: a day of 23 hours does not shorten it",
            {"occurred_at": at("12 09:00").replace(month=3, day=31, hour=13)},
            {
                "contracts": (replace(ANA, starts_on=date(2024, 3, 1), terms=(percent("10", days=1),)),),
                "touches": (replace(TOUCH, occurred_at=at("12 09:00").replace(month=3, day=30, hour=13)),),
            },
            {"rule": "touch"},
        ),
        example(
            "the latest wins", {}, {"touches": (BOBS, replace(TOUCH, occurred_at=at("10 08:00")))}, {"touch": "T6"}
        ),
        example("of equal instants the smallest in byte order", {}, touched("T2", "T10"), {"touch": "T10"}),
        example("capitals come before small letters", {}, touched("a", "Z"), {"touch": "Z"}),
        example("and letters with marks after all others", {}, touched("é", "z"), {"touch": "z"}),
        example("bytes of UTF-8, not of UTF-16", {}, touched("\U0001f600", "\ufb01"), {"touch": "\ufb01"}),
        example(
            "a later touch that no contract covers does not stand in the way",
            {},
            {"touches": (TOUCH, replace(BOBS, occurred_at=at("10 10:00"))), "contracts": (ANA,)},
            {"touch": "T5"},
        ),
        example(
            "nor does a later one whose window has passed",
            {"occurred_at": at("11 20:00")},
            {
                "touches": (TOUCH, replace(BOBS, occurred_at=at("10 10:00"))),
                "contracts": (ANA, replace(BOB, terms=(percent("10", days=1),))),
            },
            {"touch": "T5"},
        ),
        example(
            "the contract covers the touch, also when it has ended since",
            {"occurred_at": at("11 08:00")},
            {"touches": (TOUCH,), "contracts": (replace(ANA, ends_on=date(2024, 5, 10)),)},
            {"contract": "K1"},
        ),
        example(
            "a contract that began after the touch promised nothing",
            {"occurred_at": at("11 08:00")},
            {"touches": (TOUCH,), "contracts": (replace(ANA, starts_on=date(2024, 5, 11)),)},
            {"rule": None},
        ),
        example(
            "the pair's next contract does not take over",
            {"occurred_at": at("11 08:00")},
            {
                "touches": (TOUCH,),
                "contracts": (
                    replace(ANA, ends_on=date(2024, 5, 10)),
                    replace(ANA, contract="K9", starts_on=date(2024, 5, 11)),
                ),
            },
            {"contract": "K1"},
        ),
    ],
)
def test_rule_3_is_the_latest_touch_still_promised(
    sale: dict[str, Any], facts: dict[str, Any], gives: dict[str, Any]
) -> None:
    shows(sale, facts, gives)


@pytest.mark.parametrize(
    ("sold_at", "stream", "label"),
    [
        pytest.param("10 09:59:59.999999", SHOW, "off_stream", id="before the start it is off stream"),
        pytest.param("10 10:00", SHOW, "in_stream", id="from the start it is in stream"),
        pytest.param("10 10:59:59.999999", SHOW, "in_stream", id="to the last instant"),
        pytest.param("10 11:00", SHOW, "replay", id="from the end on it is a replay"),
        pytest.param("25 11:00", OPEN, "in_stream", id="a stream without an end is still running"),
        pytest.param("10 09:59:59.999999", OPEN, "off_stream", id="once it has begun"),
    ],
)
def test_the_label_under_rule_1(sold_at: str, stream: Any, label: str) -> None:
    shows({"checkout_stream": "S1", "occurred_at": at(sold_at)}, {"streams": (stream,)}, {"label": label})


@pytest.mark.parametrize(
    ("sold_at", "streams", "label", "stream"),
    [
        pytest.param("10 10:00", (SHOW,), "in_stream", "S1", id="from the first instant on air"),
        pytest.param("10 10:59:59.999999", (SHOW,), "in_stream", "S1", id="to the last"),
        pytest.param("10 09:59:59.999999", (SHOW,), "off_stream", None, id="not before"),
        pytest.param("10 11:00", (SHOW,), "off_stream", None, id="nor after: a code is no replay"),
        pytest.param("25 11:00", (OPEN,), "in_stream", "S1", id="a stream without an end is still running"),
        pytest.param("10 10:20", (replace(SHOW, creator="bob"),), "off_stream", None, id="another creator's is not"),
        pytest.param("10 10:20", (replace(SHOW, brand="best"),), "off_stream", None, id="nor one for another brand"),
        pytest.param(
            "10 10:20",
            (SHOW, replace(OPEN, stream="S0", starts_at=at("10 10:10"))),
            "in_stream",
            "S0",
            id="of several the one that started last",
        ),
        pytest.param(
            "10 10:20",
            (SHOW, replace(SHOW, stream="S10", platform="twitch"), replace(SHOW, stream="S2", platform="youtube")),
            "in_stream",
            "S1",
            id="of equal starts the smallest reference in byte order",
        ),
    ],
)
def test_the_label_under_rule_2_is_in_stream_while_the_creator_is_on_air(
    sold_at: str, streams: Any, label: str, stream: str | None
) -> None:
    facts = {"streams": streams, "touches": (BOBS,)}
    shows({"coupon": "Ana5", "occurred_at": at(sold_at)}, facts, {"rule": "coupon", "label": label, "stream": stream})


def test_a_code_used_on_air_earns_the_rate_of_the_stream() -> None:
    contract = replace(ANA, terms=(percent("10", in_stream="20", off_stream="5"),))
    for sold_at, rate in (("10 10:20", 2000), ("10 12:00", 500)):
        shows({"coupon": "Ana5", "occurred_at": at(sold_at)}, {"contracts": (contract, BOB)}, {"rate_bps": rate})


@pytest.mark.parametrize(
    ("touched_at", "sold_at", "stream", "label"),
    [
        pytest.param("10 10:00", "10 10:30", "S1", "in_stream", id="thirty minutes after the touch"),
        pytest.param("10 10:00", "10 10:30:00.000001", "S1", "after_stream", id="a moment more"),
        pytest.param("10 09:50", "10 10:00", "S1", "in_stream", id="touched before the start, sold at it"),
        pytest.param("10 09:50", "10 09:55", "S1", "after_stream", id="sold before the start"),
        pytest.param("10 10:50", "10 10:59:59.999999", "S1", "in_stream", id="sold at the last instant"),
        pytest.param("10 10:50", "10 11:00", "S1", "after_stream", id="sold at the end"),
        pytest.param("10 10:00", "10 10:10", None, "off_stream", id="a touch outside any stream"),
    ],
)
def test_the_label_under_rule_3(touched_at: str, sold_at: str, stream: str | None, label: str) -> None:
    facts = {"touches": (replace(TOUCH, stream=stream, occurred_at=at(touched_at)),)}
    shows({"occurred_at": at(sold_at)}, facts, {"rule": "touch", "label": label, "stream": stream})


def test_a_touch_in_a_stream_without_an_end_is_in_stream_for_thirty_minutes() -> None:
    facts = {"streams": (OPEN,), "touches": (replace(WITH_SHOW, occurred_at=at("20 10:00")),)}
    shows({"occurred_at": at("20 10:30")}, facts, {"label": "in_stream"})
    shows({"occurred_at": at("20 10:31")}, facts, {"label": "after_stream"})


AMENDED = replace(
    ANA, terms=(percent("10", days=2, hold=14), replace(percent("20", days=1, hold=7), valid_from=at("10 10:00")))
)


@pytest.mark.parametrize(
    ("sale", "facts", "gives"),
    [
        example(
            "rule 1 uses the terms at the sale", {"checkout_stream": "S1"}, {}, {"rule": "checkout", "rate_bps": 2000}
        ),
        example("rule 2 uses the terms at the sale", {"coupon": "Ana5"}, {}, {"rule": "coupon", "rate_bps": 2000}),
        example(
            "an amendment holds from its very instant",
            {"coupon": "Ana5", "occurred_at": at("10 10:00")},
            {},
            {"rate_bps": 2000, "available_on": date(2024, 5, 17)},
        ),
        example(
            "an amendment does not hold a moment earlier",
            {"coupon": "Ana5", "occurred_at": at("10 09:59:59.999999")},
            {},
            {"rate_bps": 1000, "available_on": date(2024, 5, 24)},
        ),
        example(
            "rule 3 uses percentage, window and hold in force at the touch",
            {"occurred_at": at("12 09:00")},
            {"touches": (TOUCH,)},
            {"rule": "touch", "rate_bps": 1000, "available_on": date(2024, 5, 26)},
        ),
    ],
)
def test_terms_are_versions_in_time(sale: dict[str, Any], facts: dict[str, Any], gives: dict[str, Any]) -> None:
    shows(sale, {"contracts": (AMENDED,)} | facts, gives)
