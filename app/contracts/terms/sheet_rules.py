"""What a sheet may say before anybody sends it (rules.md B7 to B9, B13). Each problem names its field and says what to
do. It asks no database but for the trees of words, so what depends on other people's rows is `vetting`'s.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from flask_babel import gettext

from app.catalog.taxonomy import CATEGORY, FORMAT, PLATFORM, TERRITORY, tree
from app.clock import first_instant, today
from app.contracts.terms import bonus_rules
from app.contracts.terms.bonus_rules import MOST, Problem
from app.contracts.terms.coupons import coupon_key
from app.contracts.terms.kinds import Consequence, Level, OldContent
from app.contracts.terms.labels import FIELDS, SCOPE
from app.contracts.terms.sheet import (
    Exclusivity,
    Scope,
    Sheet,
    monthly_promise,
)
from app.csvfiles.cells import TIMEZONES
from app.money import CURRENCIES

LANGUAGES = ("en", "nl")
TREES = {"categories": CATEGORY, "platforms": PLATFORM, "territories": TERRITORY, "formats": FORMAT}
YEARS = range(2000, 2101)
LONGEST_YEARS = 5
LONGEST_CLAUSES = 20_000
LONGEST_GOAL = 200
LONGEST_CODE = 128
MOST_NAMES = 100  # coupons, rivals, carve-outs
LONG_DAYS = 31  # a full exclusivity for the whole world that is longer is warned about (B13)

PERCENTAGES = ("commission_bps", "in_stream_bps", "replay_bps", "after_stream_bps", "off_stream_bps")
AMOUNTS = ("cap_month", "cap_contract", "gifts")
WHOLE = {
    "window_days": (1, 90),
    "hold_days": (0, 90),
    "evaluation_day": (1, 28),
    "stream_minutes": (30, 600),
    "day_minutes": (30, 1440),
    "month_minutes": (1, 44_640),
    "notice_brand_days": (0, 365),
    "notice_creator_days": (0, 365),
}
NEEDED = {"commission_bps", "offset_bps", "gifts", *WHOLE} - {"month_minutes"}  # numbers that a sheet can't be without


def problems(sheet: Sheet, *, at: datetime) -> list[Problem]:
    """What has to be put right at the instant `at`, as (field, sentence), in the order of the sheet.

    A field is a name of Sheet, or a path into it: `work.formats`, `exclusivity.fee`, `bonuses.0.steps`.
    """
    wrong = [*_days(sheet, at), *_numbers(sheet), *_coupons(sheet.coupons), *_scope("work", sheet.work)]
    if sheet.exclusivity:
        wrong += [(f"exclusivity.{name}", sentence) for name, sentence in _exclusivity(sheet.exclusivity)]
    return [*wrong, *bonus_rules.problems(sheet.bonuses), *_texts(sheet)]


def warnings(sheet: Sheet) -> list[str]:
    """What both sides should think about twice, a sentence each; nothing here keeps anybody from signing."""
    sentences = []
    closed = sheet.exclusivity
    if closed and closed.level == Level.FULL and "world" in closed.scope.territories:
        days = (sheet.ends_on - sheet.starts_on).days + 1 + closed.pre_days + closed.cool_off_days
        if days > LONG_DAYS:
            sentence = gettext(
                "The creator may work for nobody else, anywhere, for %(days)s days: is that meant?", days=days
            )
            sentences.append(sentence)
    if monthly_promise(sheet) < monthly_promise(replace(sheet, cap_month=None, cap_contract=None)):
        sentences.append(gettext("A month's cap is lower than what the month promises: what lies above is not paid."))
    if sheet.stream_minutes > sheet.day_minutes:
        sentences.append(gettext("The shortest valid stream is longer than the minutes that count in a day."))
    if not sheet.bonuses and not any(getattr(sheet, name) for name in PERCENTAGES):
        sentences.append(gettext("These terms pay no commission and no monthly money."))
    return sentences


def _days(sheet: Sheet, at: datetime) -> Iterator[Problem]:
    start, end = sheet.starts_on, sheet.ends_on
    if sheet.timezone not in TIMEZONES:
        yield "timezone", gettext("We don't know this time zone: choose one from the list, like Europe/Amsterdam.")
    if sheet.currency not in CURRENCIES:
        yield "currency", gettext("We don't know this currency: use three capital letters like EUR.")
    if start.year not in YEARS or end.year not in YEARS:
        yield "starts_on", gettext("Fill in days of the years 2000 to 2100.")
    elif end < start:
        yield "ends_on", gettext("The last day lies before the first: choose a later one.")
    elif (end.year - LONGEST_YEARS, end.month, end.day) >= (start.year, start.month, start.day):
        yield "ends_on", gettext("A contract runs for 5 years at most: choose an earlier last day.")
    elif sheet.timezone in TIMEZONES:
        yield from _by_the_zone(start, end, sheet.timezone, at)
    if sheet.effective_on and not start <= sheet.effective_on <= end:
        yield "effective_on", gettext("The change has to begin within the contract: choose one of its days.")


def _by_the_zone(start: date, end: date, zone: str, at: datetime) -> Iterator[Problem]:
    if first_instant(start, zone) >= first_instant(end + timedelta(days=1), zone):
        yield "starts_on", gettext("This day does not exist in that time zone: choose another one.")
    elif end < today(zone, at=at):
        yield "ends_on", gettext("The last day has passed already: choose a later one.")


def _numbers(sheet: Sheet) -> Iterator[Problem]:
    for name in (*PERCENTAGES, "offset_bps"):
        value = getattr(sheet, name)
        if _wrong(name, value, 0, 10_000):
            yield name, gettext("%(what)s: take a percentage from 0 to 100.", what=FIELDS[name])
    for name, (low, high) in WHOLE.items():
        value = getattr(sheet, name)
        if _wrong(name, value, low, high):
            what = {"what": FIELDS[name], "low": low, "high": high}
            yield name, gettext("%(what)s: take a whole number from %(low)s to %(high)s.", **what)
    for name in AMOUNTS:
        value = getattr(sheet, name)
        if _wrong(name, value, 0, MOST):
            yield name, gettext("%(what)s: take an amount of zero or more.", what=FIELDS[name])


def _wrong(name: str, value: int | None, low: int, high: int) -> bool:
    return name in NEEDED if value is None else not low <= value <= high


def _coupons(codes: tuple[str, ...]) -> Iterator[Problem]:
    if len(codes) > MOST_NAMES:
        yield "coupons", gettext("%(count)s codes are the most: remove some.", count=MOST_NAMES)
    if not all(_named(code, LONGEST_CODE) and coupon_key(code) for code in codes):
        yield (
            "coupons",
            gettext("A code has 1 to 128 characters that can be seen: no line breaks and not only spaces."),
        )
    if len(set(map(coupon_key, codes))) < len(codes):
        yield (
            "coupons",
            gettext(
                "A code stands here twice (capitals, spaces around it and accents typed in another form do not count): "
                "remove one."
            ),
        )


def _scope(prefix: str, scope: Scope) -> Iterator[Problem]:
    for name, of_tree in TREES.items():
        codes = getattr(scope, name)
        if not codes:
            yield f"{prefix}.{name}", gettext("%(what)s: choose at least one.", what=SCOPE[name])
        elif not set(codes) <= set(tree(of_tree).by_code):
            yield f"{prefix}.{name}", gettext("%(what)s: choose from the list.", what=SCOPE[name])


def _exclusivity(closed: Exclusivity) -> Iterator[Problem]:
    if closed.level not in set(Level):
        yield "level", gettext("Choose what is closed: everything, categories, or named rivals.")
    yield from _scope("scope", closed.scope)
    yield from _rivals(closed)
    if not 0 <= closed.pre_days <= 30:
        yield "pre_days", gettext("Take 0 to 30 days before the first day.")
    if not 0 <= closed.cool_off_days <= 180:
        yield "cool_off_days", gettext("Take 0 to 180 days after the last day.")
    if len(closed.carve_outs) > MOST_NAMES or not all(_named(each.brand, LONGEST_CODE) for each in closed.carve_outs):
        yield "carve_outs", gettext("Name each brand that may pass, %(count)s at most.", count=MOST_NAMES)
    if not 0 <= closed.fee <= MOST:
        yield "fee", gettext("Fill in a fee of zero or more.")
    elif closed.fee == 0 and (closed.cool_off_days > 0 or closed.level == Level.FULL):
        yield "fee", gettext("Closing everything, or days after the last one, needs a fee above zero: fill one in.")
    if closed.breach not in set(Consequence):
        yield "breach", gettext("Choose what follows a breach from the list.")
    if closed.old_content not in set(OldContent):
        yield "old_content", gettext("Choose whether older content is kept or archived.")


def _rivals(closed: Exclusivity) -> Iterator[Problem]:
    named = (*closed.rivals, *closed.rival_names)
    if closed.level == Level.NAMED_RIVALS and not named:
        yield "rivals", gettext("Name at least one rival.")
    if len(named) > MOST_NAMES:
        yield "rivals", gettext("%(count)s rivals are the most: remove some.", count=MOST_NAMES)
    if not all(_named(name, LONGEST_CODE) for name in named):
        yield "rival_names", gettext("A rival's name has 1 to 128 characters, without line breaks.")


def _texts(sheet: Sheet) -> Iterator[Problem]:
    if len(sheet.goal) > LONGEST_GOAL or _controls(sheet.goal):
        yield "goal", gettext("Say the goal in one line of at most %(count)s characters.", count=LONGEST_GOAL)
    if sheet.law and (len(sheet.law) != 2 or sheet.law not in tree(TERRITORY).by_code or sheet.law == "EU"):
        yield "law", gettext("Choose the country whose law governs, or leave it empty.")
    if sheet.language not in LANGUAGES:
        yield "language", gettext("Choose English or Dutch for the contract's text.")
    if len(sheet.clauses) > LONGEST_CLAUSES:
        yield "clauses", gettext("Clauses have at most %(count)s characters: shorten them.", count=LONGEST_CLAUSES)
    if _controls(sheet.clauses.replace("\r\n", "\n").replace("\n", "")):
        yield "clauses", gettext("Clauses are plain text: remove tabs and other characters that can't be seen.")


def _named(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and bool(text.strip()) and not _controls(text)


def _controls(text: str) -> bool:
    """Whether there is a control character in the text, half a character, or one that turns the line around."""
    return any(unicodedata.category(each) in ("Cc", "Cs") for each in text)
