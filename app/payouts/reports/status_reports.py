"""Reads pain.002: what the bank says about the files we gave it, for the whole, each group and each payment. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask_babel import gettext

from app.errors import BadInput
from app.payouts.reports import documents
from app.payouts.reports.documents import amount, below, day, each, number, text
from app.payouts.reports.lines import Content, Line, LineLevel, ReportKind

# Some banks say what a verification of payee found only at the beginning of their own words.
PAYEE_CODE = re.compile(r"(RCVC|RVMC|RVNM|RVNA)\b")


def read(root: Any) -> Content:
    """The content of a CstmrPmtStsRpt. BadInput when it says nothing about any file."""
    report = below(root, "CstmrPmtStsRpt")
    original = below(report, "OrgnlGrpInfAndSts")
    if original is None or not text(original, "OrgnlMsgId"):
        raise BadInput(gettext("This report does not say about which file it speaks: ask the bank for it again."))
    said_on = day(report, "GrpHdr/CreDtTm")
    lines = [line for line in _lines(report, original, said_on) if line.status]
    if not lines:
        raise BadInput(gettext("This report says nothing about any payment: ask the bank for it again."))
    return Content(ReportKind.STATUS, documents.version(root), text(report, "GrpHdr/MsgId"), lines=lines)


def _lines(report: Any, original: Any, said_on: Any) -> Iterator[Line]:
    about: dict[str, Any] = {"message": text(original, "OrgnlMsgId"), "booked_on": said_on}
    yield Line(
        LineLevel.FILE,
        status=_status(original, "GrpSts"),
        count=number(original, "OrgnlNbOfTxs"),
        **about,
        **_reason(original),
    )
    for group in each(report, "OrgnlPmtInfAndSts"):
        about["group"] = text(group, "OrgnlPmtInfId")
        yield Line(
            LineLevel.GROUP,
            status=_status(group, "PmtInfSts"),
            count=number(group, "OrgnlNbOfTxs"),
            **about,
            **_reason(group),
        )
        for payment in each(group, "TxInfAndSts"):
            minor, currency = amount(payment, "OrgnlTxRef/Amt/InstdAmt", "OrgnlTxRef/IntrBkSttlmAmt")
            yield Line(
                LineLevel.PAYMENT,
                reference=text(payment, "OrgnlEndToEndId"),
                status=_status(payment, "TxSts"),
                amount=minor,
                currency=currency,
                value_on=day(payment, "AccptncDtTm", "OrgnlTxRef/IntrBkSttlmDt"),
                name=text(payment, "OrgnlTxRef/Cdtr/Pty/Nm", "OrgnlTxRef/Cdtr/Nm"),
                iban=text(payment, "OrgnlTxRef/CdtrAcct/Id/IBAN"),
                bank_reference=text(payment, "AcctSvcrRef"),
                **about,
                **_reason(payment),
            )


def _status(node: Any, path: str) -> str:
    """The code; where a bank has none for a verification of payee, the one with which its words begin."""
    code = text(node, path)
    said = PAYEE_CODE.match(text(node, "StsRsnInf/AddtlInf"))
    return said.group(1) if said and code in ("", "ACWC", "PDNG") else code


def _reason(node: Any) -> dict[str, Any]:
    """The first reason's code, and all words."""
    words = [" ".join((said.text or "").split()) for said in each(node, "StsRsnInf/AddtlInf")]
    return {
        "reason": text(node, "StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry"),
        "remark": " ".join(word for word in words if word)[: documents.LONGEST],
    }
