"""Fatigue is measured from six streams on, and said in words with its figures and what could help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Flask
from flask_babel import force_locale

from app.database import db, raw
from app.ranking import creator_scores, fatigue_words
from app.ranking.models import Fatigue
from app.streams.models import StreamEngagement
from tests.ranking.rated import (
    UNTIL,
    Brand,
    Creator,
    Facts,
    Line,
    Show,
    store,
)

LAMPS = Brand(1000, "NL", "EUR", {}, ())
CREATOR = Creator(1000, "NL", ("nl",), (), (), ())
HOUR = timedelta(hours=1)


def shows(count: int, *, contract: bool = True, days: int = 2) -> list[Show]:
    """So many shows of an hour, the newest last, every few days."""
    ends = [UNTIL - days * (count - n) * timedelta(days=1) for n in range(count)]
    return [Show(n, 1000, 1000, end - HOUR, end, (), contract) for n, end in enumerate(ends, 1)]


def lines(of: Sequence[Show], sold: Sequence[int], visitors: Sequence[bytes | None] = ()) -> list[Line]:
    """What was sold in each show, an order each."""
    buyers = visitors or [None] * len(of)
    return [
        Line(s.id, 1000, (1000,), s.id, f"O{s.id}", s.starts_at, buyer, "P", base, "EUR", "NL", ())
        for s, base, buyer in zip(of, sold, buyers, strict=True)
        if base
    ]


def measured(of: list[Show], sold: Sequence[int], visitors: Sequence[bytes | None] = ()) -> Fatigue:
    """The creator's fatigue with every brand, in every market."""
    store(Facts([LAMPS], [CREATOR], of, lines(of, sold, visitors)))
    creator_scores.refresh(raw(), at=UNTIL)
    return db.session.get_one(Fatigue, (1000, 0, ""))


def test_five_streams_are_not_enough(app: Flask) -> None:
    found = measured(shows(5), [5, 4, 3, 2, 1])
    assert (found.streams, found.value, found.decline, found.sponsored, found.repeat_buyers) == (
        5,
        None,
        None,
        None,
        None,
    )
    words = fatigue_words.say(found, figures=True)
    assert (words.level, words.causes, words.suggestion) == ("unknown", (), "")
    assert words.summary == "Not enough data: 5 of the 6 streams needed."


def test_sales_per_hour_that_fall_by_half_are_as_bad_as_it_gets(app: Flask) -> None:
    cases: list[tuple[list[int], int | None]] = [
        ([1000] * 6, 0),
        ([1000, 1000, 1000, 1000, 1100, 1200], 0),  # it rises
        ([1000, 1000, 1000, 1000, 900, 800], 40),  # a fifth less: two fifths of the way to a half
        ([1000, 1000, 1000, 1000, 750, 500], 100),
        ([1000, 1000, 1000, 900, 400, 0], 100),  # worse than a half is no worse
        ([0, 0, 0, 900, 400, 0], None),  # there is nothing to hold it against
    ]
    for sold, decline in cases:
        assert measured(shows(6), sold).decline == decline, sold
        db.session.rollback()


def test_only_the_last_sixteen_streams_count(app: Flask) -> None:
    found = measured(shows(20), [90_000] * 4 + [1000] * 16)
    assert (found.streams, found.decline, found.working["half"]) == (20, 0, 8)


def test_more_than_half_of_the_streams_under_a_contract_tire(app: Flask) -> None:
    """The free ones are for another brand, with which there is none."""
    other = Brand(1001, "NL", "EUR", {}, ())
    for count, points in ((9, 0), (6, 0), (2, 50), (0, 100)):
        free = [
            Show(100 + nr, 1000, 1001, UNTIL - (nr + 2) * HOUR, UNTIL - (nr + 1) * HOUR, (), False)
            for nr in range(count)
        ]
        store(Facts([LAMPS, other], [CREATOR], [*shows(6), *free], []))
        creator_scores.refresh(raw(), at=UNTIL)
        found = db.session.get_one(Fatigue, (1000, 0, ""))
        assert found.sponsored == points, count
        assert found.streams == 6, "those that could sell for a brand"
        assert found.value is None, "contracts alone tire nobody"
        db.session.rollback()


def test_streams_of_long_ago_say_nothing_of_what_is_sponsored_now(app: Flask) -> None:
    """The newest is 30 days old."""
    assert measured(shows(6, days=30), [1000] * 6).sponsored is None


def test_known_buyers_count_only_while_orders_fall(app: Flask) -> None:
    again = [b"a", b"b", b"c", b"a", b"b", b"c"]
    assert measured(shows(6), [1000] * 6, again).repeat_buyers == 0
    db.session.rollback()
    assert measured(shows(6), [1000, 1000, 1000, 1000, 1000, 0], again).repeat_buyers == 100


def watched(of: Sequence[Show], seconds: Sequence[int | None]) -> Fatigue:
    """The fatigue of shows that sold the same each, where platforms say how long one viewer stayed."""
    store(Facts([LAMPS], [CREATOR], list(of), lines(of, [1000] * len(of))))
    for show, stayed in zip(of, seconds, strict=True):
        if stayed is not None:
            db.session.add(StreamEngagement(stream_id=show.id, watch_seconds=stayed, recorded_at=UNTIL))
    db.session.flush()
    creator_scores.refresh(raw(), at=UNTIL)
    return db.session.get_one(Fatigue, (1000, 0, ""))


def test_viewers_who_leave_sooner_each_time_tire(app: Flask) -> None:
    cases: list[tuple[list[int | None], int | None]] = [
        ([100] * 6, 0),
        ([100, 100, 100, 100, 110, 120], 0),
        ([100, 100, 100, 100, 90, 80], 40),
        ([100, 100, 100, 100, 75, 50], 100),
        ([None, 100, 100, 100, 75, 50], 100),
        ([None, None, 100, 100, 75, 50], None),  # one stream before is no measure
        ([100, 100, 100, None, None, 50], None),
        ([None] * 6, None),
    ]
    for seconds, points in cases:
        found = watched(shows(6), seconds)
        assert found.watch_time == points, seconds
        assert (db.session.get_one(Fatigue, (1000, 0, "NL")).watch_time, found.decline) == (None, 0)
        db.session.rollback()


def test_watch_time_counts_and_is_said_in_words(app: Flask) -> None:
    found = watched(shows(6), [100, 100, 100, 100, 75, 50])
    assert found.value == round((20 * 100 + 20 * 100) / 90)
    words = fatigue_words.say(found, figures=True)
    texts = {cause.name: cause.text for cause in words.causes}
    assert "viewers left about 50% sooner than over the 3 before" in texts["watch_time"]
    assert not any("watch time" in each for each in words.not_measured)
    db.session.rollback()
    held = fatigue_words.say(watched(shows(6), [100] * 6), figures=True)
    assert (
        "viewers stayed as long as before, or longer" in {cause.name: cause.text for cause in held.causes}["watch_time"]
    )


def test_the_words_name_the_heaviest_cause_first_with_its_figures(app: Flask) -> None:
    found = measured(shows(6), [1000, 1000, 1000, 1000, 750, 500])
    assert found.value == round((50 * 100 + 20 * 100) / 70)  # of buyers nothing is known
    words = fatigue_words.fatigue_of(1000, insider=True)
    assert words is not None
    assert [(cause.name, cause.points) for cause in words.causes] == [("decline", 100), ("sponsored", 100)]
    assert "fell by about 50% compared with the 3 before" in words.causes[0].text
    assert words.causes[1].text == "In 28 days, 6 of 6 streams were under a contract."
    assert words.suggestion.startswith("Pause for 28 days, then try another format")
    assert words.level == "high"
    assert any("watch" in each for each in words.not_measured)
    assert any("too few orders from known buyers" in each for each in words.not_measured)
    with_brand = fatigue_words.fatigue_of(1000, 1000, readers=[1000])
    assert with_brand is not None
    assert with_brand.causes[1].text == "In 28 days, 6 of all 6 streams were for this brand."
    assert fatigue_words.fatigue_of(1001) is None


def told(readers: Sequence[int] | None, **who: bool) -> bool:
    """Whether the figures of sales and of buyers are told, and never only one of them; always those of contracts."""
    words = fatigue_words.fatigue_of(1000, readers=readers, **who)
    assert words is not None
    text = {cause.name: cause.text for cause in words.causes}
    assert "6 of 6 streams" in text["sponsored"]
    figures = {any(letter.isdigit() for letter in text[name]) for name in ("decline", "repeat_buyers")}
    figures.add("of 100" in words.summary)
    assert len(figures) == 1
    if figures == {False}:
        assert (words.summary, words.level) == ("High", "high")
    return figures.pop()


def test_figures_that_are_one_brands_trend_are_for_that_brand_the_creator_and_the_platform(app: Flask) -> None:
    measured(shows(6), [1000, 1000, 1000, 1000, 900, 0], [b"a", b"b", b"c", b"a", b"b", b"c"])
    assert told((), insider=True)
    assert told([1000])
    assert told([1000, 1001])
    assert not told([1001])
    assert not told(())
    assert not told(None)


def test_figures_are_told_where_enough_brands_sold_in_either_half(app: Flask) -> None:
    """Two for a brand that has no part in them or besides its own, three for a stranger; streams that sold nothing hide
    nothing."""
    for brands, wanted in (
        ((0, 1, 0, 0, 1, 0), (True, False, False)),
        ((0, 1, 2, 0, 1, 2), (True, True, True)),
        ((0, 1, 2, 0, 0, 0), (False, True, False)),  # the later half is one brand's
        ((0, 1, 0, 0, 0, 1), (False, False, False)),  # the last one sold nothing
    ):
        about = zip(shows(6), brands, strict=True)
        of = [Show(s.id, 1000, 1000 + nr, s.starts_at, s.ends_at, (), True) for s, nr in about]
        sold = [
            Line(s.id, s.brand, (1000,), s.id, f"O{s.id}", s.starts_at, b"a", "P", base, "EUR", "NL", ())
            for s, base in zip(of, [1000, 1000, 1000, 1000, 900, 0 if brands[5] == 1 else 100], strict=True)
            if base
        ]
        store(Facts([Brand(1000 + nr, "NL", "EUR", {}, ()) for nr in range(3)], [CREATOR], of, sold))
        creator_scores.refresh(raw(), at=UNTIL)
        seen = []
        for readers in ((), [1000], None):
            words = fatigue_words.fatigue_of(1000, readers=readers)
            assert words is not None
            decline = next(cause.text for cause in words.causes if cause.name == "decline")
            seen.append(any(letter.isdigit() for letter in decline))
        assert tuple(seen) == wanted, brands
        db.session.rollback()


def test_every_sentence_stands_in_another_language_too(app: Flask) -> None:
    """No figure is lost whatever the reader's language."""
    found = measured(shows(6), [1000, 1000, 1000, 1000, 900, 0], [b"a", b"b", b"c", b"a", b"b", b"c"])
    with force_locale("nl"):
        words = fatigue_words.say(found, figures=True)
    assert len(words.causes) == 3
    assert all(any(letter.isdigit() for letter in cause.text) for cause in words.causes)


def test_the_words_tell_shares_and_never_what_was_sold(app: Flask) -> None:
    words = fatigue_words.say(
        measured(shows(6), [1000, 1000, 1000, 1000, 900, 0], [b"a", b"b", b"c", b"a", b"b", b"c"]), figures=True
    )
    said = {cause.name: cause.text for cause in words.causes}
    assert said["repeat_buyers"] == "Orders fell by about 30%; returning buyers went from about 0% to 100%."
    assert not any("€" in text or "1000" in text for text in said.values())
