"""The front-end files that others wrote: pinned, copied, named with their licence, and working under a strict CSP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "app" / "static"
VENDOR = STATIC / "vendor"

PAGE = """<!doctype html><html lang="en"><head><title>Files</title>
<link rel="stylesheet" href="/tabler.min.css"><link rel="stylesheet" href="/uPlot.min.css">
<script src="/tabler.min.js"></script><script src="/htmx.min.js"></script><script src="/uPlot.iife.min.js"></script>
</head><body><h1>Files</h1><button class="btn">Go</button></body></html>"""


def test_every_front_end_package_has_its_licence_told() -> None:
    told = (STATIC / "licences.txt").read_text()
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    shipped = {path.removeprefix("node_modules/"): about for path, about in lock.items() if path and "dev" not in about}
    assert len(shipped) >= 4
    for name, about in shipped.items():
        licence = about["license"].replace("BSD-0-Clause", "0BSD")
        assert name in told
        assert licence in told.split(name, 1)[1].split("\n\n")[0], name
    for file in VENDOR.glob("*.[cj]s*"):
        assert file.name in told


def test_locks_name_no_registry_and_no_folder_of_a_machine() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    for path in ROOT.glob("requirements*.txt"):
        text = path.read_text()
        assert "--hash=sha256:" in text
        assert not [line for line in text.splitlines() if line.startswith("--") or "://" in line], path.name


@pytest.mark.browser
def test_the_files_work_in_a_browser_under_a_strict_policy(chromium: Browser) -> None:
    page = chromium.new_context().new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def answer(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        policy = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:"}
        if name:
            route.fulfill(path=VENDOR / name, headers=policy)
        else:
            route.fulfill(body=PAGE, content_type="text/html", headers=policy)

    page.route("**/*", answer)
    page.goto("http://streamcut.example/")
    assert page.evaluate("[typeof htmx, typeof uPlot, typeof tabler]") == ["object", "function", "object"]
    assert page.locator("button").evaluate("button => getComputedStyle(button).display") != "inline-block"
    assert complaints == []
    page.context.close()
