"""Each figure of a channel says where it comes from and of which day it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.creators import channels
from app.creators.channels import Measurement
from app.creators.models import Figure
from app.database import db
from app.errors import BadInput, Conflict
from app.streams.models import Channel
from app.users.models import Creator
from tests.cast import Cast
from tests.payouts.people import identity

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def channel(creator: Creator, **columns: Any) -> Channel:
    """One that came with the file of channels."""
    row = {
        "platform": "tiktok",
        "name": "mira",
        "categories": [],
        "audience_countries": {},
        "recorded_at": NOW,
    } | columns
    made = Channel(creator_id=creator.id, **row)
    db.session.add(made)
    db.session.flush()
    return made


def said(found: Channel, *, measured_on: date = TODAY, **figures: Any) -> list[str]:
    """Mira's own words about a channel."""
    return channels.save_channel(found, Measurement(measured_on, **figures), by=identity("mira"), at=NOW)


def told(creator: Creator) -> dict[str, tuple[Any, str, str, date]]:
    """What is known of the creator's one channel."""
    (found,) = channels.figures_of(creator.id)
    return {
        each.what: (each.shares if each.value is None else each.value, each.source, each.source_name, each.measured_on)
        for each in found.figures
    }


def test_what_no_row_explains_came_with_the_file_of_channels(cast: Cast) -> None:
    mira = cast.creators["mira"]
    found = channel(mira, followers=500, audience_countries={"NL": 6000})
    assert told(mira) == {
        "followers": (500, "channels", "", TODAY),
        "audience_countries": ({"NL": 6000}, "channels", "", TODAY),
    }
    found.verified_on = date(2026, 9, 1)
    assert told(mira)["followers"] == (500, "channels", "", date(2026, 9, 1))


def test_what_the_creator_changes_is_their_word_and_the_rest_keeps_its_source(cast: Cast) -> None:
    mira = cast.creators["mira"]
    found = channel(mira, followers=500, average_views=90, verified_on=date(2026, 9, 1))
    countries = {"NL": 6000, "BE": 3000}
    changed = said(found, followers=600, average_views=90, audience_countries=countries, audience_ages={"18-24": 5000})
    assert changed == ["followers", "audience_countries", "audience_ages"]
    assert told(mira) == {
        "followers": (600, "creator", "", TODAY),
        "average_views": (90, "channels", "", date(2026, 9, 1)),
        "audience_countries": (countries, "creator", "", TODAY),
        "audience_ages": ({"18-24": 5000}, "creator", "", TODAY),
    }
    assert (found.followers, found.audience_countries) == (600, countries)
    assert said(found, followers=601, average_views=90, audience_countries=countries) == ["followers", "audience_ages"]
    assert told(mira)["followers"] == (601, "creator", "", TODAY)  # the same day again: in its place
    assert "audience_ages" not in told(mira)


def test_a_list_is_named_and_what_only_lists_have_is_shown_too(cast: Cast) -> None:
    mira = cast.creators["mira"]
    found = channel(mira, followers=700)
    for what, value, day in (("followers", 650, 6), ("followers", 700, 9), ("average_likes", 40, 6)):
        row = {"channel_id": found.id, "what": what, "value": value, "measured_on": date(2022, day, 1)}
        db.session.add(Figure(**row, source="creator_list", source_name=f"list-{day}.csv", recorded_at=NOW))
    db.session.flush()
    assert told(mira) == {
        "followers": (700, "creator_list", "list-9.csv", date(2022, 9, 1)),
        "average_likes": (40, "creator_list", "list-6.csv", date(2022, 6, 1)),
    }


WRONG: list[dict[str, Any]] = [
    {"followers": -1},
    {"engagement_bps": 10_001},
    {"audience_countries": {"NL": 6000, "BE": 4001}},
    {"audience_countries": {"Netherlands": 1}},
    {"audience_languages": {"NL": 1}},
    {"audience_ages": {"18-25": 1}},
    {"measured_on": date(2026, 11, 22)},
    {"followers": 7, "measured_on": date(2026, 8, 31)},  # older than what is known
]


def test_figures_that_can_not_be_are_refused(cast: Cast) -> None:
    found = channel(cast.creators["mira"], followers=500, verified_on=date(2026, 9, 1))
    for wrong in WRONG:
        with pytest.raises(BadInput):
            said(found, **wrong)
    assert found.followers == 500


def test_a_channel_belongs_to_one_creator(cast: Cast) -> None:
    mira, joon = cast.creators["mira"], cast.creators["joon"]
    made = channels.add(mira, platform="TikTok", name=" @Mira Live ", by=identity("mira"), at=NOW)
    assert (made.platform, made.name) == ("tiktok", "Mira Live")
    for creator, sentence in (
        (mira, "You already have this channel."),
        (joon, "This channel belongs to another creator"),
    ):
        with pytest.raises(Conflict, match=sentence):
            channels.add(creator, platform="tiktok", name="mira live", by=identity("mira"), at=NOW)
    with pytest.raises(BadInput):
        channels.add(mira, platform="tiktok", name=" @ ", by=identity("mira"), at=NOW)
    channels.add(joon, platform="youtube", name="Mira Live", by=identity("joon"), at=NOW)
    assert [each.platform for each in channels.channels_of(mira.id)] == ["tiktok"]
