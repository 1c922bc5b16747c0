"""What a campaign may say: what a brand writes of it as one frozen value, and what has to be put right, each with the
name of its field. It asks no database but for the trees of words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from app.campaigns.models import CampaignEntry
from app.catalog.taxonomy import CATEGORY, PLATFORM, ROOTS, TERRITORY, tree
from app.contracts.terms import sheet_rules
from app.contracts.terms.sheet import Sheet
from app.creators.audience import AGES
from app.csvfiles.cells import COUNTRIES, LANGUAGES

LONGEST_TITLE, LONGEST_BRIEF, LONGEST_MESSAGE = 140, 5_000, 2_000
MOST_KEYWORDS, LONGEST_KEYWORD = 20, 60
MOST_QUESTIONS, LONGEST_QUESTION = 10, 300
MOST_PRODUCTS = 100
MOST = 10**13  # minor units, as everywhere (formats.md)
MOST_HOURS = 744
MOST_CREATORS = 100_000
FROZEN = ("categories", "markets", "starts_on", "ends_on", "currency", "entry", "questions")  # once it is published
Problem = tuple[str, str]


@dataclass(frozen=True)
class Draft:
    """A campaign as its brand writes it, but for the terms. Categories and platforms are codes of nodes, markets
    countries, languages ISO 639-1, ages bands of scoring.AGES; without platforms, languages or ages any will do.

    `budget` is for all creators together and `hour_ceiling` the most an hour live may cost, in minor units; `hours` is
    what each creator is to stream.
    """

    title: str
    categories: tuple[str, ...]
    markets: tuple[str, ...]
    starts_on: date
    ends_on: date
    currency: str
    budget: int
    brief: str = ""
    languages: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    hour_ceiling: int | None = None
    hours: int = 8
    most_creators: int | None = None
    entry: str = CampaignEntry.OPEN
    questions: tuple[str, ...] = ()
    products: tuple[str, ...] = ()  # their SKUs

    def tidy(self) -> Draft:
        """The same without needless spaces and repetitions; the whole tree of platforms is no wish."""
        return replace(
            self,
            title=" ".join(self.title.split()),
            brief=self.brief.replace("\r\n", "\n").strip(),
            categories=_once(self.categories),
            markets=_once(self.markets),
            languages=_once(self.languages),
            platforms=tuple(code for code in _once(self.platforms) if code != ROOTS[PLATFORM]),
            ages=_once(self.ages),
            products=_once(self.products),
            keywords=_words(self.keywords),
            questions=_words(self.questions),
        )

    def terms(self, sheet: Sheet) -> Sheet:
        """A sheet as this campaign offers it: for its days, in its currency, and without codes: they are one
        contract's each."""
        days = replace(sheet, starts_on=self.starts_on, ends_on=self.ends_on, effective_on=None)
        return replace(days, currency=self.currency, coupons=())

    def columns(self) -> dict[str, Any]:
        """What stands in the campaign's own row."""
        values = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "products"}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def problems(draft: Draft, terms: Sheet, *, known_skus: Collection[str], at: datetime) -> list[Problem]:
    """What has to be put right at the instant `at`, as (field, sentence); a field of the terms begins with `terms.`.

    `known_skus` are those of the draft's products that the brand lists.
    """
    faults = [*_texts(draft), *_scope(draft), *_numbers(draft)]
    unknown = next((sku for sku in draft.products if sku not in known_skus), None)
    if unknown is not None:
        faults.append(("products", gettext("You have no product with SKU “%(sku)s”.", sku=unknown[:60])))
    if len(draft.products) > MOST_PRODUCTS:
        faults.append(("products", gettext("Choose at most %(count)s products.", count=MOST_PRODUCTS)))
    of_terms = sheet_rules.problems(draft.terms(terms), at=at)
    days = ("starts_on", "ends_on", "currency")
    return faults + [(name if name in days else f"terms.{name}", sentence) for name, sentence in of_terms]


def _texts(draft: Draft) -> Iterator[Problem]:
    if not 0 < len(draft.title) <= LONGEST_TITLE or not draft.title.isprintable():
        yield "title", gettext("Give the campaign a name of 1 to %(count)s characters.", count=LONGEST_TITLE)
    if len(draft.brief) > LONGEST_BRIEF:
        yield "brief", gettext("Write at most %(count)s characters.", count=LONGEST_BRIEF)
    if len(draft.keywords) > MOST_KEYWORDS or not _fit(draft.keywords, LONGEST_KEYWORD):
        most = {"most": MOST_KEYWORDS, "count": LONGEST_KEYWORD}
        yield "keywords", gettext("Use at most %(most)s keywords of up to %(count)s characters.", **most)
    if len(draft.questions) > MOST_QUESTIONS or not _fit(draft.questions, LONGEST_QUESTION):
        most = {"most": MOST_QUESTIONS, "count": LONGEST_QUESTION}
        yield "questions", gettext("Ask at most %(most)s questions of up to %(count)s characters.", **most)
    if draft.entry not in frozenset(CampaignEntry):
        yield "entry", gettext("Choose who can take part.")


def _scope(draft: Draft) -> Iterator[Problem]:
    if not draft.categories or not set(draft.categories) <= set(tree(CATEGORY).by_code):
        yield "categories", gettext("Choose at least one category from the list.")
    if not draft.markets or not set(draft.markets) <= COUNTRIES & set(tree(TERRITORY).by_code):
        yield "markets", gettext("Choose at least one country from the list.")
    if not set(draft.platforms) <= set(tree(PLATFORM).by_code):
        yield "platforms", gettext("Choose platforms from the list.")
    if not set(draft.languages) <= LANGUAGES:
        yield "languages", gettext("Choose languages from the list.")
    if not set(draft.ages) <= set(AGES):
        yield "ages", gettext("Choose ages from the list.")


def _numbers(draft: Draft) -> Iterator[Problem]:
    if not 0 <= draft.budget <= MOST:
        yield "budget", gettext("Enter a budget of zero or more.")
    if draft.hour_ceiling is not None and not 0 < draft.hour_ceiling <= MOST:
        yield "hour_ceiling", gettext("Enter an amount above zero, or leave it empty for no limit.")
    if not 1 <= draft.hours <= MOST_HOURS:
        yield "hours", gettext("Enter 1 to %(most)s hours.", most=MOST_HOURS)
    if draft.most_creators is not None and not 1 <= draft.most_creators <= MOST_CREATORS:
        yield "most_creators", gettext("Enter at least one creator, or leave it empty for no limit.")


def _once(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _words(texts: tuple[str, ...]) -> tuple[str, ...]:
    tidied = (" ".join(text.split()) for text in texts)
    return tuple(dict.fromkeys(text for text in tidied if text))


def _fit(texts: tuple[str, ...], longest: int) -> bool:
    return all(len(text) <= longest and text.isprintable() for text in texts)
