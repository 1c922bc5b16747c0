"""The contract in plain words: what both sides sign (rules.md B17).

Its language is the contract's own, whoever reads it. The same terms, names and contacts always give the same text.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import force_locale, gettext

from app.contracts.parties import contacts, details_of
from app.contracts.terms import bonus_phrases, phrases
from app.contracts.terms.brand_names import brand_names
from app.contracts.terms.sheet import Sheet
from app.formatting import money
from app.users.models import Brand, Creator

INDENT = "    "  # of what people wrote themselves, so that it can't pass for a section of ours


def text(sheet: Sheet, brand: Brand, creator: Creator, language: str) -> str:
    """The whole text in `language` (en, nl): a title, then numbered sections with an empty line between them."""
    with force_locale(language):
        blocks = [_title(sheet, brand, creator)]
        for nr, (heading, lines) in enumerate(_sections(sheet, brand, creator), start=1):
            blocks.append("\n".join([f"{nr}. {heading}", *lines]))
    return "\n\n".join(blocks) + "\n"


def _title(sheet: Sheet, brand: Brand, creator: Creator) -> str:
    parties = {"brand": _line(brand.name), "creator": _line(creator.name)}
    if sheet.effective_on:
        return str(gettext("Amendment of the contract between %(brand)s and %(creator)s", **parties))
    return str(gettext("Contract between %(brand)s and %(creator)s", **parties))


def _sections(sheet: Sheet, brand: Brand, creator: Creator) -> list[tuple[str, list[str]]]:
    return [
        (gettext("Parties"), [*_party(gettext("The brand"), brand), *_party(gettext("The creator"), creator)]),
        (gettext("Term"), _term(sheet)),
        (gettext("Work"), [gettext("The creator presents what the brand sells."), *phrases.scope(sheet.work)]),
        (gettext("Commission"), phrases.commission(sheet)),
        (gettext("What counts"), phrases.what_counts()),
        (gettext("Codes"), [_codes(sheet.coupons)]),
        (gettext("Exclusivity"), _exclusivity(sheet)),
        (gettext("Monthly money"), _monthly(sheet)),
        (gettext("Notice and end"), _end(sheet)),
        (gettext("Goal and gifts"), _goal(sheet)),
        (gettext("Governing law"), [_law(sheet.law)]),
        (gettext("Further clauses"), _clauses(sheet.clauses)),
    ]


def _party(side: str, party: Brand | Creator) -> list[str]:
    """Who it is on the platform, and by law; what was never filled in (a notice of better terms asks nobody) is left
    out."""
    mails = ", ".join(contacts(party)) or gettext("none yet")
    lines = [
        gettext(
            "%(side)s: %(name)s (%(handle)s), established and taxed in %(country)s. Contact: %(mails)s.",
            side=side,
            name=_line(party.name),
            handle=_line(party.handle),
            country=phrases.country(party.country),
            mails=mails,
        )
    ]
    if details := details_of(party):
        lines.append(
            gettext(
                "Legal name and address: %(name)s, %(address)s, %(country)s. E-mail: %(email)s.",
                name=details.name,
                address=", ".join(details.address.splitlines()),
                country=phrases.country(details.country),
                email=details.email,
            )
        )
    return lines


def _term(sheet: Sheet) -> list[str]:
    lines = [
        gettext(
            "The contract holds from %(first)s up to and including %(last)s.",
            first=phrases.day(sheet.starts_on),
            last=phrases.day(sheet.ends_on),
        ),
        gettext("A day begins and ends as it does in the time zone %(zone)s.", zone=sheet.timezone),
    ]
    if sheet.effective_on:
        changed = gettext(
            "The terms below hold from %(day)s on. Until then holds what was agreed before.",
            day=phrases.day(sheet.effective_on),
        )
        lines.append(changed)
    return lines


def _codes(coupons: Iterable[str]) -> str:
    codes = ", ".join(_line(code) for code in coupons)
    if not codes:
        return str(gettext("No codes are agreed."))
    return str(gettext("These codes are the creator's: %(codes)s. Capitals make no difference.", codes=codes))


def _exclusivity(sheet: Sheet) -> list[str]:
    closed = sheet.exclusivity
    if closed is None:
        return [gettext("The creator is free to work for others.")]
    names = {handle: _line(name) for handle, name in brand_names(sheet).items()}
    return phrases.exclusivity(closed, sheet.currency, names)


def _monthly(sheet: Sheet) -> list[str]:
    lines = [bonus_phrases.bonus(bonus, sheet.currency) for bonus in sheet.bonuses]
    if sheet.exclusivity and sheet.exclusivity.fee:
        fee = money(sheet.exclusivity.fee, sheet.currency)
        lines.append(gettext("Exclusivity fee: %(sum)s a month, as long as the contract holds.", sum=fee))
    if not lines:
        return [gettext("No monthly money is agreed.")]
    return [f"({nr}) {line}" for nr, line in enumerate(lines, start=1)] + list(bonus_phrases.monthly(sheet))


def _end(sheet: Sheet) -> list[str]:
    return [
        gettext(
            "The brand can end the contract with a notice of %(days)s.", days=phrases.days(sheet.notice_brand_days)
        ),
        gettext("The creator can end it with a notice of %(days)s.", days=phrases.days(sheet.notice_creator_days)),
        gettext("Until the last day everything goes on as agreed; a guarantee is paid by calendar days."),
        gettext("Either side can end it at once for fraud, a breach not cured within 7 days, or a legal duty."),
        gettext(
            "Sales after the end still earn their commission when the visit that led to them lies within the contract."
        ),
        gettext("Terms that are better for the creator need notice only; all other changes need both sides."),
    ]


def _goal(sheet: Sheet) -> list[str]:
    goal = _line(sheet.goal)
    return [
        gettext("Goal: %(goal)s", goal=goal) if goal else gettext("No goal is named."),
        gettext("The brand gives gifts worth %(sum)s.", sum=money(sheet.gifts, sheet.currency))
        if sheet.gifts
        else gettext("No gifts are agreed."),
    ]


def _law(law: str) -> str:
    if not law:
        return str(gettext("The parties have not chosen a law."))
    return str(gettext("The law of this country governs the contract: %(country)s.", country=phrases.country(law)))


def _clauses(clauses: str) -> list[str]:
    lines = [INDENT + line.rstrip() for line in clauses.strip().splitlines()]
    return [line.rstrip() for line in lines] or [gettext("There are none.")]


def _line(written: str) -> str:
    """What people wrote, as one line."""
    return " ".join(written.split())
