"""Texts that people write."""

from __future__ import annotations

import pytest
from flask import Flask

from app.errors import BadInput
from app.web.texts import required_text


@pytest.mark.parametrize(("text", "kept"), [(" a ", "a"), ("a\nb\n", "a\nb"), ("x" * 10, "x" * 10)])
def test_a_text_is_kept_without_space_around_it(app: Flask, text: str, kept: str) -> None:
    assert required_text(text, "Write something.", 10) == kept


@pytest.mark.parametrize(
    ("text", "sentence"), [("", "Write something."), (" \r\n", "Write something."), ("x" * 11, "at most 10 characters")]
)
def test_an_empty_text_and_one_that_is_too_long_are_refused(app: Flask, text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        required_text(text, "Write something.", 10)
