"""Everything the product says is said in Dutch too."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.messages import ROOT, collected, dutch, error_names

ON_THE_COMMAND_LINE = (
    r"app/(cli/|postgres|csvfiles/exporting|processes/(database_setup|job_list|launch|ports|scheduler|supervisor))"
)
# What is left of a template when its code, then its tags and entities are gone is text that nobody marked.
CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAGS = re.compile(r"<!--.*?-->|<[^>]*>|&\w+;", re.DOTALL)


def test_every_message_has_its_dutch() -> None:
    translated = {message.id: message for message in dutch() if message.id}
    missing = [
        f"{message.locations[0][0]}: {message.id}"
        for message in collected()
        if message.id and message.id not in translated
    ]
    assert missing == [], "run make messages, then translate"
    empty = [message.id for message in translated.values() if not message.string or not all(message.string)]
    assert empty == []


def test_no_translation_is_a_guess_or_left_over() -> None:
    messages = [message for message in dutch() if message.id]
    assert [message.id for message in messages if message.fuzzy] == []
    assert {message.id for message in messages} - {message.id for message in collected()} == set()
    assert list(dutch().obsolete) == []


def test_a_translation_takes_the_same_values_as_the_message() -> None:
    catalog = dutch()
    wrong = [(message.id, [str(error) for error in message.check(catalog)]) for message in catalog if message.id]
    assert [entry for entry in wrong if entry[1]] == []


def test_no_error_that_a_page_may_show_is_put_together_in_english() -> None:
    """An f-string with words in it can't be translated; modules that only speak on the command line may use one."""
    names = error_names()
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "app").rglob("*.py"))
        if not re.match(ON_THE_COMMAND_LINE, str(path.relative_to(ROOT)))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names
        if call.args and isinstance(call.args[0], ast.JoinedStr)
        if any(re.search(r"[a-z]", str(part.value)) for part in call.args[0].values if isinstance(part, ast.Constant))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_template_has_no_text_outside_the_messages(path: Path) -> None:
    rest = TAGS.sub(" ", CODE.sub("", path.read_text(encoding="utf-8")))
    assert re.findall(r"\w*[^\W\d_]{2,}\w*", rest) == []
