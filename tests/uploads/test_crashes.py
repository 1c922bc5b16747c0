"""kill -9 of the worker at every step of a preview, an import and its settlement: begun again, done once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.database import db
from app.uploads import jobs
from tests import market
from tests.cast import Cast
from tests.processes.test_crashes import count, sweep
from tests.uploads.test_uploads import FILES, drop, latest


def work(app: Flask) -> None:
    """What the worker does with uploads."""
    jobs.work_uploads()


def forgiven() -> None:
    """A worker that is killed by somebody is not the fault of the file."""
    db.session.rollback()
    db.session.execute(text("update upload set attempts = 0"))
    db.session.commit()


@pytest.mark.slow
def test_a_worker_killed_at_every_step_previews_and_imports_once(
    app: Flask, browse: Callable[[str], FlaskClient], cast: Cast
) -> None:
    market.contract(cast.brands["lumen"], cast.creators["mira"], coupons=("MIRA",))
    db.session.commit()
    browser = browse("olga")
    page = drop(browser, f"/brands/{cast.brands['lumen'].public_id}/uploads", **FILES)

    def nothing_stored() -> None:
        forgiven()
        assert [count(table) for table in ("sale", "import", "entry", "decision")] == [0, 0, 0, 0]

    deaths = sweep(app, work, stride=17, after=nothing_stored)
    preview = latest()
    assert preview.status == "previewed"
    promised = preview.earned
    browser.post(page + "/confirm")
    deaths += sweep(app, work, stride=17, after=forgiven)
    assert deaths > 15
    assert (latest().status, latest().earned) == ("imported", promised)
    assert [count(table) for table in ("sale", "refund", "import", "due")] == [3, 1, 4, 0]
    assert count("entry") == 4  # commission and fee of two lines
