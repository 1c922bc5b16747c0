"""What a column of a list can be, and by which words of its heading it is recognised."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.creators.accounts import visible
from app.creators.lists.words import (
    BESIDE_NAMES,
    EXPLAINED,
    NAMES,
    OTHERWISE,
    PLATFORM_WORDS,
    SPAN,
    UNITS,
    WINDOW,
    spelled,
    words_of,
)
from app.errors import BadInput

Columns = Mapping[str, int]  # what we know a column by: its position, from 0

# The figures, by the names they have in `figure`; those whose platforms show rounded can be checked by a second column.
NUMBERS = (
    "followers",
    "average_views",
    "average_likes",
    "average_comments",
    "average_shares",
    "average_live_viewers",
    "peak_viewers",
    "stream_minutes",
)
SHARE = "engagement"
CHECK = "_rounded"  # the same figure once more, to be compared
CATEGORIES = ("category", "category_2", "category_3")

LABELS = {
    "name": _("Account"),
    "title": _("Display name"),
    "platform": _("Platform"),
    "country": _("Country"),
    "language": _("Language"),
    "category": _("Category"),
    "category_2": _("Second category"),
    "category_3": _("Third category"),
    "followers": _("Followers"),
    "average_views": _("Average views"),
    "average_likes": _("Average likes"),
    "average_comments": _("Average comments"),
    "average_shares": _("Average shares"),
    "average_live_viewers": _("Average live viewers"),
    "peak_viewers": _("Peak live viewers"),
    "stream_minutes": _("Minutes live"),
    "engagement": _("Engagement"),
}
CHECKS = {name + CHECK: name for name in NUMBERS}  # the column that checks: the column that is checked
FIELDS = (*LABELS, *CHECKS)

# In this order: the first whose words the heading has. Empty: it looks like one of the others and is not.
KNOWN: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(words.split()), field)
    for words, field in (
        ("watch", ""),
        ("engagement", SHARE),
        ("peak viewers", "peak_viewers"),
        ("avg viewers", "average_live_viewers"),
        ("stream time", "stream_minutes"),
        ("stream minutes", "stream_minutes"),
        ("avg views", "average_views"),
        ("avg likes", "average_likes"),
        ("avg comments", "average_comments"),
        ("avg shares", "average_shares"),
        ("followers", "followers"),
        ("country", "country"),
        ("language", "language"),
        ("category", "category"),
        ("platform", "platform"),
    )
)
NO_TOTAL = re.compile(r"[%Δ∆±]|\+ ?/ ?[-\u2212]|^\W*\+|\+\W*$")
IN_UNITS = re.compile(r"(?<![0-9.,])1[.,\s]?000(?:[.,\s]?000)?(?![0-9])|(?<![0-9.,])['\u2019]?000(?![0-9])")
OF_OTHERS = frozenset("followers likes comments shares engagement viewers".split())  # figures that stand for themselves
NO_FOLLOWERS = spelled("avg peak min minutes time views stream live")  # explain other figures than this one
RATES = spelled("percent percentage pct procent prozent per real quality authentic")
PERCENT = re.compile(
    r"%|\b(?:percent|percentage|pct|procent|prozent|pourcentage|porcentaje|percentuale)\b", re.IGNORECASE
)


def known_by(heading: str) -> str | None:
    """What all words of the heading say the column is; "name" also for the second column of names; "" for what is left
    out though it is much like another; None where it says nothing."""
    field = resembles(heading)
    if field is not None:
        return "" if field in (*NUMBERS, SHARE) and _is_otherwise(heading, words_of(heading), field) else field
    words = words_of(heading) or frozenset()
    beside = NAMES | BESIDE_NAMES | PLATFORM_WORDS.keys()
    if heading.strip() == "@" or (words & (NAMES | PLATFORM_WORDS.keys()) and words <= beside):
        return "name"
    return None


def resembles(heading: str) -> str | None:
    """What the heading is about, also where it tells something else of it; "" for what is left out."""
    words = words_of(heading)
    return next((field for wanted, field in KNOWN if wanted <= words), None)


def surplus(heading: str, field: str) -> bool:
    """Whether a heading of a figure says more than we understand."""
    if field not in NUMBERS:
        return False
    words = words_of(heading)
    others = OF_OTHERS - {word for wanted, known in KNOWN if known == field for word in wanted}
    if words & others or (field == "followers" and words & NO_FOLLOWERS):
        return True
    return not words <= EXPLAINED | PLATFORM_WORDS.keys()


def in_percent(heading: str) -> bool:
    """Whether its numbers are percentages without the sign, as `ER %` says."""
    return bool(PERCENT.search(visible(heading)))


def in_units(heading: str) -> bool:
    """Whether its numbers are thousands or millions, as `Followers (K)` says."""
    words = words_of(heading)
    return bool(words & UNITS) or bool(IN_UNITS.search(heading))


def is_whole(field: str) -> bool:
    """Whether what it counts has no parts; an average may have some."""
    return not field.startswith("average_")


def label(field: str) -> str:
    """What a column is, in the reader's words."""
    if field in CHECKS:
        return str(gettext("%(what)s, rounded (for comparison only)", what=LABELS[CHECKS[field]]))
    return str(LABELS[field])


def checked(columns: Columns, header: Collection[str]) -> dict[str, int]:
    """The mapping, when it can be read by. BadInput when it names no account, a column twice, or one not there."""
    if "name" not in columns:
        raise BadInput(gettext("Choose the column with the account name. Nothing can be imported without it."))
    unknown = set(columns) - set(FIELDS)
    if unknown or any(not 0 <= position < len(header) for position in columns.values()):
        raise BadInput(gettext("These columns don’t match the file. Reload the page and try again."))
    if len(set(columns.values())) < len(columns):
        raise BadInput(gettext("Each column can be used only once."))
    for check, field in CHECKS.items():
        if check in columns and field not in columns:
            raise BadInput(gettext("There is no column to compare “%(what)s” with. Choose one.", what=label(check)))
    return dict(columns)


def _is_otherwise(heading: str, words: frozenset[str], field: str) -> bool:
    if field == SHARE:
        return bool(words & (OTHERWISE - RATES))
    if words & OTHERWISE or NO_TOTAL.search(heading):
        return True
    return is_whole(field) and bool(words & WINDOW or SPAN.search(heading))
