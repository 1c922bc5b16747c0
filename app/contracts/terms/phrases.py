"""Terms in plain sentences, as they stand in a contract's text. Each function speaks the language that is in force
where it is called (see body.py) and returns text without markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from babel.dates import format_date
from flask_babel import get_locale, gettext, ngettext

from app.catalog.taxonomy import CATEGORY, FORMAT, PLATFORM, TERRITORY, names, tree
from app.contracts.models import Terms
from app.contracts.terms.kinds import (
    Consequence,
    Level,
    OldContent,
)
from app.contracts.terms.sheet import (
    Exclusivity,
    Scope,
    Sheet,
)
from app.formatting import money, percent


def day(value: date) -> str:
    """A day in full: 11 June 2026."""
    return str(format_date(value, "d MMMM y", locale=get_locale() or "en"))


def days(count: int) -> str:
    """So many days."""
    return str(ngettext("%(num)d day", "%(num)d days", count))


def minutes(count: int) -> str:
    """So many minutes."""
    return str(ngettext("%(num)d minute", "%(num)d minutes", count))


def country(code: str) -> str:
    """The name of a country; a code we don't know stands for itself."""
    place = tree(TERRITORY).by_code.get(code)
    return place.name if place else code


def scope(where: Scope) -> list[str]:
    """Where something holds, a line for each of the four trees."""
    return [
        gettext("Categories: %(names)s.", names=names(CATEGORY, where.categories)),
        gettext("Platforms: %(names)s.", names=names(PLATFORM, where.platforms)),
        gettext("Territories: %(names)s.", names=names(TERRITORY, where.territories)),
        gettext("Formats: %(names)s.", names=names(FORMAT, where.formats)),
    ]


def commission(sheet: Sheet) -> list[str]:
    """What the commission is, where a sale by label earns another, how a sale is won and when it can be paid."""
    lines = [gettext("The creator earns %(rate)s of what a sale counts for.", rate=percent(sheet.commission_bps))]
    if sheet.in_stream_bps is not None:
        lines.append(gettext("For sales during a stream: %(rate)s.", rate=percent(sheet.in_stream_bps)))
    if sheet.replay_bps is not None:
        lines.append(gettext("For sales in the replay of a stream: %(rate)s.", rate=percent(sheet.replay_bps)))
    if sheet.after_stream_bps is not None:
        after = percent(sheet.after_stream_bps)
        lines.append(gettext("For sales after a stream to somebody who came by it: %(rate)s.", rate=after))
    if sheet.off_stream_bps is not None:
        lines.append(gettext("For sales outside a stream: %(rate)s.", rate=percent(sheet.off_stream_bps)))
    won = gettext(
        "A sale is the creator's when the buyer pays inside a stream of the creator; else when the buyer uses a code "
        "of the creator; else when the buyer's last visit came from the creator and lies at most %(days)s back.",
        days=days(sheet.window_days),
    )
    code = gettext(
        "A code used while the creator is on air for the brand earns what a sale during the stream earns; at any other "
        "time it earns what a sale outside a stream earns."
    )
    held = days(sheet.hold_days)
    paid = gettext("A commission is held for %(days)s after the day of the sale; then it can be paid.", days=held)
    return [*lines, won, code, paid, *_taken_back(sheet)]


def _taken_back(sheet: Sheet) -> Iterator[str]:
    """What follows when a sale is taken back: when the commission is not, how a debt is repaid, and when it lapses."""
    if sheet.keeps_cancelled:
        yield gettext(
            "When the brand itself cancels an order, because it is out of stock, does not ship or has made a mistake, "
            "the creator keeps the commission."
        )
    if sheet.offset_bps:
        yield gettext(
            "What is taken back after it was paid is a debt to the brand: at most %(share)s of each payout for this "
            "brand repays it, and the rest is carried over.",
            share=percent(sheet.offset_bps),
        )
    else:
        yield gettext("What is taken back after it was paid is a debt to the brand; no payout is lowered for it.")
    yield gettext("A debt lapses when nothing was earned and nothing taken back for twelve months. The brand bears it.")


def what_counts() -> list[str]:
    """The eight questions about the base of a commission, answered (rules.md B5, settlement.md sections 1 and 6)."""
    return [
        gettext("What is counted? The price of the pieces that were sold, less the discount on them."),
        gettext("Does VAT or another tax on the sale count? No."),
        gettext("Do shipping and delivery count? No."),
        gettext("Do fees for payment or service, tips, gift wrap and gift cards count? No."),
        gettext("Do discounts count? They are taken off; a discount on a whole order is shared out over its lines."),
        gettext("Are there products that earn nothing? Yes: those the brand has marked so before the sale."),
        gettext("What happens when money is given back? The commission falls in proportion, also after payment."),
        gettext("Which rate holds? The one in force at the sale; after a visit, the one in force at the visit."),
    ]


def exclusivity(closed: Exclusivity, currency: str, brands: Mapping[str, str]) -> list[str]:
    """What the creator may not do for others, since when and until when, for what fee, and what follows a breach."""
    return [
        *_closes(closed, brands),
        *scope(closed.scope),
        *_around(closed),
        *(
            gettext(
                "%(brand)s may pass until and including %(day)s.",
                brand=brands.get(each.brand, each.brand),
                day=day(each.until),
            )
            for each in closed.carve_outs
        ),
        _fee(closed, currency),
        _breach(closed.breach),
        gettext("Mentioning others without being paid for it is allowed.")
        if closed.organic_mentions
        else gettext("Mentioning others is not allowed, not even without being paid for it."),
        gettext("Older content for others stays where it is.")
        if closed.old_content == OldContent.KEEP
        else gettext("Older content for others is archived while the exclusivity holds."),
    ]


def rivals(closed: Exclusivity, brands: Mapping[str, str]) -> str:
    """The rivals that are named; one whose name `brands` does not have, by its handle."""
    return ", ".join([*(brands.get(rival, rival) for rival in closed.rivals), *closed.rival_names])


def _closes(closed: Exclusivity, brands: Mapping[str, str]) -> Iterator[str]:
    if closed.level == Level.FULL:
        yield gettext("The creator works for no other brand, in the following places and forms.")
    elif closed.level == Level.CATEGORY:
        yield gettext("The creator works for no other brand in the following categories, places and forms.")
    else:
        named = rivals(closed, brands)
        yield gettext("The creator does not work for %(rivals)s, in the following places and forms.", rivals=named)


def _around(closed: Exclusivity) -> Iterator[str]:
    yield gettext("This holds as long as the contract does.")
    if closed.pre_days:
        yield gettext("It begins %(days)s before the first day.", days=days(closed.pre_days))
    if closed.cool_off_days:
        cool_off = days(closed.cool_off_days)
        yield gettext("It goes on for %(days)s after the last day, however the contract ends.", days=cool_off)


def _fee(closed: Exclusivity, currency: str) -> str:
    if not closed.fee:
        return str(gettext("No fee is paid for it."))
    return str(gettext("The brand pays %(sum)s a month for it.", sum=money(closed.fee, currency)))


def _breach(breach: str) -> str:
    follows: dict[str, str] = {
        Consequence.WARN: gettext("After a breach the brand warns the creator."),
        Consequence.SUSPEND_BONUS: gettext("While a breach is open, bonuses are suspended."),
        Consequence.REPAY_FEE: gettext("After a breach that was upheld, the month's fee for it is paid back."),
        Consequence.TERMINATE: gettext("After a breach that was upheld, the brand may end the contract at once."),
    }
    return follows[breach]


def terms_sentences(terms: Terms | Sheet) -> list[str]:
    """What a version of terms promises, a sentence each."""
    sentences = [gettext("%(percent)s of what is sold.", percent=percent(terms.commission_bps))]
    for bps, text in (
        (terms.in_stream_bps, gettext("%(percent)s of what is sold during a stream, also by a code used on air.")),
        (terms.replay_bps, gettext("%(percent)s of what is sold in a replay.")),
        (terms.after_stream_bps, gettext("%(percent)s of what is sold after a stream, to people who came by it.")),
        (terms.off_stream_bps, gettext("%(percent)s of what is sold without a stream, also by a code used off air.")),
    ):
        if bps is not None:
            sentences.append(text % {"percent": percent(bps)})
    sentences.append(
        ngettext(
            "A visit counts for %(num)d day.",
            "A visit counts for %(num)d days.",
            terms.window_days,
        )
    )
    sentences.append(
        ngettext(
            "A commission is payable %(num)d day after the sale.",
            "A commission is payable %(num)d days after the sale.",
            terms.hold_days,
        )
        if terms.hold_days
        else gettext("A commission is payable at once.")
    )
    if terms.keeps_cancelled:
        sentences.append(gettext("What the brand itself cancels is paid all the same."))
    return sentences
