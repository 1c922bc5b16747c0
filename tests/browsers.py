"""Browser tests: who runs them, and the one Chromium they share.

A test marked `browser` is skipped in one line where there is no Chromium. With STREAMCUT_REQUIRE_BROWSER=1, which
`.ci/run` sets in CI, a browser test that is skipped for any reason fails instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import cast

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("STREAMCUT_REQUIRE_BROWSER") == "1"
QUIET = [  # a browser that asks nobody on the internet anything
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not CHROMIUM:
        pytest.skip("no Chromium on this machine: install the package chromium")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Turns the skip of a browser test into a failure where browsers are required."""
    report = cast(pytest.TestReport, (yield))
    if REQUIRED and report.skipped and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, but browser tests are required here: {report.longrepr}"
    return report  # type: ignore[return-value]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; each test opens its own context in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
