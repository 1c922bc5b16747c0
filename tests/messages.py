"""What the product says: collects every message of code and templates, and brings the Dutch file up to date.

`make messages` writes new messages, untranslated, into app/translations/nl; tests/test_translations.py fails until
each has its Dutch. A message is what stands in `_()`, `gettext` and the like; the sentence of an error, which
translates itself (`raise NotFound("...")`); and why a row of a file can't be taken, in app/csvfiles/cells.py and SQL.
"""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
DUTCH = ROOT / "app" / "translations" / "nl" / "LC_MESSAGES" / "messages.po"
METHODS = [("app/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/letters/**.txt", "jinja2")]
CLASS = re.compile(r"^class (\w+)\((\w+)\):", re.MULTILINE)
OURS = {  # which argument is the message
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "translated": None,
    "Cell": (2,),
    "words": (3,),
    "whole": (3,),
}
REASON = re.compile(r"array\['\w+',\s*'((?:[^']|'')+)'\]")  # why a row can't be taken, told by SQL
OPTIONS = {pattern: {"silent": "false"} for pattern, method in METHODS if method == "jinja2"}


def collected() -> Catalog:
    """Every message of the product, untranslated."""
    catalog = Catalog(project="Streamcut", locale="nl")
    keywords = {**DEFAULT_KEYWORDS, **OURS, **dict.fromkeys(error_names())}
    found = extract_from_dir(ROOT, METHODS, OPTIONS, keywords, directory_filter=_ours)
    for path, line, message, comments, context in found:
        catalog.add(message, None, [(path, line)], auto_comments=comments, context=context)
    for path in (ROOT / "app").rglob("*_judge.sql"):
        for reason in REASON.findall(path.read_text(encoding="utf-8")):
            catalog.add(reason.replace("''", "'"), None, [(str(path.relative_to(ROOT)), 1)])
    return catalog


def dutch() -> Catalog:
    """The messages with their translation, as they are in the repository."""
    with DUTCH.open("rb") as file:
        return read_po(file, locale="nl", abort_invalid=True)


def update() -> None:
    """Adds to the Dutch file what is new and removes what is gone."""
    catalog = dutch()
    catalog.update(collected(), no_fuzzy_matching=True, update_creation_date=False)
    with DUTCH.open("wb") as file:
        write_po(file, catalog, width=110, no_location=True, sort_output=True, ignore_obsolete=True)


def error_names() -> set[str]:
    """The names of all error classes, so that their first argument is collected."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py")]
    bases = {name: base for text in sources for name, base in CLASS.findall(text)}
    names, found = {"StreamcutError"}, {""}
    while found:
        found = {name for name, base in bases.items() if base in names and name not in names}
        names |= found
    return names


def _ours(folder: str) -> bool:
    path = Path(folder).absolute().relative_to(ROOT).parts
    return not path or (path[0] in ("app", "templates") and path[-1] != "static")


if __name__ == "__main__":
    update()
