"""What banks ask of a pain.001.001.09 file beside its schema: a file may fit the XSD and be refused all the same. Pure.

Source of the rules: EPC guidelines for credit transfers and EPC217-08 (characters); anchors of 2026 on addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from lxml import etree
from stdnum import iso11649

from app.errors import BadInput
from app.payouts.bank import target

# From this day of settlement on an address is structured, or hybrid (town and country in fields of their own, at most
# two lines beside them), or absent. The schema still accepts lines alone.
STRUCTURED_SINCE = date(2026, 11, 15)
MOST_LINES = 2
LONGEST_NAME = 70
LONGEST_REFERENCE = 35
CHARACTERS = re.compile(r"[A-Za-z0-9/?:().,'+ -]*")
NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,2})?")
OURS = ("MsgId", "PmtInfId", "EndToEndId", "InstrId", "Ref", "Nm", "Ustrd")  # whose text we or people choose


def check(document: bytes) -> None:
    """BadInput with a sentence on the first thing for which a bank would refuse this file."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise BadInput(gettext("This file for the bank is no XML: make it anew.")) from error
    for rule in (_sums, _days, _texts, _references, _addresses):
        for sentence in rule(root):
            raise BadInput(gettext("The bank would refuse this file: %(reason)s", reason=sentence))


def is_creditor_reference(reference: str) -> bool:
    """Whether it is one of ISO 11649, which a bank hands on in a field of its own: RF18 5390 0754 7034."""
    return reference.startswith("RF") and bool(iso11649.is_valid(reference))


def found(node: Any, name: str) -> list[Any]:
    """The elements of this name anywhere below `node`, whatever namespace they are in."""
    return list(node.iterfind(f".//{{*}}{name}"))


def _text(node: Any, name: str) -> str:
    element = node.find(f"./{{*}}{name}")
    return "" if element is None else (element.text or "")


def _sums(root: Any) -> Iterator[str]:
    """Count and sum agree with what stands below, in the header and in each group; every amount is euro above zero."""
    for amount in found(root, "InstdAmt"):
        if not NUMBER.fullmatch(amount.text or "") or not Decimal(amount.text) or amount.get("Ccy") != "EUR":
            yield gettext("“%(text)s” is not an amount in euro.", text=f"{amount.text or ''} {amount.get('Ccy', '')}")
            return
    for part in (*((header.getparent(), header) for header in found(root, "GrpHdr")), *_groups(root)):
        whole, head = part
        amounts = [Decimal(amount.text) for amount in found(whole, "InstdAmt")]
        if _text(head, "NbOfTxs") != str(len(amounts)):
            yield gettext("its header counts other payments than there are.")
        if not NUMBER.fullmatch(_text(head, "CtrlSum")) or Decimal(_text(head, "CtrlSum")) != sum(amounts):
            yield gettext("its header has another sum than its payments.")


def _groups(root: Any) -> list[tuple[Any, Any]]:
    return [(group, group) for group in found(root, "PmtInf")]


def _days(root: Any) -> Iterator[str]:
    """Payments are asked for on days on which TARGET is open."""
    days = [_day(asked) for asked in found(root, "ReqdExctnDt")]
    if None in days or not days:
        yield gettext("it does not say when to pay.")
    for day in days:
        if day and not target.is_open(day):
            yield gettext("banks do not settle euro payments on %(day)s.", day=day)


def _day(asked: Any) -> date | None:
    try:
        return date.fromisoformat(_text(asked, "Dt"))
    except ValueError:
        return None


def _texts(root: Any) -> Iterator[str]:
    """Only the characters that every SEPA bank takes, no slash at an end and no two in a row, names of 70 at most."""
    chosen = [element for name in OURS for element in found(root, name)]
    chosen += [element for address in found(root, "PstlAdr") for element in address.iter("{*}*") if not len(element)]
    for element in chosen:
        text = element.text or ""
        if not CHARACTERS.fullmatch(text):
            sign = next(sign for sign in text if not CHARACTERS.fullmatch(sign))
            yield gettext("“%(text)s” has the character “%(sign)s”.", text=text[:LONGEST_NAME], sign=sign)
        if text.strip("/") != text or "//" in text:
            yield gettext("“%(text)s” has a slash at one end, or two in a row.", text=text[:LONGEST_NAME])
    for name in found(root, "Nm"):
        if not 1 <= len(name.text or "") <= LONGEST_NAME:
            yield gettext("a name has %(count)s characters, and 1 to 70 are allowed.", count=len(name.text or ""))


def _references(root: Any) -> Iterator[str]:
    """Each payment has a reference of its own, and one that looks like ISO 11649 has the right check digits."""
    references = [element.text or "" for element in found(root, "EndToEndId")]
    if len(set(references)) != len(references):
        yield gettext("two payments have the same reference.")
    for reference in (*references, *(element.text or "" for element in found(root, "Ref"))):
        if not 1 <= len(reference) <= LONGEST_REFERENCE:
            yield gettext("a reference has more than 35 characters or none.")
        if reference.startswith("RF") and not is_creditor_reference(reference):
            yield gettext("the check digits of the reference %(reference)s do not fit.", reference=reference)


def _addresses(root: Any) -> Iterator[str]:
    """Structured, hybrid or absent."""
    days = [day for day in (_day(asked) for asked in found(root, "ReqdExctnDt")) if day]
    if days and max(days) < STRUCTURED_SINCE:
        return
    for address in found(root, "PstlAdr"):
        lines = len(found(address, "AdrLine"))
        placed = _text(address, "TwnNm") and _text(address, "Ctry")
        if lines and not placed:
            yield gettext(
                "an address has lines only. Since 15 November 2026 town and country stand in fields of their own, or "
                "there is no address."
            )
        elif not placed:
            yield gettext("an address lacks town or country.")
        elif lines > MOST_LINES:
            yield gettext("an address has %(count)s lines beside town and country, and two are allowed.", count=lines)
