"""What a column of a list can be, and by which words of its heading it is recognised."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _

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

ALIKE = {  # words of headings that mean the same
    "subscribers": "followers",
    "subscriber": "followers",
    "subs": "followers",
    "follower": "followers",
    "volgers": "followers",
    "abonnees": "followers",
    "average": "avg",
    "mean": "avg",
    "gemiddelde": "avg",
    "gem": "avg",
    "gemiddeld": "avg",
    "weergaven": "views",
    "kijkers": "viewers",
    "reacties": "comments",
    "maximum": "peak",
    "max": "peak",
    "land": "country",
    "taal": "language",
    "languages": "language",
    "talen": "language",
    "categorie": "category",
    "categories": "category",
    "niche": "category",
    "topic": "category",
    "betrokkenheid": "engagement",
}
# In this order: the first whose words the heading has. None: it looks like one of the others and is not.
KNOWN: tuple[tuple[frozenset[str], str | None], ...] = tuple(
    (frozenset(words.split()), field)
    for words, field in (
        ("gained", None),
        ("watch", None),
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
    )
)
NAMES = frozenset(
    "name naam account accounts username user handle channel kanaal influencer creator streamer youtuber tiktoker "
    "instagrammer profile".split()
)


def words_of(heading: str) -> frozenset[str]:
    """The words of a heading, those that mean the same made one."""
    found = re.findall(r"[^\W\d_]+", heading.lower())
    return frozenset(ALIKE.get(word, word) for word in found)


def known_by(heading: str) -> str | None:
    """What the heading says the column is; "name" also for the second column of names; "" for what is left out though
    it is much like another; None where it says nothing."""
    words = words_of(heading)
    for wanted, field in KNOWN:
        if wanted <= words:
            return field or ""
    return "name" if words & NAMES else None


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
