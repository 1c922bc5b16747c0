"""Reads camt.053 and camt.054: what the bank booked on our account. Pure.

An entry with details becomes a line for each of them; one without, or whose details do not add up, becomes one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask_babel import gettext

from app.errors import BadInput
from app.payouts.reports import documents
from app.payouts.reports.documents import amount, below, day, each, number, text
from app.payouts.reports.lines import Content, Line, LineLevel, ReportKind

BODIES = {"BkToCstmrStmt": ("Stmt", ReportKind.STATEMENT), "BkToCstmrDbtCdtNtfctn": ("Ntfctn", ReportKind.NOTICE)}
NO_REFERENCE = frozenset({"", "NOTPROVIDED", "NOT PROVIDED", "NONREF"})


def read(root: Any) -> Content:
    """The content of a statement or notice. BadInput when it names no account, or holds what can't be."""
    name, (part, kind) = next((name, about) for name, about in BODIES.items() if below(root, name) is not None)
    body = below(root, name)
    parts = each(body, part)
    accounts = [re.sub(r"\s", "", text(one, "Acct/Id/IBAN", "Acct/Id/Othr/Id")) for one in parts]
    if not parts or not all(accounts):
        raise BadInput(gettext("This statement is about no account: ask the bank for it again."))
    lines = [
        replace(line, account=account)
        for one, account in zip(parts, accounts, strict=True)
        for entry in each(one, "Ntry")
        for line in _entry(entry)
    ]
    return Content(kind, documents.version(root), text(body, "GrpHdr/MsgId"), accounts, lines)


def _entry(entry: Any) -> Iterator[Line]:
    """The lines of one entry."""
    minor, currency = amount(entry, "Amt")
    direction = text(entry, "CdtDbtInd")
    if minor is None or direction not in ("CRDT", "DBIT"):
        raise BadInput(
            gettext("This statement has a booking without an amount or direction: ask the bank for it again.")
        )
    about: dict[str, Any] = {
        "level": LineLevel.BOOKING,
        "status": text(entry, "Sts/Cd", "Sts/Prtry", "Sts"),
        "currency": currency,
        "booked_on": day(entry, "BookgDt"),
        "value_on": day(entry, "ValDt"),
    }
    details = each(entry, "NtryDtls/TxDtls")
    sums = [_amount(detail) for detail in details]
    whole: dict[str, Any] = {"amount": minor, "incoming": direction == "CRDT"}
    if len(details) == 1:
        yield Line(**about, **whole, **_batch(entry), **_detail(entry, details[0], whole["incoming"]))
    elif details and _are_told_apart(entry, details) and _adds_up(details, sums, whole):
        for detail, (part, _currency) in zip(details, sums, strict=True):
            incoming = text(detail, "CdtDbtInd") == "CRDT" if text(detail, "CdtDbtInd") else whole["incoming"]
            yield Line(**about, amount=part, incoming=incoming, **_detail(entry, detail, incoming))
    else:
        batch = _batch(entry)
        group = batch.pop("group", "") or (text(details[0], "Refs/PmtInfId") if details else "")
        count = batch.pop("count", None) or len(details) or None
        yield Line(
            **about,
            **whole,
            **batch,
            group=group,
            count=count,
            is_return=text(entry, "RvslInd") == "true",
            bank_reference=text(entry, "AcctSvcrRef", "NtryRef"),
            remittance=text(entry, "AddtlNtryInf"),
        )


def _amount(detail: Any) -> tuple[int | None, str]:
    return amount(detail, "Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")


def _are_told_apart(entry: Any, details: list[Any]) -> bool:
    """Whether they have references, or do not belong to one file of ours: else only the whole means anything."""
    if below(entry, "NtryDtls/Btch/PmtInfId") is None:
        return True
    return any(text(detail, "Refs/EndToEndId").upper() not in NO_REFERENCE for detail in details)


def _adds_up(details: list[Any], sums: list[tuple[int | None, str]], whole: dict[str, Any]) -> bool:
    """Whether the details are the entry: each with its amount, and together the same."""
    total = 0
    for detail, (part, _currency) in zip(details, sums, strict=True):
        if part is None:
            return False
        turned = text(detail, "CdtDbtInd")
        total += part if not turned or (turned == "CRDT") == whole["incoming"] else -part
    return bool(total == whole["amount"])


def _batch(entry: Any) -> dict[str, Any]:
    """What an entry says about a file that was booked as one sum."""
    booked = below(entry, "NtryDtls/Btch")
    if booked is None:
        return {}
    return {
        "message": text(booked, "MsgId"),
        "group": text(booked, "PmtInfId"),
        "count": number(booked, "NbOfTxs"),
    }


def _detail(entry: Any, detail: Any, incoming: bool) -> dict[str, Any]:
    """One payment of an entry. Who stands on the other side depends on the direction."""
    other, account = ("Dbtr", "DbtrAcct") if incoming else ("Cdtr", "CdtrAcct")
    reference = text(detail, "Refs/EndToEndId")
    found = {
        "reference": "" if reference.upper() in NO_REFERENCE else reference,
        "is_return": below(detail, "RtrInf") is not None or text(entry, "RvslInd") == "true",
        "reason": text(detail, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
        "remark": text(detail, "RtrInf/AddtlInf"),
        "name": text(detail, f"RltdPties/{other}/Pty/Nm", f"RltdPties/{other}/Nm"),
        "iban": text(detail, f"RltdPties/{account}/Id/IBAN", f"RltdPties/{account}/Id/Othr/Id"),
        "remittance": _remittance(detail),
        "bank_reference": text(detail, "Refs/AcctSvcrRef") or text(entry, "AcctSvcrRef", "NtryRef"),
    }
    if below(entry, "NtryDtls/Btch") is None:
        found |= {"message": text(detail, "Refs/MsgId"), "group": text(detail, "Refs/PmtInfId")}
    return found


def _remittance(detail: Any) -> str:
    """The structured references first, then the words."""
    references = each(detail, "RmtInf/Strd/CdtrRefInf/Ref") + each(detail, "RmtInf/Strd/CdtrRefInf/CdtrRef")
    words = each(detail, "RmtInf/Ustrd") or each(detail, "AddtlTxInf")
    found = [" ".join((element.text or "").split()) for element in references + words]
    return " ".join(one for one in found if one)[: documents.LONGEST]
