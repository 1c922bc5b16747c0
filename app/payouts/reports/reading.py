"""Reads any file of a bank that the product knows, or refuses it in one sentence. Pure."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from lxml import etree

from app.errors import BadInput
from app.payouts.reports import documents, statements, status_reports
from app.payouts.reports.lines import Content

OTHERS = {
    "BkToCstmrAcctRpt": "camt.052",
    "CstmrCdtTrfInitn": "pain.001",
    "CstmrDrctDbtInitn": "pain.008",
}


def read(content: bytes) -> Content:
    """What the file says: pain.002 of any version, camt.053 or camt.054. BadInput with a sentence for everything
    else."""
    root = documents.opened(content)
    if documents.below(root, "CstmrPmtStsRpt") is not None:
        return status_reports.read(root)
    if any(documents.below(root, name) is not None for name in statements.BODIES):
        return statements.read(root)
    raise BadInput(_not_ours(root))


def _not_ours(root: Any) -> str:
    for name, message in OTHERS.items():
        if documents.below(root, name) is not None:
            sentence = gettext(
                "This is a file of the kind %(kind)s: upload a status report (pain.002), a statement (camt.053) or a "
                "notice (camt.054).",
                kind=message,
            )
            return str(sentence)
    name = etree.QName(root).localname[:40]
    sentence = gettext(
        "This XML file (“%(name)s”) is not a bank’s status report (pain.002), statement (camt.053) or notice "
        "(camt.054).",
        name=name,
    )
    return str(sentence)
