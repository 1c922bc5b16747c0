"""The PDF has the text, both signatures and the hash, and nothing people wrote is ever read as markup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import typst

from app.contracts.models import Agreement
from app.contracts.signing import document
from app.database import db
from tests.cast import Cast
from tests.contracts.signing import AT, SHEET, frozen, sign
from tests.contracts.test_body import FULL

HOSTILE = '#panic("x") *bold* _it_ $x$ <tag> @ref "quoted" \\ back\\slash `code` // comment = [a] ~ -- ...'


def texts(agreement: Agreement) -> list[str]:
    """Every run of text on the paper, as Typst has understood it."""
    filled = document.inputs(agreement)
    return [
        run
        for element in ("heading", "par")
        for run in _runs(json.loads(typst.query(document.template(), element, sys_inputs=filled)))
    ]


def _runs(content: Any) -> Iterator[str]:
    if isinstance(content, list):
        for each in content:
            yield from _runs(each)
    elif isinstance(content, dict):
        if content.get("func") == "text" and isinstance(content["text"], str):
            yield content["text"]
        yield from _runs(list(content.values()))


def test_a_contract_becomes_a_pdf_with_text_signatures_and_hash(cast: Cast) -> None:
    agreement = frozen(FULL, cast.brands["lumen"], cast.creators["mira"])
    sign(agreement, "brand", "olga", name="Olga de Vries")
    sign(agreement, "creator", "mira", name="Mira Jansen", at=AT + timedelta(seconds=61))
    pdf = document.pdf(agreement)
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 10_000
    filled = json.loads(document.inputs(agreement)["data"])
    assert filled["title"] == "Contract between Lumen Lighting and Mira Live"
    lines = [filled["title"], *(line for each in filled["sections"] for line in (each["heading"], *each["lines"]))]
    assert [line for line in agreement.body.splitlines() if line] == [line for line in lines if line]
    assert [(each["side"], each["name"], each["at"]) for each in filled["signatures"]] == [
        ("Brand", "Olga de Vries", "Signed on 2026-06-01 09:00:00 UTC"),
        ("Creator", "Mira Jansen", "Signed on 2026-06-01 09:01:01 UTC"),
    ]
    assert filled["hash"] == agreement.sha256.hex() == filled["signatures"][1]["hash"]
    assert pdf == document.pdf(agreement), "the same agreement is the same file"


def test_what_people_wrote_is_never_markup(cast: Cast) -> None:
    brand, creator = cast.brands["lumen"], cast.creators["mira"]
    brand.name, creator.name = HOSTILE, f"= {HOSTILE}"
    db.session.flush()
    sheet = replace(SHEET, clauses=f'{HOSTILE}\n#import "/etc/passwd": *\n\n- item', goal=HOSTILE, coupons=("#x*",))
    agreement = frozen(sheet, brand, creator)
    sign(agreement, "brand", "olga", name=HOSTILE)
    assert document.pdf(agreement).startswith(b"%PDF-")
    said = texts(agreement)
    for line in agreement.body.splitlines():
        assert not line.strip() or any(line.strip() == run.strip() for run in said), line
    assert HOSTILE in said


@pytest.mark.parametrize("language", ["en", "nl"])
def test_its_words_are_in_the_contracts_language(language: str, cast: Cast) -> None:
    sheet = replace(SHEET, language=language, work=FULL.work)
    agreement = frozen(sheet, cast.brands["lumen"], cast.creators["mira"])
    filled = json.loads(document.inputs(agreement)["data"])
    assert filled["language"] == language
    text = "\n".join(line for section in filled["sections"] for line in section["lines"])
    assert ("Verlichting" if language == "nl" else "Lighting") in text
    assert document.pdf(agreement)


def test_before_anybody_has_signed_it_says_so(cast: Cast) -> None:
    agreement = frozen(SHEET, cast.brands["lumen"], cast.creators["mira"])
    assert "Nobody has signed yet." in texts(agreement)
