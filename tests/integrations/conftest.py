"""The tests' own source of events, known for the time of a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.integrations.sources import SOURCES
from tests.integrations.telling import register


@pytest.fixture
def drill(app: Flask) -> Iterator[FlaskClient]:
    """The source is known; from here it delivers."""
    register()
    yield app.test_client()
    SOURCES.pop("drill", None)
