"""An agreement as a PDF, with its signatures and its hash (rules.md B17). Typst draws it and brings its own fonts."""

from __future__ import annotations

import json
import re
from datetime import UTC
from importlib.resources import files
from typing import Any

import typst
from flask_babel import force_locale, gettext

from app.contracts.models import Agreement, AgreementStatus, Signature
from app.contracts.signing.signature import signatures
from app.words import word

SECTION = re.compile(r"\d{1,2}\. \S")


def pdf(agreement: Agreement) -> bytes:
    """The frozen text as it was signed, who signed it and when, and the SHA-256 of text and terms; A4, pages numbered,
    in the agreement's own language."""
    instant = agreement.signed_at or agreement.made_at
    return typst.compile(template(), sys_inputs=inputs(agreement), timestamp=int(instant.timestamp()))


def template() -> bytes:
    """What Typst reads; it has no word of any contract in it."""
    return files("app.contracts").joinpath("document.typ").read_bytes()


def inputs(agreement: Agreement) -> dict[str, str]:
    """What the template is filled with: one JSON text, in which everything people wrote is a string."""
    with force_locale(agreement.language):
        title, sections = _parted(agreement.body)
        data = {
            "language": agreement.language,
            "title": title,
            "sections": sections,
            "signatures_label": gettext("Signatures"),
            "signatures": [_signed(signature) for signature in signatures(agreement)],
            "unsigned": _unsigned(agreement),
            "hash": agreement.sha256.hex(),
            "hash_label": "SHA-256",
            "hash_note": gettext(
                "SHA-256 of the text above, a zero byte and the terms as data, which is what was signed:"
            ),
        }
    return {"data": json.dumps(data)}


def _parted(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The title, and the sections with their lines. What people wrote is indented, so it never begins a section."""
    title, *lines = text.rstrip("\n").split("\n")
    sections: list[dict[str, Any]] = []
    for line in lines:
        if SECTION.match(line):
            sections.append({"heading": line, "lines": []})
        elif sections:
            sections[-1]["lines"].append(line)
    for section in sections:
        while section["lines"] and not section["lines"][-1]:
            section["lines"].pop()
    return title, sections


def _signed(signature: Signature) -> dict[str, str]:
    return {
        "side": word(signature.side),
        "name": signature.name,
        "at": gettext("Signed on %(at)s UTC", at=f"{signature.signed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"),
        "hash": signature.sha256.hex(),
    }


def _unsigned(agreement: Agreement) -> str:
    if agreement.status == AgreementStatus.SIGNED:  # for the better, so the brand's notice is enough (rules.md B16)
        return str(gettext("This change is for the creator's good and needed no signatures."))
    return str(gettext("Nobody has signed yet."))
