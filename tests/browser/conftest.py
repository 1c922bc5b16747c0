"""A live server on the test's own database, and browsers at it. How to use them is told in desk.py."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from tests.browser.desk import Desk

expect.set_options(timeout=30_000)  # what comes, comes when the machine has time for it


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address of `app`, served by threads of this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="live-server")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The address of the application on the test's database, with CSRF protection on."""
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as base:
        yield base


@pytest.fixture
def desk(live_server: str, chromium: Browser) -> Iterator[Desk]:
    """Browsers on a fresh market; what they complain about fails the test."""
    desk = Desk(chromium, live_server)
    yield desk
    desk.close()
    assert desk.complaints == []


@pytest.fixture
def local_desk(app: Flask, live_server: str, chromium: Browser) -> Iterator[Desk]:
    """Browsers at the name of this machine: passkeys belong to a name, not to a number."""
    base, config = live_server.replace("127.0.0.1", "localhost"), app.extensions["streamcut"]
    app.extensions["streamcut"] = replace(config, base_url=base)
    desk = Desk(chromium, base)
    yield desk
    desk.close()
    app.extensions["streamcut"] = config
    assert desk.complaints == []
